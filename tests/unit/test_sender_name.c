/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "mail/sender_name.h"

struct row {
	const char *name, *given;
	size_t max;
	const char *carried;
};

#define TEN "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct row table[] = {
	{ "a plain name", "Gateway 1", 50, "Gateway 1" },
	{ "none", "", 50, "" },
	{ "what ends a quoted text or an address is left out", "a\"b\\c<d>e", 50, "abcde" },
	{ "characters beyond ASCII are left out", "T\xc3\xbcr", 50, "Tr" },
	{ "controls are left out", "a\r\nb\x7f", 50, "ab" },
	{ "blanks at the ends are left out", "  a b ", 50, "a b" },
	{ "it is cut", TEN "x", 10, TEN },
	{ "no blank is left where it is cut", "123456789 x", 10, "123456789" },
	{ "more than is looked at", LONG, 1000, NULL },
};

static void a_name_is_carried(void **state)
{
	const struct row *row = *state;
	char kept[SENDER_NAME_SIZE];
	struct span name = sender_name_carried(span_of(row->given), row->max, kept);

	if (row->carried)
		assert_true(span_is(name, row->carried));
	else
		assert_int_equal(name.length, SENDER_NAME_SIZE);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, a_name_is_carried);
	return rows_run(&rows, "the name beside the module's address");
}
