/* SPDX-License-Identifier: ISC */
#include "mail/envelope.h"

#include <stdio.h>
#include <stdlib.h>

#include "rows.h"

#define HEAD "gsmtpd-envelope 1\narrived 1763841300\n"
#define SENDER "sender root@gw1\n"
#define TO "recipient ops@example.net\n"

struct text_row {
	const char *name;
	const char *text;
	const char *fault;	/* NULL: good */
	const char *again;	/* what it is written as; NULL: the same text */
};

static const struct text_row texts[] = {
	{ "the least envelope is good", HEAD SENDER TO, NULL, NULL },
	{ "every field is kept",
	  HEAD "client local user 1000\nhelo gw1\nutf8 yes\n" SENDER TO "original root\n", NULL, NULL },
	{ "the null sender is good", HEAD "sender\n" TO, NULL, NULL },
	{ "fields may come in any order",
	  "gsmtpd-envelope 1\n" TO SENDER "arrived 5\n", NULL,
	  "gsmtpd-envelope 1\narrived 5\n" SENDER TO },
	{ "an original that is the address is not written again",
	  HEAD SENDER TO "original ops@example.net\n", NULL, HEAD SENDER TO },
	{ "controls and % are kept by their numbers",
	  HEAD "helo a%0Ab%25c%7F\n" SENDER TO, NULL, NULL },
	{ "an escape that was not needed is taken",
	  HEAD "helo %41\n" SENDER TO, NULL, HEAD "helo A\n" SENDER TO },
	{ "a blank in a value stays", HEAD SENDER "recipient \"a b\"@example.net\n", NULL, NULL },
	{ "UTF-8 stays as it is", HEAD "utf8 yes\n" SENDER "recipient \xc3\xbc@example.net\n", NULL,
	  NULL },
	{ "several recipients keep their order",
	  HEAD SENDER TO "recipient a@example.net\noriginal b\nrecipient c@example.net\n", NULL, NULL },
	{ "nothing is no envelope", "", "an envelope that was cut", NULL },
	{ "a cut last line is refused", HEAD SENDER "recipient ops@example.net",
	  "an envelope that was cut", NULL },
	{ "another version is refused", "gsmtpd-envelope 2\narrived 1\n" SENDER TO,
	  "an envelope of another version", NULL },
	{ "an unknown field is refused", HEAD SENDER TO "lane urgent\n", "an unknown field", NULL },
	{ "an empty line is refused", HEAD "\n" SENDER TO, "an unknown field", NULL },
	{ "a missing sender is refused", HEAD TO, "an envelope without sender", NULL },
	{ "a missing time is refused", "gsmtpd-envelope 1\n" SENDER TO,
	  "an envelope without time of arrival", NULL },
	{ "no recipient is refused", HEAD SENDER, "an envelope without recipient", NULL },
	{ "two senders are refused", HEAD SENDER SENDER TO, "a field that stands there twice", NULL },
	{ "two times are refused", HEAD "arrived 2\n" SENDER TO, "a field that stands there twice",
	  NULL },
	{ "a recipient twice is refused, since the journal counts them", HEAD SENDER TO TO,
	  "a recipient that stands there twice", NULL },
	{ "an empty recipient is refused", HEAD SENDER "recipient \n", "an empty recipient", NULL },
	{ "an original without its recipient is refused", HEAD "original a\n" SENDER TO,
	  "an original address without its recipient", NULL },
	{ "two originals of one recipient are refused", HEAD SENDER TO "original a\noriginal b\n",
	  "an original address without its recipient", NULL },
	{ "a time that is no number is refused", "gsmtpd-envelope 1\narrived now\n" SENDER TO,
	  "a wrong time of arrival", NULL },
	{ "a time before 1970 is refused", "gsmtpd-envelope 1\narrived -1\n" SENDER TO,
	  "a wrong time of arrival", NULL },
	{ "a time beyond every calendar is refused",
	  "gsmtpd-envelope 1\narrived 253402300800\n" SENDER TO, "a wrong time of arrival", NULL },
	{ "utf8 is yes or absent", HEAD "utf8 no\n" SENDER TO, "a wrong utf8 field", NULL },
	{ "a raw control is refused", HEAD "helo a\tb\n" SENDER TO, "a control character in a value",
	  NULL },
	{ "a NUL is refused", HEAD "helo a%00b\n" SENDER TO, "a wrong % escape in a value", NULL },
	{ "a cut escape is refused", HEAD "helo a%4\n" SENDER TO, "a wrong % escape in a value", NULL },
	{ "an escape in small letters is refused", HEAD "helo a%0a\n" SENDER TO,
	  "a wrong % escape in a value", NULL },
};

static void test_text(void **state)
{
	const struct text_row *row = *state;
	struct envelope envelope = { 0 };
	struct buf out = BUF_INIT(ENVELOPE_TEXT_MAX);
	const char *fault = envelope_parse(span_of(row->text), &envelope);

	if (row->fault) {
		assert_non_null(fault);
		assert_string_equal(fault, row->fault);
		assert_null(envelope.sender);
		assert_int_equal(envelope.recipient_count, 0);
		return;
	}
	assert_null(fault);
	assert_true(envelope_format(&envelope, &out));
	assert_string_equal(buf_string(&out), row->again ? row->again : row->text);
	envelope_clear(&envelope);
	buf_clear(&out);
}

