/* SPDX-License-Identifier: ISC */
#include "compose/mime_parts.h"

#include <stdlib.h>

#include <gmime/gmime.h>

#include "base/utf8.h"
#include "compose/compose_limits.h"
#include "compose/mime_charset.h"
#include "mail/raw_text.h"

#define PART_MAX COMPOSE_LIMITS_INPUT
#define NAME_MAX_OCTETS 1000

struct walk {
	struct mime_view *view;
	size_t parts;		/* leaves met so far */
	bool failed;
};

static void take(struct walk *walk, GMimeObject *object, unsigned depth, bool alternative);

static struct mime_file *add_file(struct mime_view *view)
{
	struct mime_file *file;

	if (view->file_count == view->file_capacity) {
		size_t capacity = view->file_capacity ? 2 * view->file_capacity : 8;

		file = reallocarray(view->files, capacity, sizeof *file);
		if (file == NULL)
			return NULL;
		view->files = file;
		view->file_capacity = capacity;
	}
	file = &view->files[view->file_count++];
	*file = (struct mime_file){
		BUF_INIT(2 * NAME_MAX_OCTETS), BUF_INIT(NAME_MAX_OCTETS), BUF_INIT(PART_MAX), false,
	};
	return file;
}

/* What an in-memory stream holds, as long as the stream lives. */
static struct span stream_octets(GMimeStream *memory)
{
	GByteArray *array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));

	return span_make(array->data, array->len);
}

/* A leaf's octets, its transfer encoding undone. */
static GMimeStream *decode_part(GMimePart *part)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	GMimeDataWrapper *content = g_mime_part_get_content(part);

	if (content)
		g_mime_data_wrapper_write_to_stream(content, memory);
	return memory;
}

static void put_type(GMimeObject *object, struct buf *out)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *text = type ? g_mime_content_type_get_mime_type(type) : NULL;

	raw_text_to_utf8(span_take(span_of(text ? text : "application/octet-stream"), 200), out);
	g_free(text);
}

/* As given by Content-Disposition, else by Content-Type; NULL when by none. */
static const char *find_name(GMimeObject *object)
{
	const char *name = g_mime_object_get_content_disposition_parameter(object, "filename");

	if (name == NULL)
		name = g_mime_object_get_content_type_parameter(object, "name");
	return name && *name ? name : NULL;
}

static void keep_file(struct walk *walk, GMimeObject *object, struct span octets, bool rendition)
{
	struct mime_file *file = add_file(walk->view);
	const char *name = find_name(object);

	if (file == NULL) {
		walk->failed = true;
		return;
	}
	if (name)
		raw_text_to_utf8(span_take(span_of(name), NAME_MAX_OCTETS), &file->name);
	put_type(object, &file->type);
	buf_put(&file->octets, octets);
	file->rendition = rendition;
	walk->failed |= file->name.failed || file->type.failed || file->octets.failed;
}

static void keep_text(struct walk *walk, GMimeObject *object, struct span octets)
{
	const char *charset = g_mime_object_get_content_type_parameter(object, "charset");
	struct buf *text = &walk->view->text;
	bool guessed;

	if (text->length > 0 && text->at[text->length - 1] != '\n')
		buf_text(text, "\r\n");
	if (!mime_charset_to_utf8(octets, charset, text, &guessed))
		walk->failed = true;
	if (guessed)
		buf_text(&walk->view->note, "the charset of the text was guessed\n");
}

static bool is_attachment(GMimeObject *object)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(object);

	return disposition && g_mime_content_disposition_is_attachment(disposition);
}

/* `only`: there is no other part. Then it is the text even with a name. */
static bool is_text(GMimeObject *object, bool only)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);

	return type && g_mime_content_type_is_type(type, "text", "plain") &&
	       !is_attachment(object) && (only || find_name(object) == NULL);
}

/* HTML without a name, and other forms of an alternative's text. An invitation
 * (text/calendar) says more than the text beside it. */
static bool is_rendition(GMimeObject *object, bool alternative)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);

	if (type == NULL || is_attachment(object) || find_name(object))
		return false;
	if (g_mime_content_type_is_type(type, "text", "html"))
		return true;
	return alternative && g_mime_content_type_is_type(type, "text", "*") &&
	       !g_mime_content_type_is_type(type, "text", "calendar");
}

static void take_leaf(struct walk *walk, GMimeObject *object, unsigned depth, bool alternative)
{
	GMimeStream *memory = decode_part(GMIME_PART(object));
	struct span octets = stream_octets(memory);

	if (is_text(object, depth == 0))
		keep_text(walk, object, octets);
	else
		keep_file(walk, object, octets, is_rendition(object, alternative));
	g_object_unref(memory);
}

/* An enclosed mail, or a part too deep to look into, goes as it is. */
static void take_whole(struct walk *walk, GMimeObject *object)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	GMimeObject *whole = object;

	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		whole = message ? GMIME_OBJECT(message) : NULL;
	}
	if (whole)
		g_mime_object_write_to_stream(whole, NULL, memory);
	keep_file(walk, object, stream_octets(memory), false);
	g_object_unref(memory);
}

/* Without its boundary all of a multipart stands before the first part. */
static void take_broken_multipart(struct walk *walk, GMimeMultipart *multipart)
{
	const char *prologue = g_mime_multipart_get_prologue(multipart);

	buf_text(&walk->view->note, "a multipart without parts was taken as text\n");
	if (prologue)
		keep_text(walk, GMIME_OBJECT(multipart), span_of(prologue));
}

static void take_multipart(struct walk *walk, GMimeObject *object, unsigned depth,
			   bool alternative)
{
	GMimeMultipart *multipart = GMIME_MULTIPART(object);
	GMimeContentType *type = g_mime_object_get_content_type(object);
	int count = g_mime_multipart_get_count(multipart);

	if (count == 0)
		take_broken_multipart(walk, multipart);
	alternative |= type && g_mime_content_type_is_type(type, "multipart", "alternative");
	for (int i = 0; i < count && !walk->failed; i++)
		take(walk, g_mime_multipart_get_part(multipart, i), depth + 1, alternative);
}

/* The depth is bounded, so the stack is. */
static void take(struct walk *walk, GMimeObject *object, unsigned depth, bool alternative)
{
	if (walk->parts == MIME_VIEW_PARTS_MAX) {
		walk->parts++;
		buf_format(&walk->view->lost, "only the first %d parts were looked at\n",
			   MIME_VIEW_PARTS_MAX);
	}
	if (walk->parts > MIME_VIEW_PARTS_MAX)
		return;
	walk->parts++;
	if (GMIME_IS_MULTIPART(object) && depth < MIME_VIEW_DEPTH_MAX)
		take_multipart(walk, object, depth, alternative);
	else if (GMIME_IS_PART(object))
		take_leaf(walk, object, depth, alternative);
	else
		take_whole(walk, object);
}

bool mime_parts_take(GMimeObject *object, struct mime_view *view)
{
	struct walk walk = { view, 0, false };

	take(&walk, object, 0, false);
	return !walk.failed && !view->text.failed;
}
