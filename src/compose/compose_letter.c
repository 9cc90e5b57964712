/* SPDX-License-Identifier: ISC */
#include "compose/compose_letter.h"

#include <stdlib.h>

#include "compose/compose_letter_inside.h"
#include "compose/compose_limits.h"
#include "compose/text_fit.h"
#include "mail/wire_text.h"

#define AROUND_RAW_MAX 32768	/* lead or trail before they are made safe */
#define TEXT_RAW_MAX (2 * COMPOSE_LIMITS_INPUT + 1024)
#define TEXT_SAFE_MAX (3 * COMPOSE_LIMITS_INPUT)
#define NOTE_MAX 8192
#define SUBJECT_IN_LEAD_MAX 1000

static bool is_blank(struct span text)
{
	return span_trim(text).length == 0;
}

bool compose_draft_put_safe(struct compose_draft *draft, struct buf *out)
{
	bool changed;

	if (draft->raw.length > 0)
		wire_text_make_body(buf_span(&draft->raw), true, out, &changed);
	return !draft->raw.failed && !out->failed;
}

struct compose_body *compose_draft_add_body(struct compose_draft *draft,
					    const struct attach_parcel *parcel)
{
	struct compose_letter *letter = draft->letter;
	struct compose_body *grown = reallocarray(letter->bodies, letter->body_count + 1,
						  sizeof *grown);

	if (grown == NULL)
		return NULL;
	letter->bodies = grown;
	grown[letter->body_count] = (struct compose_body){
		.octets = BUF_INIT(TRANSACTION_BODY_MAX), .parcel = parcel,
	};
	return &grown[letter->body_count++];
}

static bool build_subject(struct compose_draft *draft)
{
	struct compose_letter *letter = draft->letter;

	if (!text_fit_subject(buf_span(&draft->view->subject), &letter->subject,
			      &letter->subject_charset, &draft->subject_cut))
		return false;
	if (draft->subject_cut)
		buf_format(&letter->note, "subject cut at %d octets, whole in the body\n",
			   TRANSACTION_SUBJECT_MAX);
	return true;
}

static void gather_facts(struct compose_draft *draft, const struct envelope *envelope)
{
	const struct mime_view *view = draft->view;

	draft->facts = (struct compose_preamble_facts){
		.from = buf_span(&view->from),
		.reply_to = buf_span(&view->reply_to),
		.to = buf_span(&view->to),
		.cc = buf_span(&view->cc),
		.message_id = buf_span(&view->message_id),
		.sender = span_of(envelope->sender),
		.dated = view->dated,
		.date_s = view->date_s,
		.date_offset_min = view->date_offset_min,
		.arrived_s = envelope->arrived_s,
	};
	if (draft->subject_cut)
		draft->facts.cut_subject = buf_span(&view->subject);
}

static bool build_lead(struct compose_draft *draft, const struct compose_options *options,
		       struct buf *lead)
{
	buf_reset(&draft->raw);
	return compose_preamble_build(options, &draft->facts, &draft->raw) &&
	       compose_draft_put_safe(draft, lead);
}

/* The calm one decides what goes where, so that a resend comes out the same. */
static bool build_leads(struct compose_draft *draft)
{
	struct compose_options calm = *draft->options;

	calm.now_s = 0;
	calm.attempt = 1;
	calm.uncertain = false;
	return build_lead(draft, &calm, &draft->calm_lead) &&
	       build_lead(draft, draft->options, &draft->lead);
}

/* A subject that even the lead cannot show as it is becomes part of the text, which
 * is carried whole whatever it holds. */
static bool is_subject_text(const struct compose_draft *draft)
{
	struct span subject = buf_span(&draft->view->subject);

	return draft->subject_cut && (subject.length > SUBJECT_IN_LEAD_MAX ||
				      span_find(subject, span_of("+++")) < subject.length);
}

/* The plain text, or that of the HTML, or none when the HTML goes in its stead. */
static struct span choose_text(struct compose_draft *draft)
{
	const struct mime_view *view = draft->view;
	bool rendered = !is_blank(buf_span(&view->html_text)) &&
			draft->options->html != COMPOSE_HTML_ATTACH;

	if (!is_blank(buf_span(&view->text)))
		return buf_span(&view->text);
	for (size_t i = 0; i < view->file_count && !rendered; i++)
		draft->html_only |= compose_draft_is_html(&view->files[i]);
	return buf_span(rendered ? &view->html_text : &view->text);
}

static bool put_subject_before(struct compose_letter *letter, struct span subject)
{
	buf_text(&letter->headed, "Subject: ");
	buf_put(&letter->headed, subject);
	buf_text(&letter->headed, "\r\n\r\n");
	buf_put(&letter->headed, letter->exact);
	letter->exact = buf_span(&letter->headed);
	return !letter->headed.failed;
}

