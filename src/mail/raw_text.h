/* SPDX-License-Identifier: ISC */
/* Octets that should be text but came without a charset to trust: read as
 * UTF-8 where they are UTF-8, and as Latin-1 where they are not, octet by
 * octet, so that one broken character does not spoil the others. Pure. */
#ifndef MAIL_RAW_TEXT_H
#define MAIL_RAW_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the text as valid UTF-8 (at most twice as long). False when `out` is
 * full. */
bool raw_text_to_utf8(struct span octets, struct buf *out);

#endif
