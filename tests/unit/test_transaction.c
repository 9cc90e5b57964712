/* SPDX-License-Identifier: ISC */
#include "mail/transaction.h"

#include <stdlib.h>

#include "rows.h"

#define HEAD "gsmtpd-transactions 1\n"
#define RECIPIENT "recipient 1 0 ops@example.net\n"
#define SUBJECT "subject 0 4\ntest\n"
#define BODY "body 0 3\nx\r\n\n"
#define NOTE "note 0\n\n"
#define GOOD "transaction 1 0\n" RECIPIENT SUBJECT BODY NOTE
#define ONE(recipients, attachments, rest) \
	HEAD "transaction " #recipients " " #attachments "\n" rest "end 1\n"

struct row {
	const char *name;
	const char *text;
	const char *fault;	/* NULL: good */
};

static const struct row texts[] = {
	{ "one transaction is a list", HEAD GOOD "end 1\n", NULL },
	{ "two transactions are a list", HEAD GOOD GOOD "end 2\n", NULL },
	{ "the subject may be empty", ONE(1, 0, RECIPIENT "subject 0 0\n\n" BODY NOTE), NULL },
	{ "the octets may look like the form",
	  ONE(1, 0, RECIPIENT "subject 0 5\nend 1\n" BODY NOTE), NULL },
	{ "a UTF-8 subject is good", ONE(1, 0, RECIPIENT "subject 1 2\n\xc3\xbc\n" BODY NOTE),
	  NULL },
	{ "an attachment is good",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment a.bin 3\na\nb\n" NOTE), NULL },
	{ "an empty attachment is good",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment a.bin 0\n\n" NOTE), NULL },
	{ "a note of two lines is good", ONE(1, 0, RECIPIENT SUBJECT BODY "note 3\na\nb\n"),
	  NULL },
	{ "To and Cc go together",
	  ONE(2, 0, RECIPIENT "recipient 2 1 b@example.net\n" SUBJECT BODY NOTE), NULL },
	{ "several hidden go together",
	  ONE(2, 0, "recipient 3 0 a@b\nrecipient 3 1 c@d\n" SUBJECT BODY NOTE), NULL },
	{ "nothing is no list", "", "not a list of transactions, or of another version" },
	{ "a newer version is refused", "gsmtpd-transactions 2\n" GOOD "end 1\n",
	  "not a list of transactions, or of another version" },
	{ "a list without end is refused", HEAD GOOD, "no end" },
	{ "a list without transaction is refused", HEAD "end 0\n",
	  "another number of transactions than told" },
	{ "a missing transaction is noticed", HEAD GOOD "end 2\n",
	  "another number of transactions than told" },
	{ "text behind the end is refused", HEAD GOOD "end 1\n\n", "text behind the end" },
	{ "an unended end is refused", HEAD GOOD "end 1", "no end" },
	{ "a leading zero is refused", HEAD GOOD "end 01\n", "no end" },
	{ "a transaction for nobody is refused", ONE(0, 0, SUBJECT BODY NOTE),
	  "no transaction, or with too many recipients or attachments" },
	{ "21 recipients are refused", ONE(21, 0, RECIPIENT SUBJECT BODY NOTE),
	  "no transaction, or with too many recipients or attachments" },
	{ "11 attachments are refused", ONE(1, 11, RECIPIENT SUBJECT BODY NOTE),
	  "no transaction, or with too many recipients or attachments" },
	{ "fewer recipients than told are noticed", ONE(2, 0, RECIPIENT SUBJECT BODY NOTE),
	  "no recipient, or of an unknown type" },
	{ "type 0 is refused", ONE(1, 0, "recipient 0 0 a@b\n" SUBJECT BODY NOTE),
	  "no recipient, or of an unknown type" },
	{ "type 4 is refused", ONE(1, 0, "recipient 4 0 a@b\n" SUBJECT BODY NOTE),
	  "no recipient, or of an unknown type" },
	{ "a negative index is refused", ONE(1, 0, "recipient 1 -1 a@b\n" SUBJECT BODY NOTE),
	  "no recipient, or of an unknown type" },
	{ "a stranger to the envelope is refused",
	  ONE(1, 0, "recipient 1 3 a@b\n" SUBJECT BODY NOTE),
	  "a recipient that is not in the envelope" },
	{ "the same recipient twice is refused",
	  ONE(2, 0, RECIPIENT RECIPIENT SUBJECT BODY NOTE),
	  "a recipient twice in one transaction" },
	{ "hidden and visible together are refused",
	  ONE(2, 0, RECIPIENT "recipient 3 1 c@d\n" SUBJECT BODY NOTE),
	  "hidden and visible recipients together" },
	{ "an address with a quotation mark is refused",
	  ONE(1, 0, "recipient 1 0 a\"@b\n" SUBJECT BODY NOTE), "a quotation mark" },
	{ "an address with CR is refused",
	  ONE(1, 0, "recipient 1 0 a\rATD1;@b\n" SUBJECT BODY NOTE), "a control character" },
	{ "an empty address is refused", ONE(1, 0, "recipient 1 0 \n" SUBJECT BODY NOTE),
	  "a recipient without address" },
	{ "a quotation mark in an ASCII subject is refused",
	  ONE(1, 0, RECIPIENT "subject 0 1\n\"\n" BODY NOTE), "a quotation mark" },
	{ "UTF-8 in an ASCII subject is refused",
	  ONE(1, 0, RECIPIENT "subject 0 2\n\xc3\xbc\n" BODY NOTE),
	  "an octet that is not ASCII" },
	{ "a line end in a UTF-8 subject is refused",
	  ONE(1, 0, RECIPIENT "subject 1 3\na\nb\n" BODY NOTE),
	  "a control character in the subject" },
	{ "a broken UTF-8 subject is refused",
	  ONE(1, 0, RECIPIENT "subject 1 1\n\xc3\n" BODY NOTE),
	  "text that is not UTF-8 in charset 1" },
	{ "charset 4 is refused", ONE(1, 0, RECIPIENT "subject 4 1\nx\n" BODY NOTE),
	  "no subject, or too long" },
	{ "a length beyond the payload is refused",
	  ONE(1, 0, RECIPIENT "subject 0 5\ntest\n" BODY NOTE), "no subject, or too long" },
	{ "a length short of the payload is refused",
	  ONE(1, 0, RECIPIENT "subject 0 3\ntest\n" BODY NOTE), "no subject, or too long" },
	{ "UTF-8 in an ASCII body is refused",
	  ONE(1, 0, RECIPIENT SUBJECT "body 0 4\n\xc3\xbc\r\n\n" NOTE),
	  "octets that are not ASCII in charset 0" },
	{ "a broken UTF-8 body is refused",
	  ONE(1, 0, RECIPIENT SUBJECT "body 1 3\n\xc3\r\n\n" NOTE),
	  "text that is not UTF-8 in charset 1" },
	{ "a body with the escape is refused",
	  ONE(1, 0, RECIPIENT SUBJECT "body 0 5\n+++\r\n\n" NOTE), "+++ would end data mode" },
	{ "a body with a command is refused",
	  ONE(1, 0, RECIPIENT SUBJECT "body 0 4\nAT\r\n\n" NOTE),
	  "a line begins with AT, A/ or a dot" },
	{ "an empty body is refused", ONE(1, 0, RECIPIENT SUBJECT "body 0 0\n\n" NOTE), "empty" },
	{ "an attachment from the module's store is refused",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment /UFS/x 1\na\n" NOTE),
	  "an octet other than A-Z a-z 0-9 . _ -" },
	{ "an attachment that begins like a command is refused",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment x 3\nATZ\n" NOTE),
	  "a line begins with AT or A/" },
	{ "an attachment with a command behind LF is refused",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment x 5\nx\na/b\n" NOTE),
	  "a line begins with AT or A/" },
	{ "an attachment with the escape is refused",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment x 3\n+++\n" NOTE),
	  "+++ would end data mode" },
	{ "an attachment that ends in a plus sign is refused",
	  ONE(1, 1, RECIPIENT SUBJECT BODY "attachment x 2\na+\n" NOTE),
	  "a plus sign before the terminator would end data mode too early" },
	{ "a missing attachment is noticed", ONE(1, 1, RECIPIENT SUBJECT BODY NOTE),
	  "no attachment, or too long" },
	{ "a missing note is noticed", ONE(1, 0, RECIPIENT SUBJECT BODY),
	  "no note, or too long" },
	{ "a note with ESC is refused", ONE(1, 0, RECIPIENT SUBJECT BODY "note 1\n\x1b\n"),
	  "a control character in the note" },
};

static void judges(void **state)
{
	const struct row *row = *state;
	struct transaction_list list;
	const char *fault = transaction_list_parse(span_of(row->text), 3, &list);

	if (row->fault) {
		assert_string_equal(fault ? fault : "(none)", row->fault);
		assert_null(list.transactions);
		assert_int_equal(list.count, 0);
	} else {
		assert_string_equal(fault ? fault : "(none)", "(none)");
	}
	transaction_list_clear(&list);
}

/* Lengths at their edges: body, subject and the sum of the attachments. */
struct edge {
	const char *name;
	size_t subject, body, first_attachment, second_attachment;
	const char *fault;
};

static const struct edge edges[] = {
	{ "10239 octets of body are good", 4, 10239, 0, 0, NULL },
	{ "10240 octets of body are good", 4, 10240, 0, 0, NULL },
	{ "10241 octets of body are refused", 4, 10241, 0, 0, "no body, or too long" },
	{ "100 octets of subject are good", 100, 3, 0, 0, NULL },
	{ "101 octets of subject are refused", 101, 3, 0, 0, "no subject, or too long" },
	{ "102401 octets of attachment are good: a store takes more", 4, 3, 102401, 0, NULL },
	{ "1048576 octets of attachment are good", 4, 3, 1048576, 0, NULL },
	{ "1048577 octets of attachment are refused", 4, 3, 1048577, 0,
	  "no attachment, or too long" },
	{ "1048576 octets of two attachments are good", 4, 3, 1048575, 1, NULL },
	{ "1048577 octets of two attachments are refused", 4, 3, 1048576, 1,
	  "attachments too long together" },
};

static void keeps_limits(void **state)
{
	static char letters[1048577];
	const struct edge *edge = *state;
	struct transaction_recipient recipient = {
		TRANSACTION_TO, 0, { "a@example.net", 13 },
	};
	struct transaction_attachment attachments[2] = {
		{ { "a", 1 }, { letters, edge->first_attachment } },
		{ { "b", 1 }, { letters, edge->second_attachment } },
	};
	struct transaction transaction = {
		&recipient, 1, TRANSACTION_ASCII, { letters, edge->subject },
		TRANSACTION_ASCII, { NULL, 0 }, attachments, 2, { NULL, 0 },
	};
	struct buf body = BUF_INIT(20000), out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct transaction_list list;
	const char *fault;

	memset(letters, 'x', sizeof letters);
	buf_put(&body, span_make(letters, edge->body - 2));
	buf_text(&body, "\r\n");
	transaction.body = buf_span(&body);
	transaction_format_head(&out);
	assert_true(transaction_format(&transaction, &out));
	transaction_format_end(1, &out);
	fault = transaction_list_parse(buf_span(&out), 1, &list);
	assert_string_equal(fault ? fault : "(none)", edge->fault ? edge->fault : "(none)");
	transaction_list_clear(&list);
	buf_clear(&body);
	buf_clear(&out);
}

static void reads_what_it_wrote(void **state)
{
	struct transaction_recipient recipients[] = {
		{ TRANSACTION_TO, 0, { "a@example.net", 13 } },
		{ TRANSACTION_CC, 2, { "c@example.net", 13 } },
	};
	struct transaction_attachment attachments[] = {
		{ { "one.bin", 7 }, { "a\0\n", 3 } },
		{ { "two.bin", 7 }, { NULL, 0 } },
	};
	const struct transaction transaction = {
		recipients, 2, TRANSACTION_UTF8, { "\xc3\xbc", 2 }, TRANSACTION_UTF8,
		{ "\xc3\xbc\r\n", 4 }, attachments, 2, { "cut", 3 },
	};
	struct buf out = BUF_INIT(1000), again = BUF_INIT(1000);
	struct transaction_list list;

	(void)state;
	transaction_format_head(&out);
	transaction_format(&transaction, &out);
	assert_true(transaction_format_end(1, &out));
	assert_null(transaction_list_parse(buf_span(&out), 3, &list));
	assert_int_equal(list.count, 1);
	assert_int_equal(list.transactions[0].recipient_count, 2);
	assert_int_equal(list.transactions[0].recipients[1].type, TRANSACTION_CC);
	assert_int_equal(list.transactions[0].recipients[1].index, 2);
	assert_true(span_is(list.transactions[0].recipients[1].address, "c@example.net"));
	assert_int_equal(list.transactions[0].subject_charset, TRANSACTION_UTF8);
	assert_true(span_is(list.transactions[0].subject, "\xc3\xbc"));
	assert_true(span_is(list.transactions[0].body, "\xc3\xbc\r\n"));
	assert_int_equal(list.transactions[0].attachment_count, 2);
	assert_true(span_is(list.transactions[0].attachments[0].name, "one.bin"));
	assert_true(span_equal(list.transactions[0].attachments[0].octets, span_make("a\0\n", 3)));
	assert_int_equal(list.transactions[0].attachments[1].octets.length, 0);
	assert_true(span_is(list.transactions[0].note, "cut"));
	transaction_format_head(&again);
	transaction_format(&list.transactions[0], &again);
	transaction_format_end(1, &again);
	assert_true(span_equal(buf_span(&out), buf_span(&again)));
	transaction_list_clear(&list);
	buf_clear(&out);
	buf_clear(&again);
}

/* Compose may die anywhere: no front of a list is a list. */
static void no_front_is_a_list(void **state)
{
	static const char text[] =
		HEAD "transaction 1 1\n" RECIPIENT SUBJECT BODY "attachment x 2\nab\n" NOTE GOOD
		     "end 2\n";
	struct transaction_list list;

	(void)state;
	for (size_t length = 0; length < sizeof text - 1; length++)
		assert_non_null(transaction_list_parse(span_make(text, length), 1, &list));
	assert_null(transaction_list_parse(span_of(text), 1, &list));
	transaction_list_clear(&list);
}

static void too_many_transactions(void **state)
{
	struct buf out = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct transaction_list list;

	(void)state;
	buf_text(&out, HEAD);
	for (int i = 0; i < TRANSACTION_LIST_MAX + 1; i++)
		buf_text(&out, GOOD);
	transaction_format_end(TRANSACTION_LIST_MAX + 1, &out);
	assert_string_equal(transaction_list_parse(buf_span(&out), 1, &list),
			    "too many transactions");
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, texts, judges);
	ROWS_ADD_TABLE(&rows, edges, keeps_limits);
	ROWS_ADD(&rows, "what was written is read again, octet by octet", reads_what_it_wrote);
	ROWS_ADD(&rows, "no front of a list is a list", no_front_is_a_list);
	ROWS_ADD(&rows, "1001 transactions are refused", too_many_transactions);
	return rows_run(&rows, "transaction");
}
