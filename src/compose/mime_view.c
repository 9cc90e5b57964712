/* SPDX-License-Identifier: ISC */
#include "compose/mime_view.h"

#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "compose/compose_limits.h"
#include "compose/header_trim.h"
#include "compose/mime_entity.h"
#include "compose/mime_parts.h"
#include "compose/mime_word.h"

/* Decoding may make it longer (an encoded word of a rare charset), but not that
 * much. */
#define VALUE_MAX (4 * HEADER_TRIM_MAX)
#define TEXT_MAX (2 * COMPOSE_LIMITS_INPUT)
#define NOTE_MAX 8192
#define DATE_MAX 200

struct field {
	const char *name;
	size_t offset;		/* of the struct buf in struct mime_view */
};

#define FIELD(field) offsetof(struct mime_view, field)

/* Decoded and shown; the first of a name counts. */
static const struct field shown_fields[] = {
	{ "Subject", FIELD(subject) },	 { "From", FIELD(from) },
	{ "Reply-To", FIELD(reply_to) }, { "To", FIELD(to) },
	{ "Cc", FIELD(cc) },		 { "Message-ID", FIELD(message_id) },
};

static struct buf *field_of(struct mime_view *view, size_t offset)
{
	return (struct buf *)((char *)view + offset);
}

static void start(struct mime_view *view)
{
	*view = (struct mime_view){ .text = BUF_INIT(TEXT_MAX), .html_text = BUF_INIT(TEXT_MAX),
				     .lost = BUF_INIT(NOTE_MAX), .note = BUF_INIT(NOTE_MAX) };
	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		buf_init(field_of(view, shown_fields[i].offset), VALUE_MAX);
	buf_init(&view->raw_to, VALUE_MAX);
	buf_init(&view->raw_cc, VALUE_MAX);
}

static void take_shown(struct span field, struct mime_view *view)
{
	struct span name = mime_entity_name(field);

	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++) {
		struct buf *out = field_of(view, shown_fields[i].offset);

		if (out->length == 0 && span_is_nocase(name, shown_fields[i].name))
			mime_word_decode(mime_entity_value(field), out);
	}
}

/* All fields of a name together, as one list. */
static void put_raw(struct span header, const char *name, struct buf *out)
{
	struct span field;

	while (mime_entity_take_field(&header, &field)) {
		if (!span_is_nocase(mime_entity_name(field), name))
			continue;
		if (out->length > 0)
			buf_text(out, ",");
		buf_put(out, mime_entity_value(field));
	}
}

/* Who resent a mail named its recipients anew (RFC 5322, 3.6.6). */
static void take_recipients(struct span header, struct mime_view *view)
{
	put_raw(header, "Resent-To", &view->raw_to);
	put_raw(header, "Resent-Cc", &view->raw_cc);
	if (view->raw_to.length > 0 || view->raw_cc.length > 0)
		return;
	put_raw(header, "To", &view->raw_to);
	put_raw(header, "Cc", &view->raw_cc);
}

static void take_date(struct span header, struct mime_view *view)
{
	char *text = span_dup(span_take(span_trim(mime_entity_find(header, "Date")), DATE_MAX));
	GDateTime *date = text && *text ? g_mime_utils_header_decode_date(text) : NULL;

	free(text);
	if (date == NULL)
		return;
	view->dated = true;
	view->date_s = g_date_time_to_unix(date);
	view->date_offset_min = (int)(g_date_time_get_utc_offset(date) / G_TIME_SPAN_MINUTE);
	g_date_time_unref(date);
}

static bool take_header(struct span header, struct mime_view *view)
{
	struct span rest = header, field;
	bool fits = true;

	while (mime_entity_take_field(&rest, &field))
		take_shown(field, view);
	take_recipients(header, view);
	take_date(header, view);
	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		fits = fits && !field_of(view, shown_fields[i].offset)->failed;
	return fits && !view->raw_to.failed && !view->raw_cc.failed;
}

void mime_view_tell(struct buf *lines, const char *line)
{
	if (span_find(buf_span(lines), span_of(line)) == lines->length)
		buf_text(lines, line);
}

bool mime_view_read(struct span message, struct mime_view *view)
{
	struct span header;
	size_t left_out;

	start(view);
	g_mime_init();
	buf_init(&view->message, message.length + strlen("\r\n"));
	left_out = header_trim(message, &view->message);
	if (left_out > 0)
		buf_format(&view->lost, "%zu header fields beyond %d octets were not looked at\n",
			   left_out, HEADER_TRIM_MAX);
	mime_entity_body(buf_span(&view->message), &header);
	return !view->message.failed && take_header(header, view) &&
	       mime_parts_take(buf_span(&view->message), view);
}

static void clear_file(struct mime_file *file)
{
	buf_clear(&file->name);
	buf_clear(&file->type);
	buf_clear(&file->octets);
}

void mime_view_clear(struct mime_view *view)
{
	for (size_t i = 0; i < view->file_count; i++)
		clear_file(&view->files[i]);
	free(view->files);
	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		buf_clear(field_of(view, shown_fields[i].offset));
	buf_clear(&view->message);
	buf_clear(&view->raw_to);
	buf_clear(&view->raw_cc);
	buf_clear(&view->text);
	buf_clear(&view->html_text);
	buf_clear(&view->lost);
	buf_clear(&view->note);
	*view = (struct mime_view){ 0 };
}
