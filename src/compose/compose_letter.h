/* SPDX-License-Identifier: ISC */
/* What all recipients of a mail get: subject, one or more bodies, attachments, and
 * what had to be changed for the module to carry it. */
#ifndef COMPOSE_COMPOSE_LETTER_H
#define COMPOSE_COMPOSE_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/attach_fit.h"
#include "compose/compose_options.h"
#include "compose/mime_view.h"
#include "mail/envelope.h"
#include "mail/transaction.h"

#define COMPOSE_LETTER_PAGES_MAX 50	/* a longer text is attached instead of split */

struct compose_letter {
	struct buf subject;
	enum transaction_charset subject_charset;
	struct buf exact;		/* the text as the sender wrote it */
	struct buf *pages;		/* bodies, one unless the text is split */
	size_t page_count;
	struct attach_source *sources;
	struct attach_fit fit;		/* what goes with the first page */
	struct buf note;		/* for people, LF between the lines */
};

enum compose_outcome {
	COMPOSE_DONE,
	COMPOSE_REJECTED,	/* too long, and the options say to refuse that */
	COMPOSE_FAILED,		/* out of memory */
};

/* Fills an empty letter that borrows from the view. May be cleared whatever the
 * answer. */
enum compose_outcome compose_letter_build(const struct compose_options *options,
					  const struct envelope *envelope,
					  const struct mime_view *view,
					  struct compose_letter *letter);
void compose_letter_clear(struct compose_letter *letter);

#endif
