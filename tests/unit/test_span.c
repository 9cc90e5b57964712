/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdlib.h>

#include "base/span.h"

static const struct number_row {
	const char *name;
	const char *text;
	int64_t min, max;
	bool good;
	int64_t value;
} number_rows[] = {
	{ "zero is a number", "0", 0, 9, true, 0 },
	{ "a negative number keeps its sign", "-530", -999, 999, true, -530 },
	{ "leading zeros count for nothing", "007", 0, 9, true, 7 },
	{ "minus zero is zero", "-0", 0, 0, true, 0 },
	{ "the least number of 64 bits is reached", "-9223372036854775808", INT64_MIN, INT64_MAX,
	  true, INT64_MIN },
	{ "the greatest number of 64 bits is reached", "9223372036854775807", INT64_MIN, INT64_MAX,
	  true, INT64_MAX },
	{ "one above the greatest is refused", "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
	{ "one below the least is refused", "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
	{ "twenty nines are refused", "99999999999999999999", INT64_MIN, INT64_MAX, false, 0 },
	{ "the lower bound is within", "5", 5, 9, true, 5 },
	{ "the upper bound is within", "9", 5, 9, true, 9 },
	{ "below the lower bound is refused", "4", 5, 9, false, 0 },
	{ "above the upper bound is refused", "10", 5, 9, false, 0 },
	{ "nothing is no number", "", 0, 9, false, 0 },
	{ "a lone minus is no number", "-", -9, 9, false, 0 },
	{ "two minuses are no number", "--1", -9, 9, false, 0 },
	{ "a plus is refused", "+1", 0, 9, false, 0 },
	{ "a blank before is refused", " 1", 0, 9, false, 0 },
	{ "a blank behind is refused", "1 ", 0, 9, false, 0 },
	{ "a letter is refused", "1a", 0, 99, false, 0 },
	{ "a slash, one below the digits, is refused", "/", 0, 99, false, 0 },
	{ "a colon, one above the digits, is refused", ":", 0, 99, false, 0 },
};

static void parses_number(void **state)
{
	const struct number_row *row = *state;
	int64_t value = 4711;

	assert_int_equal(span_number(span_of(row->text), row->min, row->max, &value), row->good);
	assert_int_equal(value, row->good ? row->value : 4711);
}

static const struct compare_row {
	const char *name;
	const char *a, *b;
	bool equal, equal_nocase, starts, starts_nocase;
} compare_rows[] = {
	{ "equal texts are equal", "QUIT", "QUIT", true, true, true, true },
	{ "case matters unless told otherwise", "quit", "QUIT", false, true, false, true },
	{ "only ASCII letters fold", "\xe4", "\xc4", false, false, false, false },
	{ "a bracket and a brace differ by the case bit and do not fold", "[", "{", false, false,
	  false, false },
	{ "an at sign and a grave do not fold", "@", "`", false, false, false, false },
	{ "Z folds to z", "Z", "z", false, true, false, true },
	{ "a longer text starts with a shorter", "MAIL FROM:", "MAIL", false, false, true, true },
	{ "a shorter text does not start with a longer", "MAI", "MAIL", false, false, false, false },
	{ "everything starts with nothing", "x", "", false, false, true, true },
	{ "nothing equals nothing", "", "", true, true, true, true },
	{ "a null text equals nothing", NULL, "", true, true, true, true },
	{ "nothing does not start with something", NULL, "x", false, false, false, false },
};

static void compares(void **state)
{
	const struct compare_row *row = *state;
	struct span a = span_of(row->a);

	assert_int_equal(span_is(a, row->b), row->equal);
	assert_int_equal(span_equal(a, span_of(row->b)), row->equal);
	assert_int_equal(span_is_nocase(a, row->b), row->equal_nocase);
	assert_int_equal(span_equal_nocase(a, span_of(row->b)), row->equal_nocase);
	assert_int_equal(span_starts(a, row->b), row->starts);
	assert_int_equal(span_starts_nocase(a, row->b), row->starts_nocase);
}

static const struct cut_row {
	const char *name;
	const char *text;
	const char *parts[5];
} cut_rows[] = {
	{ "a text without separator is one part", "abc", { "abc" } },
	{ "empty parts are kept", "a,,b", { "a", "", "b" } },
	{ "a separator at the end gives an empty part", "a,", { "a", "" } },
	{ "a separator at the front gives an empty part", ",a", { "", "a" } },
	{ "a lone separator gives two empty parts", ",", { "", "" } },
	{ "an empty text is one empty part", "", { "" } },
	{ "a null text has no part", NULL, { NULL } },
};

static void cuts(void **state)
{
	const struct cut_row *row = *state;
	struct span rest = span_of(row->text), head;
	size_t i;

	for (i = 0; row->parts[i]; i++) {
		assert_true(span_cut(&rest, ',', &head));
		assert_true(span_is(head, row->parts[i]));
	}
	assert_false(span_cut(&rest, ',', &head));
	assert_int_equal(head.length, 0);
}

static const struct word_row {
	const char *name;
	const char *text;
	const char *words[5];
} word_rows[] = {
	{ "words are parted by blanks and tabs", "a \t bc\td", { "a", "bc", "d" } },
	{ "blanks at both ends do not matter", "  a  ", { "a" } },
	{ "only blanks hold no word", " \t ", { NULL } },
	{ "nothing holds no word", "", { NULL } },
	{ "a line end is part of a word", "a\r\n", { "a\r\n" } },
};

static void splits_words(void **state)
{
	const struct word_row *row = *state;
	struct span rest = span_of(row->text), word;

	for (size_t i = 0; row->words[i]; i++) {
		assert_true(span_word(&rest, &word));
		assert_true(span_is(word, row->words[i]));
	}
	assert_false(span_word(&rest, &word));
	assert_int_equal(word.length, 0);
}

static const struct find_row {
	const char *name;
	const char *text, *wanted;
	size_t offset;
} find_rows[] = {
	{ "the first of several is found", "a+++b+++", "+++", 1 },
	{ "one at the very end is found", "ab+++", "+++", 2 },
	{ "what is missing gives the length", "ab++", "+++", 4 },
	{ "what is longer than the text gives the length", "++", "+++", 2 },
	{ "nothing is found at the front", "abc", "", 0 },
	{ "a single octet is found", "abc", "c", 2 },
	{ "a single missing octet gives the length", "abc", "d", 3 },
	{ "in nothing nothing is found", NULL, "a", 0 },
};

static void finds(void **state)
{
	const struct find_row *row = *state;
	struct span text = span_of(row->text);

	assert_int_equal(span_find(text, span_of(row->wanted)), row->offset);
	if (strlen(row->wanted) == 1)
		assert_int_equal(span_index(text, row->wanted[0]), row->offset);
}

static const struct trim_row {
	const char *name;
	const char *text, *trimmed;
} trim_rows[] = {
	{ "blanks, tabs and line ends go from both ends", " \t\r\na b\r\n", "a b" },
	{ "only blanks leave nothing", " \t ", "" },
	{ "nothing stays nothing", "", "" },
	{ "a vertical tab stays", "\va\v", "\va\v" },
};

static void trims(void **state)
{
	const struct trim_row *row = *state;

	assert_true(span_is(span_trim(span_of(row->text)), row->trimmed));
}

static void skips_and_takes_no_more_than_there_is(void **state)
{
	struct span text = span_of("abc");

	(void)state;
	assert_true(span_is(span_skip(text, 1), "bc"));
	assert_true(span_is(span_skip(text, 3), ""));
	assert_true(span_is(span_skip(text, SIZE_MAX), ""));
	assert_true(span_is(span_take(text, 2), "ab"));
	assert_true(span_is(span_take(text, SIZE_MAX), "abc"));
	assert_null(span_skip(span_of(NULL), 5).at);
}

static void copies_and_says_when_cut(void **state)
{
	char out[4] = "xxx";

	(void)state;
	assert_true(span_copy(span_of("abc"), out, sizeof out));
	assert_string_equal(out, "abc");
	assert_false(span_copy(span_of("defg"), out, sizeof out));
	assert_string_equal(out, "def");
	assert_false(span_copy(span_of("z"), out, 1));
	assert_string_equal(out, "");
	assert_true(span_copy(span_of(NULL), out, sizeof out));
	assert_string_equal(out, "");
}

static void duplicates_octets_that_are_zero(void **state)
{
	char *copy = span_dup(span_make("a\0b", 3));
	char *nothing = span_dup(span_of(NULL));

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(nothing, "");
	free(copy);
	free(nothing);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, number_rows, parses_number);
	ROWS_ADD_TABLE(&rows, compare_rows, compares);
	ROWS_ADD_TABLE(&rows, cut_rows, cuts);
	ROWS_ADD_TABLE(&rows, word_rows, splits_words);
	ROWS_ADD_TABLE(&rows, find_rows, finds);
	ROWS_ADD_TABLE(&rows, trim_rows, trims);
	ROWS_ADD(&rows, "skip and take stop at the end", skips_and_takes_no_more_than_there_is);
	ROWS_ADD(&rows, "a copy that is cut says so and still ends", copies_and_says_when_cut);
	ROWS_ADD(&rows, "a duplicate keeps octets of zero", duplicates_octets_that_are_zero);
	return rows_run(&rows, "span");
}
