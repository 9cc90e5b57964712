/* SPDX-License-Identifier: ISC */
#include "compose/compose_letter_inside.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "compose/text_fit.h"

#define OUR_SOURCES 2		/* text and original */

bool compose_draft_is_html(const struct mime_file *file)
{
	return (file->rendition || file->name.length == 0) &&
	       span_is_nocase(buf_span(&file->type), "text/html");
}

static bool wants_file(const struct compose_draft *draft, const struct mime_file *file)
{
	return !file->rendition || draft->html_only ||
	       draft->options->html != COMPOSE_HTML_TEXT;
}

static void add_source(struct compose_draft *draft, struct span name, struct span type,
		       struct span octets, bool ours)
{
	draft->letter->sources[draft->source_count++] =
		(struct attach_source){ name, type, octets, ours };
}

static void add_file(struct compose_draft *draft, const struct mime_file *file)
{
	struct span name = buf_span(&file->name), type = buf_span(&file->type);

	if (compose_draft_is_html(file))
		name = span_of("message.html");
	add_source(draft, name, type, buf_span(&file->octets), false);
}

/* All that should go. */
static bool build_sources(struct compose_draft *draft, bool with_text)
{
	const struct mime_view *view = draft->view;
	struct compose_letter *letter = draft->letter;

	free(letter->sources);
	draft->source_count = 0;
	letter->sources = calloc(view->file_count + OUR_SOURCES, sizeof *letter->sources);
	if (letter->sources == NULL)
		return false;
	if (with_text)
		add_source(draft, span_of("message.txt"), span_of("text/plain"),
			   letter->exact, true);
	for (size_t i = 0; i < view->file_count; i++)
		if (wants_file(draft, &view->files[i]))
			add_file(draft, &view->files[i]);
	if (draft->options->original)
		add_source(draft, span_of("message.eml"), span_of("message/rfc822"),
			   buf_span(&view->message), true);
	return true;
}

/* "[line]" for each line. */
static void put_bracketed(struct span lines, struct buf *out)
{
	struct span line;

	while (span_cut(&lines, '\n', &line))
		if (line.length > 0)
			buf_format(out, "[%.*s]\n", SPAN_ARG(line));
}

static void put_more_to_come(const struct attach_plan *plan, struct buf *out)
{
	size_t more = plan->count > 1 ? plan->count - 1 : 0;

	if (more == 1)
		buf_text(out, "[1 more mail follows with the other files]\n");
	else if (more > 1)
		buf_format(out, "[%zu more mails follow with the other files]\n", more);
}

static bool build_trail(struct compose_draft *draft)
{
	const struct attach_plan *plan = &draft->letter->plan;
	struct buf *raw = &draft->raw;

	buf_reset(raw);
	buf_reset(&draft->trail);
	if (draft->html_only)
		buf_text(raw, "[This mail has no plain text, only HTML.]\n");
	put_bracketed(buf_span(&draft->view->lost), raw);
	if (plan->count > 0)
		buf_put(raw, buf_span(&plan->parcels[0].told));
	put_more_to_come(plan, raw);
	buf_put(raw, buf_span(&plan->manifest));
	if (raw->length > 0 && draft->text.length > 0)
		buf_text(&draft->trail, "\r\n");
	return compose_draft_put_safe(draft, &draft->trail);
}

/* Pages and parcels share the transactions that there is room for. */
static struct attach_bounds choose_bounds(const struct compose_draft *draft)
{
	const struct compose_options *options = draft->options;
	struct attach_bounds bounds = {
		options->degrade, options->attachments_max, draft->room->transactions,
		draft->room->attachments_octets,
	};

	if (options->oversize == COMPOSE_OVERSIZE_SPLIT)
		bounds.parcels -= bounds.parcels / 2;
	if (bounds.parcels > ATTACH_PLAN_PARCELS_MAX)
		bounds.parcels = ATTACH_PLAN_PARCELS_MAX;
	return bounds;
}

bool compose_draft_plan_files(struct compose_draft *draft, bool with_text)
{
	const struct attach_bounds bounds = choose_bounds(draft);

	attach_plan_clear(&draft->letter->plan);
	return build_sources(draft, with_text) &&
	       attach_plan_build(draft->letter->sources, draft->source_count, &bounds,
				 &draft->letter->plan) &&
	       build_trail(draft);
}

bool compose_draft_withdraw_text(struct compose_draft *draft)
{
	attach_plan_withdraw_first(&draft->letter->plan);
	return build_trail(draft);
}

/* "[files 2 of 4 of mail 4K2X from Root <root@gw1>: a.png, b.png]" */
static void put_contents(struct compose_draft *draft, size_t number, struct buf *out)
{
	const struct attach_plan *plan = &draft->letter->plan;
	const struct attach_parcel *parcel = &plan->parcels[number];
	const char *id = draft->options->id;

	buf_format(out, "[files %zu of %zu%s%.60s from ", number + 1, plan->count,
		   *id ? " of mail " : "", id);
	compose_preamble_put_sender(&draft->facts, out);
	for (size_t i = 0; i < parcel->count; i++)
		buf_format(out, "%s%.*s", i == 0 ? ": " : ", ",
			   SPAN_ARG(parcel->attachments[i].name));
	buf_text(out, "]\n");
	buf_put(out, buf_span(&parcel->told));
}

static bool add_parcel(struct compose_draft *draft, size_t number)
{
	const struct attach_parcel *parcel = &draft->letter->plan.parcels[number];
	struct compose_body *body = compose_draft_add_body(draft, parcel);
	struct buf safe = BUF_INIT(4 * TRANSACTION_BODY_MAX);
	bool added;

	buf_reset(&draft->raw);
	compose_preamble_put_mark(draft->options, &draft->raw);
	put_contents(draft, number, &draft->raw);
	added = body && compose_draft_put_safe(draft, &safe) &&
		text_fit_body(&(struct text_fit_parts){ .text = buf_span(&safe) }, &body->octets);
	if (added)
		body->charset = utf8_is_ascii(buf_span(&body->octets)) ? TRANSACTION_ASCII :
									 TRANSACTION_UTF8;
	buf_clear(&safe);
	return added;
}

bool compose_draft_add_parcels(struct compose_draft *draft)
{
	for (size_t i = 1; i < draft->letter->plan.count; i++)
		if (!add_parcel(draft, i))
			return false;
	return true;
}

void compose_draft_note_files(struct compose_draft *draft)
{
	const struct attach_plan *plan = &draft->letter->plan;
	struct buf *note = &draft->letter->note;
	size_t renditions = 0;

	for (size_t i = 0; i < draft->view->file_count; i++)
		renditions += !wants_file(draft, &draft->view->files[i]);
	if (renditions > 0)
		buf_text(note, "the HTML form of the text is not carried\n");
	if (plan->count > 1)
		buf_format(note, "files sent in %zu mails\n", plan->count);
	if (plan->left > 0)
		buf_format(note, "%zu of %zu files are not carried\n", plan->left,
			   draft->source_count);
	buf_put(note, buf_span(&plan->note));
}