static void test_fields(void **state)
{
	struct envelope envelope = { 0 };

	(void)state;
	assert_null(envelope_parse(span_of(HEAD "client local user 1000\nhelo g%0Aw\nutf8 yes\n" SENDER
					   "recipient ops@example.net\noriginal root\n"), &envelope));
	assert_int_equal(envelope.arrived_s, 1763841300);
	assert_string_equal(envelope.client, "local user 1000");
	assert_string_equal(envelope.helo, "g\nw");
	assert_true(envelope.utf8);
	assert_string_equal(envelope.sender, "root@gw1");
	assert_int_equal(envelope.recipient_count, 1);
	assert_string_equal(envelope.recipients[0].address, "ops@example.net");
	assert_string_equal(envelope.recipients[0].original, "root");
	envelope_clear(&envelope);
	assert_null(envelope.recipients);
}

static void test_same_recipient(void **state)
{
	struct envelope envelope = { 0 };

	(void)state;
	assert_true(envelope_add_recipient(&envelope, span_of("Ops@example.net"), span_of("root")));
	assert_true(envelope_add_recipient(&envelope, span_of("Ops@EXAMPLE.net"), span_of("other")));
	assert_int_equal(envelope.recipient_count, 1);
	assert_string_equal(envelope.recipients[0].original, "root");
	assert_true(envelope_add_recipient(&envelope, span_of("ops@example.net"), span_of(NULL)));
	assert_int_equal(envelope.recipient_count, 2);
	assert_string_equal(envelope.recipients[1].original, "ops@example.net");
	envelope_clear(&envelope);
}

static void test_full(void **state)
{
	struct envelope envelope = { 0 };
	struct envelope again = { 0 };
	struct buf out = BUF_INIT(ENVELOPE_TEXT_MAX);
	char address[32];

	(void)state;
	assert_true(envelope_set(&envelope.sender, span_of("")));
	for (size_t i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++) {
		snprintf(address, sizeof(address), "user%zu@example.net", i);
		assert_true(envelope_add_recipient(&envelope, span_of(address), span_of(NULL)));
	}
	assert_false(envelope_add_recipient(&envelope, span_of("more@example.net"), span_of(NULL)));
	assert_int_equal(envelope.recipient_count, ENVELOPE_RECIPIENTS_MAX);
	assert_true(envelope_format(&envelope, &out));
	assert_null(envelope_parse(buf_span(&out), &again));
	assert_int_equal(again.recipient_count, ENVELOPE_RECIPIENTS_MAX);
	assert_string_equal(again.recipients[999].address, "user999@example.net");
	buf_text(&out, "recipient more@example.net\n");
	envelope_clear(&again);
	assert_string_equal(envelope_parse(buf_span(&out), &again), "too many recipients");
	envelope_clear(&envelope);
	buf_clear(&out);
}

static void test_drop(void **state)
{
	struct envelope envelope = { 0 };
	char address[32];

	(void)state;
	for (int keep = 0; keep < 9; keep++) {
		for (int i = keep; i < 9; i++) {
			snprintf(address, sizeof(address), "%d@b", i);
			assert_true(envelope_add_recipient(&envelope, span_of(address), span_of(NULL)));
			assert_true(envelope_set(&envelope.recipients[i].notify, span_of("NEVER")));
		}
		assert_int_equal(envelope.recipient_count, 9);
		envelope_drop_recipients(&envelope, (size_t)keep + 1);
		assert_int_equal(envelope.recipient_count, keep + 1);
		snprintf(address, sizeof(address), "%d@b", keep);
		assert_string_equal(envelope.recipients[keep].address, address);
	}
	envelope_clear(&envelope);
}

static void test_set_replaces(void **state)
{
	struct envelope envelope = { 0 };

	(void)state;
	assert_true(envelope_set(&envelope.helo, span_of("one")));
	assert_true(envelope_set(&envelope.helo, span_of("two")));
	assert_string_equal(envelope.helo, "two");
	envelope_clear(&envelope);
}

static void test_too_long(void **state)
{
	struct envelope envelope = { 0 };
	struct buf helo = BUF_INIT(ENVELOPE_TEXT_MAX * 2);
	struct buf out = BUF_INIT(ENVELOPE_TEXT_MAX * 2);

	(void)state;
	while (helo.length < ENVELOPE_TEXT_MAX)
		buf_text(&helo, "0123456789");
	assert_true(envelope_set(&envelope.sender, span_of("a@b")));
	assert_true(envelope_set(&envelope.helo, buf_span(&helo)));
	assert_true(envelope_add_recipient(&envelope, span_of("a@b"), span_of(NULL)));
	assert_false(envelope_format(&envelope, &out));
	envelope_clear(&envelope);
	assert_string_equal(envelope_parse(buf_span(&out), &envelope), "an envelope that is too long");
	buf_clear(&helo);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, texts, test_text);
	ROWS_ADD(&rows, "every field comes out as it went in", test_fields);
	ROWS_ADD(&rows, "the same mailbox is taken once, domains without case", test_same_recipient);
	ROWS_ADD(&rows, "a full envelope survives, one more is refused", test_full);
	ROWS_ADD(&rows, "those taken out leave the others", test_drop);
	ROWS_ADD(&rows, "a field that is set again is replaced", test_set_replaces);
	ROWS_ADD(&rows, "what would not be read is not called written", test_too_long);
	return rows_run(&rows, "envelope");
}
