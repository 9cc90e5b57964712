/* SPDX-License-Identifier: ISC */
#include "compose/mime_view.h"

#include <stdlib.h>

#include <gmime/gmime.h>

#include "base/utf8.h"
#include "compose/compose_limits.h"
#include "compose/header_trim.h"
#include "compose/mime_parts.h"
#include "mail/raw_text.h"

/* Decoding may make it longer (an encoded word of a rare charset), but not that
 * much. */
#define VALUE_MAX (4 * HEADER_TRIM_MAX)
#define TEXT_MAX (2 * COMPOSE_LIMITS_INPUT)
#define NOTE_MAX 8192

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
	*view = (struct mime_view){ .text = BUF_INIT(TEXT_MAX), .lost = BUF_INIT(NOTE_MAX),
				     .note = BUF_INIT(NOTE_MAX) };
	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		buf_init(field_of(view, shown_fields[i].offset), VALUE_MAX);
	buf_init(&view->raw_to, VALUE_MAX);
	buf_init(&view->raw_cc, VALUE_MAX);
}

/* One line of UTF-8; a control character (an encoded line end) becomes a blank. */
static void put_value(const char *value, struct buf *out)
{
	if (value == NULL || out->length > 0)
		return;
	raw_text_to_utf8(span_trim(span_of(value)), out);
	for (size_t i = 0; i < out->length; i++)
		if ((unsigned char)out->at[i] < 0x20 || out->at[i] == 0x7f)
			out->at[i] = ' ';
}

static void take_shown(GMimeHeader *header, struct mime_view *view)
{
	struct span name = span_of(g_mime_header_get_name(header));

	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		if (span_is_nocase(name, shown_fields[i].name))
			put_value(g_mime_header_get_value(header),
				  field_of(view, shown_fields[i].offset));
}

/* All fields of a name together, as one list. */
static void put_raw(GMimeHeaderList *headers, const char *name, struct buf *out)
{
	int count = g_mime_header_list_get_count(headers);

	for (int i = 0; i < count; i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);

		if (!span_is_nocase(span_of(g_mime_header_get_name(header)), name))
			continue;
		if (out->length > 0)
			buf_text(out, ",");
		buf_text(out, g_mime_header_get_raw_value(header));
	}
}

/* Who resent a mail named its recipients anew (RFC 5322, 3.6.6). */
static void take_recipients(GMimeHeaderList *headers, struct mime_view *view)
{
	put_raw(headers, "Resent-To", &view->raw_to);
	put_raw(headers, "Resent-Cc", &view->raw_cc);
	if (view->raw_to.length > 0 || view->raw_cc.length > 0)
		return;
	put_raw(headers, "To", &view->raw_to);
	put_raw(headers, "Cc", &view->raw_cc);
}

static void take_date(GMimeMessage *message, struct mime_view *view)
{
	GDateTime *date = g_mime_message_get_date(message);

	if (date == NULL)
		return;
	view->dated = true;
	view->date_s = g_date_time_to_unix(date);
	view->date_offset_min = (int)(g_date_time_get_utc_offset(date) / G_TIME_SPAN_MINUTE);
}

static bool take_header(GMimeMessage *message, struct mime_view *view)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
	int count = g_mime_header_list_get_count(headers);
	bool fits = true;

	for (int i = 0; i < count; i++)
		take_shown(g_mime_header_list_get_header_at(headers, i), view);
	take_recipients(headers, view);
	take_date(message, view);
	for (size_t i = 0; i < sizeof shown_fields / sizeof shown_fields[0]; i++)
		fits = fits && !field_of(view, shown_fields[i].offset)->failed;
	return fits && !view->raw_to.failed && !view->raw_cc.failed;
}

/* Headers with 8-bit octets and no charset: UTF-8, else Latin-1 as Windows has it. */
static GMimeParserOptions *make_options(void)
{
	static const char *charsets[] = { "utf-8", "windows-1252", "iso-8859-1", NULL };
	GMimeParserOptions *options = g_mime_parser_options_new();

	g_mime_parser_options_set_fallback_charsets(options, charsets);
	return options;
}

static GMimeMessage *parse(struct span message)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message.at, message.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeParserOptions *options = make_options();
	GMimeMessage *parsed;

	g_mime_parser_set_persist_stream(parser, TRUE);
	parsed = g_mime_parser_construct_message(parser, options);
	g_mime_parser_options_free(options);
	g_object_unref(parser);
	g_object_unref(stream);
	return parsed;
}

/* GMime sees only what was trimmed. */
static bool read_trimmed(struct span message, struct mime_view *view)
{
	GMimeMessage *parsed = parse(message);
	GMimeObject *part = parsed ? g_mime_message_get_mime_part(parsed) : NULL;
	bool fits = true;

	if (parsed)
		fits = take_header(parsed, view);
	if (part)
		fits = fits && mime_parts_take(part, view);
	else
		fits = fits && raw_text_to_utf8(message, &view->text);
	if (parsed)
		g_object_unref(parsed);
	return fits;
}

bool mime_view_read(struct span message, struct mime_view *view)
{
	size_t left_out;

	start(view);
	g_mime_init();
	buf_init(&view->message, message.length);
	left_out = header_trim(message, &view->message);
	if (left_out > 0)
		buf_format(&view->lost, "%zu header fields beyond %d octets were not looked at\n",
			   left_out, HEADER_TRIM_MAX);
	return !view->message.failed && read_trimmed(buf_span(&view->message), view);
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
	buf_clear(&view->lost);
	buf_clear(&view->note);
	*view = (struct mime_view){ 0 };
}
