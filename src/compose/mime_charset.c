/* SPDX-License-Identifier: ISC */
#include "compose/mime_charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/raw_text.h"

#define NAME_MAX_OCTETS 40
#define STEP_SIZE 4096		/* of converted text at a time */
#define BAD_PERCENT_MAX 10	/* of octets that do not fit the declared charset */
#define REPLACEMENT "\xef\xbf\xbd"
#define FALLBACK "windows-1252"

struct alias {
	const char *declared;
	const char *used;
};

/* Names under which programs really send more than the name says (WHATWG Encoding
 * Standard, "Names and labels"), and names that iconv does not know. */
static const struct alias aliases[] = {
	{ "iso-8859-1", FALLBACK },
	{ "iso8859-1", FALLBACK },
	{ "iso_8859-1", FALLBACK },
	{ "latin1", FALLBACK },
	{ "latin-1", FALLBACK },
	{ "us-ascii", FALLBACK },
	{ "ascii", FALLBACK },
	{ "ansi_x3.4-1968", FALLBACK },
	{ "cp-1252", FALLBACK },
	{ "iso-8859-9", "windows-1254" },
	{ "iso-8859-11", "windows-874" },
	{ "tis-620", "windows-874" },
	{ "iso-8859-8-i", "iso-8859-8" },
	{ "iso-8859-8-e", "iso-8859-8" },
	{ "gb2312", "gb18030" },
	{ "gb_2312-80", "gb18030" },
	{ "x-gbk", "gb18030" },
	{ "gbk", "gb18030" },
	{ "big5", "big5-hkscs" },
	{ "ks_c_5601-1987", "cp949" },
	{ "ks_c_5601", "cp949" },
	{ "euc-kr", "cp949" },
	{ "shift_jis", "cp932" },
	{ "shift-jis", "cp932" },
	{ "x-sjis", "cp932" },
	{ "sjis", "cp932" },
	{ "x-euc-jp", "euc-jp" },
	{ "x-mac-roman", "macintosh" },
	{ "unicode-1-1-utf-7", "utf-7" },
	{ "unicode", "utf-16" },
};

static const char *const utf8_names[] = {
	"utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "x-utf-8",
};

static bool is_name(char octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' || octet == '.' ||
	       octet == ':' || octet == '+' || octet == '(' || octet == ')';
}

/* The name without quotes and blanks around it; empty when it can be none (iconv
 * takes options behind a slash). */
static void clean_name(const char *declared, char *name)
{
	struct span rest = span_of(declared);
	size_t length = 0;

	while (rest.length > 0 && !is_name(rest.at[0]))
		rest = span_skip(rest, 1);
	while (length < rest.length && is_name(rest.at[length]))
		length++;
	if (length < NAME_MAX_OCTETS)
		span_copy(span_take(rest, length), name, NAME_MAX_OCTETS);
	else
		name[0] = '\0';
}

static const char *choose_charset(const char *name)
{
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (span_is_nocase(span_of(name), aliases[i].declared))
			return aliases[i].used;
	return name;
}

static bool is_utf8_name(const char *name)
{
	for (size_t i = 0; i < sizeof utf8_names / sizeof utf8_names[0]; i++)
		if (span_is_nocase(span_of(name), utf8_names[i]))
			return true;
	return name[0] == '\0';
}

static bool has_nul(struct span text)
{
	return span_index(text, '\0') < text.length;
}

/* 7-bit text is UTF-8 too, but may be ISO-2022-JP or UTF-7 in truth. */
static bool is_plainly_utf8(struct span octets, const char *name)
{
	bool is_8bit = !utf8_is_ascii(octets);

	return (is_8bit || is_utf8_name(name)) && utf8_is_valid(octets) && !has_nul(octets);
}

/* ESC $ B and the like (RFC 1468). */
static bool shifts_to_japanese(struct span octets)
{
	return span_find(octets, span_of("\x1b$")) < octets.length && utf8_is_ascii(octets);
}

static void put_converted(struct span text, struct buf *out)
{
	struct span part;

	while (span_cut(&text, '\0', &part)) {
		buf_put(out, part);
		if (text.at)
			buf_byte(out, '?');
	}
}

