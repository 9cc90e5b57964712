/* SPDX-License-Identifier: ISC */
#include "compose/html_flow.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum letter {
	LETTER_PLAIN,
	LETTER_BLANK,
	LETTER_NOTHING,		/* has no width and no meaning */
	LETTER_JOINER,		/* shapes the letter before it, and fills preheaders */
};

static enum letter classify(uint32_t code)
{
	if (code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 ||
	    (code >= 0x2000 && code <= 0x200a) || code == 0x202f)
		return LETTER_BLANK;
	if (code < 0x20 || code == 0x7f || code == 0xad || code == 0x34f || code == 0x180e ||
	    code == 0x200b || (code >= 0x2060 && code <= 0x2064) || code == 0xfeff)
		return LETTER_NOTHING;
	return code == 0x200c || code == 0x200d ? LETTER_JOINER : LETTER_PLAIN;
}

void html_flow_start(struct html_flow *flow, struct buf *out)
{
	*flow = (struct html_flow){ .out = out };
}

static size_t margins_kept(size_t count)
{
	return count < HTML_FLOW_MARGINS_MAX ? count : HTML_FLOW_MARGINS_MAX;
}

static void put_margin(struct html_margin *margin, struct buf *out)
{
	if (margin->quote || !margin->used)
		buf_text(out, margin->mark);
	else
		buf_format(out, "%*s", (int)strlen(margin->mark), "");
	margin->used = true;
}

static void put_empty_line(struct html_flow *flow)
{
	size_t count = margins_kept(flow->gap_margins);

	for (size_t i = 0; i < count; i++)
		if (flow->margins[i].quote)
			buf_byte(flow->out, '>');
	buf_text(flow->out, "\r\n");
}

static void start_line(struct html_flow *flow)
{
	size_t count = margins_kept(flow->margin_count);

	if (flow->begun)
		buf_text(flow->out, "\r\n");
	for (unsigned i = 1; flow->begun && i < flow->want; i++)
		put_empty_line(flow);
	for (size_t i = 0; i < count; i++)
		put_margin(&flow->margins[i], flow->out);
	flow->begun = true;
	flow->want = 0;
	flow->blank = false;
	flow->gap_margins = flow->margin_count;
}

bool html_flow_on_line(const struct html_flow *flow)
{
	return flow->begun && flow->want == 0;
}

static void put_letters(struct html_flow *flow, struct span letters)
{
	if (!html_flow_on_line(flow))
		start_line(flow);
	else if (flow->blank)
		buf_byte(flow->out, ' ');
	flow->blank = false;
	buf_put(flow->out, letters);
}

static size_t plain_run(struct span text)
{
	size_t i = 0;

	while (i < text.length && text.at[i] > ' ' && text.at[i] < 0x7f)
		i++;
	return i;
}

/* One character, or many of ASCII; octets that are no UTF-8 go one by one. */
static size_t put_some(struct html_flow *flow, struct span text)
{
	size_t run = plain_run(text), length;
	uint32_t code = 0;

	if (run > 0) {
		put_letters(flow, span_take(text, run));
		return run;
	}
	length = utf8_next(text, &code);
	if (length == 0)
		return 1;
	switch (classify(code)) {
	case LETTER_BLANK:
		flow->blank = html_flow_on_line(flow);
		break;
	case LETTER_NOTHING:
		break;
	case LETTER_JOINER:
		if (html_flow_on_line(flow) && !flow->blank)
			put_letters(flow, span_take(text, length));
		break;
	case LETTER_PLAIN:
		put_letters(flow, span_take(text, length));
		break;
	}
	return length;
}

void html_flow_text(struct html_flow *flow, struct span text)
{
	while (text.length > 0)
		text = span_skip(text, put_some(flow, text));
}

void html_flow_verbatim(struct html_flow *flow, struct span text)
{
	while (text.length > 0) {
		size_t length = span_index(text, '\n');
		struct span line = span_take(text, length);

		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		if (line.length > 0)
			put_letters(flow, line);
		if (length == text.length)
			return;
		flow->want++;
		text = span_skip(text, length + 1);
	}
}

void html_flow_lines(struct html_flow *flow, struct span lines)
{
	struct span line;

	while (span_cut(&lines, '\n', &line)) {
		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		html_flow_apart(flow, line.length > 0 ? 1 : 2);
		if (line.length > 0)
			put_letters(flow, line);
	}
}

void html_flow_apart(struct html_flow *flow, unsigned lines)
{
	if (flow->want < lines)
		flow->want = lines;
	flow->blank = false;
}

void html_flow_break(struct html_flow *flow)
{
	html_flow_apart(flow, flow->want < 2 ? flow->want + 1 : 2);
}

static void add_margin(struct html_flow *flow, const char *mark, bool quote)
{
	if (flow->margin_count < HTML_FLOW_MARGINS_MAX) {
		struct html_margin *margin = &flow->margins[flow->margin_count];

		*margin = (struct html_margin){ .quote = quote };
		span_copy(span_of(mark), margin->mark, sizeof margin->mark);
	}
	flow->margin_count++;
}

void html_flow_quote(struct html_flow *flow)
{
	add_margin(flow, "> ", true);
}

void html_flow_item(struct html_flow *flow, const char *mark)
{
	add_margin(flow, mark, false);
}

void html_flow_end_margin(struct html_flow *flow)
{
	if (flow->margin_count > 0)
		flow->margin_count--;
	if (flow->gap_margins > flow->margin_count)
		flow->gap_margins = flow->margin_count;
}
