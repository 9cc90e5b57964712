/* SPDX-License-Identifier: ISC */
#include "compose/text_fit.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/wire_text.h"
#include "rows.h"

#define U_UMLAUT "\xc3\xbc"
#define COMBINED "u\xcc\x88"			/* u and a combining diaeresis */
#define FAMILY "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"	/* woman, joiner, girl */
#define FLAG "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"
#define CHINESE "\xe4\xb8\xad"		/* in GB2312 and BIG5 */
#define TRADITIONAL "\xe8\xad\xa6\xe5\xa0\xb1\xe7\x94\xb2\xe7\xb6\xb2\xe9\x97\x9c"	/* in BIG5 alone */
#define KANA "\xe3\x82\xab"		/* in GB2312 */
#define THAI "\xe0\xb8\x81"		/* in neither */
#define ELLIPSIS "\xe2\x80\xa6"

struct front_row {
	const char *name;
	const char *text;
	size_t max;
	const char *front;
};

static const struct front_row fronts[] = {
	{ "a short text stays", "abc", 3, "abc" },
	{ "ASCII is cut anywhere", "abc", 2, "ab" },
	{ "a character is not cut", "a" U_UMLAUT, 2, "a" },
	{ "a combining mark stays with its letter", "ab" COMBINED "c", 3, "ab" },
	{ "a combining mark that fits stays", "ab" COMBINED "c", 5, "ab" COMBINED },
	{ "joined pictures stay together", "a" FAMILY, 10, "a" },
	{ "a sequence longer than all that is cut", COMBINED "\xcc\x88\xcc\x88", 5,
	  COMBINED "\xcc\x88" },
	{ "nothing fits in nothing", "abc", 0, "" },
	{ "a flag is not cut", "a" FLAG FLAG, 13, "a" FLAG },
	{ "CR stays with LF", "a\r\nb", 2, "a" },
};

static void takes_front(void **state)
{
	const struct front_row *row = *state;
	struct span front = text_fit_front(span_of(row->text), row->max);

	assert_true(span_is(front, row->front));
}

struct subject_row {
	const char *name;
	const char *unit;
	size_t times;
	enum transaction_charset charset;
	size_t length;
	bool cut;
};

static const struct subject_row subjects[] = {
	{ "an empty subject is ASCII", "x", 0, TRANSACTION_ASCII, 0, false },
	{ "99 letters are whole", "x", 99, TRANSACTION_ASCII, 99, false },
	{ "100 letters are whole", "x", 100, TRANSACTION_ASCII, 100, false },
	{ "101 letters are cut", "x", 101, TRANSACTION_ASCII, 100, true },
	{ "50 umlauts are whole", U_UMLAUT, 50, TRANSACTION_UTF8, 100, false },
	{ "51 umlauts are cut at a character", U_UMLAUT, 51, TRANSACTION_UTF8, 99, true },
	{ "combined umlauts are cut at a letter", COMBINED, 34, TRANSACTION_UTF8, 99, true },
	{ "33 Chinese characters are UTF-8", CHINESE, 33, TRANSACTION_UTF8, 99, false },
	{ "34 Chinese characters are whole in GB2312", CHINESE, 34, TRANSACTION_GB2312, 68, false },
	{ "50 Chinese characters are whole in GB2312", CHINESE, 50, TRANSACTION_GB2312, 100, false },
	{ "51 Chinese characters are cut", CHINESE, 51, TRANSACTION_UTF8, 99, true },
	{ "kana are whole in GB2312", KANA, 50, TRANSACTION_GB2312, 100, false },
	{ "traditional characters are whole in BIG5", TRADITIONAL, 10, TRANSACTION_BIG5, 100, false },
	{ "what no charset has is cut", THAI, 34, TRANSACTION_UTF8, 99, true },
	{ "a quotation mark takes UTF-8", "\"", 1, TRANSACTION_UTF8, 1, false },
	{ "a backslash takes UTF-8", "\\", 1, TRANSACTION_UTF8, 1, false },
	{ "the escape takes UTF-8", "+", 3, TRANSACTION_UTF8, 3, false },
	{ "two plus signs are ASCII", "+", 2, TRANSACTION_ASCII, 2, false },
};

static void fits_subject(void **state)
{
	const struct subject_row *row = *state;
	struct buf text = BUF_INIT(1000), out = BUF_INIT(TRANSACTION_SUBJECT_MAX);
	enum transaction_charset charset;
	bool cut;

	for (size_t i = 0; i < row->times; i++)
		buf_text(&text, row->unit);
	assert_true(text_fit_subject(buf_span(&text), &out, &charset, &cut));
	assert_int_equal(charset, row->charset);
	assert_int_equal(cut, row->cut);
	assert_int_equal(out.length, row->length);
	if (cut)
		assert_string_equal(out.at + out.length - 3,
				    charset == TRANSACTION_ASCII ? "..." : ELLIPSIS);
	else if (charset < TRANSACTION_GB2312)
		assert_true(span_equal(buf_span(&out), buf_span(&text)));
	buf_clear(&text);
	buf_clear(&out);
}

struct body_row {
	const char *name;
	const char *unit;	/* repeated up to `length` octets, then CRLF */
	size_t length;
	size_t lead, trail;	/* octets of lines */
	bool over;
};

