/* SPDX-License-Identifier: ISC */
#include "compose/html_trim.h"

enum place {
	PLACE_NAME,
	PLACE_EQUALS,		/* behind '=' */
	PLACE_VALUE,		/* without quotes */
	PLACE_DOUBLE,
	PLACE_SINGLE,
};

static bool is_letter(char octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

static bool is_blank(char octet)
{
	return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

static enum place step(enum place place, char octet)
{
	switch (place) {
	case PLACE_NAME:
		return octet == '=' ? PLACE_EQUALS : PLACE_NAME;
	case PLACE_EQUALS:
		if (octet == '"' || octet == '\'')
			return octet == '"' ? PLACE_DOUBLE : PLACE_SINGLE;
		return is_blank(octet) ? PLACE_EQUALS : PLACE_VALUE;
	case PLACE_VALUE:
		return is_blank(octet) ? PLACE_NAME : PLACE_VALUE;
	case PLACE_DOUBLE:
		return octet == '"' ? PLACE_NAME : PLACE_DOUBLE;
	case PLACE_SINGLE:
		return octet == '\'' ? PLACE_NAME : PLACE_SINGLE;
	}
	return place;
}

/* Length of the tag at the front without its '>', or of as much of it as is kept. */
static size_t tag_length(struct span tag)
{
	enum place place = PLACE_NAME;
	size_t borders = 0, i = 1;

	for (; i < tag.length && borders <= HTML_TRIM_TAG_MAX; i++) {
		char octet = tag.at[i];

		if (octet == '>' && place < PLACE_DOUBLE)
			return i;
		borders += octet == '"' || octet == '\'' ||
			   (is_blank(octet) && !is_blank(tag.at[i - 1]));
		place = step(place, octet);
	}
	return i;
}

/* What follows a tag that was cut, from its end or from the next tag on. */
static struct span skip_tag(struct span rest)
{
	size_t next = span_index(rest, '<'), end = span_index(span_take(rest, next), '>');

	return end < next ? span_skip(rest, end + 1) : span_skip(rest, next);
}

/* Takes the '<' at the front, and the tag when it is one; answers what follows. */
static struct span take_tag(struct span html, struct buf *out)
{
	size_t tag = 1;

	if (span_starts(html, "<!--")) {
		size_t length = span_find(html, span_of("-->"));

		buf_put(out, span_take(html, length));
		return span_skip(html, length);
	}
	/* "<![if !mso]>" is for one program, and for browsers a comment. */
	if (span_starts(html, "<!["))
		return span_skip(html, span_index(html, '>') + 1);
	if (html.length > 1 && is_letter(html.at[1]))
		tag = tag_length(html);
	buf_put(out, span_take(html, tag));
	html = span_skip(html, tag);
	if (tag == 1 || html.length == 0 || html.at[0] == '>')
		return html;
	buf_byte(out, '>');
	return skip_tag(html);
}

bool html_trim(struct span html, struct buf *out)
{
	while (html.length > 0) {
		size_t text = span_index(html, '<');

		buf_put(out, span_take(html, text));
		html = span_skip(html, text);
		if (html.length > 0)
			html = take_tag(html, out);
	}
	return !out->failed;
}
