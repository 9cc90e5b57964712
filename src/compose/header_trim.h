/* SPDX-License-Identifier: ISC */
/* Keeps the header of a message within bounds before a library sees it: its
 * memory grows with the header a hundredfold (200,000 fields took 107 MB). */
#ifndef COMPOSE_HEADER_TRIM_H
#define COMPOSE_HEADER_TRIM_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define HEADER_TRIM_MAX (100 * 1024)	/* octets of the header that are kept */

/* Appends the message without a "From " line of a mailbox file at its start,
 * without Bcc fields (some programs leave them in, and the whole mail may be sent
 * on), and without the header fields that no longer fit. Answers how many of those
 * there were; look at out->failed as well. */
size_t header_trim(struct span message, struct buf *out);

#endif
