/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

size_t utf8_next(struct span span, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)span.at;
	size_t length;
	uint32_t value;

	if (span.length == 0)
		return 0;
	if (at[0] < 0x80) {
		length = 1;
		value = at[0];
	} else if (at[0] >= 0xc2 && at[0] < 0xe0) {
		length = 2;
		value = at[0] & 0x1fu;
	} else if (at[0] >= 0xe0 && at[0] < 0xf0) {
		length = 3;
		value = at[0] & 0x0fu;
	} else if (at[0] >= 0xf0 && at[0] < 0xf5) {
		length = 4;
		value = at[0] & 0x07u;
	} else {
		return 0;
	}
	if (length > span.length)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (at[i] & 0x3fu);
	}
	if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	if (code)
		*code = value;
	return length;
}

bool utf8_is_valid(struct span span)
{
	while (span.length > 0) {
		size_t length = utf8_next(span, NULL);

		if (length == 0)
			return false;
		span = span_skip(span, length);
	}
	return true;
}

bool utf8_is_ascii(struct span span)
{
	for (size_t i = 0; i < span.length; i++)
		if ((unsigned char)span.at[i] >= 0x80)
			return false;
	return true;
}

struct span utf8_take(struct span span, size_t max)
{
	if (span.length <= max)
		return span;
	while (max > 0 && ((unsigned char)span.at[max] & 0xc0) == 0x80)
		max--;
	return span_take(span, max);
}
