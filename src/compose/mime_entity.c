/* SPDX-License-Identifier: ISC */
#include "compose/mime_entity.h"

static struct span take_line(struct span *rest)
{
	struct span line = span_take(*rest, span_index(*rest, '\n') + 1);

	*rest = span_skip(*rest, line.length);
	return line;
}

static bool is_continued(struct span rest)
{
	return span_starts(rest, " ") || span_starts(rest, "\t");
}

static bool is_mailbox_line(struct span rest)
{
	return span_starts(rest, "From ") || span_starts(rest, ">From ");
}

/* Visible ASCII, then perhaps blanks, then a colon. */
static bool is_field(struct span rest)
{
	size_t length = 0;

	while (length < rest.length && rest.at[length] > ' ' && rest.at[length] < 0x7f &&
	       rest.at[length] != ':')
		length++;
	rest = span_skip(rest, length);
	while (span_starts(rest, " ") || span_starts(rest, "\t"))
		rest = span_skip(rest, 1);
	return length > 0 && span_starts(rest, ":");
}

static bool is_empty_line(struct span rest)
{
	return rest.length == 0 || span_starts(rest, "\n") || span_starts(rest, "\r\n");
}

/* Some programs fold without the blank: then the line before ends with a semicolon. */
static bool is_folded_badly(struct span field, struct span rest)
{
	field = span_trim(field);
	return field.length > 0 && field.at[field.length - 1] == ';' && !is_empty_line(rest) &&
	       !is_field(rest);
}

bool mime_entity_take_field(struct span *rest, struct span *field)
{
	struct span start = *rest;
	size_t length;

	*field = span_take(start, 0);
	if (is_mailbox_line(start)) {
		take_line(rest);
		return true;
	}
	if (!is_field(start))
		return false;
	length = take_line(rest).length;
	while (is_continued(*rest) || is_folded_badly(span_take(start, length), *rest))
		length += take_line(rest).length;
	*field = span_take(start, length);
	return true;
}

struct span mime_entity_name(struct span field)
{
	return span_trim(span_take(field, span_index(field, ':')));
}

struct span mime_entity_value(struct span field)
{
	return span_skip(field, span_index(field, ':') + 1);
}

struct span mime_entity_find(struct span header, const char *name)
{
	struct span field;

	while (mime_entity_take_field(&header, &field))
		if (span_is_nocase(mime_entity_name(field), name))
			return mime_entity_value(field);
	return span_make(NULL, 0);
}

struct span mime_entity_body(struct span octets, struct span *header)
{
	struct span rest = octets, field;

	while (mime_entity_take_field(&rest, &field))
		;
	if (header)
		*header = span_take(octets, octets.length - rest.length);
	if (span_starts(rest, "\r\n"))
		return span_skip(rest, 2);
	return span_starts(rest, "\n") ? span_skip(rest, 1) : rest;
}

enum border {
	BORDER_NONE,
	BORDER_NEXT,
	BORDER_LAST,
};

/* What kind of boundary stands behind "--" and the boundary itself (RFC 2046, 5.1.1). */
static enum border classify(struct span behind)
{
	struct span line = span_take(behind, span_index(behind, '\n'));
	enum border border = BORDER_NEXT;

	if (span_starts(line, "--")) {
		border = BORDER_LAST;
		line = span_skip(line, 2);
	}
	return span_trim(line).length == 0 ? border : BORDER_NONE;
}

/* Whether "--" at the start of a line stands before this place. */
static bool is_line_start(struct span start, size_t place)
{
	return place >= 2 && start.at[place - 1] == '-' && start.at[place - 2] == '-' &&
	       (place == 2 || start.at[place - 3] == '\n');
}

/* Offset of the "--" of the next boundary, or the length when there is none. */
static size_t find_border(struct span start, struct span boundary, enum border *border)
{
	size_t place = 0;

	for (;;) {
		place += span_find(span_skip(start, place), boundary);
		if (place == start.length)
			break;
		if (is_line_start(start, place))
			*border = classify(span_skip(start, place + boundary.length));
		if (*border != BORDER_NONE)
			return place - 2;
		place++;
	}
	return start.length;
}

/* Takes everything up to the next boundary off the front, and the boundary. The line
 * end before a boundary belongs to it. */
static struct span take_until_border(struct mime_multipart *multipart, enum border *border)
{
	struct span start = multipart->rest;
	size_t length;

	*border = BORDER_NONE;
	length = find_border(start, multipart->boundary, border);
	multipart->rest = span_skip(start, length);
	if (*border == BORDER_NONE)
		return start;
	take_line(&multipart->rest);
	length -= length > 0 && start.at[length - 1] == '\n';
	length -= length > 0 && start.at[length - 1] == '\r';
	return span_take(start, length);
}

void mime_multipart_start(struct mime_multipart *multipart, struct span body,
			  struct span boundary)
{
	enum border border = BORDER_NONE;

	*multipart = (struct mime_multipart){ .rest = body, .boundary = boundary };
	if (boundary.length > 0) {
		multipart->prologue = take_until_border(multipart, &border);
	} else {
		multipart->prologue = body;
		multipart->rest = span_skip(body, body.length);
	}
	multipart->ended = border == BORDER_LAST;
}

bool mime_multipart_next(struct mime_multipart *multipart, struct span *part)
{
	enum border border;

	if (multipart->ended || multipart->rest.length == 0)
		return false;
	*part = take_until_border(multipart, &border);
	multipart->ended = border == BORDER_LAST;
	return true;
}
