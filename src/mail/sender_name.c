/* SPDX-License-Identifier: ISC */
#include "mail/sender_name.h"

#include <string.h>

struct span sender_name_carried(struct span name, size_t max, char kept[static SENDER_NAME_SIZE])
{
	size_t length = 0;

	for (size_t i = 0; i < name.length && length < SENDER_NAME_SIZE; i++) {
		unsigned char octet = (unsigned char)name.at[i];

		if (octet >= 0x20 && octet < 0x7f && memchr("\"\\<>", octet, 4) == NULL)
			kept[length++] = (char)octet;
	}
	return span_trim(span_take(span_trim(span_make(kept, length)), max));
}
