/* SPDX-License-Identifier: ISC */
/* gzip (RFC 1952) that is safe on the wire (wire_text_octets_fault()). */
#ifndef COMPOSE_GZIP_H
#define COMPOSE_GZIP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Fills an empty buffer. False when it does not fit, or (only for octets made to
 * that end) when no way of compressing gives safe ones. The same octets give the
 * same answer. */
bool gzip_make(struct span octets, struct buf *out);

#endif
