/* SPDX-License-Identifier: ISC */
#include "mail/raw_text.h"

#include "base/utf8.h"

/* Length of the well-formed text at the front. */
static size_t well_formed(struct span octets)
{
	size_t length = 0, step;

	while ((step = utf8_next(span_skip(octets, length), NULL)) > 0)
		length += step;
	return length;
}

bool raw_text_to_utf8(struct span octets, struct buf *out)
{
	while (octets.length > 0) {
		size_t good = well_formed(octets);
		unsigned char other;

		buf_put(out, span_take(octets, good));
		octets = span_skip(octets, good);
		if (octets.length == 0)
			break;
		/* Latin-1 is the first 256 characters of Unicode. */
		other = (unsigned char)octets.at[0];
		buf_byte(out, (char)(0xc0 | other >> 6));
		buf_byte(out, (char)(0x80 | (other & 0x3f)));
		octets = span_skip(octets, 1);
	}
	return !out->failed;
}
