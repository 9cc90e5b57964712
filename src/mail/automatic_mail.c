/* SPDX-License-Identifier: ISC */
#include "mail/automatic_mail.h"

#include "mail/header_field.h"

/* The first word of a value, without a comment or parameters behind it. */
static struct span keyword(struct span value)
{
	size_t end = 0;

	value = span_trim(value);
	while (end < value.length && strchr(" \t\r\n;(", value.at[end]) == NULL)
		end++;
	return span_take(value, end);
}

/* RFC 3834, 5: "no" is a person's; whatever else stands there is not. */
static bool is_automatic(const struct header_field *field)
{
	return span_is_nocase(field->name, "Auto-Submitted") &&
	       !span_is_nocase(keyword(field->value), "no");
}

static bool is_bulk(const struct header_field *field)
{
	struct span word = keyword(field->value);

	return span_is_nocase(field->name, "Precedence") &&
	       (span_is_nocase(word, "bulk") || span_is_nocase(word, "junk") ||
		span_is_nocase(word, "list"));
}

/* RFC 2369 and RFC 2919; and what came before them. */
static bool is_list(const struct header_field *field)
{
	return span_starts_nocase(field->name, "List-") ||
	       span_is_nocase(field->name, "Mailing-List");
}

const char *automatic_mail_why(struct span header)
{
	struct header_field field;

	while (header_field_next(&header, &field)) {
		if (is_automatic(&field))
			return "it is automatic mail (Auto-Submitted)";
		if (is_bulk(&field))
			return "it is bulk mail (Precedence)";
		if (is_list(&field))
			return "it came by a mailing list";
	}
	return NULL;
}
