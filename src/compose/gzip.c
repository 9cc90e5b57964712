/* SPDX-License-Identifier: ISC */
#include "compose/gzip.h"

#include <limits.h>
#include <stdint.h>

#include <zlib.h>

#include "mail/wire_text.h"

#define GZIP_WINDOW (15 + 16)	/* zlib's way to ask for a gzip head and tail */
#define CHUNK_SIZE 16384
#define LEVELS 9
#define PLAIN_WAYS LEVELS	/* the first ways differ by level alone */
#define WAYS (4 * LEVELS)

/* How to compress. Another level changes the octets as a rule, but not those of
 * blocks that are stored as they are, and never the checksum and length at the
 * end. So there are two more means: to end a block inside each run of plus signs,
 * and to make two members of it (gunzip joins them), which have checksums and
 * lengths of their own. */
struct way {
	int level;
	bool break_runs;
	size_t first_member;	/* octets of it */
};

static struct way choose_way(unsigned number, size_t length)
{
	struct way way = { LEVELS - (int)(number % LEVELS), number >= PLAIN_WAYS, length };

	if (number >= 2 * PLAIN_WAYS)
		way.first_member = length * (number - 2 * PLAIN_WAYS + 1) / (WAYS - 2 * PLAIN_WAYS + 1);
	return way;
}

static bool push(z_stream *stream, struct span octets, int flush, struct buf *out)
{
	unsigned char chunk[CHUNK_SIZE];

	/* zlib does not write to its input. */
	stream->next_in = (unsigned char *)(uintptr_t)octets.at;
	stream->avail_in = (uInt)octets.length;
	do {
		stream->next_out = chunk;
		stream->avail_out = sizeof chunk;
		if (deflate(stream, flush) == Z_STREAM_ERROR)
			return false;
		if (!buf_put(out, span_make(chunk, sizeof chunk - stream->avail_out)))
			return false;
	} while (stream->avail_out == 0);
	return true;
}

/* Up to behind the second sign of the next run of three plus signs. */
static size_t find_break(struct span octets)
{
	size_t at = span_find(octets, span_of("+++"));

	return at < octets.length ? at + 2 : octets.length;
}

static bool put_member(struct span octets, const struct way *way, struct buf *out)
{
	z_stream stream = { 0 };
	bool put = true;

	if (octets.length > UINT_MAX ||
	    deflateInit2(&stream, way->level, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	while (put && way->break_runs && find_break(octets) < octets.length) {
		size_t end = find_break(octets);

		put = push(&stream, span_take(octets, end), Z_SYNC_FLUSH, out);
		octets = span_skip(octets, end);
	}
	put = put && push(&stream, octets, Z_FINISH, out);
	deflateEnd(&stream);
	return put;
}

static bool put_members(struct span octets, const struct way *way, struct buf *out)
{
	if (!put_member(span_take(octets, way->first_member), way, out))
		return false;
	return way->first_member == octets.length ||
	       put_member(span_skip(octets, way->first_member), way, out);
}

bool gzip_make(struct span octets, struct buf *out)
{
	for (unsigned number = 0; number < WAYS; number++) {
		struct way way = choose_way(number, octets.length);

		buf_reset(out);
		if (!put_members(octets, &way, out))
			return false;
		if (wire_text_octets_fault(buf_span(out)) == NULL)
			return true;
	}
	return false;
}
