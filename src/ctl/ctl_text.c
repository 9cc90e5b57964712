/* SPDX-License-Identifier: ISC */
#include "ctl/ctl_text.h"

#include <inttypes.h>

#include "base/utf8.h"

static bool is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x061c ||
	       (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void ctl_text_escape(struct span text, struct buf *out)
{
	while (text.length > 0) {
		uint32_t code = 0;
		size_t octets = utf8_next(text, &code);

		if (octets > 0 && !is_unsafe(code)) {
			buf_put(out, span_take(text, octets));
			text = span_skip(text, octets);
			continue;
		}
		for (size_t i = 0; i < (octets > 0 ? octets : 1); i++)
			buf_format(out, "\\x%02x", (unsigned char)text.at[i]);
		text = span_skip(text, octets > 0 ? octets : 1);
	}
}

size_t ctl_text_width(struct span text)
{
	size_t width = 0;

	while (text.length > 0) {
		size_t octets = utf8_next(text, NULL);

		text = span_skip(text, octets > 0 ? octets : 1);
		width++;
	}
	return width;
}

void ctl_text_size(int64_t octets, struct buf *out)
{
	static const char units[] = "KMGT";
	double amount = (double)octets;
	size_t unit = 0;

	if (octets < 1024) {
		buf_format(out, "%" PRId64, octets);
		return;
	}
	/* 1023.95 would be shown as 1024.0. */
	for (amount /= 1024; amount >= 1023.95 && unit < sizeof(units) - 2; unit++)
		amount /= 1024;
	buf_format(out, "%.1f%c", amount, units[unit]);
}
