/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdio.h>

#include "at/at_line.h"
#include "base/buf.h"

static const struct line_row {
	const char *name;
	const char *input;
	size_t length;		/* 0: of the text */
	const char *tokens;	/* each as "[line]", "!" a dropped one */
	size_t pending;
} line_rows[] = {
	{ "a line between CR LF pairs", "\r\nOK\r\n", 0, "[OK]", 0 },
	{ "CR alone ends a line", "AT\r", 0, "[AT]", 0 },
	{ "LF alone ends a line", "OK\n", 0, "[OK]", 0 },
	{ "an echo and CR CR LF make no empty line", "AT\r\r\nOK\r\n", 0, "[AT][OK]", 0 },
	{ "empty lines vanish", "\r\n\r\n\n\r\r", 0, "", 0 },
	{ "two lines in one burst", "\r\nOK\r\n\r\nCONNECT\r\n", 0, "[OK][CONNECT]", 0 },
	{ "a line without end is in the coming", "\r\n+QSMTP", 0, "", 6 },
	{ "a prompt is a line without end", "\r\n> ", 0, "", 2 },
	{ "blanks within and around a line stay", "\r\n a b \r\n", 0, "[ a b ]", 0 },
	{ "NUL and other controls become question marks", "a\0b\x1a\x1b\t\x7f\n", 8, "[a?b????]", 0 },
	{ "octets above ASCII stay", "\xc3\xa4\xff\n", 0, "[\xc3\xa4\xff]", 0 },
	{ "quotes do not protect a line end", "\"a\r\nb\"\r\n", 0, "[\"a][b\"]", 0 },
};

static void put_tokens(struct at_line *line, struct span input, struct buf *tokens)
{
	enum at_token token;
	struct span text;

	while ((token = at_line_next(line, &input, &text)) != AT_TOKEN_NEED_MORE) {
		if (token == AT_TOKEN_LINE)
			buf_format(tokens, "[%.*s]", SPAN_ARG(text));
		else
			buf_text(tokens, "!");
	}
	assert_int_equal(input.length, 0);
}

static void splits(const struct line_row *row, size_t piece)
{
	struct span rest = span_of(row->input);
	struct buf tokens = BUF_INIT(10000);
	struct at_line line;

	if (row->length)
		rest.length = row->length;
	at_line_init(&line);
	while (rest.length > 0) {
		put_tokens(&line, span_take(rest, piece), &tokens);
		rest = span_skip(rest, piece);
	}
	assert_string_equal(buf_string(&tokens), row->tokens);
	assert_int_equal(at_line_pending(&line), row->pending);
	buf_clear(&tokens);
}

static void gives_the_same_tokens_for_every_split(void **state)
{
	for (size_t piece = 1; piece <= 40; piece++)
		splits(*state, piece);
}

static void drops_what_is_too_long(void **state)
{
	static char input[AT_LINE_MAX + 10];
	struct buf tokens = BUF_INIT(10000);
	struct at_line line;

	(void)state;
	at_line_init(&line);
	memset(input, 'x', sizeof input);
	put_tokens(&line, span_make(input, AT_LINE_MAX), &tokens);
	assert_int_equal(at_line_pending(&line), AT_LINE_MAX);
	put_tokens(&line, span_of("\r\nOK\r\n"), &tokens);
	assert_int_equal(tokens.length, AT_LINE_MAX + 2 + 4);
	buf_reset(&tokens);

	put_tokens(&line, span_make(input, AT_LINE_MAX + 1), &tokens);
	assert_true(at_line_pending(&line) > 0);
	put_tokens(&line, span_of("OK\r\nOK\r\n"), &tokens);
	assert_string_equal(buf_string(&tokens), "![OK]");
	buf_clear(&tokens);
}

static void holds_a_line_without_end_in_bounds(void **state)
{
	static char input[1000];
	struct buf tokens = BUF_INIT(10000);
	struct at_line line;

	(void)state;
	at_line_init(&line);
	memset(input, 'x', sizeof input);
	for (int i = 0; i < 1000; i++)
		put_tokens(&line, span_make(input, sizeof input), &tokens);
	assert_int_equal(tokens.length, 0);
	put_tokens(&line, span_of("\rRDY\r"), &tokens);
	assert_string_equal(buf_string(&tokens), "![RDY]");
	buf_clear(&tokens);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, line_rows, gives_the_same_tokens_for_every_split);
	ROWS_ADD(&rows, "a line over the limit is dropped whole and the next one is good",
		 drops_what_is_too_long);
	ROWS_ADD(&rows, "a million octets without a line end cost nothing",
		 holds_a_line_without_end_in_bounds);
	return rows_run(&rows, "at_line");
}
