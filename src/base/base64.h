/* SPDX-License-Identifier: ISC */
/* Base64 (RFC 4648, 4) in one line. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the octets' digits; false when they do not fit. */
bool base64_put(struct span octets, struct buf *out);

/* Appends the octets that the digits stand for. Strict: whole groups of four, "="
 * only at the end, no other octet, no bits that are left over. False when it is
 * not so or does not fit; part of it may have been appended. */
bool base64_read(struct span digits, struct buf *out);

#endif
