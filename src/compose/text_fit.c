/* SPDX-License-Identifier: ISC */
#include "compose/text_fit.h"

#include <string.h>

#include "base/utf8.h"
#include "compose/text_charset.h"
#include "compose/text_grapheme.h"
#include "mail/wire_text.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define ASCII_ELLIPSIS "..."
#define MISSING_LINE_MAX 320	/* octets of the line that tells what is missing */
#define ELSEWHERE_MAX 200
#define CUT_MARK " [...]\r\n"
#define CONTINUED_MARK "[...] "
#define SEQUENCE_MAX 64		/* octets; a longer combining sequence is no letter, and cut */

struct span text_fit_front(struct span text, size_t max)
{
	struct span front = utf8_take(text, max);
	size_t at = front.length;

	while (at > 0 && front.length - at < SEQUENCE_MAX) {
		if (text_grapheme_is_border(text, at))
			return span_take(text, at);
		at--;
	}
	return front;
}

/* The longest back of at most `max` octets that begins between two letters. */
static struct span take_back(struct span text, size_t max)
{
	size_t start = text.length > max ? text.length - max : 0, at;

	while (start > 0 && start < text.length && ((unsigned char)text.at[start] & 0xc0) == 0x80)
		start++;
	for (at = start; at < text.length && at - start < SEQUENCE_MAX; at++)
		if (text_grapheme_is_border(text, at))
			return span_skip(text, at);
	return span_skip(text, start);
}

/* What the module may make of a backslash between quotes is not told, and "+++"
 * has no place on a line at all. */
static bool is_plain(struct span text)
{
	return wire_text_parameter_fault(text, text.length) == NULL &&
	       span_index(text, '\\') == text.length &&
	       span_find(text, span_of("+++")) == text.length;
}

/* Whole in UTF-8, or else in what has shorter characters. */
static bool put_whole(struct span text, struct buf *out, enum transaction_charset *charset)
{
	static const enum transaction_charset wide[] = {
		TRANSACTION_UTF8, TRANSACTION_GB2312, TRANSACTION_BIG5,
	};

	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
		*charset = wide[i];
		if (text_charset_convert(text, *charset, out) &&
		    out->length <= TRANSACTION_SUBJECT_MAX)
			return true;
		buf_reset(out);
	}
	return false;
}

bool text_fit_subject(struct span text, struct buf *out, enum transaction_charset *charset,
		      bool *cut)
{
	bool plain = is_plain(text);
	const char *ellipsis = plain ? ASCII_ELLIPSIS : ELLIPSIS;

	*cut = plain ? text.length > TRANSACTION_SUBJECT_MAX : !put_whole(text, out, charset);
	if (!plain && !*cut)
		return true;
	*charset = plain ? TRANSACTION_ASCII : TRANSACTION_UTF8;
	if (!*cut)
		return buf_put(out, text);
	buf_put(out, text_fit_front(text, TRANSACTION_SUBJECT_MAX - strlen(ellipsis)));
	return buf_text(out, ellipsis);
}

/* Where the last line of a front ends that has at least half its octets; else its
 * length. */
static size_t last_line_end(struct span front)
{
	size_t end = front.length;

	while (end > front.length / 2)
		if (front.at[--end] == '\n')
			return end + 1;
	return front.length;
}

/* Puts a front of at most `max` octets and answers how many it has of `text`. */
static size_t put_front(struct span text, size_t max, struct buf *out)
{
	struct span front = text_fit_front(text, max);

	front = span_take(front, last_line_end(front));
	buf_put(out, front);
	if (front.length > 0 && front.at[front.length - 1] == '\n')
		return front.length;
	/* Not between CR and LF. */
	if (front.length > 0 && front.at[front.length - 1] == '\r')
		out->at[--out->length] = '\0';
	buf_text(out, CUT_MARK);
	return front.length;
}

/* Puts a back of at most `max` octets. Within a line it gets a mark in front, so
 * that it cannot begin like a command. */
static size_t put_back(struct span text, size_t max, struct buf *out)
{
	struct span back = take_back(text, max);
	size_t line = span_index(span_take(back, back.length / 2), '\n');

	if (back.length == text.length || text.at[text.length - back.length - 1] == '\n') {
		buf_put(out, back);
	} else if (line < back.length / 2) {
		back = span_skip(back, line + 1);
		buf_put(out, back);
	} else {
		buf_text(out, CONTINUED_MARK);
		buf_put(out, back);
	}
	return back.length;
}

static size_t count_lines(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.at[i] == '\n';
	return count;
}

static void put_missing(struct span missing, struct span elsewhere, struct buf *out)
{
	buf_format(out, "\r\n[... %zu octets, %zu lines, are left out here; %.*s ...]\r\n\r\n",
		   missing.length, count_lines(missing),
		   SPAN_ARG(text_fit_front(elsewhere, ELSEWHERE_MAX)));
}

/* Lead or trail, cut when it is too long. */
static bool put_around(struct span part, struct buf *out)
{
	if (part.length <= TEXT_FIT_AROUND_MAX)
		return buf_put(out, part);
	put_front(part, TEXT_FIT_AROUND_MAX - strlen(CUT_MARK), out);
	return !out->failed;
}

static size_t room_for_text(const struct text_fit_parts *parts)
{
	size_t lead = parts->lead.length, trail = parts->trail.length;

	if (lead > TEXT_FIT_AROUND_MAX)
		lead = TEXT_FIT_AROUND_MAX;
	if (trail > TEXT_FIT_AROUND_MAX)
		trail = TEXT_FIT_AROUND_MAX;
	return TRANSACTION_BODY_MAX - lead - trail;
}

bool text_fit_is_over(const struct text_fit_parts *parts)
{
	return parts->text.length > room_for_text(parts);
}

/* Log mails tell at their end what went wrong, so both ends are kept. */
static void put_both_ends(struct span text, size_t room, struct span elsewhere, struct buf *out)
{
	size_t half = (room - MISSING_LINE_MAX) / 2 - strlen(CUT_MARK);
	struct buf tail = BUF_INIT(TRANSACTION_BODY_MAX);
	size_t head_length = put_front(text, half, out), tail_length;

	tail_length = put_back(span_skip(text, head_length), half, &tail);
	put_missing(span_take(span_skip(text, head_length), text.length - head_length - tail_length),
		    elsewhere, out);
	buf_put(out, buf_span(&tail));
	out->failed |= tail.failed;
	buf_clear(&tail);
}

bool text_fit_body(const struct text_fit_parts *parts, struct buf *out)
{
	put_around(parts->lead, out);
	if (text_fit_is_over(parts))
		put_both_ends(parts->text, room_for_text(parts), parts->elsewhere, out);
	else
		buf_put(out, parts->text);
	return put_around(parts->trail, out);
}

size_t text_fit_put_page(struct span text, size_t from, size_t max, struct buf *out)
{
	struct span rest = span_skip(text, from);

	if (from > 0 && text.at[from - 1] != '\n') {
		if (span_starts(rest, "\n"))
			return from + 1;
		buf_text(out, CONTINUED_MARK);
		max -= strlen(CONTINUED_MARK);
	}
	if (rest.length <= max) {
		buf_put(out, rest);
		return text.length;
	}
	return from + put_front(rest, max - strlen(CUT_MARK), out);
}
