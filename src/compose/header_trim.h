/* SPDX-License-Identifier: ISC */
/* Keeps the header of a message within bounds before it is read, so that neither
 * 200,000 fields nor one of a megabyte cost more than they are worth. */
#ifndef COMPOSE_HEADER_TRIM_H
#define COMPOSE_HEADER_TRIM_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define HEADER_TRIM_MAX (100 * 1024)		/* octets of the header that are kept */
#define HEADER_TRIM_FIELD_MAX (60 * 1024)	/* and of one of its needed fields */

/* Appends the message without "From " lines of a mailbox file in its header, without
 * Bcc fields (some programs leave them in, and the whole mail may be sent on), and
 * without the header fields that no longer fit: those that say who, what and in which
 * form come first, and of one that is too long its first lines are kept. A header that
 * text follows at once gets its empty line. Answers how many fields were left out or
 * cut; look at out->failed as well. */
size_t header_trim(struct span message, struct buf *out);

#endif
