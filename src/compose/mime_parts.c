/* SPDX-License-Identifier: ISC */
#include "compose/mime_parts.h"

#include <stdlib.h>

#include "compose/mime_entity.h"
#include "compose/mime_leaf.h"
#include "compose/mime_param.h"
#include "compose/mime_text.h"

#define BOUNDARY_MAX 1000	/* octets; 70 by RFC 2046 */

struct walk {
	struct mime_view *view;
	struct mime_leaves leaves;
	const char *end;	/* of the whole message */
	size_t parts;		/* met so far */
	bool full;		/* no more parts are looked at */
	bool failed;
};

static void take(struct walk *walk, struct span octets, const struct mime_place *place);

static void note(struct walk *walk, const char *what)
{
	mime_view_tell(&walk->view->note, what);
}

static struct mime_leaf *add_leaf(struct walk *walk)
{
	struct mime_leaf *leaf = mime_leaf_add(&walk->leaves);

	walk->failed |= leaf == NULL;
	return leaf;
}

static void keep_whole(struct walk *walk, struct span octets, const char *type, const char *name)
{
	struct mime_leaf *leaf = add_leaf(walk);

	if (leaf && !mime_leaf_keep(leaf, octets, type, name))
		walk->failed = true;
}

static void take_leaf(struct walk *walk, struct span header, struct span body,
		      const struct mime_place *place)
{
	struct mime_leaf *leaf = add_leaf(walk);

	if (leaf && !mime_leaf_read(leaf, header, body, place, &walk->view->note))
		walk->failed = true;
}

/* One file holds all that stands from here to the end of the mail. */
static void keep_rest(struct walk *walk, struct span part)
{
	buf_format(&walk->view->lost, "only the first %d parts were looked at\n",
		   MIME_VIEW_PARTS_MAX - 1);
	walk->full = true;
	keep_whole(walk, span_make(part.at, (size_t)(walk->end - part.at)),
		   "application/octet-stream", "more-parts.txt");
}

/* What programs write for readers of before 1992 says nothing to ours. */
static bool is_boilerplate(struct span text)
{
	text = span_trim(text);
	return text.length == 0 || span_find(text, span_of("MIME")) < text.length;
}

/* "a multipart/related" without the parameter is about its first part. */
static bool is_root(struct span part, struct span start, size_t number)
{
	struct span header;

	if (start.length == 0)
		return number == 0;
	mime_entity_body(part, &header);
	return span_equal(span_trim(mime_entity_find(header, "Content-ID")), start);
}

/* A start that names no part is none. */
static bool has_root(struct mime_multipart parts, struct span start)
{
	struct span part;

	while (mime_multipart_next(&parts, &part))
		if (is_root(part, start, 0))
			return true;
	return false;
}

static struct mime_place place_within(const struct mime_place *place, struct span type)
{
	struct mime_place within = *place;

	within.depth++;
	within.root = false;
	within.digest = span_is_nocase(type, "multipart/digest");
	within.alternative = span_is_nocase(type, "multipart/alternative");
	within.encrypted = span_is_nocase(type, "multipart/encrypted");
	within.files |= within.encrypted;
	return within;
}

/* Of the forms of an alternative the best is shown: plain text, else HTML, else other
 * text, each time the last of its kind. */
static void choose(struct walk *walk, size_t first)
{
	static const enum mime_kind ranks[] = { MIME_KIND_PLAIN, MIME_KIND_HTML, MIME_KIND_OTHER };
	struct mime_leaf *list = walk->leaves.list;
	bool found = false;
	size_t branch = 0;

	for (size_t rank = 0; rank < 3 && !found; rank++)
		for (size_t i = first; i < walk->leaves.count; i++) {
			if (list[i].kind != ranks[rank] || list[i].blank || list[i].unshown)
				continue;
			found = true;
			branch = list[i].branch;
		}
	for (size_t i = first; found && i < walk->leaves.count; i++)
		list[i].unshown |= list[i].branch != branch;
}

static void take_related(struct walk *walk, struct span field, struct mime_multipart *parts,
			 struct mime_place within)
{
	struct buf start = BUF_INIT(BOUNDARY_MAX);
	struct mime_place beside = within;
	struct span part;

