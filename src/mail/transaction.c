/* SPDX-License-Identifier: ISC */
#include "mail/transaction.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/wire_text.h"

#define HEAD_LINE "gsmtpd-transactions 1"
#define LINE_MAX_OCTETS 400	/* "recipient" with the longest address is well below */
#define NOTE_MAX_OCTETS 65536

static const struct span nothing = { NULL, 0 };

static void clear_transaction(struct transaction *transaction)
{
	free(transaction->recipients);
	free(transaction->attachments);
}

void transaction_list_clear(struct transaction_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		clear_transaction(&list->transactions[i]);
	free(list->transactions);
	*list = (struct transaction_list){ NULL, 0 };
}

bool transaction_format_head(struct buf *out)
{
	return buf_text(out, HEAD_LINE "\n");
}

/* The octets behind the line that told their number. */
static void put_payload(struct span payload, struct buf *out)
{
	buf_put(out, payload);
	buf_byte(out, '\n');
}

bool transaction_format(const struct transaction *transaction, struct buf *out)
{
	buf_format(out, "transaction %zu %zu\n", transaction->recipient_count,
		   transaction->attachment_count);
	for (size_t i = 0; i < transaction->recipient_count; i++) {
		const struct transaction_recipient *recipient = &transaction->recipients[i];

		buf_format(out, "recipient %d %zu %.*s\n", (int)recipient->type,
			   recipient->index, SPAN_ARG(recipient->address));
	}
	buf_format(out, "subject %d %zu\n", (int)transaction->subject_charset,
		   transaction->subject.length);
	put_payload(transaction->subject, out);
	buf_format(out, "body %d %zu\n", (int)transaction->body_charset, transaction->body.length);
	put_payload(transaction->body, out);
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];

		buf_format(out, "attachment %.*s %zu\n", SPAN_ARG(attachment->name),
			   attachment->octets.length);
		put_payload(attachment->octets, out);
	}
	buf_format(out, "note %zu\n", transaction->note.length);
	put_payload(transaction->note, out);
	return !out->failed;
}

bool transaction_format_end(size_t count, struct buf *out)
{
	return buf_format(out, "end %zu\n", count);
}

/* Takes a line "keyword rest"; *rest is what stands behind the blank. */
static bool take_line(struct span *text, const char *keyword, struct span *rest)
{
	size_t end = span_index(span_take(*text, LINE_MAX_OCTETS), '\n');
	struct span line = span_take(*text, end), word;

	if (end == text->length || text->at[end] != '\n' || !span_cut(&line, ' ', &word) ||
	    !span_is(word, keyword))
		return false;
	*text = span_skip(*text, end + 1);
	*rest = line;
	return true;
}

/* Takes a number off the front of a line. Exactly one spelling is good, so that
 * one list has one text. */
static bool take_number(struct span *line, size_t max, size_t *number)
{
	struct span word;
	int64_t value;

	if (!span_cut(line, ' ', &word) || (word.length > 1 && word.at[0] == '0') ||
	    !span_number(word, 0, (int64_t)max, &value) || span_starts(word, "-"))
		return false;
	*number = (size_t)value;
	return true;
}

static bool is_exhausted(struct span line)
{
	return line.at == NULL;
}

static bool take_payload(struct span *text, size_t length, struct span *payload)
{
	if (text->length <= length || text->at[length] != '\n')
		return false;
	*payload = span_take(*text, length);
	*text = span_skip(*text, length + 1);
	return true;
}

/* Takes "keyword CHARSET LENGTH" and the octets. */
static bool take_text(struct span *text, const char *keyword, size_t max,
		      enum transaction_charset *charset, struct span *payload)
{
	size_t number, length;
	struct span line;

	if (!take_line(text, keyword, &line) || !take_number(&line, TRANSACTION_BIG5, &number) ||
	    !take_number(&line, max, &length) || !is_exhausted(line))
		return false;
	*charset = (enum transaction_charset)number;
	return take_payload(text, length, payload);
}

