/* SPDX-License-Identifier: ISC */
#include "mail/excerpt.h"

#include <stdlib.h>

#include "mail/transaction.h"
#include "rows.h"

static void add(struct envelope *envelope, const char *address)
{
	assert_true(envelope_add_recipient(envelope, span_of(address), span_of(address)));
}

static void fill(struct envelope *envelope)
{
	*envelope = (struct envelope){ .arrived_s = 1795377300 };
	assert_true(envelope_set(&envelope->sender, span_of("root@gw1.example.net")));
	add(envelope, "a@example.net");
	add(envelope, "b@example.net");
	add(envelope, "c@example.net");
}

static void tells_and_shows(void **state)
{
	const bool pending[3] = { true, false, true };
	struct buf out = BUF_INIT(100000);
	struct transaction_list list;
	struct envelope envelope;

	(void)state;
	fill(&envelope);
	assert_true(excerpt_build(&envelope, pending, span_of("Subject: disk\n\nfull +++\n.\n"),
				  "4K2X", "killed after 20 s", &out));
	assert_null(transaction_list_parse(buf_span(&out), 3, &list));
	assert_int_equal(list.count, 2);
	assert_int_equal(list.transactions[0].recipient_count, 1);
	assert_int_equal(list.transactions[0].recipients[0].type, TRANSACTION_TO);
	assert_true(span_is(list.transactions[0].recipients[0].address, "a@example.net"));
	assert_int_equal(list.transactions[1].recipients[0].index, 2);
	assert_true(span_is(list.transactions[0].subject, "Excerpt of mail 4K2X: disk"));
	assert_int_equal(list.transactions[0].body_charset, TRANSACTION_UTF8);
	assert_true(span_is(list.transactions[0].body,
			    "[This mail could not be taken apart (killed after 20 s).\r\n"
			    " Below is its beginning as it came. Sender root@gw1.example.net, "
			    "taken 2026-11-22T19:55:00Z, id 4K2X.]\r\n\r\n"
			    "Subject: disk\r\n\r\nfull ++\xe2\x80\x8d+\r\n .\r\n"));
	transaction_list_clear(&list);
	envelope_clear(&envelope);
	buf_clear(&out);
}

static void null_sender_and_ascii(void **state)
{
	const bool pending[3] = { true, true, true };
	struct buf out = BUF_INIT(100000);
	struct transaction_list list;
	struct envelope envelope;

	(void)state;
	fill(&envelope);
	envelope.sender[0] = '\0';
	assert_true(excerpt_build(&envelope, pending, span_of(""), "\"\r\n\xc3", "why", &out));
	assert_null(transaction_list_parse(buf_span(&out), 3, &list));
	assert_int_equal(list.count, 3);
	assert_true(span_is(list.transactions[0].subject, "Excerpt of mail ????"));
	assert_true(span_find(list.transactions[0].body, span_of("Sender <>,")) <
		    list.transactions[0].body.length);
	transaction_list_clear(&list);
	envelope_clear(&envelope);
	buf_clear(&out);
}

struct subject_row {
	const char *name;
	const char *message, *subject;
};

static const struct subject_row subjects[] = {
	{ "a mail without a subject", "From: x\n\nSubject: no\n", "Excerpt of mail 4K2X" },
	{ "an empty subject", "Subject:  \r\n\r\n", "Excerpt of mail 4K2X" },
	{ "a subject further down, in other letters", "From: x\r\nsubject:disk \r\n\r\n",
	  "Excerpt of mail 4K2X: disk" },
	{ "octets that no command carries", "Subject: \"+++\\\x01\xfc\r\n\r\n",
	  "Excerpt of mail 4K2X: ???????" },
	{ "a subject that is too long",
	  "Subject: 0123456789012345678901234567890123456789012345678901234567890123456789"
	  "0123456789\n\n",
	  "Excerpt of mail 4K2X: 0123456789012345678901234567890123456789012345678901234567890"
	  "12345678901234567" },
};

static void own_subject_is_told(void **state)
{
	const struct subject_row *row = *state;
	const bool pending[3] = { true, false, false };
	struct buf out = BUF_INIT(100000);
	struct transaction_list list;
	struct envelope envelope;

	fill(&envelope);
	assert_true(excerpt_build(&envelope, pending, span_of(row->message), "4K2X", "why", &out));
	assert_null(transaction_list_parse(buf_span(&out), 3, &list));
	assert_true(span_is(list.transactions[0].subject, row->subject));
	transaction_list_clear(&list);
	envelope_clear(&envelope);
	buf_clear(&out);
}

