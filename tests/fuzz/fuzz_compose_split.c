/* SPDX-License-Identifier: ISC */
/* Whatever the mail, it composes, the daemon can read what comes out, and every
 * recipient is in it. The last octet chooses the options. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = BUF_INIT(1 << 26), out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct compose_options options;
	const char *failure;

	choose(size ? data[size - 1] : 0, &options);
	put_file(span_make(data, size), &file);
	expect(compose_split_build(&options, buf_span(&file), &out, &failure) == COMPOSE_DONE);
	check_list(buf_span(&out), options.attachments_max);
	buf_clear(&file);
	buf_clear(&out);
	return 0;
}
