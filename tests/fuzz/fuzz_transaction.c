/* SPDX-License-Identifier: ISC */
/* A list that is taken keeps every limit, and has exactly one text. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/transaction.h"
#include "mail/wire_text.h"

#define ENVELOPE_RECIPIENTS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static void check_transaction(const struct transaction *transaction)
{
	size_t sum = 0;

	expect(transaction->recipient_count > 0);
	expect(transaction->recipient_count <= TRANSACTION_RECIPIENTS_MAX);
	expect(transaction->attachment_count <= TRANSACTION_ATTACHMENTS_MAX);
	for (size_t i = 0; i < transaction->recipient_count; i++) {
		expect(transaction->recipients[i].index < ENVELOPE_RECIPIENTS);
		expect(!wire_text_parameter_fault(transaction->recipients[i].address, ADDRESS_MAX));
	}
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		expect(!wire_text_name_fault(transaction->attachments[i].name));
		expect(!wire_text_octets_fault(transaction->attachments[i].octets));
		sum += transaction->attachments[i].octets.length;
	}
	expect(sum <= TRANSACTION_ATTACHMENTS_OCTETS_MAX);
	expect(transaction->subject.length <= TRANSACTION_SUBJECT_MAX);
	expect(transaction->body.length <= TRANSACTION_BODY_MAX);
	expect(!wire_text_body_fault(transaction->body));
	expect(utf8_is_valid(transaction->note));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size);
	struct buf again = BUF_INIT(1 << 24);
	struct transaction_list list;

	if (transaction_list_parse(text, ENVELOPE_RECIPIENTS, &list) != NULL) {
		expect(list.transactions == NULL && list.count == 0);
		return 0;
	}
	transaction_format_head(&again);
	for (size_t i = 0; i < list.count; i++) {
		check_transaction(&list.transactions[i]);
		transaction_format(&list.transactions[i], &again);
	}
	expect(transaction_format_end(list.count, &again));
	expect(span_equal(text, buf_span(&again)));
	transaction_list_clear(&list);
	buf_clear(&again);
	return 0;
}