static const char *charset_fault(enum transaction_charset charset, struct span text)
{
	switch (charset) {
	case TRANSACTION_ASCII:
		return utf8_is_ascii(text) ? NULL : "octets that are not ASCII in charset 0";
	case TRANSACTION_UTF8:
		return utf8_is_valid(text) ? NULL : "text that is not UTF-8 in charset 1";
	case TRANSACTION_GB2312:
	case TRANSACTION_BIG5:
		return NULL;	/* only the receiver can tell */
	}
	return "an unknown charset";
}

/* Hexadecimal on the line, but the module writes it into a header: nothing in
 * it may end that header line. */
static const char *subject_fault(enum transaction_charset charset, struct span subject)
{
	if (charset == TRANSACTION_ASCII)
		return wire_text_parameter_fault(subject, TRANSACTION_SUBJECT_MAX);
	for (size_t i = 0; i < subject.length; i++)
		if ((unsigned char)subject.at[i] < 0x20 || subject.at[i] == 0x7f)
			return "a control character in the subject";
	return charset_fault(charset, subject);
}

static const char *parse_texts(struct span *text, struct transaction *transaction)
{
	const char *fault;

	if (!take_text(text, "subject", TRANSACTION_SUBJECT_MAX, &transaction->subject_charset,
		       &transaction->subject))
		return "no subject, or too long";
	fault = subject_fault(transaction->subject_charset, transaction->subject);
	if (fault)
		return fault;
	if (!take_text(text, "body", TRANSACTION_BODY_MAX, &transaction->body_charset,
		       &transaction->body))
		return "no body, or too long";
	fault = charset_fault(transaction->body_charset, transaction->body);
	return fault ? fault : wire_text_body_fault(transaction->body);
}

static bool is_listed(const struct transaction *transaction, size_t index)
{
	for (size_t i = 0; i < transaction->recipient_count; i++)
		if (transaction->recipients[i].index == index)
			return true;
	return false;
}

static const char *parse_recipient(struct span *text, size_t envelope_recipients,
				   struct transaction *transaction)
{
	struct transaction_recipient recipient;
	struct span line;
	size_t type;

	if (!take_line(text, "recipient", &line) ||
	    !take_number(&line, TRANSACTION_BCC, &type) || type < TRANSACTION_TO ||
	    !take_number(&line, SIZE_MAX / 2, &recipient.index))
		return "no recipient, or of an unknown type";
	if (recipient.index >= envelope_recipients)
		return "a recipient that is not in the envelope";
	if (is_listed(transaction, recipient.index))
		return "a recipient twice in one transaction";
	recipient.type = (enum transaction_recipient_type)type;
	recipient.address = line;
	if (line.length == 0)
		return "a recipient without address";
	transaction->recipients[transaction->recipient_count++] = recipient;
	return wire_text_parameter_fault(line, ADDRESS_MAX);
}

static const char *parse_attachment(struct span *text, struct transaction *transaction)
{
	struct transaction_attachment attachment;
	struct span line;
	const char *fault;
	size_t length;

	if (!take_line(text, "attachment", &line) || !span_cut(&line, ' ', &attachment.name) ||
	    !take_number(&line, TRANSACTION_ATTACHMENTS_OCTETS_MAX, &length) ||
	    !is_exhausted(line) || !take_payload(text, length, &attachment.octets))
		return "no attachment, or too long";
	fault = wire_text_name_fault(attachment.name);
	if (fault)
		return fault;
	transaction->attachments[transaction->attachment_count++] = attachment;
	return wire_text_octets_fault(attachment.octets);
}

/* Whoever is hidden would be shown to the visible ones by a module that writes a
 * Bcc line (interface, "What becomes of a mail"). */
static bool mixes_hidden_and_visible(const struct transaction *transaction)
{
	size_t hidden = 0;

	for (size_t i = 0; i < transaction->recipient_count; i++)
		hidden += transaction->recipients[i].type == TRANSACTION_BCC;
	return hidden > 0 && hidden < transaction->recipient_count;
}

static const char *parse_recipients(struct span *text, size_t count, size_t envelope_recipients,
				    struct transaction *transaction)
{
	const char *fault = NULL;

