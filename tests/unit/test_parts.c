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
	{ "a gap in the middle leaves both sides", "012|012", 0, "s.sc...", "012|0|12|1|2|0|2" },
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
	struct queue_recipient served[RECIPIENTS] = { { 0 } };
	struct queue_entry entry = { .recipients = served, .recipient_count = RECIPIENTS };
	struct parts parts;
	struct part part;
	char taken[64] = "";
	const char *deed = row->deeds;

	read_list(row->transactions, &list, transactions, recipients);
	entry.part_max = row->part_max;
	assert_true(parts_init(&parts, &list, &entry));
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

/* Who is isolated, and what is taken then. */
static const struct isolated {
	const char *name;
	const char *transactions, *isolated;
	const char *taken;
} isolated[] = {
	{ "one in the middle comes last", "01234", "2", "01|34|2" },
	{ "the first one", "012", "0", "12|0" },
	{ "the last one", "012", "2", "01|2" },
	{ "one that is alone already", "0|12", "0", "0|12" },
	{ "both of two", "01", "01", "1|0" },
	{ "several", "01234567", "167", "0|2345|7|6|1" },
	{ "in each page", "012|012|012", "1", "0|2|1|0|2|1|0|2|1" },
	{ "nobody of this list", "012", "7", "012" },
};

static void isolated_go_alone(void **state)
{
	const struct isolated *row = *state;
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct queue_recipient served[RECIPIENTS] = { { 0 } };
	struct queue_entry entry = { .recipients = served, .recipient_count = RECIPIENTS };
	struct parts parts;
	struct part part;
	char taken[64] = "";
	size_t length = 0;

	read_list(row->transactions, &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, &entry));
	for (const char *who = row->isolated; *who; who++)
		parts_isolate(&parts, (size_t)(*who - '0'));
	while (parts_take(&parts, &part)) {
		assert_true(length + part.count + 2 < sizeof taken);
		if (length > 0)
			taken[length++] = '|';
		for (size_t i = 0; i < part.count; i++)
			taken[length++] = (char)('0' + parts_index(&parts, &part, i));
	}
	assert_string_equal(taken, row->taken);
	parts_clear(&parts);
}

static void each_part_tells_its_page(void **state)
{
	static const unsigned page[] = { 1, 1, 2, 3 }, pages[] = { 3, 1, 3, 3 };
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct queue_recipient served[RECIPIENTS] = { { 0 } };
	struct queue_entry entry = { .recipients = served, .recipient_count = RECIPIENTS };
	struct parts parts;
	struct part part;

	(void)state;
	read_list("01|23|01|01", &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, &entry));
	for (size_t i = 0; i < 4; i++) {
		assert_true(parts_take(&parts, &part));
		assert_int_equal(parts_page(&parts, &part), page[i]);
		assert_int_equal(parts_pages(&parts, &part), pages[i]);
	}
	assert_false(parts_take(&parts, &part));
	parts_clear(&parts);
}

static void pages_that_are_there_are_not_taken(void **state)
{
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct queue_recipient served[RECIPIENTS] = { { .pages_sent = 2 }, { .pages_sent = 1 } };
	struct queue_entry entry = { .recipients = served, .recipient_count = RECIPIENTS,
				     .pages = 3 };
	struct parts parts;
	struct part part;

	(void)state;
	read_list("01|01|01", &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, &entry));
	assert_true(parts_goes_on(&parts));
	assert_true(parts_take(&parts, &part));
	assert_int_equal(part.transaction, 1);
	assert_int_equal(part.count, 1);
	assert_int_equal(parts_index(&parts, &part, 0), 1);
	assert_true(parts_take(&parts, &part));
	assert_int_equal(part.transaction, 2);
	assert_int_equal(part.count, 2);
	entry.pages = 4;
	assert_false(parts_goes_on(&parts));
	parts_clear(&parts);
}

static void halves_of_one_page_are_no_pages(void **state)
{
	struct transaction_recipient recipients[32];
	struct transaction transactions[8];
	struct transaction_list list;
	struct queue_recipient served[RECIPIENTS] = { { 0 } };
	struct queue_entry entry = { .recipients = served, .recipient_count = RECIPIENTS };
	struct parts parts;
	struct part part;

	(void)state;
	read_list("0123", &list, transactions, recipients);
	assert_true(parts_init(&parts, &list, &entry));
	assert_true(parts_take(&parts, &part));
	parts_split(&parts, &part);
	assert_true(parts_take(&parts, &part));
	assert_int_equal(parts_page(&parts, &part), 1);
	assert_int_equal(parts_pages(&parts, &part), 1);
	parts_clear(&parts);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, parts_come_as_told);
	ROWS_ADD_TABLE(&rows, isolated, isolated_go_alone);
	ROWS_ADD(&rows, "each part tells which page it is", each_part_tells_its_page);
	ROWS_ADD(&rows, "pages that are there are not taken", pages_that_are_there_are_not_taken);
	ROWS_ADD(&rows, "halves of one page are no pages", halves_of_one_page_are_no_pages);
	return rows_run(&rows, "parts");
}
