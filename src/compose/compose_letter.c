/* SPDX-License-Identifier: ISC */
#include "compose/compose_letter.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "compose/compose_limits.h"
#include "compose/compose_preamble.h"
#include "compose/text_fit.h"
#include "mail/wire_text.h"

#define AROUND_RAW_MAX 16384	/* lead or trail before they are made safe */
#define TEXT_RAW_MAX (2 * COMPOSE_LIMITS_INPUT + 1024)
#define TEXT_SAFE_MAX (3 * COMPOSE_LIMITS_INPUT)
#define NOTE_MAX 8192
#define PAGE_LINE_MAX 200	/* "[possible duplicate ...]" and "[page 2 of 3 ...]" */
#define SUBJECT_IN_LEAD_MAX 1000
#define OUR_SOURCES 2		/* text and original */

/* The texts while a letter is being made. */
struct draft {
	const struct compose_options *options;
	const struct mime_view *view;
	struct compose_letter *letter;
	struct buf raw;			/* lead or trail before they are made safe */
	struct buf lead, trail;
	struct buf text;		/* letter->exact made safe */
	size_t source_count;
	bool text_changed;
	bool subject_cut;
	bool html_only;
};

static bool is_blank(struct span text)
{
	return span_trim(text).length == 0;
}

/* Makes safe what stands in draft->raw, when there is anything. */
static bool put_around(struct draft *draft, struct buf *out)
{
	bool changed;

	if (draft->raw.length > 0)
		wire_text_make_body(buf_span(&draft->raw), true, out, &changed);
	return !draft->raw.failed && !out->failed;
}

static bool build_subject(struct draft *draft)
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

