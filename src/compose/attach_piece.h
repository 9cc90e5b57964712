/* SPDX-License-Identifier: ISC */
/* Octets cut into numbered pieces, each of them safe on the wire. Pure. */
#ifndef COMPOSE_ATTACH_PIECE_H
#define COMPOSE_ATTACH_PIECE_H

#include <stddef.h>

#include "base/span.h"

/* The octets of the next piece of safe octets (wire_text_octets_fault()): at most
 * `max`, and some fewer where a border there would not be safe: no '+' before it,
 * no AT or A/ behind it. 0 when there is no such border. */
size_t attach_piece_length(struct span octets, size_t max);

#endif
