/* SPDX-License-Identifier: ISC */
#include "compose/header_trim.h"

static struct span take_line(struct span *rest)
{
	size_t end = span_index(*rest, '\n');
	struct span line = span_take(*rest, end + 1);

	*rest = span_skip(*rest, line.length);
	return line;
}

static bool is_continued(struct span rest)
{
	return span_starts(rest, " ") || span_starts(rest, "\t");
}

/* A field with the lines that continue it (RFC 5322, 2.2.3). */
static struct span take_field(struct span *rest)
{
	struct span start = *rest;
	size_t length = take_line(rest).length;

	while (is_continued(*rest))
		length += take_line(rest).length;
	return span_take(start, length);
}

/* A blank before the colon is obsolete syntax, and read by many (RFC 5322, 4.5). */
static bool is_named(struct span field, const char *name)
{
	return span_is_nocase(span_trim(span_take(field, span_index(field, ':'))), name);
}

size_t header_trim(struct span message, struct buf *out)
{
	size_t kept = 0, left_out = 0;

	if (span_starts(message, "From ") || span_starts(message, ">From "))
		take_line(&message);
	while (message.length > 0 && !span_starts(message, "\n") && !span_starts(message, "\r\n")) {
		struct span field = take_field(&message);

		if (is_named(field, "Bcc") || is_named(field, "Resent-Bcc"))
			continue;
		if (field.length > HEADER_TRIM_MAX - kept) {
			left_out++;
			continue;
		}
		kept += field.length;
		buf_put(out, field);
	}
	buf_put(out, message);
	return left_out;
}
