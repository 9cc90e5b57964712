/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "base/buf.h"
#include "mail/header_field.h"

struct header_row {
	const char *name, *text, *fields, *body;	/* fields: "name[whole]" each */
};

static const struct header_row headers[] = {
	{ "two fields and a body", "A: 1\nB: 2\n\nbody\n", "A[A: 1\n]B[B: 2\n]", "body\n" },
	{ "CRLF as line end", "A: 1\r\n\r\nbody\r\n", "A[A: 1\r\n]", "body\r\n" },
	{ "a folded field", "A: 1\n 2\n\t3\nB: 4\n\n", "A[A: 1\n 2\n\t3\n]B[B: 4\n]", "" },
	{ "a blank before the colon", "A : 1\n\nx", "A[A : 1\n]", "x" },
	{ "no line end at the end", "A: 1", "A[A: 1]", "" },
	{ "a line that is no field begins the body", "A: 1\nhello\n", "A[A: 1\n]", "hello\n" },
	{ "no header at all", "hello: is\n", "hello[hello: is\n]", "" },
	{ "text only", "hello\n\nworld\n", "", "hello\n\nworld\n" },
	{ "an empty line first", "\nhello\n", "", "hello\n" },
	{ "a blank line ends it too", " \nhello\n", "", "hello\n" },
	{ "a folded line first is text", " x: y\n", "", " x: y\n" },
	{ "no name before the colon", ": x\n", "", ": x\n" },
	{ "nothing", "", "", "" },
};

static void a_header_is_read(void **state)
{
	const struct header_row *row = *state;
	struct span rest = span_of(row->text);
	struct header_field field;
	struct buf fields = BUF_INIT(1000);

	while (header_field_next(&rest, &field))
		buf_format(&fields, "%.*s[%.*s]", SPAN_ARG(field.name), SPAN_ARG(field.whole));
	assert_string_equal(buf_string(&fields), row->fields);
	assert_true(span_is(rest, row->body));
	buf_clear(&fields);
}

struct field_row {
	const char *name, *field;
	bool first, again, hidden;	/* recipients of a message not resent, or resent */
};

static const struct field_row fields[] = {
	{ "To", "To", true, false, false },
	{ "Cc in any case", "cC", true, false, false },
	{ "Bcc is hidden", "Bcc", true, false, true },
	{ "Resent-To", "Resent-To", false, true, false },
	{ "Resent-Cc", "Resent-Cc", false, true, false },
	{ "Resent-Bcc is hidden", "RESENT-BCC", false, true, true },
	{ "a field that begins alike", "To-do", false, false, false },
	{ "From is none", "From", false, false, false },
};

static void recipients_are_told_by_name(void **state)
{
	const struct field_row *row = *state;
	struct span name = span_of(row->field);

	assert_int_equal(header_field_is_recipients(name, false), row->first);
	assert_int_equal(header_field_is_recipients(name, true), row->again);
	assert_int_equal(header_field_is_hidden(name), row->hidden);
}

static void a_resent_message_is_told(void **state)
{
	(void)state;
	assert_true(header_field_is_resent(span_of("To: a@b\nresent-from: c@d\n\n")));
	assert_false(header_field_is_resent(span_of("To: a@b\n\nResent-To: c@d\n")));
}

static void the_line_of_a_mailbox_is_skipped(void **state)
{
	(void)state;
	assert_true(span_is(header_field_skip_mailbox_line(span_of("From a@b Sun\nTo: x\n")),
			    "To: x\n"));
	assert_true(span_is(header_field_skip_mailbox_line(span_of("From: a@b\n")),
			    "From: a@b\n"));
	assert_true(span_is(header_field_skip_mailbox_line(span_of("From alone")), ""));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, headers, a_header_is_read);
	ROWS_ADD_TABLE(&rows, fields, recipients_are_told_by_name);
	ROWS_ADD(&rows, "a resent message is told by its header alone", a_resent_message_is_told);
	ROWS_ADD(&rows, "the From line of a mailbox is skipped", the_line_of_a_mailbox_is_skipped);
	return rows_run(&rows, "the header of a message");
}
