/* SPDX-License-Identifier: ISC */
/* Encoded words of header texts (RFC 2047), also in the broken forms that programs
 * really send: within quotes, without blanks between, with blanks within, without
 * padding, with a character cut over two words, beside raw 8-bit text. Pure but for
 * iconv; linear. */
#ifndef COMPOSE_MIME_WORD_H
#define COMPOSE_MIME_WORD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the text of a header value as one line of UTF-8 without control characters.
 * False when `out` is full. */
bool mime_word_decode(struct span value, struct buf *out);

#endif
