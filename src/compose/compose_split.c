/* SPDX-License-Identifier: ISC */
#include "compose/compose_split.h"

#include <stdint.h>

#include "base/utf8.h"
#include "compose/compose_recipients.h"
#include "compose/mime_view.h"
#include "mail/spool_file.h"
#include "mail/transaction.h"

/* Each page for each group; files go with the first page. False when it does not
 * fit in a list. */
static bool put_list(const struct compose_letter *letter, struct compose_groups *groups,
		     struct buf *out)
{
	struct transaction transaction = {
		.subject_charset = letter->subject_charset,
		.subject = buf_span(&letter->subject),
		.note = buf_span(&letter->note),
	};
	/* The list does not change them; the type is that of a list read back. */
	struct transaction_attachment *attachments =
		(struct transaction_attachment *)(uintptr_t)letter->fit.attachments;

	transaction_format_head(out);
	for (size_t i = 0; i < groups->count; i++) {
		transaction.recipients = groups->groups[i].recipients;
		transaction.recipient_count = groups->groups[i].count;
		for (size_t page = 0; page < letter->page_count; page++) {
			transaction.body = buf_span(&letter->pages[page]);
			transaction.body_charset = utf8_is_ascii(transaction.body) ?
							   TRANSACTION_ASCII : TRANSACTION_UTF8;
			transaction.attachments = page == 0 ? attachments : NULL;
			transaction.attachment_count = page == 0 ? letter->fit.count : 0;
			transaction_format(&transaction, out);
		}
	}
	return transaction_format_end(groups->count * letter->page_count, out);
}

static enum compose_outcome put_letter(const struct compose_options *options,
				       const struct envelope *envelope,
				       const struct mime_view *view, struct compose_groups *groups, struct buf *out)
{
	struct compose_letter letter;
	enum compose_outcome outcome = compose_letter_build(options, envelope, view,
							    &letter);

	if (outcome == COMPOSE_DONE && !put_list(&letter, groups, out))
		outcome = COMPOSE_FAILED;
	compose_letter_clear(&letter);
	return outcome;
}

/* Files for a thousand recipients may be more than a list can hold; what the line
 * takes may still go in, and the text does. */
static enum compose_outcome put_letter_somehow(const struct compose_options *options,
					       const struct envelope *envelope,
					       const struct mime_view *view, struct compose_groups *groups, struct buf *out)
{
	struct compose_options less = *options;
	enum compose_outcome outcome = put_letter(options, envelope, view, groups, out);

	if (outcome == COMPOSE_FAILED && options->attachments_max > TRANSACTION_ATTACHMENTS_LINE_OCTETS) {
		less.attachments_max = TRANSACTION_ATTACHMENTS_LINE_OCTETS;
		buf_reset(out);
		outcome = put_letter(&less, envelope, view, groups, out);
	}
	if (outcome != COMPOSE_FAILED)
		return outcome;
	less.degrade = true;
	less.oversize = COMPOSE_OVERSIZE_ATTACH;
	buf_reset(out);
	return put_letter(&less, envelope, view, groups, out);
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
	enum compose_outcome outcome = COMPOSE_FAILED;
	struct compose_groups groups;

	*failure = "out of memory";
	if (compose_recipients_group(envelope, options->pending, &recipients, &groups)) {
		*failure = "no recipient is pending";
		if (groups.count > 0)
			outcome = put_letter_somehow(options, envelope, view, &groups, out);
		if (groups.count > 0)
			*failure = "too large for a list of transactions";
	}
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
