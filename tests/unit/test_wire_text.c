/* SPDX-License-Identifier: ISC */
#include "mail/wire_text.h"

#include <stdlib.h>

#include "rows.h"

#define ZWJ "\xe2\x80\x8d"
#define TEXT(literal) literal, sizeof(literal) - 1

struct body_row {
	const char *name;
	const char *body;
	size_t length;
	const char *fault;	/* NULL: safe */
};

static const struct body_row bodies[] = {
	{ "a line with CRLF is a body", TEXT("disk full\r\n"), NULL },
	{ "an empty line is a body", TEXT("\r\n"), NULL },
	{ "TAB and UTF-8 are text", TEXT("\tGr\xc3\xbc\xc3\x9f" "e\r\n"), NULL },
	{ "two plus signs are text", TEXT("C++\r\n++\r\n"), NULL },
	{ "AT within a line is text", TEXT("look AT this. .\r\n"), NULL },
	{ "an indented command is text", TEXT(" AT\r\n .\r\n A/\r\n"), NULL },
	{ "nothing is no body", TEXT(""), "empty" },
	{ "an unended line is no body", TEXT("x"), "the last line does not end with CRLF" },
	{ "an unended second line is no body", TEXT("x\r\ny"),
	  "the last line does not end with CRLF" },
	{ "a plus before the terminator is no body", TEXT("x\r\n+"),
	  "the last line does not end with CRLF" },
	{ "a bare LF at the end is refused", TEXT("x\n"), "a LF without CR" },
	{ "a bare LF is refused", TEXT("x\ny\r\n"), "a LF without CR" },
	{ "a bare CR is refused", TEXT("x\ry\r\n"), "a CR without LF" },
	{ "two CR are refused", TEXT("x\r\r\n"), "a CR without LF" },
	{ "the escape is refused", TEXT("a+++b\r\n"), "+++ would end data mode" },
	{ "the escape at the start is refused", TEXT("+++\r\n"), "+++ would end data mode" },
	{ "four plus signs are refused", TEXT("++++\r\n"), "+++ would end data mode" },
	{ "AT at the start is refused", TEXT("ATD123;\r\n"),
	  "a line begins with AT, A/ or a dot" },
	{ "at in a later line is refused", TEXT("x\r\nat\r\n"),
	  "a line begins with AT, A/ or a dot" },
	{ "At in mixed case is refused", TEXT("At noon\r\n"),
	  "a line begins with AT, A/ or a dot" },
	{ "aT in mixed case is refused", TEXT("aT\r\n"), "a line begins with AT, A/ or a dot" },
	{ "A/ is refused", TEXT("A/\r\n"), "a line begins with AT, A/ or a dot" },
	{ "a/ is refused", TEXT("a/b\r\n"), "a line begins with AT, A/ or a dot" },
	{ "a dot at the start is refused", TEXT("x\r\n.\r\n"),
	  "a line begins with AT, A/ or a dot" },
	{ "NUL is refused", TEXT("a\0b\r\n"), "a control character" },
	{ "Ctrl-Z is refused", TEXT("\x1a\r\n"), "a control character" },
	{ "ESC is refused", TEXT("\x1b[1m\r\n"), "a control character" },
	{ "DEL is refused", TEXT("\x7f\r\n"), "a control character" },
};

static void assert_fault(const char *fault, const char *expected)
{
	if (expected == NULL)
		assert_null(fault);
	else
		assert_string_equal(fault ? fault : "(none)", expected);
}

static void judges_body(void **state)
{
	const struct body_row *row = *state;

	assert_fault(wire_text_body_fault(span_make(row->body, row->length)), row->fault);
}

static const struct body_row octets[] = {
	{ "no octets are safe", TEXT(""), NULL },
	{ "any other octets are safe", TEXT("\0\x1a\xff\r\n AT\r\n.\r\n"), NULL },
	{ "AT within a line of octets is safe", TEXT("xAT\tAT"), NULL },
	{ "AT at the start of octets is refused", TEXT("AT"), "a line begins with AT or A/" },
	{ "aT behind LF is refused", TEXT("x\naTZ"), "a line begins with AT or A/" },
	{ "At behind CR is refused", TEXT("x\rAt"), "a line begins with AT or A/" },
	{ "A/ behind CRLF is refused", TEXT("x\r\nA/"), "a line begins with AT or A/" },
	{ "a/ behind LF is refused", TEXT("\na/b"), "a line begins with AT or A/" },
	{ "A alone at the end is safe", TEXT("x\nA"), NULL },
	{ "two plus signs inside are safe", TEXT("a++b"), NULL },
	{ "the escape inside is refused", TEXT("a+++b"), "+++ would end data mode" },
	{ "one plus sign at the end is refused", TEXT("ab+"),
	  "a plus sign before the terminator would end data mode too early" },
};

static void judges_octets(void **state)
{
	const struct body_row *row = *state;

	assert_fault(wire_text_octets_fault(span_make(row->body, row->length)), row->fault);
}

