/* SPDX-License-Identifier: ISC */
/* Any header, in pieces of a size that the first octet chooses: the same comes out,
 * nobody hidden is in it, and no more than the bound is added. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "mail/header_field.h"
#include "mail/header_filter.h"

#define OUT_MAX (8 * 1024 * 1024)

static void filter(struct span in, size_t piece, struct buf *out)
{
	const struct trace trace = { .hostname = "gw1", .id = "1K0X", .helo = "c", .protocol = "SMTP",
				     .sender = "a@b", .clock_trusted = true };
	struct header_filter filter = { 0 };

	while (in.length > 0) {
		assert(header_filter_put(&filter, &trace, span_take(in, piece), out));
		in = span_skip(in, piece);
	}
	assert(header_filter_end(&filter, &trace, out));
}

static void check(struct span out)
{
	struct header_field field;

	while (header_field_next(&out, &field))
		assert(!span_is_nocase(field.name, "Bcc") && !span_is_nocase(field.name, "Resent-Bcc"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(OUT_MAX), pieces = BUF_INIT(OUT_MAX), lines = BUF_INIT(OUT_MAX);
	char before = '\0';

	if (size == 0 || size > 200000)
		return 0;
	/* As the session hands it over: CRLF alone ends lines. */
	for (size_t i = 1; i < size; i++) {
		char octet = (char)data[i];

		if (octet != '\r' && octet != '\n')
			buf_byte(&lines, octet);
		else if (octet == '\n' && before != '\n')
			buf_text(&lines, "\r\n");
		before = octet == '\n' && data[0] & 0x80 ? '\n' : '\0';
	}
	filter(buf_span(&lines), lines.length + 1, &whole);
	filter(buf_span(&lines), (data[0] & 0x7f) + 1u, &pieces);
	assert(span_equal(buf_span(&whole), buf_span(&pieces)));
	assert(whole.length <= lines.length + HEADER_FILTER_ADDED_MAX);
	check(buf_span(&whole));
	buf_clear(&whole);
	buf_clear(&pieces);
	buf_clear(&lines);
	return 0;
}
