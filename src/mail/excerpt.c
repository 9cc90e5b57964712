/* SPDX-License-Identifier: ISC */
#include "mail/excerpt.h"

#include <inttypes.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/raw_text.h"
#include "mail/transaction.h"
#include "mail/wire_text.h"

#define NOTE_PART_MAX 200	/* octets of a name or reason told in the note */
#define CUT_LINE_MAX 80
#define RAW_TEXT_MAX 65536	/* the note and the head, before they are made safe */

/* Whatever it holds becomes one line of UTF-8. */
static void put_one_line(struct span text, struct buf *out)
{
	size_t start = out->length;

	raw_text_to_utf8(span_take(text, NOTE_PART_MAX), out);
	for (size_t i = start; i < out->length; i++)
		if (out->at[i] == '\r' || out->at[i] == '\n')
			out->at[i] = ' ';
}

static void put_note(const struct envelope *envelope, const char *queue_id, const char *reason,
		     struct buf *out)
{
	char arrived[TIME_TEXT_SIZE];

	buf_text(out, "[This mail could not be taken apart (");
	put_one_line(span_of(reason), out);
	buf_text(out, ").\n Below is its beginning as it came. Sender ");
	put_one_line(envelope->sender && *envelope->sender ? span_of(envelope->sender) :
							     span_of("<>"), out);
	buf_format(out, ", taken %s, id ", time_text_rfc3339(envelope->arrived_s, arrived));
	put_one_line(span_of(queue_id), out);
	buf_text(out, ".]\n\n");
}

/* The longest front of at most `max` octets that ends with a whole line, or,
 * when one line is longer than half of it, with a whole character. */
static struct span take_lines(struct span body, size_t max)
{
	struct span front = utf8_take(body, max);
	size_t end = front.length;

	if (front.length == body.length)
		return front;
	while (end > front.length / 2 && front.at[end - 1] != '\n')
		end--;
	return end > front.length / 2 ? span_take(front, end) : front;
}

/* A part of a safe body stays safe when it is cut behind a character. */
static void put_body(struct span safe, size_t octets_beyond, struct buf *out)
{
	struct span front = take_lines(safe, TRANSACTION_BODY_MAX - CUT_LINE_MAX);

	buf_put(out, front);
	if (front.length > 0 && front.at[front.length - 1] != '\n') {
		if (front.at[front.length - 1] == '\r')
			out->length--;
		buf_text(out, "\r\n");
	}
	octets_beyond += safe.length - front.length;
	if (octets_beyond > 0)
		buf_format(out, "[About %zu octets more are not shown.]\r\n", octets_beyond);
}

/* The note and the head of the message as one safe body. */
static bool build_body(const struct envelope *envelope, struct span message, const char *queue_id,
		       const char *reason, struct buf *out)
{
	struct span head = span_take(message, TRANSACTION_BODY_MAX);
	struct buf raw = BUF_INIT(RAW_TEXT_MAX), safe = BUF_INIT(4 * RAW_TEXT_MAX);
	bool changed, built;

	put_note(envelope, queue_id, reason, &raw);
	raw_text_to_utf8(head, &raw);
	built = !raw.failed && wire_text_make_body(buf_span(&raw), true, &safe, &changed);
	if (built)
		put_body(buf_span(&safe), message.length - head.length, out);
	buf_clear(&raw);
	buf_clear(&safe);
	return built && !out->failed;
}

/* The first line of the Subject field as it came; empty when there is none. */
static struct span find_subject(struct span message)
{
	static const char name[] = "Subject:";
	struct span rest = span_take(message, TRANSACTION_BODY_MAX), line;

	while (span_cut(&rest, '\n', &line) && span_trim(line).length > 0)
		if (span_starts_nocase(line, name))
			return span_trim(span_skip(line, sizeof name - 1));
	return span_make(NULL, 0);
}

/* What has no place on a command line, or is not known to be taken well there. */
static bool is_bad_in_subject(char octet)
{
	return octet < 0x20 || octet > 0x7e || octet == '"' || octet == '\\' || octet == '+';
}

/* The id first, as it is what a person can ask for; of the mail's own subject
 * what fits. */
static void build_subject(const char *queue_id, struct span message, struct buf *out)
{
	struct span own = find_subject(message);

	buf_format(out, "Excerpt of mail %.60s", queue_id);
	if (own.length > 0 && buf_text(out, ": "))
		buf_put(out, span_take(own, out->max - out->length));
	for (size_t i = 0; i < out->length; i++)
		if (is_bad_in_subject(out->at[i]))
			out->at[i] = '?';
}

static bool can_carry(struct span address)
{
	return address.length > 0 && wire_text_parameter_fault(address, ADDRESS_MAX) == NULL;
}

/* One transaction for each recipient; `common` is the same for all. */
static bool put_list(const struct envelope *envelope, const bool *pending,
		     struct transaction *common, struct buf *out)
{
	struct transaction_recipient recipient = { .type = TRANSACTION_TO };
	size_t count = 0;

	common->recipients = &recipient;
	common->recipient_count = 1;
	transaction_format_head(out);
	for (size_t i = 0; i < envelope->recipient_count && count < TRANSACTION_LIST_MAX; i++) {
		recipient.index = i;
		recipient.address = span_of(envelope->recipients[i].address);
		if (!pending[i] || !can_carry(recipient.address))
			continue;
		transaction_format(common, out);
		count++;
	}
	return transaction_format_end(count, out) && count > 0;
}

bool excerpt_build(const struct envelope *envelope, const bool *pending, struct span message,
		   const char *queue_id, const char *reason, struct buf *out)
{
	struct buf subject = BUF_INIT(TRANSACTION_SUBJECT_MAX);
	struct buf body = BUF_INIT(TRANSACTION_BODY_MAX), note = BUF_INIT(4 * NOTE_PART_MAX);
	struct transaction common = { .body_charset = TRANSACTION_ASCII };
	bool built;

	build_subject(queue_id, message, &subject);
	buf_text(&note, "could not be composed, sent as an excerpt");
	built = build_body(envelope, message, queue_id, reason, &body) && !subject.failed;
	common.subject = buf_span(&subject);
	common.body = buf_span(&body);
	common.note = buf_span(&note);
	if (!utf8_is_ascii(common.body))
		common.body_charset = TRANSACTION_UTF8;
	built = built && put_list(envelope, pending, &common, out);
	buf_clear(&subject);
	buf_clear(&body);
	buf_clear(&note);
	return built;
}