	transaction->recipients = calloc(count, sizeof *transaction->recipients);
	if (transaction->recipients == NULL)
		return "out of memory";
	for (size_t i = 0; i < count && fault == NULL; i++)
		fault = parse_recipient(text, envelope_recipients, transaction);
	if (fault == NULL && mixes_hidden_and_visible(transaction))
		fault = "hidden and visible recipients together";
	return fault;
}

static const char *parse_attachments(struct span *text, size_t count,
				     struct transaction *transaction)
{
	const char *fault = NULL;
	size_t sum = 0;

	if (count == 0)
		return NULL;
	transaction->attachments = calloc(count, sizeof *transaction->attachments);
	if (transaction->attachments == NULL)
		return "out of memory";
	for (size_t i = 0; i < count && fault == NULL; i++) {
		fault = parse_attachment(text, transaction);
		if (fault == NULL)
			sum += transaction->attachments[i].octets.length;
	}
	if (fault == NULL && sum > TRANSACTION_ATTACHMENTS_OCTETS_MAX)
		fault = "attachments too long together";
	return fault;
}

static const char *parse_note(struct span *text, struct transaction *transaction)
{
	struct span line;
	size_t length;

	if (!take_line(text, "note", &line) || !take_number(&line, NOTE_MAX_OCTETS, &length) ||
	    !is_exhausted(line) || !take_payload(text, length, &transaction->note))
		return "no note, or too long";
	for (size_t i = 0; i < length; i++) {
		unsigned char octet = (unsigned char)transaction->note.at[i];

		if ((octet < 0x20 && octet != '\n') || octet == 0x7f)
			return "a control character in the note";
	}
	return charset_fault(TRANSACTION_UTF8, transaction->note);
}

/* Whatever the answer, *transaction may be cleared afterwards. */
static const char *parse_transaction(struct span *text, size_t envelope_recipients,
				     struct transaction *transaction)
{
	size_t recipients, attachments;
	const char *fault;
	struct span line;

	*transaction = (struct transaction){ .subject = nothing };
	if (!take_line(text, "transaction", &line) ||
	    !take_number(&line, TRANSACTION_RECIPIENTS_MAX, &recipients) || recipients == 0 ||
	    !take_number(&line, TRANSACTION_ATTACHMENTS_MAX, &attachments) ||
	    !is_exhausted(line))
		return "no transaction, or with too many recipients or attachments";
	fault = parse_recipients(text, recipients, envelope_recipients, transaction);
	if (fault == NULL)
		fault = parse_texts(text, transaction);
	if (fault == NULL)
		fault = parse_attachments(text, attachments, transaction);
	if (fault == NULL)
		fault = parse_note(text, transaction);
	return fault;
}

static const char *parse_next(struct span *text, size_t envelope_recipients,
			      struct transaction_list *list)
{
	struct transaction *grown;

	if (list->count == TRANSACTION_LIST_MAX)
		return "too many transactions";
	grown = reallocarray(list->transactions, list->count + 1, sizeof *grown);
	if (grown == NULL)
		return "out of memory";
	list->transactions = grown;
	return parse_transaction(text, envelope_recipients, &list->transactions[list->count++]);
}

/* The end proves that nothing is missing; nothing may follow it. */
static const char *parse_end(struct span text, size_t count)
{
	struct span line;
	size_t told;

	if (!take_line(&text, "end", &line) ||
	    !take_number(&line, TRANSACTION_LIST_MAX, &told) || !is_exhausted(line))
		return "no end";
	if (told != count || count == 0)
		return "another number of transactions than told";
	return text.length == 0 ? NULL : "text behind the end";
}

const char *transaction_list_parse(struct span text, size_t envelope_recipients,
				   struct transaction_list *list)
{
	const char *fault = NULL;

	*list = (struct transaction_list){ NULL, 0 };
	if (text.length > TRANSACTION_TEXT_MAX)
		return "too long";
	if (!span_starts(text, HEAD_LINE "\n"))
		return "not a list of transactions, or of another version";
	text = span_skip(text, strlen(HEAD_LINE "\n"));
	while (fault == NULL && span_starts(text, "transaction "))
		fault = parse_next(&text, envelope_recipients, list);
	if (fault == NULL)
		fault = parse_end(text, list->count);
	if (fault)
		transaction_list_clear(list);
	return fault;
}
