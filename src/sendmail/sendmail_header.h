/* SPDX-License-Identifier: ISC */
/* The header field that sendmail adds to a message. Pure. */
#ifndef SENDMAIL_SENDMAIL_HEADER_H
#define SENDMAIL_SENDMAIL_HEADER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends a From: field, its line ended by LF; `full_name` may be NULL. What is
 * not ASCII becomes an encoded word (RFC 2047). */
bool sendmail_header_put_from(struct buf *out, const char *full_name, struct span address);

#endif
