/* SPDX-License-Identifier: ISC */
#include "compose/header_trim.h"

#include <stdbool.h>

#include "compose/mime_entity.h"

/* Without these a mail cannot be told. */
static const char *const needed[] = {
	"From", "To", "Cc", "Subject", "Date", "Reply-To", "Sender", "Message-ID", "Resent-To",
	"Resent-Cc", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
	"Content-Disposition",
};

static bool is_named(struct span field, const char *name)
{
	return span_is_nocase(mime_entity_name(field), name);
}

static bool is_needed(struct span field)
{
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (is_named(field, needed[i]))
			return true;
	return false;
}

static bool is_hidden(struct span field)
{
	return field.length == 0 || is_named(field, "Bcc") || is_named(field, "Resent-Bcc");
}

/* The whole lines at the front that fit; of a single long line its front. */
static struct span cut(struct span field, size_t room)
{
	size_t length = room < field.length ? room : field.length;

	if (length == field.length)
		return field;
	while (length > 0 && field.at[length - 1] != '\n')
		length--;
	return length > 0 ? span_take(field, length) : span_take(field, room > 0 ? room - 1 : 0);
}

/* What the needed fields take of the room. */
static size_t measure_needed(struct span message)
{
	struct span field;
	size_t length = 0;

	while (mime_entity_take_field(&message, &field))
		if (is_needed(field))
			length += cut(field, HEADER_TRIM_FIELD_MAX).length;
	return length < HEADER_TRIM_MAX ? length : HEADER_TRIM_MAX;
}

struct room {
	size_t needed, other;
};

/* True when all of the field was put. */
static bool put_field(struct span field, struct room *room, struct buf *out)
{
	bool is_cut;

	if (!is_needed(field)) {
		if (field.length > room->other)
			return false;
		room->other -= field.length;
		return buf_put(out, field);
	}
	is_cut = field.length > HEADER_TRIM_FIELD_MAX;
	field = cut(field, HEADER_TRIM_FIELD_MAX);
	if (field.length > room->needed)
		return false;
	room->needed -= field.length;
	buf_put(out, field);
	if (field.length > 0 && field.at[field.length - 1] != '\n' && is_cut)
		buf_byte(out, '\n');
	return !is_cut;
}

/* A header whose first field is indented is still one when another field follows. */
static struct span skip_indent(struct span message)
{
	struct span start = message, rest, field;

	while (span_starts(start, " ") || span_starts(start, "\t"))
		start = span_skip(start, 1);
	rest = start;
	if (mime_entity_take_field(&rest, &field) && mime_entity_take_field(&rest, &field))
		return start;
	return message;
}

size_t header_trim(struct span message, struct buf *out)
{
	struct room room;
	struct span field;
	size_t left_out = 0;

	message = skip_indent(message);
	room.needed = measure_needed(message);
	room.other = HEADER_TRIM_MAX - room.needed;
	while (mime_entity_take_field(&message, &field))
		if (!is_hidden(field))
			left_out += !put_field(field, &room, out);
	if (message.length > 0 && !span_starts(message, "\n") && !span_starts(message, "\r\n"))
		buf_text(out, "\r\n");
	buf_put(out, message);
	return left_out;
}
