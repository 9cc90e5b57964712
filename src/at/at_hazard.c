/* SPDX-License-Identifier: ISC */
#include "at/at_hazard.h"

#include <stdbool.h>
#include <string.h>

static bool is_one_of(char octet, const char *set)
{
	return octet != '\0' && strchr(set, octet) != NULL;
}

static struct span skip_all(struct span text, const char *set)
{
	while (text.length > 0 && is_one_of(text.at[0], set))
		text = span_skip(text, 1);
	return text;
}

/* Whether a module would act on "AT" and this. */
static bool is_command(struct span text)
{
	text = skip_all(text, " ");
	if (text.length == 0)
		return false;
	if (is_one_of(text.at[0], "+*#&%^$\\!@"))
		return true;
	if (!is_one_of(text.at[0], "Dd"))
		return false;
	text = skip_all(span_skip(text, 1), " TtPp");
	return text.length > 0 && is_one_of(text.at[0], "0123456789+*#>\"");
}

size_t at_hazard_find(struct span data, size_t from)
{
	for (size_t at = from < 2 ? 2 : from; at < data.length; at++) {
		if (is_one_of(data.at[at - 2], "Aa") && is_one_of(data.at[at - 1], "Tt") &&
		    is_command(span_skip(data, at)))
			return at;
	}
	return data.length;
}

size_t at_hazard_count(struct span data)
{
	size_t count = 0;

	for (size_t at = at_hazard_find(data, 0); at < data.length;
	     at = at_hazard_find(data, at + 1))
		count++;
	return count;
}
