/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_header.h"

#include "base/utf8.h"

#define WORD_OCTETS_MAX 45 /* of text in one encoded word; 75 when coded (RFC 2047, 2) */

/* A line with its LF. */
static struct span first_line(struct span text)
{
	return span_take(text, span_index(text, '\n') + 1);
}

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t';
}

/* Length of a field's name at the front (RFC 5322, 3.6.8); 0: this is none. */
static size_t name_length(struct span line)
{
	size_t length = 0, colon;

	while (length < line.length && line.at[length] > ' ' && line.at[length] < 0x7f &&
	       line.at[length] != ':')
		length++;
	for (colon = length; colon < line.length && is_blank(line.at[colon]); colon++)
		;
	return colon < line.length && line.at[colon] == ':' ? length : 0;
}

bool sendmail_header_next(struct span *rest, struct sendmail_field *field)
{
	struct span line = first_line(*rest), behind;
	size_t name = name_length(line), length = line.length;

	if (name == 0) {
		/* A line that is no field begins the body without an empty line. */
		if (span_trim(line).length == 0)
			*rest = span_skip(*rest, line.length);
		return false;
	}
	for (;;) {
		behind = span_skip(*rest, length);
		if (behind.length == 0 || !is_blank(behind.at[0]))
			break;
		length += first_line(behind).length;
	}
	field->whole = span_take(*rest, length);
	field->name = span_take(line, name);
	field->value = span_skip(field->whole, span_index(field->whole, ':') + 1);
	*rest = behind;
	return true;
}

static void put_base64(struct buf *out, struct span octets)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < octets.length; i += 3) {
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 |
			       (i + j < octets.length ? (unsigned char)octets.at[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			buf_byte(out,
				 i + j > octets.length ? '=' : digits[bits >> (18 - 6 * j) & 63]);
	}
}

static void put_encoded(struct buf *out, struct span name)
{
	while (name.length > 0) {
		struct span part = utf8_take(name, WORD_OCTETS_MAX);

		name = span_skip(name, part.length);
		buf_text(out, "=?utf-8?B?");
		put_base64(out, part);
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
