/* SPDX-License-Identifier: ISC */
#include "compose/compose_letter_inside.h"

#include "base/utf8.h"
#include "compose/text_charset.h"
#include "compose/text_fit.h"

#define PAGE_HEAD_MAX 400	/* "[possible duplicate ...]" and "[page 2 of 3 ...]" */
#define ELSEWHERE_SIZE 200

/* Two octets where UTF-8 has three: beyond this no charset helps. */
#define HOPELESS (TRANSACTION_BODY_MAX / 2 * 3)

static struct text_fit_parts parts_of(const struct compose_draft *draft, const char *elsewhere)
{
	return (struct text_fit_parts){
		buf_span(&draft->lead), buf_span(&draft->text), buf_span(&draft->trail),
		span_of(elsewhere),
	};
}

static void put_all(const struct compose_draft *draft, const struct buf *lead, struct buf *out)
{
	buf_put(out, buf_span(lead));
	buf_put(out, buf_span(&draft->text));
	buf_put(out, buf_span(&draft->trail));
	if (out->length == 0)
		buf_text(out, "\r\n");
}

/* Whether all of it is at most `max` octets in one of the charsets. */
static bool fits(const struct compose_draft *draft, const struct buf *lead, size_t max,
		 enum transaction_charset *charset, struct buf *out)
{
	struct buf whole = BUF_INIT(HOPELESS);
	bool fitted;

	put_all(draft, lead, &whole);
	fitted = !whole.failed && text_charset_fit(buf_span(&whole), max, charset, out);
	buf_clear(&whole);
	return fitted;
}

static bool would_fit(const struct compose_draft *draft, size_t max)
{
	struct buf out = BUF_INIT(HOPELESS);
	enum transaction_charset charset;
	bool fitted = fits(draft, &draft->calm_lead, max, &charset, &out);

	buf_clear(&out);
	return fitted;
}

bool compose_draft_is_over(const struct compose_draft *draft)
{
	return !would_fit(draft, TRANSACTION_BODY_MAX);
}

bool compose_draft_is_at_brink(const struct compose_draft *draft)
{
	return !would_fit(draft, TRANSACTION_BODY_MAX - COMPOSE_PREAMBLE_CHANGE_MAX);
}

static const struct attach_parcel *first_parcel(const struct compose_draft *draft)
{
	return draft->letter->plan.count > 0 ? &draft->letter->plan.parcels[0] : NULL;
}

/* For bodies of UTF-8. */
static void choose_charset(struct compose_body *body)
{
	body->charset = utf8_is_ascii(buf_span(&body->octets)) ? TRANSACTION_ASCII :
								 TRANSACTION_UTF8;
}

bool compose_draft_add_whole(struct compose_draft *draft, bool *done)
{
	struct buf out = BUF_INIT(HOPELESS);
	enum transaction_charset charset;
	struct compose_body *body = NULL;

	*done = fits(draft, &draft->lead, TRANSACTION_BODY_MAX, &charset, &out);
	if (*done)
		body = compose_draft_add_body(draft, first_parcel(draft));
	if (body) {
		buf_put(&body->octets, buf_span(&out));
		body->charset = charset;
	}
	buf_clear(&out);
	return !*done || (body && !body->octets.failed);
}

static const char *tell_elsewhere(const struct attach_plan *plan, char out[static ELSEWHERE_SIZE])
{
	struct buf text = BUF_INIT(ELSEWHERE_SIZE - 1);
	const char *name = attach_plan_find(plan, 0);

	if (*name == '\0')
		buf_text(&text, "the whole text is not carried");
	else if (span_is(plan->parcels[0].attachments[0].name, name))
		buf_format(&text, "the whole text is in %s", name);
	else
		buf_format(&text, "the whole text is in the pieces %s.001 and so on", name);
	span_copy(buf_span(&text), out, ELSEWHERE_SIZE);
	buf_clear(&text);
	return out;
}

bool compose_draft_add_cut(struct compose_draft *draft)
{
	struct compose_body *body = compose_draft_add_body(draft, first_parcel(draft));
	char elsewhere[ELSEWHERE_SIZE];
	struct text_fit_parts parts =
		parts_of(draft, tell_elsewhere(&draft->letter->plan, elsewhere));

	buf_text(&draft->letter->note, "body cut, head and tail kept\n");
	if (body == NULL || !text_fit_body(&parts, &body->octets))
		return false;
	choose_charset(body);
	return true;
}

/* What stands before a page: the lead on the first, the mark of a possible duplicate
 * on every one. */
static void put_page_head(const struct compose_draft *draft, size_t number, size_t count,
			  struct buf *page)
{
	const struct compose_options *options = draft->options;

	if (number == 1)
		buf_put(page, buf_span(&draft->lead));
	else if (options->uncertain)
		buf_format(page, "[possible duplicate%s%.60s]\r\n", *options->id ? " of " : "",
			   options->id);
	buf_format(page, "[page %zu of %zu%s%.60s]\r\n\r\n", number, count,
		   *options->id ? " of mail " : "", options->id);
}

/* Octets of text on a page; files are talked of where they are, on the first one. */
static size_t page_room(const struct compose_draft *draft, size_t number)
{
	size_t room = TRANSACTION_BODY_MAX - PAGE_HEAD_MAX;

	if (number == 1)
		room -= draft->calm_lead.length + COMPOSE_PREAMBLE_CHANGE_MAX + draft->trail.length;
	return room;
}

/* Where each page begins, and the end; 0 when there would be too many. */
static size_t find_pages(const struct compose_draft *draft, size_t max, size_t *offsets)
{
	struct buf page = BUF_INIT(TRANSACTION_BODY_MAX);
	size_t count = 0;

	offsets[0] = 0;
	while (offsets[count] < draft->text.length && count < max) {
		buf_reset(&page);
		offsets[count + 1] = text_fit_put_page(buf_span(&draft->text), offsets[count],
						       page_room(draft, count + 1), &page);
		count++;
	}
	buf_clear(&page);
	return offsets[count] < draft->text.length ? 0 : count;
}

static bool add_page(struct compose_draft *draft, size_t number, size_t count, size_t from)
{
	const struct attach_parcel *parcel = number == 1 ? first_parcel(draft) : NULL;
	struct compose_body *body = compose_draft_add_body(draft, parcel);

	if (body == NULL)
		return false;
	put_page_head(draft, number, count, &body->octets);
	text_fit_put_page(buf_span(&draft->text), from, page_room(draft, number), &body->octets);
	if (number == 1)
		buf_put(&body->octets, buf_span(&draft->trail));
	choose_charset(body);
	return !body->octets.failed;
}

bool compose_draft_add_pages(struct compose_draft *draft, bool *done)
{
	size_t offsets[COMPOSE_LETTER_PAGES_MAX + 1];
	size_t max = draft->room->transactions / 2, count = 0;

	if (max > COMPOSE_LETTER_PAGES_MAX)
		max = COMPOSE_LETTER_PAGES_MAX;
	if (draft->calm_lead.length + draft->trail.length <= 2 * TEXT_FIT_AROUND_MAX)
		count = find_pages(draft, max, offsets);
	*done = count > 0;
	for (size_t i = 0; i < count; i++)
		if (!add_page(draft, i + 1, count, offsets[i]))
			return false;
	if (*done)
		buf_format(&draft->letter->note, "body split in %zu pages\n", count);
	return true;
}