static const struct body_row bodies[] = {
	{ "10240 octets go whole", "a line\r\n", 10238, 0, 0, false },
	{ "10241 octets are cut", "a line\r\n", 10239, 0, 0, true },
	{ "lead and trail count", "a line\r\n", 9038, 1000, 200, false },
	{ "lead and trail count to the octet", "a line\r\n", 9039, 1000, 200, true },
	{ "a long log keeps head and tail", "a line\r\n", 1000000, 300, 300, true },
	{ "one endless line is cut somewhere", "x", 50000, 100, 100, true },
	{ "one endless line of umlauts is cut somewhere", U_UMLAUT, 50000, 100, 101, true },
	{ "an endless line of dots keeps off the line start", " .", 50000, 100, 100, true },
	{ "an endless line of commands keeps off the line start", " AT", 50000, 100, 100, true },
	{ "lead and trail too long are cut themselves", "a line\r\n", 50000, 9000, 9000, true },
	{ "a tall letter is cut somewhere", "\xcc\x88", 50000, 0, 0, true },
};

static void fill(struct buf *buf, const char *unit, size_t length)
{
	while (buf->length + strlen(unit) <= length)
		buf_text(buf, unit);
	while (buf->length < length)
		buf_byte(buf, 'y');
}

static void fits_body(void **state)
{
	const struct body_row *row = *state;
	struct buf lead = BUF_INIT(20000), text = BUF_INIT(1 << 21), trail = BUF_INIT(20000);
	struct buf safe = BUF_INIT(1 << 21);
	bool changed;
	struct buf out = BUF_INIT(TRANSACTION_BODY_MAX);
	struct text_fit_parts parts;

	fill(&lead, "lead\r\n", row->lead - row->lead % 6);
	fill(&trail, "trail\r\n", row->trail - row->trail % 7);
	/* Exactly the lengths of the row, whatever the units. */
	if (row->lead % 6 > 1)
		fill(&lead, "l", row->lead - 2), buf_text(&lead, "\r\n");
	if (row->trail % 7 > 1)
		fill(&trail, "t", row->trail - 2), buf_text(&trail, "\r\n");
	buf_text(&text, "first ");
	fill(&text, row->unit, row->length - 5);
	buf_text(&text, " last\r\n");
	assert_true(wire_text_make_body(buf_span(&text), true, &safe, &changed));
	parts = (struct text_fit_parts){ buf_span(&lead), buf_span(&safe), buf_span(&trail),
					 span_of("it is elsewhere") };
	assert_int_equal(text_fit_is_over(&parts), row->over);
	assert_true(text_fit_body(&parts, &out));
	assert_null(wire_text_body_fault(buf_span(&out)));
	assert_true(utf8_is_valid(buf_span(&out)));
	assert_non_null(strstr(out.at, "first "));
	assert_non_null(strstr(out.at, " last\r\n"));
	assert_int_equal(strstr(out.at, " are left out here; it is elsewhere ...]\r\n") != NULL,
			 row->over);
	/* At each end not more than a line of 998 octets is lost to a border. */
	assert_true(out.length > TRANSACTION_BODY_MAX - 400 - 2 * 1000);
	buf_clear(&lead);
	buf_clear(&text);
	buf_clear(&safe);
	buf_clear(&trail);
	buf_clear(&out);
}

/* What is shown and what is told to be missing is all. */
static void counts_the_missing(void **state)
{
	struct buf text = BUF_INIT(100000), out = BUF_INIT(TRANSACTION_BODY_MAX);
	size_t octets = 0, lines = 0, shown;
	const char *line;

	(void)state;
	for (int i = 0; i < 2000; i++)
		buf_format(&text, "line %d\r\n", i);
	assert_true(text_fit_body(&(struct text_fit_parts){ .text = buf_span(&text) }, &out));
	line = strstr(out.at, "\r\n[... ");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "\r\n[... %zu octets, %zu lines,", &octets, &lines), 2);
	shown = (size_t)(line - out.at) + strlen(strstr(line, "\r\n\r\n") + 4);
	assert_int_equal(shown + octets, text.length);
	assert_true(lines > 500 && lines < 2000);
	buf_clear(&text);
	buf_clear(&out);
}

static void pages_are_all(void **state)
{
	static const char *const units[] = { "a line\r\n", "x", U_UMLAUT, " AT", "\xcc\x88", "+ \r\n" };

	(void)state;
	for (size_t unit = 0; unit < sizeof units / sizeof units[0]; unit++) {
		struct buf text = BUF_INIT(100000), seen = BUF_INIT(100000);
		size_t from = 0;

		fill(&text, units[unit], 5000);
		buf_text(&text, "\r\n");
		while (from < text.length) {
			struct buf page = BUF_INIT(700);
			size_t next = text_fit_put_page(buf_span(&text), from, 700, &page);

			assert_true(next > from);
			assert_false(page.failed);
			if (page.length > 0)
				assert_null(wire_text_body_fault(buf_span(&page)));
			buf_put(&seen, span_take(span_skip(buf_span(&text), from), next - from));
			from = next;
			buf_clear(&page);
		}
		assert_true(span_equal(buf_span(&text), buf_span(&seen)));
		buf_clear(&text);
		buf_clear(&seen);
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, fronts, takes_front);
	ROWS_ADD_TABLE(&rows, subjects, fits_subject);
	ROWS_ADD_TABLE(&rows, bodies, fits_body);
	ROWS_ADD(&rows, "what is shown and what is missing is all", counts_the_missing);
	ROWS_ADD(&rows, "the pages of a text are all of it", pages_are_all);
	return rows_run(&rows, "text_fit");
}
