/* SPDX-License-Identifier: ISC */
/* The header of a message as it came on standard input: its fields, with LF or
 * CRLF as line ends. Pure. */
#ifndef SENDMAIL_SENDMAIL_HEADER_H
#define SENDMAIL_SENDMAIL_HEADER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

struct sendmail_field {
	struct span name;	/* without the colon */
	struct span value;	/* folded as it came */
	struct span whole;	/* with its last line end */
};

/* Takes the next field off the front of *rest. False at the end of the header:
 * *rest is then the body, the empty line before it taken off. */
bool sendmail_header_next(struct span *rest, struct sendmail_field *field);

/* Appends a From: field, its line ended by LF; `full_name` may be NULL. What is
 * not ASCII becomes an encoded word (RFC 2047). */
bool sendmail_header_put_from(struct buf *out, const char *full_name, struct span address);

#endif
