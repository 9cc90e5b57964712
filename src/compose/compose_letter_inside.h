/* SPDX-License-Identifier: ISC */
/* Inside of compose/compose_letter*: a letter while it is being made. */
#ifndef COMPOSE_COMPOSE_LETTER_INSIDE_H
#define COMPOSE_COMPOSE_LETTER_INSIDE_H

#include "compose/compose_letter.h"
#include "compose/compose_preamble.h"

struct compose_draft {
	const struct compose_options *options;
	const struct mime_view *view;
	const struct compose_letter_room *room;
	struct compose_preamble_facts facts;
	struct compose_letter *letter;
	struct buf raw;			/* lines of ours before they are made safe */
	struct buf lead;
	struct buf calm_lead;		/* as on a first attempt in time */
	struct buf trail;
	struct buf text;		/* letter->exact made safe */
	size_t source_count;
	bool text_changed;
	bool subject_cut;
	bool html_only;			/* its HTML goes instead of a text */
};

/* Makes safe what stands in draft->raw, when there is anything. */
bool compose_draft_put_safe(struct compose_draft *draft, struct buf *out);

/* A new body with files or none, or NULL when out of memory; until the next one is
 * added. */
struct compose_body *compose_draft_add_body(struct compose_draft *draft,
					    const struct attach_parcel *parcel);

/* compose_letter_files.c: whether a file is the mail itself as HTML. */
bool compose_draft_is_html(const struct mime_file *file);

/* Plans the files, the text's own first when it is `with_text`,
 * and tells of those of the first parcel in draft->trail. All here: false when out
 * of memory. */
bool compose_draft_plan_files(struct compose_draft *draft, bool with_text);

/* Takes the text's own file out of the plan again. */
bool compose_draft_withdraw_text(struct compose_draft *draft);

/* A body for each parcel but the first. */
bool compose_draft_add_parcels(struct compose_draft *draft);

/* For the note: what did not go. */
void compose_draft_note_files(struct compose_draft *draft);

/* compose_letter_pages.c: whether the text fits on one page with the calm lead, and
 * whether with any. */
bool compose_draft_is_over(const struct compose_draft *draft);
bool compose_draft_is_at_brink(const struct compose_draft *draft);

/* The text whole on one page; *done is false, and nothing added, when it does not
 * fit. */
bool compose_draft_add_whole(struct compose_draft *draft, bool *done);

/* Head and tail of it. */
bool compose_draft_add_cut(struct compose_draft *draft);

/* All of it on pages; *done is false, and nothing added, when they were too many. */
bool compose_draft_add_pages(struct compose_draft *draft, bool *done);

#endif