static bool build_lead(struct draft *draft, const struct envelope *envelope)
{
	const struct mime_view *view = draft->view;
	struct compose_preamble_facts facts = {
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
		facts.cut_subject = buf_span(&view->subject);
	return compose_preamble_build(draft->options, &facts, &draft->raw) &&
	       put_around(draft, &draft->lead);
}

/* A subject that even the lead cannot show as it is becomes part of the text, which
 * is carried whole whatever it holds. */
static bool is_subject_text(const struct draft *draft)
{
	struct span subject = buf_span(&draft->view->subject);

	return draft->subject_cut && (subject.length > SUBJECT_IN_LEAD_MAX ||
				      span_find(subject, span_of("+++")) < subject.length);
}

static bool build_text(struct draft *draft)
{
	const struct mime_view *view = draft->view;
	struct buf *exact = &draft->letter->exact;

	if (is_subject_text(draft)) {
		buf_text(exact, "Subject: ");
		buf_put(exact, buf_span(&view->subject));
		buf_text(exact, "\r\n\r\n");
	}
	buf_put(exact, buf_span(&view->text));
	if (exact->failed)
		return false;
	if (exact->length == 0)
		return true;
	return wire_text_make_body(buf_span(exact), true, &draft->text,
				   &draft->text_changed);
}

static bool wants_file(const struct draft *draft, const struct mime_file *file)
{
	return !file->rendition || draft->html_only ||
	       draft->options->html != COMPOSE_HTML_TEXT;
}

static void add_source(struct draft *draft, struct attach_source source)
{
	draft->letter->sources[draft->source_count++] = source;
}

/* All that should go, the text's own file first when it is `with_text`. */
static bool build_sources(struct draft *draft, bool with_text)
{
	const struct mime_view *view = draft->view;

	free(draft->letter->sources);
	draft->source_count = 0;
	draft->letter->sources = calloc(view->file_count + OUR_SOURCES,
					sizeof *draft->letter->sources);
	if (draft->letter->sources == NULL)
		return false;
	if (with_text)
		add_source(draft, (struct attach_source){ span_of("message.txt"), span_of("text/plain"),
							  buf_span(&draft->letter->exact), true, true });
	for (size_t i = 0; i < view->file_count; i++) {
		const struct mime_file *file = &view->files[i];
		struct span name = buf_span(&file->name);

		if (!wants_file(draft, file))
			continue;
		if (file->rendition && span_is_nocase(buf_span(&file->type), "text/html"))
			name = span_of("message.html");
		add_source(draft, (struct attach_source){ name, buf_span(&file->type),
							  buf_span(&file->octets), false, false });
	}
	if (draft->options->original)
		add_source(draft, (struct attach_source){ span_of("message.eml"),
							  span_of("message/rfc822"),
							  buf_span(&view->message), true, false });
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

static bool build_trail(struct draft *draft)
{
	struct buf *raw = &draft->raw;

	buf_reset(raw);
	buf_reset(&draft->trail);
	if (draft->text.length > 0)
		buf_byte(raw, '\n');
	if (draft->html_only)
		buf_text(raw, "[This mail has no plain text, only HTML.]\n");
	put_bracketed(buf_span(&draft->view->lost), raw);
	buf_put(raw, buf_span(&draft->letter->fit.manifest));
	if (is_blank(buf_span(raw)))
		buf_reset(raw);
	return put_around(draft, &draft->trail);
}

static bool fit_files(struct draft *draft, bool with_text)
{
	attach_fit_clear(&draft->letter->fit);
	return build_sources(draft, with_text) &&
	       attach_fit_build(draft->letter->sources, draft->source_count,
				draft->options->degrade, draft->options->attachments_max,
				&draft->letter->fit) &&
	       build_trail(draft);
}

static struct text_fit_parts parts_of(const struct draft *draft, const char *elsewhere)
{
	return (struct text_fit_parts){
		buf_span(&draft->lead), buf_span(&draft->text), buf_span(&draft->trail),
		span_of(elsewhere),
	};
}

static bool is_over(const struct draft *draft)
{
	struct text_fit_parts parts = parts_of(draft, "");

	return text_fit_is_over(&parts);
}

static struct buf *add_page(struct compose_letter *letter)
{
	struct buf *grown = reallocarray(letter->pages, letter->page_count + 1, sizeof *grown);

	if (grown == NULL)
		return NULL;
	letter->pages = grown;
	buf_init(&grown[letter->page_count], TRANSACTION_BODY_MAX);
	return &grown[letter->page_count++];
}

static bool build_single_page(struct draft *draft, const char *elsewhere)
{
	struct text_fit_parts parts = parts_of(draft, elsewhere);
	struct buf *page = add_page(draft->letter);

	if (page == NULL || !text_fit_body(&parts, page))
		return false;
	return page->length > 0 || buf_text(page, "\r\n");
}

/* What stands before a page: the lead on the first, the mark of a possible
 * duplicate on every one. */
static void put_page_head(const struct draft *draft, size_t number, size_t count, struct buf *page)
{
	const struct compose_options *options = draft->options;

	if (number == 1)
		buf_put(page, buf_span(&draft->lead));
	else if (options->uncertain)
		buf_format(page, "[possible duplicate of %.60s]\r\n", options->id);
	buf_format(page, "[page %zu of %zu%s%.60s]\r\n\r\n", number, count,
		   *options->id ? " of mail " : "", options->id);
}

/* Where each page begins, and the end; 0 when there would be too many. */
static size_t find_pages(const struct draft *draft, size_t room, size_t *offsets)
{
	struct buf page = BUF_INIT(TRANSACTION_BODY_MAX);
	size_t count = 0;

	offsets[0] = 0;
	while (offsets[count] < draft->text.length && count < COMPOSE_LETTER_PAGES_MAX) {
		buf_reset(&page);
		offsets[count + 1] = text_fit_put_page(buf_span(&draft->text), offsets[count], room,
						       &page);
		count++;
	}
	buf_clear(&page);
	return offsets[count] < draft->text.length ? 0 : count;
}

static bool build_pages(struct draft *draft, bool *too_many)
{
	size_t offsets[COMPOSE_LETTER_PAGES_MAX + 1];
	size_t room = TRANSACTION_BODY_MAX - draft->lead.length - draft->trail.length - PAGE_LINE_MAX;
	size_t count = find_pages(draft, room, offsets);

	*too_many = count == 0;
	for (size_t i = 0; i < count; i++) {
		struct buf *page = add_page(draft->letter);

		if (page == NULL)
			return false;
		put_page_head(draft, i + 1, count, page);
		text_fit_put_page(buf_span(&draft->text), offsets[i], room, page);
		if (i + 1 == count)
			buf_put(page, buf_span(&draft->trail));
		if (page->failed)
			return false;
	}
	return true;
}

/* *done tells whether the text went as pages. */
static bool try_pages(struct draft *draft, bool *done)
{
	bool too_many;

	*done = false;
	if (draft->text_changed && !fit_files(draft, true))
		return false;
	if (draft->lead.length + draft->trail.length > 2 * TEXT_FIT_AROUND_MAX)
		return true;
	if (!build_pages(draft, &too_many))
		return false;
	*done = !too_many;
	if (*done)
		buf_format(&draft->letter->note, "body split in %zu pages\n",
			   draft->letter->page_count);
	return true;
}

static bool cut_page(struct draft *draft)
{
	if (!fit_files(draft, true))
		return false;
	buf_text(&draft->letter->note, "body cut, head and tail kept\n");
	return build_single_page(draft, *attach_fit_find(&draft->letter->fit, 0) ?
						"the whole text is in message.txt.gz" :
						"the whole text is not carried");
}

/* Whatever is done to the text, an attachment carries it as it was. */
static bool build_body(struct draft *draft, bool over)
{
	bool done = false;

	if (draft->text_changed)
		buf_text(&draft->letter->note, "text changed to be safe on the line\n");
	if (over && draft->options->oversize == COMPOSE_OVERSIZE_SPLIT &&
	    !try_pages(draft, &done))
		return false;
	if (done)
		return true;
	if (!over && draft->text_changed && !fit_files(draft, true))
		return false;
	/* The file of the text may have pushed out others, and their manifest the text. */
	if (is_over(draft))
		return cut_page(draft);
	return build_single_page(draft, "");
}

static void note_files(struct draft *draft)
{
	const struct compose_letter *letter = draft->letter;
	struct buf *note = &draft->letter->note;
	size_t renditions = 0;

	for (size_t i = 0; i < draft->view->file_count; i++)
		renditions += !wants_file(draft, &draft->view->files[i]);
	if (renditions > 0)
		buf_text(note, "the HTML form of the text is not carried\n");
	if (letter->fit.count < draft->source_count)
		buf_format(note, "%zu of %zu files are not carried\n",
			   draft->source_count - letter->fit.count, draft->source_count);
	buf_put(note, buf_span(&draft->view->note));
	buf_put(note, buf_span(&draft->view->lost));
	/* Lines are separated by LF, the last one is not ended. */
	if (note->length > 0)
		note->at[--note->length] = '\0';
}

static enum compose_outcome build(struct draft *draft, const struct envelope *envelope)
{
	bool over;

	if (!build_subject(draft) || !build_lead(draft, envelope) || !build_text(draft) ||
	    !fit_files(draft, false))
		return COMPOSE_FAILED;
	over = is_over(draft);
	if (over && draft->options->oversize == COMPOSE_OVERSIZE_REJECT)
		return COMPOSE_REJECTED;
	if (!build_body(draft, over))
		return COMPOSE_FAILED;
	note_files(draft);
	return draft->letter->note.failed ? COMPOSE_FAILED : COMPOSE_DONE;
}

static bool has_rendition(const struct mime_view *view)
{
	for (size_t i = 0; i < view->file_count; i++)
		if (view->files[i].rendition)
			return true;
	return false;
}

enum compose_outcome compose_letter_build(const struct compose_options *options,
					  const struct envelope *envelope,
					  const struct mime_view *view,
					  struct compose_letter *letter)
{
	struct draft draft = {
		.options = options,
		.view = view,
		.letter = letter,
		.raw = BUF_INIT(AROUND_RAW_MAX),
		.lead = BUF_INIT(4 * AROUND_RAW_MAX),
		.trail = BUF_INIT(4 * AROUND_RAW_MAX),
		.text = BUF_INIT(TEXT_SAFE_MAX),
		.html_only = has_rendition(view) && is_blank(buf_span(&view->text)),
	};
	enum compose_outcome outcome;

	*letter = (struct compose_letter){ .subject = BUF_INIT(TRANSACTION_SUBJECT_MAX),
					   .exact = BUF_INIT(TEXT_RAW_MAX),
					   .note = BUF_INIT(NOTE_MAX * 3) };
	outcome = build(&draft, envelope);
	buf_clear(&draft.raw);
	buf_clear(&draft.lead);
	buf_clear(&draft.trail);
	buf_clear(&draft.text);
	return outcome;
}

void compose_letter_clear(struct compose_letter *letter)
{
	for (size_t i = 0; i < letter->page_count; i++)
		buf_clear(&letter->pages[i]);
	free(letter->pages);
	attach_fit_clear(&letter->fit);
	free(letter->sources);
	buf_clear(&letter->subject);
	buf_clear(&letter->exact);
	buf_clear(&letter->note);
	*letter = (struct compose_letter){ 0 };
}
