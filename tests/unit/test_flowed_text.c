/* SPDX-License-Identifier: ISC */
#include "compose/flowed_text.h"

#include "rows.h"

struct row {
	const char *name;
	const char *text;
	bool delsp;
	const char *joined;
};

static const struct row texts[] = {
	{ "nothing stays nothing", "", false, "" },
	{ "fixed lines stay", "a\r\nb\r\n", false, "a\r\nb\r\n" },
	{ "a flowed line goes on", "a \r\nb \r\nc\r\nd\r\n", false, "a b c\r\nd\r\n" },
	{ "bare line feeds are line ends", "a \nb\n", false, "a b\r\n" },
	{ "text without an end has none", "a \r\nb", false, "a b" },
	{ "with DelSp the blank goes", "ab \r\ncd  \r\nef\r\n", true, "abcd ef\r\n" },
	{ "a stuffed blank goes", " From me\r\n  indented\r\n > no quote\r\n", false,
	  "From me\r\n indented\r\n> no quote\r\n" },
	{ "a quote is told", ">a \r\n>b\r\n> c\r\n", false, "> a b\r\n> c\r\n" },
	{ "depths do not flow into each other", ">> a \r\n> b \r\nc\r\n", false,
	  ">> a \r\n> b \r\nc\r\n" },
	{ "a signature stays alone", "a \r\n-- \r\nme\r\n", false, "a \r\n-- \r\nme\r\n" },
	{ "a quoted signature too", "> a \r\n> -- \r\n> me\r\n", false,
	  "> a \r\n> -- \r\n> me\r\n" },
	{ "an empty line ends a paragraph", "a \r\n\r\nb\r\n", false, "a \r\nb\r\n" },
	{ "an empty line between paragraphs stays", "a\r\n\r\nb\r\n", false, "a\r\n\r\nb\r\n" },
};

static void joins(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(flowed_text_join(span_of(row->text), row->delsp, &out));
	assert_string_equal(buf_string(&out), row->joined);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, texts, joins);
	return rows_run(&rows, "flowed_text");
}
