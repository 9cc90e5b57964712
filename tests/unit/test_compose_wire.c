/* SPDX-License-Identifier: ISC */
/* Mails made at random of all that hurts, composed with options at random: nothing
 * that comes out can harm the module, every file arrives or is named, and a later
 * attempt makes the same of it. What is safe is said here once more, in other words
 * than in mail/wire_text.c.
 *
 *   test_compose_wire [MAILS [SEED]]	scripts/wire-mails runs millions */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <zlib.h>

#include "compose/compose_split.h"
#include "mail/transaction.h"
#include "random_mail.h"
#include "rows.h"

#define GATHERED_MAX 200

static size_t mails = 150;

static void choose_options(struct compose_options *options)
{
	static const size_t rooms[] = { 102400, 11000, 300000, 0 };

	*options = (struct compose_options){
		.id = chance(4) ? "4K2X" : "", .hostname = "gw1", .attempt = 1 + chance(3),
		.now_s = 1795377300 + chance(100000), .uncertain = chance(2),
		.preamble = (enum compose_preamble)chance(3), .html = (enum compose_html)chance(3),
		.oversize = chance(3) ? COMPOSE_OVERSIZE_ATTACH : COMPOSE_OVERSIZE_SPLIT,
		.hidden_separate = chance(2), .original = chance(8) == 0,
		.attachments_max = rooms[chance(sizeof rooms / sizeof rooms[0])],
		.degrade = chance(16) == 0,
	};
	for (size_t i = 0; i < RANDOM_MAIL_RECIPIENTS; i++)
		options->pending[i] = true;
}

/* What the module hears in data mode: the octets and then the escape, of which
 * nothing may come earlier, and no line of which may be a command. */
static void hear(struct span octets, bool dots)
{
	bool line = true;
	size_t pluses = 0;

	for (size_t i = 0; i < octets.length; i++) {
		char octet = octets.at[i], next = i + 1 < octets.length ? octets.at[i + 1] : '+';

		pluses = octet == '+' ? pluses + 1 : 0;
		assert_true(pluses < 3);
		if (line) {
			assert_false((octet == 'A' || octet == 'a') &&
				     (next == 'T' || next == 't' || next == '/'));
			assert_false(dots && octet == '.');
		}
		line = octet == '\r' || octet == '\n';
	}
	assert_int_equal(pluses, 0);
}

static void hear_body(const struct transaction *transaction)
{
	struct span body = transaction->body;
	size_t width = 0;

	assert_true(body.length >= 2 && body.length <= 10240);
	hear(body, true);
	assert_memory_equal(body.at + body.length - 2, "\r\n", 2);
	for (size_t i = 0; i < body.length; i++) {
		unsigned char octet = (unsigned char)body.at[i];

		assert_true(octet >= 0x20 || octet == '\t' || octet == '\r' || octet == '\n');
		assert_true(octet != '\n' || body.at[i - 1] == '\r');
		assert_true(octet != '\r' || body.at[i + 1] == '\n');
		width = octet == '\n' ? 0 : width + 1;
		assert_true(width <= 999);
	}
}

static void hear_parameters(const struct transaction *transaction)
{
	assert_true(transaction->subject.length <= 100);
	for (size_t i = 0; i < transaction->subject.length; i++) {
		unsigned char octet = (unsigned char)transaction->subject.at[i];

		assert_true(octet >= 0x20 && octet != 0x7f);
		if (transaction->subject_charset == TRANSACTION_ASCII)
			assert_true(octet < 0x7f && octet != '"' && octet != '\\');
	}
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		struct span name = transaction->attachments[i].name;

		assert_true(name.length >= 1 && name.length <= 63);
		for (size_t k = 0; k < name.length; k++)
			assert_true(g_ascii_isalnum(name.at[k]) || name.at[k] == '_' ||
				    (k > 0 && (name.at[k] == '.' || name.at[k] == '-')));
	}
}

static void hear_transaction(const struct transaction *transaction, size_t room)
{
	size_t sum = 0;

	hear_body(transaction);
	hear_parameters(transaction);
	assert_true(transaction->attachment_count <= 10);
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		hear(transaction->attachments[i].octets, false);
		sum += transaction->attachments[i].octets.length;
	}
	assert_true(sum <= room);
}

