/* SPDX-License-Identifier: ISC */
#include "compose/attach_piece.h"

#include "mail/wire_text.h"

/* Whether the octets may begin a piece. */
static bool may_begin(struct span octets)
{
	struct span start = span_take(octets, 2);

	return wire_text_find_break(start) == start.length;
}

size_t attach_piece_length(struct span octets, size_t max)
{
	if (octets.length <= max)
		return octets.length;
	for (size_t at = max; at > 0; at--)
		if (octets.at[at - 1] != '+' && may_begin(span_skip(octets, at)))
			return at;
	return 0;
}
