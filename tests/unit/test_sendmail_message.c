/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "sendmail/sendmail_message.h"

struct cut_row {
	const char *name, *text;
	bool dots_are_text;
	const char *cut;
};

static const struct cut_row cuts[] = {
	{ "all of it", "a\nb\n", false, "a\nb\n" },
	{ "a lone dot ends it", "a\n.\nb\n", false, "a\n" },
	{ "a lone dot with CRLF", "a\r\n.\r\nb", false, "a\r\n" },
	{ "a lone dot at the end", "a\n.", false, "a\n" },
	{ "a lone dot first", ".\nb\n", false, "" },
	{ "two dots end nothing", "a\n..\nb\n", false, "a\n..\nb\n" },
	{ "with -i a dot is text", "a\n.\nb\n", true, "a\n.\nb\n" },
	{ "the line of a mailbox is dropped", "From root Mon\nA: b\n", true, "A: b\n" },
	{ "only the first", "From a\nFrom b\n", true, "From b\n" },
	{ "From: is a field", "From: a\n", true, "From: a\n" },
	{ "nothing", "", false, "" },
};

static void an_input_is_cut(void **state)
{
	const struct cut_row *row = *state;

	assert_true(span_is(sendmail_message_cut(span_of(row->text), row->dots_are_text), row->cut));
}

struct build_row {
	const char *name, *text;
	bool take_recipients;
	const char *wire;
	const char *recipients;		/* joined by blanks */
	bool broken, eight_bit;
	size_t stuffed;			/* dots that do not count in the size */
};

static const struct build_row builds[] = {
	{ "a whole message", "From: x@y\nTo: c@d\n\nhi\n", false, "From: x@y\r\nTo: c@d\r\n\r\nhi\r\n", "", false, false, 0 },
	{ "CRLF stays CRLF", "From: x@y\r\n\r\nhi\r\n", false, "From: x@y\r\n\r\nhi\r\n", "", false, false, 0 },
	{ "a bare CR is a line end", "From: x@y\n\na\rb\r\r\n", false, "From: x@y\r\n\r\na\r\nb\r\n\r\n", "", false, false, 0 },
	{ "a From: is added", "To: c@d\n\nhi\n", false, "To: c@d\r\nFrom: a@b\r\n\r\nhi\r\n", "", false, false, 0 },
	{ "text without a header", "hi\n", false, "From: a@b\r\n\r\nhi\r\n", "", false, false, 0 },
	{ "nothing", "", false, "From: a@b\r\n\r\n", "", false, false, 0 },
	{ "no line end at the end", "From: x@y\n\nhi", false, "From: x@y\r\n\r\nhi\r\n", "", false, false, 0 },
	{ "dots are stuffed", "From: x@y\n\n.\n..a\nb.\n", false, "From: x@y\r\n\r\n..\r\n...a\r\nb.\r\n", "", false, false, 2 },
	{ "a dot behind a bare CR too", "From: x@y\n\na\r.\rb\n", false, "From: x@y\r\n\r\na\r\n..\r\nb\r\n", "", false, false, 1 },
	{ "8 bit", "From: x@y\n\n\xc3\xa4\n", false, "From: x@y\r\n\r\n\xc3\xa4\r\n", "", false, true, 0 },
	{ "Bcc stays without -t", "From: x@y\nBcc: z@z\n\n", false, "From: x@y\r\nBcc: z@z\r\n\r\n", "", false, false, 0 },
	{ "-t takes To, Cc and Bcc, and Bcc out", "From: x@y\nTo: A <a@a>, b@b\nCC: c@c\nBcc: d@d,\n e@e\n\nhi\n", true,
	  "From: x@y\r\nTo: A <a@a>, b@b\r\nCC: c@c\r\n\r\nhi\r\n", "a@a b@b c@c d@d e@e", false, false, 0 },
	{ "-t with a resent message", "From: x@y\nTo: a@a\nBcc: b@b\nResent-To: c@c\nResent-Bcc: d@d\n\n", true,
	  "From: x@y\r\nTo: a@a\r\nResent-To: c@c\r\n\r\n", "c@c d@d", false, false, 0 },
	{ "-t with one twice", "From: x@y\nTo: a@a, a@A\n\n", true, "From: x@y\r\nTo: a@a, a@A\r\n\r\n", "a@a", false, false, 0 },
	{ "-t with an undisclosed list", "From: x@y\nTo: undisclosed-recipients:;\n\n", true,
	  "From: x@y\r\nTo: undisclosed-recipients:;\r\n\r\n", "", false, false, 0 },
	{ "-t with one that is broken", "From: x@y\nTo: a b, c@c\n\n", true, "From: x@y\r\nTo: a b, c@c\r\n\r\n", "c@c", true, false, 0 },
	{ "-t does not look into the body", "From: x@y\nTo: a@a\n\nBcc: b@b\n", true,
	  "From: x@y\r\nTo: a@a\r\n\r\nBcc: b@b\r\n", "a@a", false, false, 0 },
};

static void a_message_is_built(void **state)
{
	const struct build_row *row = *state;
	struct sendmail_rewrite rewrite = { .take_recipients = row->take_recipients,
					    .author = span_of("a@b") };
	struct sendmail_message message = { .wire = BUF_INIT(10000) };
	struct envelope envelope = { 0 };
	struct buf recipients = BUF_INIT(1000);
	bool broken = false;

	assert_true(sendmail_message_build(span_of(row->text), &rewrite, &message, &envelope, &broken));
	assert_string_equal(buf_string(&message.wire), row->wire);
	assert_int_equal(message.octets, message.wire.length - row->stuffed);
	assert_int_equal(message.eight_bit, row->eight_bit);
	assert_int_equal(broken, row->broken);
	for (size_t i = 0; i < envelope.recipient_count; i++)
		buf_format(&recipients, "%s%s", i ? " " : "", envelope.recipients[i].address);
	assert_string_equal(buf_string(&recipients), row->recipients);
	buf_clear(&recipients);
	buf_clear(&message.wire);
	envelope_clear(&envelope);
}

static void a_message_too_large_is_told(void **state)
{
	struct sendmail_rewrite rewrite = { .author = span_of("a@b") };
	struct sendmail_message message = { .wire = BUF_INIT(20) };
	struct envelope envelope = { 0 };
	bool broken = false;

	(void)state;
	assert_false(sendmail_message_build(span_of("A: b\n\n0123456789\n"), &rewrite, &message, &envelope, &broken));
	buf_clear(&message.wire);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, cuts, an_input_is_cut);
	ROWS_ADD_TABLE(&rows, builds, a_message_is_built);
	ROWS_ADD(&rows, "a message too large is told", a_message_too_large_is_told);
	return rows_run(&rows, "a message for sendmail");
}
