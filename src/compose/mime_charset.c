/* SPDX-License-Identifier: ISC */
#include "compose/mime_charset.h"

#include <glib.h>

#include "base/utf8.h"
#include "mail/raw_text.h"

struct superset {
	const char *declared;
	const char *used;
};

/* Names under which programs really send more than the name says (WHATWG Encoding
 * Standard, "Names and labels"). */
static const struct superset supersets[] = {
	{ "iso-8859-1", "windows-1252" },
	{ "latin1", "windows-1252" },
	{ "us-ascii", "windows-1252" },
	{ "ascii", "windows-1252" },
	{ "gb2312", "gb18030" },
	{ "gbk", "gb18030" },
	{ "ks_c_5601-1987", "cp949" },
	{ "euc-kr", "cp949" },
	{ "shift_jis", "cp932" },
};

static const char *choose_charset(const char *declared)
{
	for (size_t i = 0; i < sizeof supersets / sizeof supersets[0]; i++)
		if (span_is_nocase(span_of(declared), supersets[i].declared))
			return supersets[i].used;
	return declared;
}

static bool is_utf8(const char *declared)
{
	return declared == NULL || span_is_nocase(span_of(declared), "utf-8") ||
	       span_is_nocase(span_of(declared), "utf8");
}

static bool has_nul(struct span text)
{
	return span_index(text, '\0') < text.length;
}

/* 7-bit text is UTF-8 too, but may be ISO-2022-JP or UTF-7 in truth. */
static bool is_plainly_utf8(struct span octets, const char *declared)
{
	bool is_8bit = !utf8_is_ascii(octets);

	return (is_8bit || is_utf8(declared)) && utf8_is_valid(octets) && !has_nul(octets);
}

static bool put_converted(struct span octets, const char *declared, struct buf *out)
{
	gsize length;
	gchar *text = g_convert(octets.at, (gssize)octets.length, "UTF-8",
				choose_charset(declared), NULL, &length, NULL);
	bool good = text && utf8_is_valid(span_make(text, length)) &&
		    !has_nul(span_make(text, length));

	if (good)
		buf_put(out, span_make(text, length));
	g_free(text);
	return good;
}

bool mime_charset_to_utf8(struct span octets, const char *declared, struct buf *out,
			  bool *guessed)
{
	size_t start = out->length;

	*guessed = false;
	if (octets.length == 0)
		return !out->failed;
	if (is_plainly_utf8(octets, declared))
		return buf_put(out, octets);
	if (!is_utf8(declared) && put_converted(octets, declared, out))
		return !out->failed;
	*guessed = true;
	raw_text_to_utf8(octets, out);
	for (size_t i = start; i < out->length; i++)
		if (out->at[i] == '\0')
			out->at[i] = '?';
	return !out->failed;
}
