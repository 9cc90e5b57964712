/* SPDX-License-Identifier: ISC */
#include "mail/raw_text.h"

#include "rows.h"

struct row {
	const char *name;
	const char *octets;
	const char *text;
};

static const struct row rows_raw[] = {
	{ "nothing stays nothing", "", "" },
	{ "ASCII stays", "disk full", "disk full" },
	{ "UTF-8 stays", "Gr\xc3\xbc\xc3\x9f" "e \xe2\x82\xac \xf0\x9f\x94\xa5",
	  "Gr\xc3\xbc\xc3\x9f" "e \xe2\x82\xac \xf0\x9f\x94\xa5" },
	{ "Latin-1 becomes UTF-8", "Gr\xfc\xdf" "e", "Gr\xc3\xbc\xc3\x9f" "e" },
	{ "a character cut at the end does not spoil the others", "\xc3\xbc \xc3",
	  "\xc3\xbc \xc3\x83" },
	{ "an overlong slash is two octets of Latin-1", "\xc0\xaf", "\xc3\x80\xc2\xaf" },
};

static void reads_as(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(100);

	assert_true(raw_text_to_utf8(span_of(row->octets), &out));
	assert_string_equal(buf_string(&out), row->text);
	buf_clear(&out);
}

static void tells_when_full(void **state)
{
	struct buf out = BUF_INIT(3);

	(void)state;
	assert_true(raw_text_to_utf8(span_of("\xfc" "a"), &out));
	buf_reset(&out);
	assert_false(raw_text_to_utf8(span_of("\xfc\xfc"), &out));
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, rows_raw, reads_as);
	ROWS_ADD(&rows, "a full buffer is told", tells_when_full);
	return rows_run(&rows, "raw_text");
}
