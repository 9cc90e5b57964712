/* SPDX-License-Identifier: ISC */
#include "compose/gzip.h"

#include <limits.h>
#include <stdint.h>

#include <zlib.h>

#include "mail/wire_text.h"

#define GZIP_WINDOW (15 + 16)	/* zlib's way to ask for a gzip head and tail */
#define OUTPUT_SIZE 16384
#define STRETCH_SIZE 65536	/* octets that are compressed anew when they came out unsafe */
#define STRETCH_LOOK_BACK 4	/* octets before them that are looked at with them */
#define LEVELS 9
#define WAYS (2 * LEVELS)	/* with blocks ended inside of what is unsafe, and without */
#define MEMBER_WAYS 19
#define LARGE (1u << 20)
#define LARGE_LEVEL 6		/* the best level takes seconds for some octets */

/* The stream up to the stretch, and a copy that tries one. */
struct packer {
	z_stream streams[2];
	unsigned now;
	struct buf *out;
};

static bool push(z_stream *stream, struct span octets, int flush, struct buf *out)
{
	unsigned char output[OUTPUT_SIZE];

	/* zlib does not write to its input. */
	stream->next_in = (unsigned char *)(uintptr_t)octets.at;
	stream->avail_in = (uInt)octets.length;
	do {
		stream->next_out = output;
		stream->avail_out = sizeof output;
		if (deflate(stream, flush) == Z_STREAM_ERROR)
			return false;
		if (!buf_put(out, span_make(output, sizeof output - stream->avail_out)))
			return false;
	} while (stream->avail_out == 0);
	return true;
}

static bool set_level(z_stream *stream, int level, struct buf *out)
{
	unsigned char output[OUTPUT_SIZE];

	stream->next_out = output;
	stream->avail_out = sizeof output;
	stream->avail_in = 0;
	return deflateParams(stream, level, Z_DEFAULT_STRATEGY) == Z_OK &&
	       buf_put(out, span_make(output, sizeof output - stream->avail_out));
}

/* Another level changes the octets as a rule, but not those of blocks that are
 * stored as they are: then a block is ended inside of each thing that is unsafe. */
static bool push_way(z_stream *stream, struct span octets, unsigned way, int flush, struct buf *out)
{
	bool pushed = way == 0 || set_level(stream, LEVELS - (int)(way % LEVELS), out);

	while (pushed && way >= LEVELS && wire_text_find_break(octets) < octets.length) {
		size_t end = wire_text_find_break(octets);

		pushed = push(stream, span_take(octets, end), Z_SYNC_FLUSH, out);
		octets = span_skip(octets, end);
	}
	return pushed && push(stream, octets, flush, out);
}

static bool is_safe(const struct buf *out, size_t start)
{
	size_t from = start > STRETCH_LOOK_BACK ? start - STRETCH_LOOK_BACK : 0;

	return wire_text_octets_fault(span_skip(buf_span(out), from)) == NULL;
}

/* Whether it came out safe is seen at the end: it may be up to the checksum, which
 * no way changes. */
static bool put_stretch(struct packer *packer, struct span octets, int flush)
{
	z_stream *from = &packer->streams[packer->now], *to = &packer->streams[!packer->now];
	size_t start = packer->out->length;
	bool safe = false;

	for (unsigned way = 0; way < WAYS && !safe; way++) {
		bool put;

		packer->out->length = start;
		*to = (z_stream){ 0 };
		if (deflateCopy(to, from) != Z_OK)
			return false;
		put = push_way(to, octets, way, flush, packer->out);
		safe = put && is_safe(packer->out, start);
		if (!put || (!safe && way + 1 < WAYS))
			deflateEnd(to);
		if (!put)
			return false;
	}
	deflateEnd(from);
	packer->now = !packer->now;
	return true;
}

static bool put_member(struct span octets, struct buf *out)
{
	struct packer packer = { .out = out };
	int level = octets.length > LARGE ? LARGE_LEVEL : LEVELS;
	bool put;

	if (octets.length > UINT_MAX ||
	    deflateInit2(&packer.streams[0], level, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	do {
		int flush = octets.length > STRETCH_SIZE ? Z_SYNC_FLUSH : Z_FINISH;

		put = put_stretch(&packer, span_take(octets, STRETCH_SIZE), flush);
		octets = span_skip(octets, STRETCH_SIZE);
	} while (put && octets.length > 0);
	deflateEnd(&packer.streams[packer.now]);
	return put;
}

/* Two members (gunzip joins them) have checksums and lengths of their own. */
static bool put_members(struct span octets, size_t first, struct buf *out)
{
	return put_member(span_take(octets, first), out) &&
	       (first == octets.length || put_member(span_skip(octets, first), out));
}

bool gzip_make(struct span octets, struct buf *out)
{
	for (unsigned way = MEMBER_WAYS; way > 0; way--) {
		buf_reset(out);
		if (!put_members(octets, octets.length * way / MEMBER_WAYS, out))
			return false;
		if (wire_text_octets_fault(buf_span(out)) == NULL)
			return true;
	}
	return false;
}
