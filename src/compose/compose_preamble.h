/* SPDX-License-Identifier: ISC */
/* What stands before the text: all that the module's own header can no longer
 * say. Plain UTF-8, not yet safe for the wire. Pure. */
#ifndef COMPOSE_COMPOSE_PREAMBLE_H
#define COMPOSE_COMPOSE_PREAMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/compose_options.h"

/* Header values decoded, UTF-8, one line each; empty when they are missing. */
struct compose_preamble_facts {
	struct span from, reply_to, to, cc, message_id;
	struct span sender;		/* of the envelope; empty is the null sender */
	struct span cut_subject;	/* the whole subject when the module's is cut */
	bool dated;
	int64_t date_s;			/* Date: */
	int date_offset_min;
	int64_t arrived_s;		/* taken by the gateway */
};

/* Appends the mark of a possible duplicate, the subject that was cut, and the
 * preamble itself, as the options ask for, with an empty line behind; nothing
 * when there is nothing to say. */
bool compose_preamble_build(const struct compose_options *options,
			    const struct compose_preamble_facts *facts, struct buf *out);

/* Resends, the time and the number of the attempt make it at most so many octets
 * longer. */
#define COMPOSE_PREAMBLE_CHANGE_MAX 256

/* The mark alone, for a mail that follows another; nothing unless the options ask
 * for it. */
void compose_preamble_put_mark(const struct compose_options *options, struct buf *out);

/* Whom the mail is from, in some words. */
void compose_preamble_put_sender(const struct compose_preamble_facts *facts, struct buf *out);

#endif
