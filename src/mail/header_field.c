/* SPDX-License-Identifier: ISC */
#include "mail/header_field.h"

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

bool header_field_next(struct span *rest, struct header_field *field)
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

struct span header_field_skip_mailbox_line(struct span input)
{
	return span_starts(input, "From ") ? span_skip(input, first_line(input).length) : input;
}

static bool is_any(struct span name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (span_is_nocase(name, *names))
			return true;
	return false;
}

bool header_field_is_resent(struct span header)
{
	struct header_field field;

	while (header_field_next(&header, &field))
		if (span_starts_nocase(field.name, "Resent-"))
			return true;
	return false;
}

bool header_field_is_recipients(struct span name, bool resent)
{
	static const char *const first[] = { "To", "Cc", "Bcc", NULL };
	static const char *const again[] = { "Resent-To", "Resent-Cc", "Resent-Bcc", NULL };

	return is_any(name, resent ? again : first);
}

bool header_field_is_hidden(struct span name)
{
	static const char *const hidden[] = { "Bcc", "Resent-Bcc", NULL };

	return is_any(name, hidden);
}
