/* SPDX-License-Identifier: ISC */
/* Whatever the mail, it composes, the daemon can read what comes out, every recipient
 * is in it, and a later attempt makes the same of it. The last octet chooses the
 * options. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "compose/compose_split.h"
#include "mail/spool_file.h"
#include "mail/transaction.h"

#define RECIPIENTS 3

static const char envelope[] = "gsmtpd-envelope 1\narrived 1795377300\nsender root@gw1.example.net\n"
			       "recipient ops@example.net\nrecipient b@example.net\noriginal root\n"
			       "recipient h@example.net\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static void put_file(struct span content, struct buf *file)
{
	struct span text = span_of(envelope);
	struct spool_file_head head = {
		content.length, checksum_crc32(0, content.at, content.length),
		text.length, checksum_crc32(0, text.at, text.length),
	};
	char line[SPOOL_FILE_HEAD_SIZE];

	spool_file_format_head(&head, line);
	buf_put(file, span_make(line, sizeof line));
	buf_put(file, content);
	buf_put(file, text);
}

static void check_room(const struct transaction *transaction, size_t max)
{
	size_t sum = 0;

	for (size_t i = 0; i < transaction->attachment_count; i++)
		sum += transaction->attachments[i].octets.length;
	expect(sum <= max);
}

static void check_list(struct span text, size_t attachments_max)
{
	struct transaction_list list;
	bool seen[RECIPIENTS] = { false };

	expect(transaction_list_parse(text, RECIPIENTS, &list) == NULL);
	for (size_t i = 0; i < list.count; i++) {
		check_room(&list.transactions[i], attachments_max);
		for (size_t j = 0; j < list.transactions[i].recipient_count; j++)
			seen[list.transactions[i].recipients[j].index] = true;
	}
	for (size_t i = 0; i < RECIPIENTS; i++)
		expect(seen[i]);
	transaction_list_clear(&list);
}

static void choose(uint8_t octet, struct compose_options *options)
{
	static const size_t rooms[] = {
		TRANSACTION_ATTACHMENTS_LINE_OCTETS, 60, TRANSACTION_ATTACHMENTS_OCTETS_MAX, 0,
	};

	*options = (struct compose_options){ .id = "4K2X", .hostname = "gw1", .attempt = 2,
					     .now_s = 1795377300 + 7200,
					     .attachments_max = rooms[octet % 4] };
	for (size_t i = 0; i < RECIPIENTS; i++)
		options->pending[i] = true;
	options->preamble = (enum compose_preamble)(octet % 3);
	options->html = (enum compose_html)(octet / 3 % 3);
	options->oversize = octet & 0x10 ? COMPOSE_OVERSIZE_SPLIT : COMPOSE_OVERSIZE_ATTACH;
	options->hidden_separate = octet & 0x20;
	options->original = octet & 0x40;
	options->uncertain = octet & 0x80;
	options->degrade = octet % 7 == 0;
}

/* What a recipient gets in transaction `page` of those that name it; NULL: no more. */
static const struct transaction *find_page(const struct transaction_list *list, size_t recipient,
					   size_t page)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t j = 0; j < list->transactions[i].recipient_count; j++)
			if (list->transactions[i].recipients[j].index == recipient && page-- == 0)
				return &list->transactions[i];
	return NULL;
}

static void expect_same_files(const struct transaction *a, const struct transaction *b)
{
	expect(a->attachment_count == b->attachment_count);
	for (size_t i = 0; i < a->attachment_count; i++) {
		expect(span_equal(a->attachments[i].name, b->attachments[i].name));
		expect(span_equal(a->attachments[i].octets, b->attachments[i].octets));
	}
}

/* A resend has the same transactions with the same files; but the first may have the
 * text as a file besides, where the mark of a resend pushed it over the edge. */
static void check_sequence(const struct transaction_list *first,
			   const struct transaction_list *later)
{
	size_t page = 0;
	const struct transaction *one, *other;

	do {
		one = find_page(first, 1, page);
		other = find_page(later, 1, page);
		expect((one == NULL) == (other == NULL));
		if (one && (page > 0 || one->attachment_count == other->attachment_count))
			expect_same_files(one, other);
		page++;
	} while (one);
}

static void compose(const struct compose_options *options, struct span file, struct buf *out)
{
	const char *failure;

	expect(compose_split_build(options, file, out, &failure) == COMPOSE_DONE);
}

/* A later attempt, for one recipient alone. */
static void compose_again(const struct compose_options *options, struct span file,
			  const struct buf *first)
{
	struct buf out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct compose_options later = *options;
	struct transaction_list list, later_list;

	later.now_s += 1000000;
	later.attempt = 17;
	later.uncertain = !later.uncertain;
	later.pending[0] = later.pending[2] = false;
	compose(&later, file, &out);
	expect(transaction_list_parse(buf_span(first), RECIPIENTS, &list) == NULL);
	expect(transaction_list_parse(buf_span(&out), RECIPIENTS, &later_list) == NULL);
	check_sequence(&list, &later_list);
	transaction_list_clear(&list);
	transaction_list_clear(&later_list);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = BUF_INIT(1 << 26), out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct compose_options options;

	choose(size ? data[size - 1] : 0, &options);
	put_file(span_make(data, size), &file);
	compose(&options, buf_span(&file), &out);
	check_list(buf_span(&out), options.attachments_max);
	compose_again(&options, buf_span(&file), &out);
	buf_clear(&file);
	buf_clear(&out);
	return 0;
}
