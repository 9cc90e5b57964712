/* SPDX-License-Identifier: ISC */
#include "compose/mime_param.h"

#include <stdint.h>

#include "compose/mime_charset.h"
#include "compose/mime_word.h"

#define SECTIONS_MAX 100	/* of one parameter (RFC 2231, 3) */
#define CHARSET_MAX 60

/* One "name=value". */
struct param {
	struct span name;	/* with what RFC 2231 puts behind it: "*0*" */
	struct span value;	/* raw, without quotes */
	bool quoted;
};

/* What was found of the parameter that is looked for. */
struct found {
	bool plain;
	struct param only;			/* the plain form */
	size_t section_count;
	struct section {
		int64_t index;
		bool extended;			/* has %XX, the first a charset */
		struct param param;
	} sections[SECTIONS_MAX];
};

static bool is_blank(char octet)
{
	return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

/* Blanks, semicolons and comments. */
static struct span skip_gap(struct span rest)
{
	while (rest.length > 0) {
		if (is_blank(rest.at[0]) || rest.at[0] == ';')
			rest = span_skip(rest, 1);
		else if (rest.at[0] == '(')
			rest = span_skip(rest, span_index(rest, ')') + 1);
		else
			break;
	}
	return rest;
}

static size_t token_length(struct span rest, const char *ends)
{
	size_t length = 0;

	while (length < rest.length && !is_blank(rest.at[length]) &&
	       (rest.at[length] == '\0' || !strchr(ends, rest.at[length])))
		length++;
	return length;
}

struct span mime_param_value(struct span field)
{
	field = skip_gap(field);
	return span_take(field, token_length(field, ";("));
}

/* A backslash before anything but a quote or a backslash is one of a Windows path. */
static bool is_escape(struct span rest)
{
	return rest.length > 1 && rest.at[0] == '\\' && (rest.at[1] == '"' || rest.at[1] == '\\');
}

/* Up to the closing quote, or to the end where it is missing. */
static struct span take_quoted(struct span *rest)
{
	struct span start = span_skip(*rest, 1);
	size_t length = 0;

	while (length < start.length && start.at[length] != '"')
		length += is_escape(span_skip(start, length)) ? 2 : 1;
	*rest = span_skip(start, length + 1);
	return span_take(start, length);
}

/* File names are sent with blanks in them and without quotes. */
static struct span take_bare(struct span *rest, bool blanks)
{
	size_t length = blanks ? span_index(*rest, ';') : token_length(*rest, ";");
	struct span value = span_trim(span_take(*rest, length));

	*rest = span_skip(*rest, length);
	return value;
}

static bool is_named(struct span name, const char *wanted)
{
	return span_is_nocase(span_take(name, span_index(name, '*')), wanted);
}

/* False at the end. A word without '=' is a parameter without value. */
static bool take_param(struct span *rest, struct param *param)
{
	*rest = skip_gap(*rest);
	if (rest->length == 0)
		return false;
	*param = (struct param){ .name = span_take(*rest, token_length(*rest, "=;")) };
	*rest = span_skip(*rest, param->name.length);
	while (rest->length > 0 && is_blank(rest->at[0]))
		*rest = span_skip(*rest, 1);
	if (!span_starts(*rest, "="))
		return true;
	*rest = span_skip(*rest, 1);
	while (rest->length > 0 && is_blank(rest->at[0]))
		*rest = span_skip(*rest, 1);
	param->quoted = span_starts(*rest, "\"");
	if (param->quoted)
		param->value = take_quoted(rest);
	else
		param->value = take_bare(rest, is_named(param->name, "filename") ||
						       is_named(param->name, "name"));
	return true;
}

/* "name*", "name*0" and "name*0*"; false when it is the plain one. */
static bool read_section(const struct param *param, struct section *section)
{
	struct span suffix = span_skip(param->name, span_index(param->name, '*'));

	*section = (struct section){ .param = *param };
	if (suffix.length == 0)
		return false;
	suffix = span_skip(suffix, 1);
	section->extended = suffix.length == 0 || suffix.at[suffix.length - 1] == '*';
	suffix = span_take(suffix, span_index(suffix, '*'));
	if (!span_number(suffix, 0, 100000, &section->index))
		section->index = 0;
	return true;
}

static void keep(struct found *found, const struct param *param)
{
	struct section section;

	if (!read_section(param, &section)) {
		if (!found->plain)
			found->only = *param;
		found->plain = true;
		return;
	}
	for (size_t i = 0; i < found->section_count; i++)
		if (found->sections[i].index == section.index)
			return;
	if (found->section_count < SECTIONS_MAX)
		found->sections[found->section_count++] = section;
}

static void sort(struct found *found)
{
	for (size_t i = 1; i < found->section_count; i++) {
		struct section section = found->sections[i];
		size_t at = i;

		for (; at > 0 && found->sections[at - 1].index > section.index; at--)
			found->sections[at] = found->sections[at - 1];
		found->sections[at] = section;
	}
}

static void put_raw(const struct param *param, struct buf *out)
{
	struct span rest = param->value;

	while (rest.length > 0) {
		if (param->quoted && is_escape(rest))
			rest = span_skip(rest, 1);
		buf_byte(out, rest.at[0]);
		rest = span_skip(rest, 1);
	}
}

static int hex_value(char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	if (octet >= 'A' && octet <= 'F')
		return octet - 'A' + 10;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

static void put_percent_decoded(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.length; i++) {
		bool is_code = text.at[i] == '%' && i + 2 < text.length &&
			       hex_value(text.at[i + 1]) >= 0 && hex_value(text.at[i + 2]) >= 0;

		buf_byte(out, is_code ? (char)(hex_value(text.at[i + 1]) * 16 +
					       hex_value(text.at[i + 2])) : text.at[i]);
		i += is_code ? 2 : 0;
	}
}

/* "charset'language'text"; some leave all that away. */
static struct span take_charset(struct span *value)
{
	struct span rest = *value, charset = span_take(rest, span_index(rest, '\''));
	size_t language;

	rest = span_skip(rest, charset.length + 1);
	language = span_index(rest, '\'');
	if (language == rest.length)
		return span_take(*value, 0);
	*value = span_skip(rest, language + 1);
	return charset;
}

static void put_sections(const struct found *found, struct buf *octets, char *charset)
{
	for (size_t i = 0; i < found->section_count; i++) {
		const struct section *section = &found->sections[i];
		struct span value = section->param.value;

		if (!section->extended) {
			put_raw(&section->param, octets);
			continue;
		}
		if (i == 0)
			span_copy(take_charset(&value), charset, CHARSET_MAX);
		put_percent_decoded(value, octets);
	}
}

/* Encoded words do not belong here (RFC 2047, 5), and are found here all the time. */
static bool put_found(struct found *found, struct buf *out)
{
	struct buf octets = BUF_INIT(out->max), text = BUF_INIT(out->max);
	char charset[CHARSET_MAX] = "";
	bool guessed, good;

	if (found->section_count > 0) {
		sort(found);
		put_sections(found, &octets, charset);
		mime_charset_to_utf8(buf_span(&octets), charset, &text, &guessed);
	} else {
		put_raw(&found->only, &text);
	}
	good = !octets.failed && !text.failed && mime_word_decode(buf_span(&text), out);
	buf_clear(&octets);
	buf_clear(&text);
	return good;
}

bool mime_param_find(struct span field, const char *name, struct buf *out)
{
	struct found found = { .plain = false };
	struct param param;

	field = skip_gap(field);
	field = span_skip(field, token_length(field, ";("));
	while (take_param(&field, &param))
		if (is_named(param.name, name))
			keep(&found, &param);
	return (found.plain || found.section_count > 0) && put_found(&found, out);
}