/* What gunzip makes of it; false when it is no gzip. */
static bool gunzip(struct span packed, struct buf *out)
{
	z_stream stream = { 0 };
	unsigned char chunk[16384];
	int result = Z_OK;

	inflateInit2(&stream, 15 + 16);
	stream.next_in = (unsigned char *)(uintptr_t)packed.at;
	stream.avail_in = (uInt)packed.length;
	buf_reset(out);
	while (result == Z_OK) {
		stream.next_out = chunk;
		stream.avail_out = sizeof chunk;
		result = inflate(&stream, Z_NO_FLUSH);
		buf_put(out, span_make(chunk, sizeof chunk - stream.avail_out));
		if (result == Z_STREAM_END && stream.avail_in > 0)
			result = inflateReset(&stream);
	}
	inflateEnd(&stream);
	return result == Z_STREAM_END;
}

/* The files of a recipient as a person makes them again. */
struct arrived {
	struct span names[GATHERED_MAX];	/* without ".001" */
	struct buf octets[GATHERED_MAX];
	size_t count;
};

/* Of "NAME.gz.001" what is before the number. */
static struct span whole_name(struct span name)
{
	size_t end = name.length - 4;

	return name.length > 7 && memcmp(name.at + end - 3, ".gz.", 4) == 0 &&
			       g_ascii_isdigit(name.at[end + 1]) ?
		       span_take(name, end) : name;
}

static struct buf *find_file(struct arrived *arrived, struct span name)
{
	for (size_t i = 0; i < arrived->count; i++)
		if (span_equal(arrived->names[i], name))
			return &arrived->octets[i];
	assert_true(arrived->count < GATHERED_MAX);
	arrived->names[arrived->count] = name;
	buf_init(&arrived->octets[arrived->count], RANDOM_MAIL_MAX);
	return &arrived->octets[arrived->count++];
}

static void gather(const struct transaction *transaction, struct arrived *arrived)
{
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *one = &transaction->attachments[i];

		buf_put(find_file(arrived, whole_name(one->name)), one->octets);
	}
}

static bool has_arrived(const struct arrived *arrived, struct span octets)
{
	for (size_t i = 0; i < arrived->count; i++) {
		struct buf unpacked = BUF_INIT(RANDOM_MAIL_MAX);
		bool same = span_equal(buf_span(&arrived->octets[i]), octets) ||
			    (gunzip(buf_span(&arrived->octets[i]), &unpacked) &&
			     span_equal(buf_span(&unpacked), octets));

		buf_clear(&unpacked);
		if (same)
			return true;
	}
	return false;
}

static bool is_in(const struct buf *bodies, const char *text)
{
	return span_find(buf_span(bodies), span_of(text)) < bodies->length;
}

/* With its digest, or only counted. */
static bool is_named(const struct buf *bodies, struct span octets)
{
	char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)octets.at,
						   octets.length);
	char *line = g_strdup_printf("octets, SHA-256 %s]", digest);
	bool named = is_in(bodies, line) || is_in(bodies, "files more are not carried");

	g_free(digest);
	g_free(line);
	return named;
}

static bool is_in_lines(const struct buf *bodies, struct span text)
{
	struct buf lines = BUF_INIT(2 * text.length + 16);
	bool found;

	for (size_t i = 0; i < text.length; i++) {
		bool ended = i > 0 && text.at[i - 1] == '\r';

		if (text.at[i] != '\r' && text.at[i] != '\n')
			buf_byte(&lines, text.at[i]);
		else if (text.at[i] == '\r' || !ended)
			buf_text(&lines, "\r\n");
	}
	found = span_find(buf_span(bodies), buf_span(&lines)) < bodies->length;
	buf_clear(&lines);
	return found || text.length == 0;
}

/* As it is, or exactly in a file (behind the subject, perhaps), or told to be too much. */
static bool has_text(const struct arrived *arrived, const struct buf *bodies, struct span text)
{
	bool whole = is_in_lines(bodies, text) ||
		     is_in(bodies, "\"message.txt\" is not carried") ||
		     is_in(bodies, "files more are not carried");

	for (size_t i = 0; i < arrived->count && !whole; i++) {
		struct buf unpacked = BUF_INIT(RANDOM_MAIL_MAX);

		if (!gunzip(buf_span(&arrived->octets[i]), &unpacked))	/* a text that is a file */
			buf_put(&unpacked, buf_span(&arrived->octets[i]));
		whole = span_find(buf_span(&unpacked), text) < unpacked.length;
		buf_clear(&unpacked);
	}
	return whole;
}

