/* SPDX-License-Identifier: ISC */
/* Transfer encodings undone, broken ones as far as they go. */
#ifndef COMPOSE_MIME_DECODE_H
#define COMPOSE_MIME_DECODE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Octets of a part whose Content-Transfer-Encoding is `encoding`; an unknown one, and
 * base64 that is none, is taken as it is. *odd is a line that tells of that, NULL when
 * all is well. False when out of memory. */
bool mime_decode(struct span octets, struct span encoding, struct buf *out, const char **odd);

/* Each group by itself, the last one also without padding; other octets are passed
 * over. */
void mime_decode_base64(struct span text, struct buf *out);

/* The Q encoding of header texts (RFC 2047, 4.2). */
void mime_decode_q(struct span text, struct buf *out);

#endif