struct row {
	const char *name;
	const char *repeated;	/* fills 20000 octets */
};

static const struct row longs[] = {
	{ "lines are cut between lines", "a line of some length\r\n" },
	{ "one endless line is cut between characters", "\xe2\x82\xac" },
	{ "Latin-1 grows and still fits", "\xfc\xdf" },
	{ "plus signs grow and still fit", "+" },
	{ "dots grow and still fit", ".\n" },
	{ "empty lines grow and still fit", "\n" },
	{ "control octets are shown as question marks", "\x01\x02" },
	{ "a CR may stand at the cut", "xxxxxxx\r" },
};

static void cuts(void **state)
{
	const struct row *row = *state;
	const bool pending[3] = { true, true, true };
	struct buf message = BUF_INIT(20000), out = BUF_INIT(100000);
	struct transaction_list list;
	struct envelope envelope;
	const char *fault;

	fill(&envelope);
	while (buf_text(&message, row->repeated))
		;
	for (size_t shift = 0; shift < 8; shift++) {
		struct span body;

		buf_reset(&out);
		assert_true(excerpt_build(&envelope, pending, span_skip(buf_span(&message), shift),
					  "4K2X", "why", &out));
		fault = transaction_list_parse(buf_span(&out), 3, &list);
		assert_string_equal(fault ? fault : "(none)", "(none)");
		body = list.transactions[0].body;
		assert_true(body.length > TRANSACTION_BODY_MAX * 9 / 10);
		assert_true(span_find(body, span_of("octets more are not shown.]\r\n")) <
			    body.length);
		transaction_list_clear(&list);
	}
	envelope_clear(&envelope);
	buf_clear(&message);
	buf_clear(&out);
}

/* Whatever the message holds, the daemon can read the excerpt. */
static void any_octets(void **state)
{
	static const char alphabet[] = "+++AaTt/.\r\n\n\0\x1a\x7f\xe2\x80\x8d x";
	const bool pending[3] = { true, false, false };
	uint32_t random = 2463534242u;
	struct envelope envelope;

	(void)state;
	fill(&envelope);
	for (size_t round = 0; round < 3000; round++) {
		struct buf message = BUF_INIT(12000), out = BUF_INIT(100000);
		struct transaction_list list;
		const char *fault;

		for (size_t i = 0; i < round * 4; i++) {
			random = random * 1664525u + 1013904223u;
			buf_byte(&message, round & 1 ? (char)(random >> 16) :
				 alphabet[(random >> 16) % (sizeof alphabet - 1)]);
		}
		assert_true(excerpt_build(&envelope, pending, buf_span(&message),
					  buf_string(&message), buf_string(&message), &out));
		fault = transaction_list_parse(buf_span(&out), 3, &list);
		assert_string_equal(fault ? fault : "(none)", "(none)");
		transaction_list_clear(&list);
		buf_clear(&message);
		buf_clear(&out);
	}
	envelope_clear(&envelope);
}

static void nobody_left(void **state)
{
	const bool pending[3] = { false, false, false };
	struct buf out = BUF_INIT(100000);
	struct envelope envelope;

	(void)state;
	fill(&envelope);
	assert_false(excerpt_build(&envelope, pending, span_of("x"), "4K2X", "why", &out));
	envelope_clear(&envelope);
	buf_clear(&out);
}

static void tells_when_full(void **state)
{
	const bool pending[3] = { true, true, true };
	struct buf out = BUF_INIT(300);
	struct envelope envelope;

	(void)state;
	fill(&envelope);
	assert_false(excerpt_build(&envelope, pending, span_of("x"), "4K2X", "why", &out));
	envelope_clear(&envelope);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, subjects, own_subject_is_told);
	ROWS_ADD(&rows, "each pending recipient gets the note and the head", tells_and_shows);
	ROWS_ADD(&rows, "a null sender and a bad id do no harm", null_sender_and_ascii);
	ROWS_ADD_TABLE(&rows, longs, cuts);
	ROWS_ADD(&rows, "any octets make a list that parses", any_octets);
	ROWS_ADD(&rows, "without a pending recipient there is none", nobody_left);
	ROWS_ADD(&rows, "a full buffer is told", tells_when_full);
	return rows_run(&rows, "excerpt");
}
