/* SPDX-License-Identifier: ISC */
#include "modem/modem_store.h"

#include <stdio.h>

#include "at/at_reply.h"
#include "mail/wire_text.h"

#define EXTENSION_MAX 12	/* octets of a name's end, dot included, that are kept when cut */

/* Where the extension begins: at the last dot, when it is short. */
static size_t stem_length(struct span name)
{
	for (size_t i = name.length; i > 1 && name.length - i < EXTENSION_MAX; i--)
		if (name.at[i - 1] == '.')
			return i - 1;
	return name.length;
}

static bool is_safe(char octet)
{
	return wire_text_name_fault(span_make((char[]){ 'x', octet }, 2)) == NULL;
}

void modem_store_name_apart(struct span attachment, unsigned number,
			    char name[static MODEM_STORE_NAME_MAX + 1])
{
	size_t stem = stem_length(attachment);
	struct span extension = span_skip(attachment, stem);
	char middle[16] = "";
	size_t room;

	if (number > 1)
		snprintf(middle, sizeof middle, "-%u", number);
	room = MODEM_STORE_NAME_MAX - strlen(MODEM_STORE_PREFIX) - strlen(middle) - extension.length;
	if (stem > room)
		stem = room;
	snprintf(name, MODEM_STORE_NAME_MAX + 1, MODEM_STORE_PREFIX "%.*s%s%.*s",
		 SPAN_ARG(span_take(attachment, stem)), middle, SPAN_ARG(extension));
	/* The plan lets no other name come so far; a store must not see one either. */
	for (char *at = name; *at != '\0'; at++)
		if (!is_safe(*at))
			*at = '_';
}

void modem_store_name(struct span attachment, char name[static MODEM_STORE_NAME_MAX + 1])
{
	modem_store_name_apart(attachment, 1, name);
}

bool modem_store_read_ours(struct span line, struct span *name)
{
	struct span fields, file;

	if (!at_reply_fields(line, "+QFLST:", &fields) || !at_reply_next_field(&fields, &file))
		return false;
	if (span_starts_nocase(file, MODEM_STORE_PLACE))
		file = span_skip(file, strlen(MODEM_STORE_PLACE));
	/* It goes back into a command: nothing that is not a name of ours to the letter. */
	if (!span_starts(file, MODEM_STORE_PREFIX) || wire_text_name_fault(file) != NULL)
		return false;
	*name = file;
	return true;
}

bool modem_store_read_free(struct span line, int64_t *free_octets)
{
	struct span fields;
	int64_t octets;

	if (!at_reply_fields(line, "+QFLDS:", &fields) || !at_reply_number(fields, &octets) ||
	    octets < 0)
		return false;
	*free_octets = octets;
	return true;
}

uint16_t modem_store_checksum(struct span octets)
{
	unsigned sum = 0;

	for (size_t i = 0; i < octets.length; i++)
		sum ^= (unsigned)(unsigned char)octets.at[i] << (i % 2 == 0 ? 8 : 0);
	return (uint16_t)sum;
}