	if (!mime_param_find(field, "start", &start) || !has_root(*parts, buf_span(&start)))
		buf_reset(&start);
	within.root = true;
	beside.files = true;
	for (size_t i = 0; !walk->full && !walk->failed && mime_multipart_next(parts, &part); i++)
		take(walk, part, is_root(part, buf_span(&start), i) ? &within : &beside);
	buf_clear(&start);
}

static void take_each(struct walk *walk, struct mime_multipart *parts,
		      const struct mime_place *within)
{
	size_t first = walk->leaves.count;
	struct span part;

	for (size_t i = 0; !walk->full && !walk->failed && mime_multipart_next(parts, &part); i++) {
		size_t before = walk->leaves.count;

		take(walk, part, within);
		for (size_t j = before; j < walk->leaves.count; j++)
			walk->leaves.list[j].branch = i;
	}
	if (within->alternative)
		choose(walk, first);
}

static void note_oddities(struct walk *walk, const struct mime_multipart *parts)
{
	if (walk->full)
		return;
	if (!parts->ended)
		note(walk, "a multipart has no end, perhaps the mail was cut off\n");
	if (!is_boilerplate(parts->prologue))
		note(walk, "text before the parts of a multipart is not carried\n");
	if (parts->ended && span_trim(parts->rest).length > 0)
		note(walk, "text behind the parts of a multipart is not carried\n");
}

/* Without its boundary all of a multipart stands before the first part. */
static void take_broken_multipart(struct walk *walk, struct span body,
				  const struct mime_place *place)
{
	note(walk, "a multipart without parts was taken as text\n");
	take_leaf(walk, span_take(body, 0), body, place);
}

static void take_multipart(struct walk *walk, struct span field, struct span body,
			   const struct mime_place *place)
{
	struct span type = mime_param_value(field);
	struct mime_place within = place_within(place, type);
	struct buf boundary = BUF_INIT(BOUNDARY_MAX);
	struct mime_multipart parts;
	bool broken;

	mime_param_find(field, "boundary", &boundary);
	mime_multipart_start(&parts, body, buf_span(&boundary));
	if (within.encrypted)
		mime_view_tell(&walk->view->lost,
			       "the mail is encrypted, its parts are attached\n");
	broken = parts.ended || parts.rest.length == 0;
	if (broken)
		take_broken_multipart(walk, body, place);
	else if (span_is_nocase(type, "multipart/related"))
		take_related(walk, field, &parts, within);
	else
		take_each(walk, &parts, &within);
	if (!broken)
		note_oddities(walk, &parts);
	buf_clear(&boundary);
}

/* A fragment or a reference is of use only with its own header. */
static bool is_carried_whole(struct span type)
{
	return span_is_nocase(type, "message/partial") ||
	       span_is_nocase(type, "message/external-body");
}

/* S/MIME that wraps the text itself. */
static bool is_sealed(struct span type)
{
	return span_is_nocase(type, "application/pkcs7-mime") ||
	       span_is_nocase(type, "application/x-pkcs7-mime");
}

/* The depth is bounded, so the stack is. */
static void take(struct walk *walk, struct span octets, const struct mime_place *place)
{
	struct span header, body = mime_entity_body(octets, &header);
	struct span field = mime_entity_find(header, "Content-Type");
	struct span type = mime_param_value(field);
	bool is_multipart = span_starts_nocase(type, "multipart/");

	if (is_sealed(type))
		mime_view_tell(&walk->view->lost,
			       "what is in smime.p7m is encrypted or signed, and was not read\n");
	if (++walk->parts == MIME_VIEW_PARTS_MAX) {
		keep_rest(walk, octets);
	} else if (is_multipart && place->depth < MIME_VIEW_DEPTH_MAX) {
		take_multipart(walk, field, body, place);
	} else if (is_multipart) {
		mime_view_tell(&walk->view->lost,
			       "parts that are too deep are attached as they are\n");
		keep_whole(walk, octets, "multipart/mixed", "parts.eml");
	} else if (is_carried_whole(type)) {
		take_leaf(walk, header, octets, place);
	} else {
		take_leaf(walk, header, body, place);
	}
}

bool mime_parts_take(struct span message, struct mime_view *view)
{
	struct mime_place place = { .depth = 0 };
	struct walk walk = { .view = view, .end = message.at + message.length };
	bool good;

	take(&walk, message, &place);
	good = !walk.failed && mime_text_sort(&walk.leaves, view);
	mime_leaf_clear_all(&walk.leaves);
	return good;
}
