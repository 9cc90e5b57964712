/* SPDX-License-Identifier: ISC */
#include "compose/mime_decode.h"

#include <gmime/gmime.h>

/* Of its octets base64 that was only damaged has more than this part in its alphabet. */
#define ALPHABET_PERCENT_MIN 95

#define UNKNOWN_ENCODING "a part of unknown encoding was taken as it is\n"

struct group {
	unsigned long bits;
	unsigned count;		/* letters in it */
};

/* -1 when it is no letter of the alphabet. */
static int base64_value(char octet)
{
	if (octet >= 'A' && octet <= 'Z')
		return octet - 'A';
	if (octet >= 'a' && octet <= 'z')
		return octet - 'a' + 26;
	if (octet >= '0' && octet <= '9')
		return octet - '0' + 52;
	if (octet == '+')
		return 62;
	return octet == '/' ? 63 : -1;
}

/* Four letters are three octets, three are two, two are one. */
static void put_group(struct group *group, struct buf *out)
{
	for (unsigned i = group->count; i < 4; i++)
		group->bits <<= 6;
	for (unsigned i = 1; i < group->count; i++)
		buf_byte(out, (char)(group->bits >> (24 - 8 * i)));
	*group = (struct group){ 0, 0 };
}

void mime_decode_base64(struct span text, struct buf *out)
{
	struct group group = { 0, 0 };

	for (size_t i = 0; i < text.length; i++) {
		int value = base64_value(text.at[i]);

		if (value >= 0) {
			group.bits = group.bits << 6 | (unsigned long)value;
			group.count++;
		}
		if (group.count == 4 || text.at[i] == '=')
			put_group(&group, out);
	}
	put_group(&group, out);
}

static int hex_value(char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	if (octet >= 'A' && octet <= 'F')
		return octet - 'A' + 10;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

void mime_decode_q(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.length; i++) {
		bool is_pair = text.at[i] == '=' && i + 2 < text.length &&
			       hex_value(text.at[i + 1]) >= 0 && hex_value(text.at[i + 2]) >= 0;

		if (is_pair) {
			buf_byte(out, (char)(hex_value(text.at[i + 1]) * 16 +
					     hex_value(text.at[i + 2])));
			i += 2;
		} else {
			buf_byte(out, text.at[i] == '_' ? ' ' : text.at[i]);
		}
	}
}

static bool is_alphabet(char octet)
{
	return base64_value(octet) >= 0 || octet == '=';
}

/* A text that only says it is base64 has blanks and marks in it, base64 that was
 * damaged a few. */
static bool is_base64(struct span octets)
{
	size_t letters = 0, others = 0;

	for (size_t i = 0; i < octets.length; i++) {
		if (is_alphabet(octets.at[i]))
			letters++;
		else if (octets.at[i] != '\r' && octets.at[i] != '\n')
			others += octets.at[i] == ' ' ? 2 : 1;
	}
	return others < 2 ||
	       letters * (100 - ALPHABET_PERCENT_MIN) >= others * ALPHABET_PERCENT_MIN;
}

/* Behind the padding there may be more of it, or a text that somebody put there. */
static const char *decode_base64(struct span octets, struct buf *out)
{
	size_t length = span_index(octets, '=');
	struct span behind;

	if (!is_base64(span_take(octets, length))) {
		buf_put(out, octets);
		return UNKNOWN_ENCODING;
	}
	while (length < octets.length && octets.at[length] == '=')
		length++;
	behind = span_skip(octets, length);
	if (is_base64(behind)) {
		mime_decode_base64(octets, out);
		return NULL;
	}
	mime_decode_base64(span_take(octets, length), out);
	return "text behind the base64 of a part is not carried\n";
}

/* GMime knows how broken quoted-printable is read. */
static void decode_quoted_printable(struct span octets, struct buf *out)
{
	GMimeEncoding state;
	char *room;

	g_mime_init();
	g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	room = buf_room(out, g_mime_encoding_outlen(&state, octets.length) + 1);
	if (room)
		buf_grew(out, g_mime_encoding_flush(&state, octets.at, octets.length, room));
}

static unsigned long uu_value(struct span line, size_t place)
{
	return place < line.length ? (unsigned long)((unsigned char)line.at[place] - ' ') & 63 : 0;
}

/* The first letter says how many octets the line has. */
static void put_uu_line(struct span line, struct buf *out)
{
	size_t count = uu_value(line, 0);

	for (size_t i = 0; i < count; i++) {
		size_t place = 1 + i / 3 * 4;
		unsigned long bits = uu_value(line, place) << 18 | uu_value(line, place + 1) << 12 |
				     uu_value(line, place + 2) << 6 | uu_value(line, place + 3);

		buf_byte(out, (char)(bits >> (16 - i % 3 * 8)));
	}
}

/* From "begin" to "end" (POSIX, uuencode). */
static void decode_uu(struct span octets, struct buf *out)
{
	bool begun = false;
	struct span line;

	while (span_cut(&octets, '\n', &line)) {
		line = span_take(line, span_index(line, '\r'));
		if (begun && span_is(line, "end"))
			return;
		if (begun && line.length > 0)
			put_uu_line(line, out);
		begun |= span_starts(line, "begin ");
	}
}

bool mime_decode(struct span octets, struct span encoding, struct buf *out, const char **odd)
{
	bool is_plain;

	encoding = span_trim(encoding);
	is_plain = encoding.length == 0 || span_starts_nocase(encoding, "7bit") ||
		   span_starts_nocase(encoding, "8bit") || span_starts_nocase(encoding, "binary");
	*odd = NULL;
	if (octets.length == 0)
		return true;
	if (span_starts_nocase(encoding, "base64")) {
		*odd = decode_base64(octets, out);
	} else if (span_starts_nocase(encoding, "quoted-printable")) {
		decode_quoted_printable(octets, out);
	} else if (span_starts_nocase(encoding, "x-uu") || span_starts_nocase(encoding, "uue")) {
		decode_uu(octets, out);
	} else {
		*odd = is_plain ? NULL : UNKNOWN_ENCODING;
		buf_put(out, octets);
	}
	return !out->failed;
}
