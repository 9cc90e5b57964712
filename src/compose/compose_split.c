/* SPDX-License-Identifier: ISC */
#include "compose/compose_split.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compose/compose_recipients.h"
#include "compose/mime_view.h"
#include "mail/spool_file.h"
#include "mail/transaction.h"

/* What a transaction has beside attachments, about: recipients, body, note. */
#define TRANSACTION_OCTETS (16 * 1024)

static void put_transaction(const struct compose_letter *letter, const struct compose_body *body,
			    struct compose_group *group, struct buf *out)
{
	struct transaction transaction = {
		.recipients = group->recipients,
		.recipient_count = group->count,
		.subject_charset = letter->subject_charset,
		.subject = buf_span(&letter->subject),
		.body_charset = body->charset,
		.body = buf_span(&body->octets),
		.note = buf_span(&letter->note),
	};

	if (body->parcel) {
		/* The list does not change them; the type is that of a list read back. */
		transaction.attachments =
			(struct transaction_attachment *)(uintptr_t)body->parcel->attachments;
		transaction.attachment_count = body->parcel->count;
	}
	transaction_format(&transaction, out);
}

/* All bodies for one group, then all for the next. False when it does not fit in a
 * list. */
static bool put_list(const struct compose_letter *letter, struct compose_groups *groups,
		     struct buf *out)
{
	transaction_format_head(out);
	for (size_t i = 0; i < groups->count; i++)
		for (size_t k = 0; k < letter->body_count; k++)
			put_transaction(letter, &letter->bodies[k], &groups->groups[i], out);
	return groups->count * letter->body_count <= TRANSACTION_LIST_MAX &&
	       transaction_format_end(groups->count * letter->body_count, out);
}

static enum compose_outcome put_letter(const struct compose_options *options,
				       const struct envelope *envelope,
				       const struct mime_view *view,
				       const struct compose_letter_room *room,
				       struct compose_groups *groups, struct buf *out)
{
	struct compose_letter letter;
	enum compose_outcome outcome = compose_letter_build(options, envelope, view, room,
							    &letter);

	if (outcome == COMPOSE_DONE && !put_list(&letter, groups, out))
		outcome = COMPOSE_FAILED;
	compose_letter_clear(&letter);
	return outcome;
}

/* What a list holds, shared by `groups`. */
static struct compose_letter_room share_room(size_t groups)
{
	struct compose_letter_room room = { TRANSACTION_LIST_MAX / groups, 0 };
	size_t octets = TRANSACTION_TEXT_MAX / groups, most = room.transactions;

	if (most > ATTACH_PLAN_PARCELS_MAX + COMPOSE_LETTER_PAGES_MAX)
		most = ATTACH_PLAN_PARCELS_MAX + COMPOSE_LETTER_PAGES_MAX;
	if (octets > most * TRANSACTION_OCTETS)
		room.attachments_octets = octets - most * TRANSACTION_OCTETS;
	return room;
}

/* Should it not fit all the same, the text does without files. */
static enum compose_outcome put_letter_somehow(const struct compose_options *options,
					       const struct envelope *envelope,
					       const struct mime_view *view,
					       const struct compose_letter_room *room,
					       struct compose_groups *groups, struct buf *out)
{
	struct compose_options less = *options;
	enum compose_outcome outcome = put_letter(options, envelope, view, room, groups, out);

	if (outcome != COMPOSE_FAILED)
		return outcome;
	less.degrade = true;
	less.oversize = COMPOSE_OVERSIZE_ATTACH;
	buf_reset(out);
	return put_letter(&less, envelope, view, room, groups, out);
}

/* How many groups there are when all recipients are pending: whoever has it already
 * must not change what the others get. 0 when out of memory. */
static size_t count_groups(const struct envelope *envelope,
			   const struct compose_recipients_view *recipients)
{
	struct compose_groups groups;
	bool *all = malloc(envelope->recipient_count + 1);
	size_t count = 0;

	if (all == NULL)
		return 0;
	memset(all, true, envelope->recipient_count + 1);
	if (compose_recipients_group(envelope, all, recipients, &groups))
		count = groups.count;
	compose_recipients_clear(&groups);
	free(all);
	return count;
}

static enum compose_outcome put_view(const struct compose_options *options,
				     const struct envelope *envelope,
				     const struct mime_view *view,
				     struct buf *out, const char **failure)
{
	const struct compose_recipients_view recipients = {
		buf_span(&view->raw_to), buf_span(&view->raw_cc), span_of(options->hostname),
		options->hidden_separate,
	};
	size_t all_groups = count_groups(envelope, &recipients);
	enum compose_outcome outcome = COMPOSE_FAILED;
	struct compose_letter_room room;
	struct compose_groups groups;

	*failure = "out of memory";
	if (all_groups > 0 &&
	    compose_recipients_group(envelope, options->pending, &recipients, &groups)) {
		*failure = groups.count > 0 ? "too large for a list of transactions" :
					      "no recipient is pending";
		room = share_room(all_groups);
		if (groups.count > 0)
			outcome = put_letter_somehow(options, envelope, view, &room, &groups, out);
	}
	if (all_groups > 0)
		compose_recipients_clear(&groups);
	if (outcome == COMPOSE_REJECTED)
		*failure = "the body is larger than the module can carry";
	return outcome;
}

/* Nothing leaves this program that the daemon would not take: wire safety is
 * checked where it is read back. */
static enum compose_outcome prove(const struct envelope *envelope, struct buf *out,
				  const char **failure)
{
	struct transaction_list list;

	*failure = transaction_list_parse(buf_span(out), envelope->recipient_count, &list);
	transaction_list_clear(&list);
	return *failure ? COMPOSE_FAILED : COMPOSE_DONE;
}

enum compose_outcome compose_split_build(const struct compose_options *options, struct span file,
					 struct buf *out, const char **failure)
{
	enum compose_outcome outcome = COMPOSE_FAILED;
	struct envelope envelope = { 0 };
	struct span envelope_text, content;
	struct mime_view view;

	*failure = spool_file_split(file, &envelope_text, &content);
	if (*failure == NULL)
		*failure = envelope_parse(envelope_text, &envelope);
	if (*failure)
		return outcome;
	if (mime_view_read(content, &view))
		outcome = put_view(options, &envelope, &view, out, failure);
	else
		*failure = "out of memory";
	mime_view_clear(&view);
	if (outcome == COMPOSE_DONE)
		outcome = prove(&envelope, out, failure);
	envelope_clear(&envelope);
	return outcome;
}
