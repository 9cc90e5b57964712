/* SPDX-License-Identifier: ISC */
/* Text of a part as UTF-8, whatever its charset parameter says. */
#ifndef COMPOSE_MIME_CHARSET_H
#define COMPOSE_MIME_CHARSET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends valid UTF-8 without NUL and without a byte order mark. 8-bit text that is
 * UTF-8 is taken as that, else as the declared charset (NULL when there is none), a
 * few octets that do not fit as U+FFFD; else as Latin-1 as Windows has it. 7-bit text
 * without a declaration that shifts to Japanese is ISO-2022-JP. *guessed is set when
 * the declaration was of no use, or not of full use. Linear, at most four times as
 * long. False when `out` is full. */
bool mime_charset_to_utf8(struct span octets, const char *declared, struct buf *out,
			  bool *guessed);

#endif