struct break_row {
	const char *name;
	const char *octets;
	size_t at;
};

static const struct break_row breaks[] = {
	{ "nothing has no break", "", 0 },
	{ "what is safe has none", "a++b\nBAT", 8 },
	{ "the escape breaks before its third sign", "a+++b", 3 },
	{ "a longer run breaks there too", "+++++", 2 },
	{ "a command breaks behind its first letter", "x\nATZ", 3 },
	{ "a command at the start breaks", "a/", 1 },
	{ "the first of several counts", "\rAT+++", 2 },
};

static void finds_break(void **state)
{
	const struct break_row *row = *state;

	assert_int_equal(wire_text_find_break(span_of(row->octets)), row->at);
}

static const struct body_row parameters[] = {
	{ "an empty parameter is safe", TEXT(""), NULL },
	{ "twenty octets at most twenty are safe", TEXT("12345678901234567890"), NULL },
	{ "twenty-one octets are too long", TEXT("123456789012345678901"), "too long" },
	{ "a quotation mark is refused", TEXT("a\"b"), "a quotation mark" },
	{ "CR is refused", TEXT("a\rATD1;"), "a control character" },
	{ "NUL is refused in a parameter", TEXT("a\0"), "a control character" },
	{ "TAB is refused in a parameter", TEXT("a\tb"), "a control character" },
	{ "DEL is refused in a parameter", TEXT("\x7f"), "a control character" },
	{ "tilde is safe", TEXT("~ !#'"), NULL },
	{ "UTF-8 is refused in a parameter", TEXT("\xc3\xbc"), "an octet that is not ASCII" },
	{ "0x80 is refused in a parameter", TEXT("\x80"), "an octet that is not ASCII" },
};

static void judges_parameter(void **state)
{
	const struct body_row *row = *state;

	assert_fault(wire_text_parameter_fault(span_make(row->body, row->length), 20), row->fault);
}

#define TWENTY_ONE "abcdefghijklmnopqrstu"

static const struct body_row names[] = {
	{ "a plain name is safe", TEXT("log-2026_11.tar.gz"), NULL },
	{ "63 octets are safe", TEXT(TWENTY_ONE TWENTY_ONE TWENTY_ONE), NULL },
	{ "64 octets are too long", TEXT(TWENTY_ONE TWENTY_ONE TWENTY_ONE "v"),
	  "longer than 63 octets" },
	{ "an empty name is refused", TEXT(""), "empty" },
	{ "a hidden name is refused", TEXT(".profile"), "begins with a dot" },
	{ "the module's own store is out of reach", TEXT("/UFS/secret.txt"),
	  "an octet other than A-Z a-z 0-9 . _ -" },
	{ "a store by its other spelling is refused", TEXT("RAM:x"),
	  "an octet other than A-Z a-z 0-9 . _ -" },
	{ "a blank is refused", TEXT("a b"), "an octet other than A-Z a-z 0-9 . _ -" },
	{ "a quotation mark in a name is refused", TEXT("a\""),
	  "an octet other than A-Z a-z 0-9 . _ -" },
	{ "NUL in a name is refused", TEXT("a\0b"), "an octet other than A-Z a-z 0-9 . _ -" },
};

static void judges_name(void **state)
{
	const struct body_row *row = *state;

	assert_fault(wire_text_name_fault(span_make(row->body, row->length)), row->fault);
}

struct make_row {
	const char *name;
	const char *text;
	size_t length;
	bool utf8;
	const char *body;
	bool changed;
};

static const struct make_row makes[] = {
	{ "a text that is safe stays", TEXT("a\r\nb\r\n"), true, "a\r\nb\r\n", false },
	{ "no text becomes an empty line", TEXT(""), true, "\r\n", false },
	{ "LF becomes CRLF, which is no change", TEXT("a\n\nb"), true, "a\r\n\r\nb\r\n", false },
	{ "CR becomes CRLF", TEXT("a\rb\r"), true, "a\r\nb\r\n", false },
	{ "CR CR LF is two line ends", TEXT("a\r\r\nb"), true, "a\r\n\r\nb\r\n", false },
	{ "AT is indented", TEXT("ATZ\nx"), true, " ATZ\r\nx\r\n", true },
	{ "at behind a bare CR is indented", TEXT("x\ratz"), true, "x\r\n atz\r\n", true },
	{ "A/ is indented", TEXT("a/b"), true, " a/b\r\n", true },
	{ "a dot is indented, once", TEXT("..x"), true, " ..x\r\n", true },
	{ "AT within a line stays", TEXT("x AT"), true, "x AT\r\n", false },
	{ "three plus signs are joined without width", TEXT("+++"), true,
	  "++" ZWJ "+\r\n", true },
	{ "five plus signs are joined twice", TEXT("a+++++b"), true,
	  "a++" ZWJ "++" ZWJ "+b\r\n", true },
	{ "six plus signs have no joiner at their end", TEXT("++++++"), true,
	  "++" ZWJ "++" ZWJ "++\r\n", true },
	{ "in ASCII a blank breaks the run", TEXT("--- a\n+++ b\n"), false,
	  "--- a\r\n++ + b\r\n", true },
	{ "two plus signs stay", TEXT("C++ ++\n++"), true, "C++ ++\r\n++\r\n", false },
	{ "a control character between plus signs does not join them", TEXT("++\0++"), true,
	  "++?++\r\n", true },
	{ "controls become question marks", TEXT("\x1b[1m\x7f\x1a"), true, "?[1m??\r\n", true },
	{ "TAB and UTF-8 stay", TEXT("\t\xc3\xbc"), true, "\t\xc3\xbc\r\n", false },
};

