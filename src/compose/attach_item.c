/* SPDX-License-Identifier: ISC */
#include "compose/attach_item.h"

#include <glib.h>

#include "base/utf8.h"
#include "compose/gzip.h"

#define SHOWN_NAME_MAX 120	/* octets of the sender's name */
#define DIGEST_SIZE 65		/* SHA-256 as hexadecimal digits and NUL */

struct span attach_item_octets(const struct attach_item *item)
{
	return item->gzipped ? buf_span(&item->gzip) : item->source->octets;
}

bool attach_item_gzip(struct attach_item *item)
{
	if (!item->gzip_tried && !gzip_make(item->source->octets, &item->gzip))
		buf_clear(&item->gzip);
	item->gzip_tried = true;
	return item->gzip.length > 0;
}

static void make_digest(struct span octets, char out[static DIGEST_SIZE])
{
	char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
						   (const guchar *)(octets.at ? octets.at : ""),
						   octets.length);

	span_copy(span_of(digest), out, DIGEST_SIZE);
	g_free(digest);
}

void attach_item_put_shown(const struct attach_item *item, size_t place, struct buf *out)
{
	struct span name = utf8_take(item->source->name, SHOWN_NAME_MAX);
	size_t start = out->length;

	if (name.length == 0) {
		buf_format(out, "part %zu, %.*s", place,
			   SPAN_ARG(utf8_take(item->source->type, SHOWN_NAME_MAX)));
	} else {
		buf_format(out, "\"%.*s%s\"", SPAN_ARG(name),
			   name.length < item->source->name.length ? "..." : "");
	}
	for (size_t i = start; i < out->length; i++)
		if ((unsigned char)out->at[i] < 0x20 || out->at[i] == 0x7f)
			out->at[i] = '?';
}

static void tell_pieces(const struct attach_item *item, size_t place, struct buf *out)
{
	const char *name = item->name;
	char packed[DIGEST_SIZE], whole[DIGEST_SIZE];

	make_digest(buf_span(&item->gzip), packed);
	make_digest(item->source->octets, whole);
	buf_text(out, "[");
	attach_item_put_shown(item, place, out);
	buf_format(out, " is attached in %zu pieces, %s.001 to %s.%03zu: cat %s.* >%s; "
		   "SHA-256 %s, unpacked %s]\n", item->piece_count, name, name,
		   item->piece_count, name, name, packed, whole);
}

void attach_item_tell_sent(const struct attach_item *item, size_t place, struct buf *out)
{
	const struct attach_source *source = item->source;

	if (item->piece_count > 1) {
		tell_pieces(item, place, out);
		return;
	}
	if (source->ours || source->name.length == 0 || span_is(source->name, item->name))
		return;
	buf_text(out, "[");
	attach_item_put_shown(item, place, out);
	buf_format(out, " is attached as %s]\n", item->name);
}

void attach_item_tell_left(const struct attach_item *item, size_t place, struct buf *out)
{
	char digest[DIGEST_SIZE];

	make_digest(item->source->octets, digest);
	buf_text(out, "[");
	attach_item_put_shown(item, place, out);
	buf_format(out, " is not carried (%s): %zu octets, SHA-256 %s]\n", item->why_not,
		   item->source->octets.length, digest);
}

void attach_item_note(const struct attach_item *item, struct buf *out)
{
	if (item->gzipped && !item->source->ours)
		buf_format(out, "%s: gzipped %s%s\n", item->name,
			   item->unsafe ? "for the line: " : "to fit",
			   item->unsafe ? item->unsafe : "");
	if (item->piece_count > 1)
		buf_format(out, "%s: cut in %zu pieces\n", item->name, item->piece_count);
}
