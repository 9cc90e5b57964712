/* SPDX-License-Identifier: ISC */
#include "compose/flowed_text.h"

#include <stddef.h>

struct line {
	size_t depth;		/* of the quote */
	struct span text;
	bool flows;		/* goes on in the next */
	bool ended;		/* by a line end */
};

static struct line take_line(struct span *rest)
{
	size_t length = span_index(*rest, '\n');
	struct line line = { .text = span_take(*rest, length), .ended = length < rest->length };

	*rest = span_skip(*rest, length + 1);
	if (line.ended && line.text.length > 0 && line.text.at[line.text.length - 1] == '\r')
		line.text.length--;
	while (line.depth < line.text.length && line.text.at[line.depth] == '>')
		line.depth++;
	line.text = span_skip(line.text, line.depth);
	if (span_starts(line.text, " "))
		line.text = span_skip(line.text, 1);
	line.flows = line.text.length > 0 && line.text.at[line.text.length - 1] == ' ' &&
		     !span_is(line.text, "-- ");
	return line;
}

static void put_quote(size_t depth, struct buf *out)
{
	for (size_t i = 0; i < depth; i++)
		buf_byte(out, '>');
	if (depth > 0)
		buf_byte(out, ' ');
}

bool flowed_text_join(struct span text, bool delsp, struct buf *out)
{
	struct line before = { .depth = 0 };

	while (text.length > 0) {
		struct line line = take_line(&text);
		bool joined = before.flows && before.depth == line.depth &&
			      !span_is(line.text, "-- ");

		if (before.ended && !joined)
			buf_text(out, "\r\n");
		if (!joined)
			put_quote(line.depth, out);
		buf_put(out, span_take(line.text, line.text.length - (line.flows && delsp)));
		before = line;
	}
	if (before.ended)
		buf_text(out, "\r\n");
	return !out->failed;
}
