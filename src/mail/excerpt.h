/* SPDX-License-Identifier: ISC */
/* The last resort: one transaction made without understanding the message, for
 * a mail that gsmtpd-compose could not digest (it crashed, overran its limits,
 * or its answer was broken). An alert is never lost to its own form. */
#ifndef MAIL_EXCERPT_H
#define MAIL_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/envelope.h"

/* Appends a whole transaction list (text form, mail/transaction.h) that carries
 * the raw head of the message as a safe text with a note in front, to the
 * recipients with `pending[i]` true, each hidden from the others: one
 * transaction a recipient, type To. A recipient whose address no command can
 * carry is left out. `reason` is told in the note. False when `out` is full or
 * no recipient is left. */
bool excerpt_build(const struct envelope *envelope, const bool *pending, struct span message,
		   const char *queue_id, const char *reason, struct buf *out);

#endif