/* Answers how many octets did not fit. */
static size_t convert(iconv_t converter, struct span octets, struct buf *out)
{
	char *at = (char *)(uintptr_t)octets.at, step[STEP_SIZE];
	size_t bad = 0, left = octets.length;
	bool flushed = false;

	while (!flushed && !out->failed) {
		char *end = step;
		size_t room = sizeof step, result;
		int error;

		/* At the end what the converter still holds. */
		flushed = left == 0;
		result = iconv(converter, flushed ? NULL : &at, &left, &end, &room);
		error = errno;
		put_converted(span_make(step, sizeof step - room), out);
		if (flushed || result != (size_t)-1 || error == E2BIG)
			continue;
		/* One octet that is no character, or a character that was cut off. */
		buf_text(out, REPLACEMENT);
		at++;
		left--;
		bad++;
	}
	return bad;
}

/* False, and nothing appended, when the charset is unknown or fits badly. */
static bool put_as(struct span octets, const char *charset, struct buf *out, bool *guessed)
{
	struct buf text = BUF_INIT(out->max - out->length);
	iconv_t converter = iconv_open("UTF-8", charset);
	size_t bad;
	bool good;

	if (converter == (iconv_t)-1)
		return false;
	bad = convert(converter, octets, &text);
	iconv_close(converter);
	good = bad * 100 <= octets.length * BAD_PERCENT_MAX && utf8_is_valid(buf_span(&text));
	if (good) {
		out->failed |= text.failed;
		buf_put(out, buf_span(&text));
		*guessed |= bad > 0;
	}
	buf_clear(&text);
	return good;
}

/* UTF-8 with few faults keeps its characters, and the faults are Latin-1. */
static void put_guessed(struct span octets, struct buf *out)
{
	size_t start = out->length;

	raw_text_to_utf8(octets, out);
	for (size_t i = start; i < out->length; i++)
		if (out->at[i] == '\0')
			out->at[i] = '?';
}

static bool has_utf16_mark(struct span octets)
{
	return octets.length % 2 == 0 &&
	       (span_starts(octets, "\xff\xfe") || span_starts(octets, "\xfe\xff"));
}

/* Whether it was put by what is known of it. */
static bool put_known(struct span octets, const char *name, struct buf *out, bool *guessed)
{
	if (is_plainly_utf8(octets, name) && !(name[0] == '\0' && shifts_to_japanese(octets))) {
		buf_put(out, octets);
		return true;
	}
	if (!is_utf8_name(name) && put_as(octets, choose_charset(name), out, guessed))
		return true;
	*guessed = true;
	if (shifts_to_japanese(octets) && put_as(octets, "iso-2022-jp", out, guessed))
		return true;
	return has_utf16_mark(octets) && put_as(octets, "utf-16", out, guessed);
}

/* Octets that have no meaning in Windows' charset spoil nothing but themselves. */
static bool has_utf8_letters(struct span octets)
{
	while (octets.length > 0) {
		size_t length = utf8_next(octets, NULL);

		if (length > 1)
			return true;
		octets = span_skip(octets, length > 0 ? length : 1);
	}
	return false;
}

static void drop_mark(struct buf *out, size_t start)
{
	struct span text = span_skip(buf_span(out), start);

	if (!span_starts(text, "\xef\xbb\xbf"))
		return;
	memmove(out->at + start, out->at + start + 3, text.length - 3);
	out->length -= 3;
	out->at[out->length] = '\0';
}

bool mime_charset_to_utf8(struct span octets, const char *declared, struct buf *out,
			  bool *guessed)
{
	size_t start = out->length;
	char name[NAME_MAX_OCTETS];

	*guessed = false;
	if (octets.length == 0)
		return !out->failed;
	clean_name(declared, name);
	if (!put_known(octets, name, out, guessed)) {
		bool fell_back = !has_utf8_letters(octets) &&
				 put_as(octets, FALLBACK, out, guessed);

		if (!fell_back)
			put_guessed(octets, out);
	}
	drop_mark(out, start);
	return !out->failed;
}
