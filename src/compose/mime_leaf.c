/* SPDX-License-Identifier: ISC */
#include "compose/mime_leaf.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "compose/compose_limits.h"
#include "compose/flowed_text.h"
#include "compose/html_text.h"
#include "compose/mime_charset.h"
#include "compose/mime_decode.h"
#include "compose/mime_entity.h"
#include "compose/mime_names.h"
#include "compose/mime_param.h"

#define NAME_MAX_OCTETS 1000
#define PARAMETER_MAX 16384
#define TYPE_MAX 200
#define CONTROL_PERCENT_MAX 10	/* of octets, in what may be text */
#define CONVERTED_MAX (4 * COMPOSE_LIMITS_INPUT)

/* Decided by what the header says. */
struct head {
	struct span type;	/* field and its value */
	struct span value;
	struct span disposition;
	struct span encoding;
	bool attachment;
};

struct mime_leaf *mime_leaf_add(struct mime_leaves *leaves)
{
	struct mime_leaf *leaf;

	if (leaves->count == leaves->capacity) {
		size_t capacity = leaves->capacity ? 2 * leaves->capacity : 8;
		struct mime_leaf *grown = reallocarray(leaves->list, capacity, sizeof *grown);

		if (grown == NULL)
			return NULL;
		leaves->list = grown;
		leaves->capacity = capacity;
	}
	leaf = &leaves->list[leaves->count++];
	*leaf = (struct mime_leaf){ .file = { BUF_INIT(NAME_MAX_OCTETS), BUF_INIT(TYPE_MAX),
					      BUF_INIT(COMPOSE_LIMITS_INPUT), false } };
	return leaf;
}

void mime_leaf_clear_all(struct mime_leaves *leaves)
{
	for (size_t i = 0; i < leaves->count; i++) {
		buf_clear(&leaves->list[i].file.name);
		buf_clear(&leaves->list[i].file.type);
		buf_clear(&leaves->list[i].file.octets);
	}
	free(leaves->list);
	*leaves = (struct mime_leaves){ NULL, 0, 0 };
}

/* What is no type at all is plain text (RFC 2045, 5.2). */
static struct span type_of(struct span field, const struct mime_place *place)
{
	struct span value = mime_param_value(field);
	size_t slash = span_index(value, '/');

	if (slash > 0 && slash + 1 < value.length && value.length <= TYPE_MAX)
		return value;
	return span_of(place->digest && value.length == 0 ? "message/rfc822" : "text/plain");
}

static void put_type(struct span type, struct buf *out)
{
	for (size_t i = 0; i < type.length; i++) {
		char octet = type.at[i];
		bool visible = octet > ' ' && octet < 0x7f;

		if (octet >= 'A' && octet <= 'Z')
			octet = (char)(octet + 'a' - 'A');
		buf_byte(out, visible ? octet : '?');
	}
}

/* As given by Content-Disposition, else by Content-Type. */
static void put_name(const struct head *head, struct buf *out)
{
	struct buf name = BUF_INIT(PARAMETER_MAX);

	if (!mime_param_find(head->disposition, "filename", &name) || name.length == 0) {
		buf_reset(&name);
		mime_param_find(head->type, "name", &name);
	}
	buf_put(out, utf8_take(buf_span(&name), NAME_MAX_OCTETS));
	buf_clear(&name);
}

static bool is_flag(struct span field, const char *name, const char *value)
{
	struct buf found = BUF_INIT(PARAMETER_MAX);
	bool is = mime_param_find(field, name, &found) && span_is_nocase(buf_span(&found), value);

	buf_clear(&found);
	return is;
}

static void read_charset(struct mime_leaf *leaf, struct span type)
{
	struct buf charset = BUF_INIT(PARAMETER_MAX);

	if (mime_param_find(type, "charset", &charset))
		span_copy(buf_span(&charset), leaf->charset, sizeof leaf->charset);
	buf_clear(&charset);
}

static bool is_control(unsigned char octet)
{
	return octet == 0x7f || (octet < ' ' && octet != '\t' && octet != '\n' && octet != '\r' &&
				 octet != '\f' && octet != '\b' && octet != 0x1b);
}

/* Nobody's text has so many control characters, but for UTF-16 and its like. */
static bool is_binary(struct span octets, const char *charset)
{
	size_t controls = 0;

	if (span_find(span_of(charset), span_of("16")) < strlen(charset) ||
	    span_find(span_of(charset), span_of("32")) < strlen(charset) ||
	    span_starts_nocase(span_of(charset), "uni") || span_starts(octets, "\xff\xfe") ||
	    span_starts(octets, "\xfe\xff"))
		return false;
	for (size_t i = 0; i < octets.length; i++)
		controls += is_control((unsigned char)octets.at[i]);
	return controls * 100 > octets.length * CONTROL_PERCENT_MAX;
}

static enum mime_kind kind_of_other(struct span type, const struct mime_place *place, bool named)
{
	/* An invitation says more than the text beside it. */
	if (!span_starts(type, "text/") || span_is(type, "text/calendar") ||
	    span_is(type, "text/rfc822-headers"))
		return MIME_KIND_FILE;
	if (place->alternative || (place->depth == 0 && !named))
		return MIME_KIND_OTHER;
	return !named && (span_is(type, "text/enriched") || span_is(type, "text/richtext") ||
			  span_is(type, "text/markdown")) ? MIME_KIND_OTHER : MIME_KIND_FILE;
}

