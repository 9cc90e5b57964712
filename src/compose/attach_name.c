/* SPDX-License-Identifier: ISC */
#include "compose/attach_name.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "compose/attach_letters.h"

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

/* The name in ASCII, or nothing when it is no text. */
static void put_ascii(struct span name, struct buf *out)
{
	name = utf8_take(name, LOOK_AT_MAX);
	if (utf8_is_valid(name))
		attach_letters_to_ascii(name, out);
}

/* One underline for each run of what is not safe; none in front, nor a dot (a
 * hidden file) or a minus (an option to programs). */
static void put_safe(struct span ascii, struct buf *out)
{
	for (size_t i = 0; i < ascii.length; i++) {
		char octet = is_safe(ascii.at[i]) ? ascii.at[i] : '_';

		if (out->length == 0 && (octet != ascii.at[i] || octet == '.' || octet == '-'))
			continue;
		if (octet != ascii.at[i] && out->at[out->length - 1] == '_')
			continue;
		buf_byte(out, octet);
	}
}

static bool has_letter(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (g_ascii_isalnum(text.at[i]))
			return true;
	return false;
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

/* ".pdf" of a name whose own letters are all lost, or nothing. */
static struct span lost_extension(struct span ascii)
{
	struct span stem = span_take(ascii, stem_length(ascii));
	struct span extension = span_skip(ascii, stem.length);

	for (size_t i = 0; i < extension.length; i++)
		if (!is_safe(extension.at[i]))
			return span_take(ascii, 0);
	if (has_letter(stem) || span_index(stem, '?') == stem.length || !has_letter(extension))
		return span_take(ascii, 0);
	return extension;
}

void attach_name_make(struct span name, struct span type, size_t place, size_t reserve,
		      char out[static ATTACH_NAME_SIZE])
{
	struct buf ascii = BUF_INIT(8 * LOOK_AT_MAX), safe = BUF_INIT(8 * LOOK_AT_MAX);
	struct span extension;

	put_ascii(base_name(name), &ascii);
	extension = lost_extension(buf_span(&ascii));
	put_safe(buf_span(&ascii), &safe);
	if (extension.length > 0)
		snprintf(out, ATTACH_NAME_SIZE, "file-%zu%.*s", place, SPAN_ARG(extension));
	else if (has_letter(buf_span(&safe)))
		join(buf_span(&safe), "", NAME_OCTETS - reserve, out);
	else
		snprintf(out, ATTACH_NAME_SIZE, "part-%zu.%s", place, find_extension(type));
	buf_clear(&ascii);
	buf_clear(&safe);
}

void attach_name_number(char name[static ATTACH_NAME_SIZE], size_t number, size_t reserve)
{
	char kept[ATTACH_NAME_SIZE], middle[24];

	memcpy(kept, name, sizeof kept);
	snprintf(middle, sizeof middle, "-%zu", number);
	join(span_of(kept), middle, NAME_OCTETS - reserve, name);
}
