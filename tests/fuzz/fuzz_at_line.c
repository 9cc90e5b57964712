/* SPDX-License-Identifier: ISC */
/* The tokenizer: the same tokens for every way of splitting the input, each
 * within its bounds. The first two octets choose the split. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "at/at_line.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(struct span text)
{
	check(text.length > 0 && text.length <= AT_LINE_MAX);
	for (size_t i = 0; i < text.length; i++)
		check((unsigned char)text.at[i] >= 0x20 && text.at[i] != 0x7f);
}

/* All tokens as text: a line and '\n', '!' for a dropped one. */
static void feed(struct at_line *line, struct span input, struct buf *tokens)
{
	enum at_token token;
	struct span text;

	while ((token = at_line_next(line, &input, &text)) != AT_TOKEN_NEED_MORE) {
		check(at_line_pending(line) == 0);
		if (token == AT_TOKEN_TOO_LONG) {
			buf_text(tokens, "!");
			continue;
		}
		check_line(text);
		buf_put(tokens, text);
		buf_text(tokens, "\n");
	}
	check(input.length == 0);
	check(at_line_pending(line) <= AT_LINE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(1 << 22), split = BUF_INIT(1 << 22);
	struct at_line at_once, in_pieces;
	struct span input;
	uint32_t random;

	if (size < 2)
		return 0;
	random = (uint32_t)(data[0] << 8 | data[1]);
	input = span_make(data + 2, size - 2);
	at_line_init(&at_once);
	at_line_init(&in_pieces);
	feed(&at_once, input, &whole);
	while (input.length > 0) {
		size_t piece = 1 + (random >> 16) % 9;

		random = random * 1103515245 + 12345;
		feed(&in_pieces, span_take(input, piece), &split);
		input = span_skip(input, piece);
	}
	check(span_equal(buf_span(&whole), buf_span(&split)));
	check(at_line_pending(&at_once) == at_line_pending(&in_pieces));
	buf_clear(&whole);
	buf_clear(&split);
	return 0;
}
