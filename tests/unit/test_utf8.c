/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "base/utf8.h"

#define TEXT(literal) { literal, sizeof(literal) - 1 }

static const struct next_row {
	const char *name;
	struct span text;
	size_t length;
	uint32_t code;
} next_rows[] = {
	{ "a letter is one octet", TEXT("A"), 1, 'A' },
	{ "an octet of zero is a character", TEXT("\0"), 1, 0 },
	{ "U+007F is the last of one octet", TEXT("\x7f"), 1, 0x7f },
	{ "U+0080 is the first of two", TEXT("\xc2\x80"), 2, 0x80 },
	{ "U+07FF is the last of two", TEXT("\xdf\xbf"), 2, 0x7ff },
	{ "U+0800 is the first of three", TEXT("\xe0\xa0\x80"), 3, 0x800 },
	{ "U+D7FF is the last before the surrogates", TEXT("\xed\x9f\xbf"), 3, 0xd7ff },
	{ "U+E000 is the first behind the surrogates", TEXT("\xee\x80\x80"), 3, 0xe000 },
	{ "U+FFFF is the last of three", TEXT("\xef\xbf\xbf"), 3, 0xffff },
	{ "U+10000 is the first of four", TEXT("\xf0\x90\x80\x80"), 4, 0x10000 },
	{ "U+10FFFF is the last of all", TEXT("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
	{ "what follows does not matter", TEXT("\xc3\xa4\xff"), 2, 0xe4 },
	{ "nothing is no character", TEXT(""), 0, 0 },
	{ "a continuation alone is refused", TEXT("\x80"), 0, 0 },
	{ "a slash in two octets is refused", TEXT("\xc0\xaf"), 0, 0 },
	{ "an overlong form of two with C1 is refused", TEXT("\xc1\xbf"), 0, 0 },
	{ "an overlong form of three is refused", TEXT("\xe0\x9f\xbf"), 0, 0 },
	{ "an overlong form of four is refused", TEXT("\xf0\x8f\xbf\xbf"), 0, 0 },
	{ "the first surrogate is refused", TEXT("\xed\xa0\x80"), 0, 0 },
	{ "the last surrogate is refused", TEXT("\xed\xbf\xbf"), 0, 0 },
	{ "U+110000 is refused", TEXT("\xf4\x90\x80\x80"), 0, 0 },
	{ "a lead of F5 is refused", TEXT("\xf5\x80\x80\x80"), 0, 0 },
	{ "a lead of FF is refused", TEXT("\xff"), 0, 0 },
	{ "a form of two that lacks one is refused", TEXT("\xc3"), 0, 0 },
	{ "a form of three that lacks one is refused", TEXT("\xe2\x82"), 0, 0 },
	{ "a form of four that lacks one is refused", TEXT("\xf0\x9f\x98"), 0, 0 },
	{ "a letter instead of a continuation is refused", TEXT("\xe2\x82" "A"), 0, 0 },
	{ "a lead instead of a continuation is refused", TEXT("\xc3\xc3"), 0, 0 },
};

static void finds_next(void **state)
{
	const struct next_row *row = *state;
	uint32_t code = 4711;

	assert_int_equal(utf8_next(row->text, &code), row->length);
	assert_int_equal(utf8_next(row->text, NULL), row->length);
	assert_int_equal(code, row->length ? row->code : 4711);
}

static const struct valid_row {
	const char *name;
	struct span text;
	bool valid, ascii;
} valid_rows[] = {
	{ "nothing is valid", TEXT(""), true, true },
	{ "plain text is valid and ASCII", TEXT("plain\r\n"), true, true },
	{ "an umlaut is valid but not ASCII", TEXT("K\xc3\xb6ln"), true, false },
	{ "a fault at the end is found", TEXT("abc\xff"), false, false },
	{ "a fault in the middle is found", TEXT("a\x80" "b"), false, false },
	{ "Latin-1 is not valid", TEXT("K\xf6ln"), false, false },
};

static void judges(void **state)
{
	const struct valid_row *row = *state;

	assert_int_equal(utf8_is_valid(row->text), row->valid);
	assert_int_equal(utf8_is_ascii(row->text), row->ascii);
}

static const struct take_row {
	const char *name;
	struct span text;
	size_t max, length;
} take_rows[] = {
	{ "what fits is taken whole", TEXT("a\xc3\xa4"), 3, 3 },
	{ "more room than text changes nothing", TEXT("a\xc3\xa4"), 99, 3 },
	{ "a character of two is not cut", TEXT("a\xc3\xa4"), 2, 1 },
	{ "a character of three is not cut behind its first", TEXT("\xe2\x82\xac" "a"), 1, 0 },
	{ "a character of three is not cut behind its second", TEXT("\xe2\x82\xac" "a"), 2, 0 },
	{ "a cut between two characters is kept", TEXT("\xe2\x82\xac" "a"), 3, 3 },
	{ "a character of four is not cut", TEXT("ab\xf0\x9f\x98\x80"), 5, 2 },
	{ "no room takes nothing", TEXT("abc"), 0, 0 },
};

static void takes(void **state)
{
	const struct take_row *row = *state;
	struct span taken = utf8_take(row->text, row->max);

	assert_int_equal(taken.length, row->length);
	assert_true(utf8_is_valid(taken));
	assert_true(utf8_is_valid(span_skip(row->text, taken.length)));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, next_rows, finds_next);
	ROWS_ADD_TABLE(&rows, valid_rows, judges);
	ROWS_ADD_TABLE(&rows, take_rows, takes);
	return rows_run(&rows, "utf8");
}
