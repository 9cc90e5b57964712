/* SPDX-License-Identifier: ISC */
#include "mail/header_filter.h"

#include "mail/header_field.h"

/* What is to be known of a field. */
static void note_field(struct header_filter *filter, struct span name)
{
	filter->has_field = true;
	filter->dropping = header_field_is_hidden(name);
	filter->has_date |= span_is_nocase(name, "Date");
	filter->has_message_id |= span_is_nocase(name, "Message-ID");
	filter->has_from |= span_is_nocase(name, "From");
	filter->received += span_is_nocase(name, "Received");
}

/* The fields end here: what is missing follows them. */
static void put_missing(struct header_filter *filter, const struct trace *trace, struct buf *out)
{
	if (!filter->has_date)
		trace_header_date(trace, out);
	if (!filter->has_message_id)
		trace_header_message_id(trace, out);
	if (!filter->has_from)
		trace_header_from(trace, out);
	filter->state = HEADER_FILTER_BODY;
}

static void put_held(struct header_filter *filter, struct buf *out)
{
	buf_put(out, span_make(filter->held, filter->held_count));
	filter->held_count = 0;
}

/* The line that begins with `held` is no field: the text begins, with it. */
static void begin_text(struct header_filter *filter, const struct trace *trace, struct buf *out)
{
	put_missing(filter, trace, out);
	buf_text(out, "\r\n");
	put_held(filter, out);
}

static void begin_field(struct header_filter *filter, struct buf *out)
{
	/* Before RFC 5322 blanks before the colon were allowed (4.5). */
	note_field(filter, span_trim(span_make(filter->held, filter->held_count)));
	filter->state = filter->dropping ? HEADER_FILTER_DROP : HEADER_FILTER_KEEP;
	if (filter->dropping) {
		filter->held_count = 0;
		return;
	}
	put_held(filter, out);
	buf_byte(out, ':');
}

static bool is_name_octet(char octet)
{
	return octet > ' ' && octet < 0x7f && octet != ':';
}

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t';
}

/* A folded line belongs to the field before it; without one it is text. */
static bool take_folded(struct header_filter *filter, char octet, struct buf *out)
{
	if (filter->held_count > 0 || !is_blank(octet) || !filter->has_field)
		return false;
	filter->state = filter->dropping ? HEADER_FILTER_DROP : HEADER_FILTER_KEEP;
	if (!filter->dropping)
		buf_byte(out, octet);
	return true;
}

/* Whether the octet can go on what is held: a name, blanks behind it, or the line
 * end that ends the header. */
static bool goes_on(const struct header_filter *filter, char octet)
{
	bool blank_seen = filter->held_count > 0 && is_blank(filter->held[filter->held_count - 1]);

	if (octet == '\r')
		return filter->held_count == 0;
	if (filter->held_count > 0 && filter->held[0] == '\r')
		return octet == '\n';
	if (is_blank(octet))
		return filter->held_count > 0;
	return is_name_octet(octet) && !blank_seen && filter->held_count < HEADER_FILTER_NAME_MAX;
}

/* "From root Sun Nov 22 ..." and not "From : root", which is an old form of a field. */
static bool is_mailbox_line(const struct header_filter *filter, char octet)
{
	struct span held = span_make(filter->held, filter->held_count);

	return filter->state == HEADER_FILTER_FIRST && octet != ':' && !is_blank(octet) &&
	       (span_is(held, "From ") || span_is(held, ">From "));
}

/* At the beginning of a line. */
static void take_name(struct header_filter *filter, const struct trace *trace, char octet,
		      struct buf *out)
{
	if (take_folded(filter, octet, out))
		return;
	if (is_mailbox_line(filter, octet)) {
		filter->held_count = 0;
		filter->state = HEADER_FILTER_DROP;
		return;
	}
	if (octet == ':' && filter->held_count > 0 && filter->held[0] != '\r') {
		begin_field(filter, out);
		return;
	}
	if (!goes_on(filter, octet) || filter->held_count == sizeof filter->held) {
		begin_text(filter, trace, out);
		buf_byte(out, octet);
		return;
	}
	filter->held[filter->held_count++] = octet;
	if (octet == '\n') {
		put_missing(filter, trace, out);
		put_held(filter, out);
	}
}

/* What is left of a line, its end with it. */
static struct span take_line(struct header_filter *filter, struct span *rest)
{
	size_t end = span_index(*rest, '\n');
	bool whole = end < rest->length;
	struct span line = span_take(*rest, whole ? end + 1 : end);

	*rest = span_skip(*rest, line.length);
	if (whole)
		filter->state = HEADER_FILTER_NAME;
	return line;
}

bool header_filter_put(struct header_filter *filter, const struct trace *trace, struct span octets,
		       struct buf *out)
{
	if (filter->state == HEADER_FILTER_FIRST && filter->held_count == 0 && octets.length > 0)
		trace_header_received(trace, out);
	while (octets.length > 0 && filter->state != HEADER_FILTER_BODY) {
		if (filter->state == HEADER_FILTER_KEEP) {
			buf_put(out, take_line(filter, &octets));
		} else if (filter->state == HEADER_FILTER_DROP) {
			take_line(filter, &octets);
		} else {
			take_name(filter, trace, octets.at[0], out);
			octets = span_skip(octets, 1);
		}
	}
	return buf_put(out, octets);
}

bool header_filter_end(struct header_filter *filter, const struct trace *trace, struct buf *out)
{
	if (filter->state == HEADER_FILTER_BODY)
		return !out->failed;
	if (filter->state == HEADER_FILTER_FIRST && filter->held_count == 0)
		trace_header_received(trace, out);
	if (filter->held_count > 0)
		begin_text(filter, trace, out);
	else
		put_missing(filter, trace, out);
	return !out->failed;
}
