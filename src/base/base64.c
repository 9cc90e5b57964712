/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_put(struct span octets, struct buf *out)
{
	for (size_t i = 0; i < octets.length; i += 3) {
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 |
			       (i + j < octets.length ? (unsigned char)octets.at[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			buf_byte(out,
				 i + j > octets.length ? '=' : digits[bits >> (18 - 6 * j) & 63]);
	}
	return !out->failed;
}

/* The number of a digit, or -1. */
static int value_of(char digit)
{
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* A group of four, of which the last `pads` are "=". */
static bool read_group(const char *group, size_t pads, struct buf *out)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - pads ? value_of(group[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
	}
	if ((bits & ((UINT32_C(1) << 8 * pads) - 1)) != 0)
		return false;
	for (size_t i = 0; i < 3 - pads; i++)
		buf_byte(out, (char)(bits >> (16 - 8 * i) & 0xff));
	return !out->failed;
}

bool base64_read(struct span text, struct buf *out)
{
	if (text.length % 4 != 0)
		return false;
	for (size_t i = 0; i < text.length; i += 4) {
		bool last = i + 4 == text.length;
		size_t pads = 0;

		while (last && pads < 2 && text.at[i + 3 - pads] == '=')
			pads++;
		if (!read_group(text.at + i, pads, out))
			return false;
	}
	return true;
}
