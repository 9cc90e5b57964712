/* SPDX-License-Identifier: ISC */
/* The two Chinese character sets of the module (reference, AT+QSMTPSUB): two octets
 * where UTF-8 has three, so a text may fit whole that else would be cut. */
#ifndef COMPOSE_TEXT_CHARSET_H
#define COMPOSE_TEXT_CHARSET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/transaction.h"

/* Appends valid UTF-8 in the charset. False, and nothing appended, when the charset
 * has not all of its characters, when `out` is full, or when this system cannot
 * convert to it. Strict: what comes back is the same text again. */
bool text_charset_convert(struct span utf8, enum transaction_charset charset, struct buf *out);

/* The first charset in which all of the text has at most `max` octets: 0 when it is
 * ASCII, 1, 2, 3; in *out the text in it. False when there is none (then UTF-8 it is,
 * and to be cut) or out of memory; *out is empty then. */
bool text_charset_fit(struct span utf8, size_t max, enum transaction_charset *charset,
		      struct buf *out);

#endif
