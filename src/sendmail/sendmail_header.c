/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_header.h"

#include "base/base64.h"
#include "base/utf8.h"

#define WORD_OCTETS_MAX 45 /* of text in one encoded word; 75 when coded (RFC 2047, 2) */

static void put_encoded(struct buf *out, struct span name)
{
	while (name.length > 0) {
		struct span part = utf8_take(name, WORD_OCTETS_MAX);

		name = span_skip(name, part.length);
		buf_text(out, "=?utf-8?B?");
		base64_put(part, out);
		buf_text(out, name.length > 0 ? "?=\n " : "?=");
	}
}

static void put_quoted(struct buf *out, struct span name)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < name.length; i++) {
		if (name.at[i] == '"' || name.at[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (unsigned char)name.at[i] < 0x80 ? name.at[i] : '?');
	}
	buf_byte(out, '"');
}

bool sendmail_header_put_from(struct buf *out, const char *full_name, struct span address)
{
	struct buf name = BUF_INIT(1000);

	/* No control may end the field early. */
	for (; full_name != NULL && *full_name != '\0'; full_name++)
		if ((unsigned char)*full_name >= ' ' && *full_name != 0x7f)
			buf_byte(&name, *full_name);
	buf_text(out, "From: ");
	if (name.length == 0) {
		buf_put(out, address);
	} else {
		if (!utf8_is_ascii(buf_span(&name)) && utf8_is_valid(buf_span(&name)))
			put_encoded(out, buf_span(&name));
		else
			put_quoted(out, buf_span(&name));
		buf_text(out, " <");
		buf_put(out, address);
		buf_byte(out, '>');
	}
	buf_clear(&name);
	return buf_byte(out, '\n');
}
