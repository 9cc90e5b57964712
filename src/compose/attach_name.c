/* SPDX-License-Identifier: ISC */
#include "compose/attach_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"

#define NAME_OCTETS (ATTACH_NAME_SIZE - 1)
#define EXTENSION_MAX 12	/* octets of a name's end, dot included, that are kept when cut */
#define LOOK_AT_MAX 1000	/* octets of the sender's name */

struct extension {
	const char *type;
	const char *text;
};

/* For parts without a name; RFC 2046 and the types that mails are seen with. */
static const struct extension extensions[] = {
	{ "text/plain", "txt" },	{ "text/html", "html" },
	{ "text/csv", "csv" },		{ "text/calendar", "ics" },
	{ "text/x-diff", "diff" },	{ "text/x-patch", "patch" },
	{ "image/png", "png" },		{ "image/jpeg", "jpg" },
	{ "image/gif", "gif" },		{ "application/pdf", "pdf" },
	{ "application/json", "json" }, { "application/zip", "zip" },
	{ "application/gzip", "gz" },	{ "application/pgp-signature", "asc" },
	{ "message/rfc822", "eml" },	{ "message/delivery-status", "txt" },
};

static const char *find_extension(struct span type)
{
	for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
		if (span_is_nocase(type, extensions[i].type))
			return extensions[i].text;
	return span_starts_nocase(type, "text/") ? "txt" : "bin";
}

/* What stands behind the last '/' or '\'. */
static struct span base_name(struct span name)
{
	for (size_t i = name.length; i > 0; i--)
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
			return span_skip(name, i);
	return name;
}

static bool is_safe(char octet)
{
	return g_ascii_isalnum(octet) || octet == '.' || octet == '_' || octet == '-';
}

/* Letters beyond ASCII by their nearest ASCII ones, the rest by one underline for
 * each run; without dots and underlines in front. */
static void put_safe(struct span name, struct buf *out)
{
	char *text = span_dup(utf8_take(name, LOOK_AT_MAX));
	char *ascii = text && g_utf8_validate(text, -1, NULL) ? g_str_to_ascii(text, "C") : NULL;

	for (const char *at = ascii ? ascii : ""; *at; at++) {
		bool odd = !is_safe(*at);

		if (out->length == 0 && (odd || *at == '.'))
			continue;
		if (odd && out->at[out->length - 1] == '_')
			continue;
		buf_byte(out, odd ? '_' : *at);
	}
	g_free(ascii);
	free(text);
}

/* Where the extension begins: at the last dot, when it is short. */
static size_t stem_length(struct span name)
{
	for (size_t i = name.length; i > 1 && name.length - i < EXTENSION_MAX; i--)
		if (name.at[i - 1] == '.')
			return i - 1;
	return name.length;
}

/* stem, middle and extension in at most `max` octets, at the cost of the stem. */
static void join(struct span name, const char *middle, size_t max,
		 char out[static ATTACH_NAME_SIZE])
{
	size_t stem = stem_length(name);
	struct span extension = span_skip(name, stem);

	if (stem > max - extension.length - strlen(middle))
		stem = max - extension.length - strlen(middle);
	snprintf(out, ATTACH_NAME_SIZE, "%.*s%s%.*s", (int)stem, name.at, middle,
		 SPAN_ARG(extension));
}

void attach_name_make(struct span name, struct span type, size_t place, size_t reserve,
		      char out[static ATTACH_NAME_SIZE])
{
	struct buf safe = BUF_INIT(8 * LOOK_AT_MAX);

	put_safe(base_name(name), &safe);
	if (safe.length > 0)
		join(buf_span(&safe), "", NAME_OCTETS - reserve, out);
	else
		snprintf(out, ATTACH_NAME_SIZE, "part-%zu.%s", place, find_extension(type));
	buf_clear(&safe);
}

void attach_name_number(char name[static ATTACH_NAME_SIZE], size_t number, size_t reserve)
{
	char kept[ATTACH_NAME_SIZE], middle[24];

	memcpy(kept, name, sizeof kept);
	snprintf(middle, sizeof middle, "-%zu", number);
	join(span_of(kept), middle, NAME_OCTETS - reserve, name);
}
