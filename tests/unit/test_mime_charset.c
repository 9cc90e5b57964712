/* SPDX-License-Identifier: ISC */
#include "compose/mime_charset.h"

#include "rows.h"

#define TEXT(literal) literal, sizeof(literal) - 1

struct row {
	const char *name;
	const char *octets;
	size_t length;
	const char *declared;
	const char *text;
	bool guessed;
};

static const struct row texts[] = {
	{ "nothing stays nothing", TEXT(""), NULL, "", false },
	{ "ASCII without charset stays", TEXT("abc\r\n"), NULL, "abc\r\n", false },
	{ "UTF-8 is UTF-8 whatever is declared", TEXT("\xc3\xbc"), "iso-8859-1", "\xc3\xbc", false },
	{ "UTF-8 declared as ASCII is UTF-8", TEXT("\xc3\xbc"), "us-ascii", "\xc3\xbc", false },
	{ "Latin-1 as declared", TEXT("\xfc"), "ISO-8859-1", "\xc3\xbc", false },
	{ "Latin-1 with the euro sign of Windows", TEXT("5 \x80"), "iso-8859-1",
	  "5 \xe2\x82\xac", false },
	{ "Latin-9 as declared", TEXT("5 \xa4"), "iso-8859-15", "5 \xe2\x82\xac", false },
	{ "KOI8-R as declared", TEXT("\xf0\xc9"), "koi8-r", "\xd0\x9f\xd0\xb8", false },
	{ "7-bit Japanese as declared", TEXT("\x1b$B7Y\x1b(B!"), "iso-2022-jp",
	  "\xe8\xad\xa6!", false },
	{ "UTF-7 as declared", TEXT("+APw-!"), "utf-7", "\xc3\xbc!", false },
	{ "UTF-16 as declared", TEXT("\0a\0\xfc"), "utf-16be", "a\xc3\xbc", false },
	{ "GB2312 that is more than that", TEXT("\xb0\xa1\x81\x40"), "gb2312",
	  "\xe5\x95\x8a\xe4\xb8\x82", false },
	{ "an unknown charset is Latin-1", TEXT("\xfc"), "x-unknown", "\xc3\xbc", true },
	{ "an unknown charset of ASCII text is guessed", TEXT("abc"), "x-unknown", "abc", true },
	{ "a lying UTF-8 is Latin-1", TEXT("Gr\xfc\xdf" "e"), "utf-8", "Gr\xc3\xbc\xc3\x9f" "e",
	  true },
	{ "no charset is Latin-1", TEXT("\xfc"), NULL, "\xc3\xbc", true },
	{ "UTF-8 cut within a character keeps the others", TEXT("\xc3\xbc\xc3"), "utf-8",
	  "\xc3\xbc\xc3\x83", true },
	{ "a lying Big5 is Latin-1", TEXT("\xfc"), "big5", "\xc3\xbc", true },
	{ "a charset in quotes and blanks", TEXT("\xfc"), " \"iso-8859-1\" ", "\xc3\xbc", false },
	{ "utf8 is UTF-8", TEXT("\xc3\xbc"), "utf8", "\xc3\xbc", false },
	{ "unknown-8bit is guessed", TEXT("\xfc"), "unknown-8bit", "\xc3\xbc", true },
	{ "no charset takes options of the converter", TEXT("\xfc"), "//IGNORE", "\xc3\xbc", true },
	{ "UTF-16 with its mark", TEXT("\xff\xfe" "a\0\xfc\0"), "utf-16", "a\xc3\xbc", false },
	{ "UTF-16 with its mark, undeclared", TEXT("\xfe\xff\0a\0\xfc"), NULL, "a\xc3\xbc", true },
	{ "the mark of UTF-8 goes", TEXT("\xef\xbb\xbf" "a"), "utf-8", "a", false },
	{ "a broken character leaves the others as declared",
	  TEXT("\x82\xa0\x82\xa2\x82\xa4\x82\xa6\x82\xa8\x82\xa9\x82\xaa\x82\xa0\xff"), "shift_jis",
	  "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a\xe3\x81\x8b\xe3\x81\x8c"
	  "\xe3\x81\x82\xef\xbf\xbd", true },
	{ "7-bit Japanese, undeclared", TEXT("\x1b$B7Y\x1b(B!"), NULL, "\xe8\xad\xa6!", true },
	{ "a shift at the very end", TEXT("\x1b$B7Y"), "iso-2022-jp", "\xe8\xad\xa6", false },
	{ "a letter that waits for its accent", TEXT("\x88\x62"), "big5", "\xc3\x8a\xcc\x84", false },
	{ "an octet that Windows does not know", TEXT("\x81"), NULL, "\xc2\x81", true },
	{ "UTF-8 with one fault keeps its letters", TEXT("\xc3\xbc\xfc"), "utf-8", "\xc3\xbc\xc3\xbc",
	  true },
	{ "NUL is no text", TEXT("a\0b"), "utf-8", "a?b", true },
};

static void converts(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(100);
	bool guessed;

	assert_true(mime_charset_to_utf8(span_make(row->octets, row->length), row->declared, &out,
					 &guessed));
	assert_string_equal(buf_string(&out), row->text);
	assert_int_equal(guessed, row->guessed);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, texts, converts);
	return rows_run(&rows, "mime_charset");
}