static bool is_on_pages(const struct buf *bodies)
{
	return is_in(bodies, "[page 1 of ");
}

/* All that the first recipient gets. */
static void check_arrival(const struct random_mail *mail, const struct transaction_list *list)
{
	struct arrived arrived = { .count = 0 };
	struct buf bodies = BUF_INIT(RANDOM_MAIL_MAX);

	for (size_t i = 0; i < list->count; i++) {
		if (list->transactions[i].recipients[0].index != 0)
			continue;
		gather(&list->transactions[i], &arrived);
		buf_put(&bodies, list->transactions[i].body);
	}
	for (size_t i = 0; i < mail->file_count; i++) {
		struct span octets = buf_span(&mail->files[i]);

		assert_true(has_arrived(&arrived, octets) || is_named(&bodies, octets));
	}
	assert_true(is_on_pages(&bodies) || list->transactions[0].body_charset > TRANSACTION_UTF8 ||
		    has_text(&arrived, &bodies, span_trim(buf_span(&mail->text))) ||
		    is_named(&bodies, buf_span(&mail->text)));
	for (size_t i = 0; i < arrived.count; i++)
		buf_clear(&arrived.octets[i]);
	buf_clear(&bodies);
}

static void compose(const struct compose_options *options, const struct random_mail *mail,
		    struct buf *out, struct transaction_list *list)
{
	const char *failure = NULL;

	assert_int_equal(compose_split_build(options, buf_span(&mail->file), out, &failure),
			 COMPOSE_DONE);
	assert_null(transaction_list_parse(buf_span(out), RANDOM_MAIL_RECIPIENTS, list));
}

static void assert_same_files(const struct transaction *a, const struct transaction *b)
{
	assert_int_equal(a->attachment_count, b->attachment_count);
	for (size_t i = 0; i < a->attachment_count; i++) {
		assert_true(span_equal(a->attachments[i].name, b->attachments[i].name));
		assert_true(span_equal(a->attachments[i].octets, b->attachments[i].octets));
	}
}

/* What stands on a page of a text behind the lines that may differ. */
static struct span page_of(const struct transaction *transaction)
{
	struct span body = transaction->body;

	return span_skip(body, span_find(body, span_of("[page ")));
}

/* The first one may have the text as a file besides. */
static void check_again(const struct compose_options *options, const struct random_mail *mail,
			const struct transaction_list *list)
{
	struct compose_options later = *options;
	struct buf out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct transaction_list again;

	later.uncertain = !later.uncertain;
	later.attempt = 1000;
	later.now_s += 7 * 86400;
	compose(&later, mail, &out, &again);
	check_arrival(mail, &again);
	assert_int_equal(list->count, again.count);
	for (size_t i = 0; i < list->count; i++) {
		const struct transaction *one = &list->transactions[i];
		const struct transaction *other = &again.transactions[i];

		assert_int_equal(one->recipient_count, other->recipient_count);
		assert_int_equal(one->recipients[0].index, other->recipients[0].index);
		assert_true(span_equal(page_of(one), page_of(other)));
		if (i > 0 && one->recipients[0].index == one[-1].recipients[0].index)
			assert_same_files(one, other);
	}
	transaction_list_clear(&again);
	buf_clear(&out);
}

static void one_mail(void)
{
	struct buf out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct compose_options options;
	struct transaction_list list;
	struct random_mail mail;

	random_mail_make(&mail);
	choose_options(&options);
	compose(&options, &mail, &out, &list);
	for (size_t i = 0; i < list.count; i++)
		hear_transaction(&list.transactions[i], options.attachments_max);
	check_arrival(&mail, &list);
	check_again(&options, &mail, &list);
	transaction_list_clear(&list);
	buf_clear(&out);
	random_mail_clear(&mail);
}

static void random_mails(void **state)
{
	(void)state;
	for (size_t i = 0; i < mails; i++)
		one_mail();
}

int main(int argc, char **argv)
{
	static struct rows rows;

	if (argc > 1)
		mails = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		chance_state = strtoul(argv[2], NULL, 10) * 2654435761u + 1;
	ROWS_ADD(&rows, "no mail harms the module, and none loses a file", random_mails);
	return rows_run(&rows, "compose_wire");
}