static void makes_body(void **state)
{
	const struct make_row *row = *state;
	struct buf out = BUF_INIT(100);
	bool changed;

	assert_true(wire_text_make_body(span_make(row->text, row->length), row->utf8, &out,
					&changed));
	assert_string_equal(buf_string(&out), row->body);
	assert_int_equal(changed, row->changed);
	assert_null(wire_text_body_fault(buf_span(&out)));
	buf_clear(&out);
}

/* Every text of five octets from an alphabet of all that matters, a fixed
 * number of times drawn: what is made is always safe. */
static void any_text_is_made_safe(void **state)
{
	static const char alphabet[] = "+++AaTt/.\r\n\n\0\x1a\x7f\xe2\x80\x8d x";
	uint32_t random = 2463534242u;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		struct buf out = BUF_INIT(200);
		char text[12];
		bool changed;

		for (size_t i = 0; i < sizeof text; i++) {
			random = random * 1664525u + 1013904223u;
			text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
		}
		assert_true(wire_text_make_body(span_make(text, sizeof text), round & 1, &out,
						&changed));
		assert_null(wire_text_body_fault(buf_span(&out)));
		buf_clear(&out);
	}
}

struct long_row {
	const char *name;
	const char *start, *unit;
	size_t units;
	const char *first_end;	/* what ends the first line */
	size_t first;		/* octets of the first line */
	bool changed;
};

static const struct long_row longs[] = {
	{ "998 octets are a line", "", "x", 998, "x", 998, false },
	{ "999 octets without a blank are two", "", "x", 999, "x", 998, true },
	{ "an indented line has one octet less", "AT", "x", 996, "x", 998, true },
	{ "a long line is folded behind a blank", "", "seven ", 200, "seven ", 996, true },
	{ "a blank far in front is no place to fold", "a ", "x", 1000, "x", 998, true },
	{ "a long line is folded between characters", "x", "\xe2\x82\xac", 400, "\xe2\x82\xac", 997, true },
	{ "a run of plus signs is folded when broken", "", "+", 998, "++", 997, true },
	{ "a folded line that begins like a command is indented", "", " AT", 500, " ", 997, true },
};

static void folds(void **state)
{
	const struct long_row *row = *state;
	struct buf text = BUF_INIT(10000), out = BUF_INIT(10000), again = BUF_INIT(10000);
	struct span rest, line;
	bool changed, twice;

	buf_text(&text, row->start);
	for (size_t i = 0; i < row->units; i++)
		buf_text(&text, row->unit);
	assert_true(wire_text_make_body(buf_span(&text), true, &out, &changed));
	assert_null(wire_text_body_fault(buf_span(&out)));
	assert_int_equal(changed, row->changed);
	rest = buf_span(&out);
	span_cut(&rest, '\r', &line);
	assert_int_equal(line.length, row->first);
	assert_true(span_is(span_skip(line, line.length - strlen(row->first_end)), row->first_end));
	assert_true(wire_text_make_body(buf_span(&out), true, &again, &twice));
	assert_false(twice);
	buf_clear(&text);
	buf_clear(&out);
	buf_clear(&again);
}

static void tells_when_full(void **state)
{
	struct buf out = BUF_INIT(4);
	bool changed;

	(void)state;
	assert_true(wire_text_make_body(span_of("ab"), true, &out, &changed));
	buf_reset(&out);
	assert_false(wire_text_make_body(span_of("abc"), true, &out, &changed));
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, bodies, judges_body);
	ROWS_ADD_TABLE(&rows, octets, judges_octets);
	ROWS_ADD_TABLE(&rows, breaks, finds_break);
	ROWS_ADD_TABLE(&rows, parameters, judges_parameter);
	ROWS_ADD_TABLE(&rows, names, judges_name);
	ROWS_ADD_TABLE(&rows, makes, makes_body);
	ROWS_ADD_TABLE(&rows, longs, folds);
	ROWS_ADD(&rows, "any text is made safe", any_text_is_made_safe);
	ROWS_ADD(&rows, "a full buffer is told", tells_when_full);
	return rows_run(&rows, "wire_text");
}