static bool build_text(struct compose_draft *draft)
{
	struct compose_letter *letter = draft->letter;

	letter->exact = choose_text(draft);
	if (is_subject_text(draft) &&
	    !put_subject_before(letter, buf_span(&draft->view->subject)))
		return false;
	if (letter->exact.length == 0)
		return true;
	if (!wire_text_make_body(letter->exact, true, &draft->text, &draft->text_changed))
		return false;
	if (draft->text_changed)
		buf_text(&letter->note, "text changed to be safe on the line\n");
	return true;
}

/* The text is whole on a first attempt; later the lead may be longer by a mark and
 * push it over the edge. So room is kept for the text's own file, and all others go
 * where they then would go. */
static bool build_at_brink(struct compose_draft *draft)
{
	bool done;

	if (!compose_draft_plan_files(draft, true) || !compose_draft_withdraw_text(draft) ||
	    !compose_draft_add_whole(draft, &done))
		return false;
	return done || (compose_draft_plan_files(draft, true) && compose_draft_add_cut(draft));
}

/* Whatever is done to the text, an attachment carries it as it was. */
static bool build_single(struct compose_draft *draft, bool over)
{
	bool done = false;

	if (!over && !draft->text_changed && compose_draft_is_at_brink(draft))
		return build_at_brink(draft);
	if ((over || draft->text_changed) && !compose_draft_plan_files(draft, true))
		return false;
	/* The file of the text may have pushed out others, and their manifest the text. */
	if (!over && !compose_draft_add_whole(draft, &done))
		return false;
	return done || compose_draft_add_cut(draft);
}

static bool build_bodies(struct compose_draft *draft, bool over)
{
	bool done = false;

	if (over && draft->options->oversize == COMPOSE_OVERSIZE_SPLIT)
		if ((draft->text_changed && !compose_draft_plan_files(draft, true)) ||
		    !compose_draft_add_pages(draft, &done))
			return false;
	return (done || build_single(draft, over)) && compose_draft_add_parcels(draft);
}

static void end_note(struct compose_draft *draft)
{
	struct buf *note = &draft->letter->note;

	compose_draft_note_files(draft);
	buf_put(note, buf_span(&draft->view->note));
	buf_put(note, buf_span(&draft->view->lost));
	/* Lines are separated by LF, the last one is not ended. */
	if (note->length > 0)
		note->at[--note->length] = '\0';
}

static enum compose_outcome build(struct compose_draft *draft, const struct envelope *envelope)
{
	bool over;

	if (!build_subject(draft))
		return COMPOSE_FAILED;
	gather_facts(draft, envelope);
	if (!build_leads(draft) || !build_text(draft) || !compose_draft_plan_files(draft, false))
		return COMPOSE_FAILED;
	over = compose_draft_is_over(draft);
	if (over && draft->options->oversize == COMPOSE_OVERSIZE_REJECT)
		return COMPOSE_REJECTED;
	if (!build_bodies(draft, over))
		return COMPOSE_FAILED;
	end_note(draft);
	return draft->letter->note.failed ? COMPOSE_FAILED : COMPOSE_DONE;
}

enum compose_outcome compose_letter_build(const struct compose_options *options,
					  const struct envelope *envelope,
					  const struct mime_view *view,
					  const struct compose_letter_room *room,
					  struct compose_letter *letter)
{
	struct compose_draft draft = {
		.options = options,
		.view = view,
		.room = room,
		.letter = letter,
		.raw = BUF_INIT(AROUND_RAW_MAX),
		.lead = BUF_INIT(4 * AROUND_RAW_MAX),
		.calm_lead = BUF_INIT(4 * AROUND_RAW_MAX),
		.trail = BUF_INIT(4 * AROUND_RAW_MAX),
		.text = BUF_INIT(TEXT_SAFE_MAX),
	};
	enum compose_outcome outcome;

	*letter = (struct compose_letter){ .subject = BUF_INIT(TRANSACTION_SUBJECT_MAX),
					   .headed = BUF_INIT(TEXT_RAW_MAX),
					   .note = BUF_INIT(NOTE_MAX * 3) };
	outcome = build(&draft, envelope);
	buf_clear(&draft.raw);
	buf_clear(&draft.lead);
	buf_clear(&draft.calm_lead);
	buf_clear(&draft.trail);
	buf_clear(&draft.text);
	return outcome;
}

void compose_letter_clear(struct compose_letter *letter)
{
	for (size_t i = 0; i < letter->body_count; i++)
		buf_clear(&letter->bodies[i].octets);
	free(letter->bodies);
	attach_plan_clear(&letter->plan);
	free(letter->sources);
	buf_clear(&letter->subject);
	buf_clear(&letter->headed);
	buf_clear(&letter->note);
	*letter = (struct compose_letter){ 0 };
}
