/* SPDX-License-Identifier: ISC */
#include "app/parts.h"

#include <stdio.h>
#include <string.h>

#include "rows.h"

#define RECIPIENTS 8

/* What is done with each part that is taken, by the letters of `deeds` in turn:
 * 's' split, 'c' close, '.' nothing. */
struct row {
	const char *name;
	const char *transactions;	/* "012|34": envelope indices of each */
	size_t part_max;
	const char *deeds;
	const char *taken;		/* the parts in their order, as above */
};

static const struct row table[] = {
	{ "whole transactions in their order", "012|34", 0, "..", "012|34" },
	{ "a split part comes as its halves, the first one first", "0123", 0, "s..", "0123|01|23" },
	{ "halves may be split down to singles", "012", 0, "s.s..", "012|0|12|1|2" },
	{ "a largest size holds from the start", "01234|56", 2, "....", "0|12|34|56" },
	{ "who is over gets no later page", "01|01", 0, "c", "01" },
	{ "who is not over gets it", "01|01", 0, "sc..", "01|0|1|1" },
	{ "a gap in the middle leaves both sides", "1|012", 0, "c..", "1|0|2" },
	{ "nothing is left of a list that is empty", "", 0, "", "" },
};

static void read_list(const char *text, struct transaction_list *list,
		      struct transaction *transactions, struct transaction_recipient *recipients)
{
	*list = (struct transaction_list){ transactions, 0 };
	for (; *text; text++) {
		if (list->count == 0 || *text == '|')
			transactions[list->count++] = (struct transaction){ .recipients = recipients };
		if (*text == '|')
			continue;
		*recipients++ = (struct transaction_recipient){ .index = (size_t)(*text - '0') };
		transactions[list->count - 1].recipient_count++;
	}
}

static void parts_come_as_told(void **state)
{
	const struct row *row = *state;
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct parts parts;
	struct part part;
	char taken[64] = "";
	const char *deed = row->deeds;

	read_list(row->transactions, &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, RECIPIENTS, row->part_max));
	while (parts_take(&parts, &part)) {
		size_t length = strlen(taken);

		assert_true(length + part.count + 2 < sizeof taken);
		if (length > 0)
			taken[length++] = '|';
		for (size_t i = 0; i < part.count; i++)
			taken[length++] = (char)('0' + parts_index(&parts, &part, i));
		taken[length] = '\0';
		if (*deed == 's')
			parts_split(&parts, &part);
		if (*deed == 'c')
			parts_close(&parts, &part);
		if (*deed)
			deed++;
	}
	assert_string_equal(taken, row->taken);
	parts_clear(&parts);
}

static void a_page_that_is_not_the_last_is_told(void **state)
{
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct parts parts;
	struct part part;

	(void)state;
	read_list("01|23|01", &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, RECIPIENTS, 0));
	assert_true(parts_take(&parts, &part));
	assert_true(parts_has_more_pages(&parts, &part));
	assert_true(parts_take(&parts, &part));
	assert_false(parts_has_more_pages(&parts, &part));
	assert_true(parts_take(&parts, &part));
	assert_false(parts_has_more_pages(&parts, &part));
	assert_false(parts_take(&parts, &part));
	parts_clear(&parts);
}

static void halves_of_one_page_are_no_pages(void **state)
{
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct parts parts;
	struct part part;

	(void)state;
	read_list("0123", &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, RECIPIENTS, 0));
	assert_true(parts_take(&parts, &part));
	parts_split(&parts, &part);
	assert_true(parts_take(&parts, &part));
	assert_false(parts_has_more_pages(&parts, &part));
	parts_clear(&parts);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, parts_come_as_told);
	ROWS_ADD(&rows, "a page that is not the last is told", a_page_that_is_not_the_last_is_told);
	ROWS_ADD(&rows, "halves of one page are no pages", halves_of_one_page_are_no_pages);
	return rows_run(&rows, "parts");
}
