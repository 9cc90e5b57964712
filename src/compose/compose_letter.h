/* SPDX-License-Identifier: ISC */
/* What all recipients of a mail get: subject, one or more bodies with or without
 * files, and what had to be changed for the module to carry it. */
#ifndef COMPOSE_COMPOSE_LETTER_H
#define COMPOSE_COMPOSE_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/attach_plan.h"
#include "compose/compose_options.h"
#include "compose/mime_view.h"
#include "mail/envelope.h"
#include "mail/transaction.h"

#define COMPOSE_LETTER_PAGES_MAX 50	/* a longer text is attached instead of split */

/* One transaction's worth. */
struct compose_body {
	struct buf octets;
	enum transaction_charset charset;
	const struct attach_parcel *parcel;	/* in the plan; NULL: no files */
};

/* First the text, on one page or several, the first of them with the first parcel;
 * then a body for each further parcel. */
struct compose_letter {
	struct buf subject;
	enum transaction_charset subject_charset;
	struct span exact;		/* the text as the sender wrote it */
	struct buf headed;		/* ... with the subject before it, where it has that */
	struct compose_body *bodies;
	size_t body_count;
	struct attach_source *sources;
	struct attach_plan plan;
	struct buf note;		/* for people, LF between the lines */
};

/* What there is room for in a list, for each group of recipients. */
struct compose_letter_room {
	size_t transactions;
	size_t attachments_octets;
};

enum compose_outcome {
	COMPOSE_DONE,
	COMPOSE_REJECTED,	/* too long, and the options say to refuse that */
	COMPOSE_FAILED,		/* out of memory */
};

/* Fills an empty letter that borrows from the view. Time, attempt, uncertainty and
 * who is pending change words of its bodies, but neither their number nor the
 * parcels nor where one page of a text ends and the next begins. May be cleared
 * whatever the answer. */
enum compose_outcome compose_letter_build(const struct compose_options *options,
					  const struct envelope *envelope,
					  const struct mime_view *view,
					  const struct compose_letter_room *room,
					  struct compose_letter *letter);
void compose_letter_clear(struct compose_letter *letter);

#endif
