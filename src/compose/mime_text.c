/* SPDX-License-Identifier: ISC */
#include "compose/mime_text.h"

#include <stdlib.h>

static bool is_shown(const struct mime_leaf *leaf)
{
	return leaf->kind != MIME_KIND_FILE && !leaf->unshown;
}

static bool has_plain(const struct mime_leaves *leaves)
{
	for (size_t i = 0; i < leaves->count; i++)
		if (is_shown(&leaves->list[i]) && leaves->list[i].kind != MIME_KIND_HTML &&
		    !leaves->list[i].blank)
			return true;
	return false;
}

static bool has_html(const struct mime_leaves *leaves)
{
	for (size_t i = 0; i < leaves->count; i++)
		if (is_shown(&leaves->list[i]) && leaves->list[i].kind == MIME_KIND_HTML)
			return true;
	return false;
}

/* HTML beside texts of which nothing can be read, only seen, is worth its octets. */
static bool is_picture(struct span html, size_t text_length)
{
	return text_length == 0 && (span_find(html, span_of("<img")) < html.length ||
				    span_find(html, span_of("<IMG")) < html.length);
}

static bool put_text(struct mime_leaf *leaf, struct mime_view *view, struct buf *out)
{
	size_t before;
	bool whole;

	if (out->length > 0 && out->at[out->length - 1] != '\n')
		buf_text(out, "\r\n");
	before = out->length;
	if (!mime_leaf_put_text(leaf, out, &view->note, &whole))
		return false;
	leaf->file.rendition =
		whole && (out == &view->html_text ||
			  !is_picture(buf_span(&leaf->file.octets), out->length - before));
	return true;
}

/* Moves the file over; the leaf is empty then. */
static void move_file(struct mime_leaf *leaf, struct mime_view *view)
{
	view->files[view->file_count++] = leaf->file;
	buf_init(&leaf->file.name, 0);
	buf_init(&leaf->file.type, 0);
	buf_init(&leaf->file.octets, 0);
}

static bool sort_leaf(struct mime_leaf *leaf, struct mime_view *view, struct buf *out)
{
	bool shown = is_shown(leaf);

	if (shown && !put_text(leaf, view, out))
		return false;
	/* A form of the text without a letter says nothing to anybody. */
	if (leaf->blank && leaf->kind != MIME_KIND_FILE)
		return true;
	if (leaf->kind != MIME_KIND_FILE && !shown)
		leaf->file.rendition = true;
	if (!shown || leaf->kind == MIME_KIND_HTML)
		move_file(leaf, view);
	else
		buf_clear(&leaf->file.octets);
	return true;
}

bool mime_text_sort(struct mime_leaves *leaves, struct mime_view *view)
{
	struct buf *out = &view->text;

	if (leaves->count == 1 && leaves->list[0].named_text)
		leaves->list[0].kind = MIME_KIND_PLAIN;
	if (!has_plain(leaves) && has_html(leaves))
		out = &view->html_text;
	view->files = calloc(leaves->count + 1, sizeof *view->files);
	if (view->files == NULL)
		return false;
	for (size_t i = 0; i < leaves->count; i++)
		if (!sort_leaf(&leaves->list[i], view, out))
			return false;
	return !out->failed;
}
