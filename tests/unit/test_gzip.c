/* SPDX-License-Identifier: ISC */
#include "compose/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "mail/wire_text.h"
#include "rows.h"

#define OUT_MAX 102400

/* What gunzip makes of it: every member, one behind the other. */
static void gunzip(struct span packed, struct buf *out)
{
	z_stream stream = { 0 };
	unsigned char chunk[4096];
	int result;

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)packed.at;
	stream.avail_in = (uInt)packed.length;
	do {
		stream.next_out = chunk;
		stream.avail_out = sizeof chunk;
		result = inflate(&stream, Z_NO_FLUSH);
		assert_true(result == Z_OK || result == Z_STREAM_END);
		buf_put(out, span_make(chunk, sizeof chunk - stream.avail_out));
		if (result == Z_STREAM_END && stream.avail_in > 0)
			assert_int_equal(inflateReset(&stream), Z_OK);
	} while (result == Z_OK || stream.avail_in > 0);
	inflateEnd(&stream);
}

static void assert_packs(struct span octets)
{
	struct buf packed = BUF_INIT(OUT_MAX), again = BUF_INIT(octets.length);

	assert_true(gzip_make(octets, &packed));
	assert_null(wire_text_octets_fault(buf_span(&packed)));
	gunzip(buf_span(&packed), &again);
	assert_true(span_equal(octets, buf_span(&again)));
	buf_clear(&packed);
	buf_clear(&again);
}

static void short_ones(void **state)
{
	(void)state;
	assert_packs(span_of(""));
	assert_packs(span_of("+"));
	assert_packs(span_of("+++"));
	assert_packs(span_of("a+++b"));
	assert_packs(span_of("+++++++++++++++++++++++++++++++++++++++++"));
}

static void put_noise(struct buf *out, size_t length, uint32_t *random)
{
	for (size_t i = 0; i < length; i++) {
		*random ^= *random << 13;
		*random ^= *random >> 17;
		*random ^= *random << 5;
		buf_byte(out, (char)(*random >> 11));
	}
}

/* Noise is stored as it is, at every level: so are the plus signs in it. */
static void noise_with_escapes(void **state)
{
	uint32_t random = 2463534242u;

	(void)state;
	for (size_t round = 0; round < 200; round++) {
		struct buf noise = BUF_INIT(OUT_MAX);

		for (size_t piece = 0; piece <= round % 20; piece++) {
			put_noise(&noise, 1 + random % 3000, &random);
			buf_text(&noise, &"++++++++"[random % 6]);
		}
		assert_packs(buf_span(&noise));
		buf_clear(&noise);
	}
}

/* Noise holds what begins like a command, too, and is longer than one stretch. */
static void noise_with_commands(void **state)
{
	uint32_t random = 123456789u;
	struct buf noise = BUF_INIT(1 << 20), packed = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);

	(void)state;
	while (noise.length < 400000) {
		put_noise(&noise, 1 + random % 30000, &random);
		buf_text(&noise, random & 0x100 ? "\r\nATD" : "\naT\ra/\nA/");
	}
	assert_true(gzip_make(buf_span(&noise), &packed));
	assert_null(wire_text_octets_fault(buf_span(&packed)));
	assert_true(packed.length < noise.length + 1000);
	gunzip(buf_span(&packed), &again);
	assert_true(span_equal(buf_span(&noise), buf_span(&again)));
	buf_clear(&noise);
	buf_clear(&packed);
	buf_clear(&again);
}

/* One member, which every program takes, whatever the length. */
static void long_text(void **state)
{
	struct buf text = BUF_INIT(1 << 22), packed = BUF_INIT(1 << 20), again = BUF_INIT(1 << 22);
	z_stream stream = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_format(&text, "2026-11-22 line %d: +++ all is well\n", i);
	assert_true(gzip_make(buf_span(&text), &packed));
	assert_null(wire_text_octets_fault(buf_span(&packed)));
	assert_true(packed.length < text.length / 5);
	buf_room(&again, text.length);
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (unsigned char *)packed.at;
	stream.avail_in = (uInt)packed.length;
	stream.next_out = (unsigned char *)again.at;
	stream.avail_out = (uInt)text.length;
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.avail_in, 0);
	buf_grew(&again, text.length);
	assert_true(span_equal(buf_span(&text), buf_span(&again)));
	inflateEnd(&stream);
	buf_clear(&text);
	buf_clear(&packed);
	buf_clear(&again);
}

/* A text whose checksum itself holds the escape: no level helps. */
static void checksum_with_escape(void **state)
{
	unsigned found = 0;

	(void)state;
	for (uint32_t i = 0; found < 2 && i < 100000000; i++) {
		char text[24];
		int length = snprintf(text, sizeof text, "disk %u full", i);
		uLong sum = crc32(0, (const Bytef *)text, (uInt)length);

		if ((sum & 0xffffff) != 0x2b2b2b && (sum >> 8) != 0x2b2b2b)
			continue;
		found++;
		assert_packs(span_make(text, (size_t)length));
	}
	assert_int_equal(found, 2);
}

static void too_large(void **state)
{
	uint32_t random = 2463534242u;
	struct buf noise = BUF_INIT(200000), packed = BUF_INIT(OUT_MAX);

	(void)state;
	put_noise(&noise, 110000, &random);
	assert_false(gzip_make(buf_span(&noise), &packed));
	buf_reset(&packed);
	assert_true(gzip_make(span_take(buf_span(&noise), 100000), &packed));
	buf_clear(&noise);
	buf_clear(&packed);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "short texts are packed", short_ones);
	ROWS_ADD(&rows, "noise with escapes in it is packed without them", noise_with_escapes);
	ROWS_ADD(&rows, "noise with commands in it is packed without them", noise_with_commands);
	ROWS_ADD(&rows, "a long text is one member", long_text);
	ROWS_ADD(&rows, "a checksum that is an escape is avoided", checksum_with_escape);
	ROWS_ADD(&rows, "what does not fit is refused", too_large);
	return rows_run(&rows, "gzip");
}