/* Text with a name is a file, unless it stands where only text can. */
static enum mime_kind find_kind(const struct mime_leaf *leaf, const struct mime_place *place,
				bool attachment)
{
	struct span type = buf_span(&leaf->file.type);
	bool named = leaf->file.name.length > 0;

	if (attachment || place->files)
		return MIME_KIND_FILE;
	if (place->alternative || place->root || place->depth == 0)
		named = false;
	if (span_is(type, "text/plain"))
		return named ? MIME_KIND_FILE : MIME_KIND_PLAIN;
	if (span_is(type, "text/html") || span_is(type, "application/xhtml+xml"))
		return named ? MIME_KIND_FILE : MIME_KIND_HTML;
	return kind_of_other(type, place, leaf->file.name.length > 0);
}

static bool is_blank_text(struct span octets)
{
	while (octets.length > 0) {
		if (span_starts(octets, "\xc2\xa0"))
			octets = span_skip(octets, 2);
		else if ((unsigned char)octets.at[0] <= ' ' || octets.at[0] == (char)0xa0)
			octets = span_skip(octets, 1);
		else
			return false;
	}
	return true;
}

static void decide(struct mime_leaf *leaf, const struct head *head,
		   const struct mime_place *place, struct buf *note)
{
	struct span octets = buf_span(&leaf->file.octets);

	leaf->kind = find_kind(leaf, place, head->attachment);
	leaf->named_text = leaf->kind == MIME_KIND_FILE && !head->attachment && !place->files &&
			   span_is(buf_span(&leaf->file.type), "text/plain");
	if ((leaf->kind != MIME_KIND_FILE || leaf->named_text) &&
	    is_binary(octets, leaf->charset)) {
		mime_view_tell(note, "a text that is binary was taken as a file\n");
		leaf->kind = MIME_KIND_FILE;
		leaf->named_text = false;
		buf_reset(&leaf->file.type);
		buf_text(&leaf->file.type, "application/octet-stream");
	}
	leaf->blank = is_blank_text(octets);
}

bool mime_leaf_read(struct mime_leaf *leaf, struct span header, struct span body,
		    const struct mime_place *place, struct buf *note)
{
	struct head head = { .type = mime_entity_find(header, "Content-Type"),
			     .disposition = mime_entity_find(header, "Content-Disposition"),
			     .encoding = mime_entity_find(header, "Content-Transfer-Encoding") };
	struct mime_file *file = &leaf->file;
	const char *odd;

	head.value = type_of(head.type, place);
	head.attachment = span_is_nocase(mime_param_value(head.disposition), "attachment");
	put_type(head.value, &file->type);
	put_name(&head, &file->name);
	read_charset(leaf, head.type);
	leaf->flowed = is_flag(head.type, "format", "flowed");
	leaf->delsp = is_flag(head.type, "delsp", "yes");
	if (!mime_decode(body, mime_param_value(head.encoding), &file->octets, &odd))
		return false;
	if (odd)
		mime_view_tell(note, odd);
	decide(leaf, &head, place, note);
	if (file->name.length == 0 && leaf->kind == MIME_KIND_FILE)
		mime_names_put(buf_span(&file->type), buf_span(&file->octets), place->encrypted,
			       &file->name);
	return !file->type.failed;
}

bool mime_leaf_keep(struct mime_leaf *leaf, struct span octets, const char *type,
		    const char *name)
{
	struct mime_file *file = &leaf->file;

	leaf->kind = MIME_KIND_FILE;
	return buf_put(&file->octets, octets) && buf_text(&file->type, type) &&
	       buf_text(&file->name, name);
}

static bool put_html(const struct mime_leaf *leaf, struct span octets, struct buf *out,
		     bool *guessed, bool *whole)
{
	struct buf html = BUF_INIT(CONVERTED_MAX);
	char charset[MIME_LEAF_CHARSET_MAX];
	bool good;

	if (leaf->charset[0])
		span_copy(span_of(leaf->charset), charset, sizeof charset);
	else
		span_copy(html_text_charset(octets), charset, sizeof charset);
	good = mime_charset_to_utf8(octets, charset, &html, guessed) &&
	       html_text_render(buf_span(&html), out, whole);
	buf_clear(&html);
	return good;
}

static bool put_flowed(const struct mime_leaf *leaf, struct span octets, struct buf *out,
		       bool *guessed)
{
	struct buf text = BUF_INIT(CONVERTED_MAX);
	bool good = mime_charset_to_utf8(octets, leaf->charset, &text, guessed) &&
		    flowed_text_join(buf_span(&text), leaf->delsp, out);

	buf_clear(&text);
	return good;
}

bool mime_leaf_put_text(const struct mime_leaf *leaf, struct buf *out, struct buf *note,
			bool *whole)
{
	struct span octets = buf_span(&leaf->file.octets);
	bool guessed = false, good;

	*whole = true;
	if (leaf->kind == MIME_KIND_HTML)
		good = put_html(leaf, octets, out, &guessed, whole);
	else if (leaf->flowed && leaf->kind == MIME_KIND_PLAIN)
		good = put_flowed(leaf, octets, out, &guessed);
	else
		good = mime_charset_to_utf8(octets, leaf->charset, out, &guessed);
	if (guessed)
		mime_view_tell(note, "the charset of the text was guessed\n");
	if (!*whole)
		mime_view_tell(note, "the end of a long HTML text was not looked at\n");
	return good;
}
