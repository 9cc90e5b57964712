/* SPDX-License-Identifier: ISC */
#include "compose/header_trim.h"

#include "rows.h"

struct row {
	const char *name;
	const char *message;
	const char *trimmed;
};

static const struct row messages[] = {
	{ "a plain message stays", "To: a\r\nSubject: b\r\n c\r\n\r\nBcc: text\r\n",
	  "To: a\r\nSubject: b\r\n c\r\n\r\nBcc: text\r\n" },
	{ "nothing stays nothing", "", "" },
	{ "a message without header stays", "\r\ntext", "\r\ntext" },
	{ "a header without body stays", "To: a", "To: a" },
	{ "a line of a mailbox file goes", "From root Sun Nov 22\nTo: a\n\nFrom here\n",
	  "To: a\n\nFrom here\n" },
	{ "Bcc goes with the lines that continue it", "To: a\nBcc: b,\n c,\n\td\nCc: e\n\nx",
	  "To: a\nCc: e\n\nx" },
	{ "bcc in any case goes", "bCC : b\nReSent-bcc: c\n\nx", "\nx" },
	{ "a line of a mailbox file within the header goes", "To: a\n>From root Sun\nCc: b\n\nx",
	  "To: a\nCc: b\n\nx" },
	{ "text without an empty line before it gets one", "To: a\nno field\nBcc: b\n",
	  "To: a\n\r\nno field\nBcc: b\n" },
	{ "a first field that is indented", " To: a\nCc: b\n\nx", "To: a\nCc: b\n\nx" },
	{ "a text that is indented", " To: a\nmy friend\n", "\r\n To: a\nmy friend\n" },
	{ "Bccx stays", "Bccx: b\n\nx", "Bccx: b\n\nx" },
};

static void trims(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_int_equal(header_trim(span_of(row->message), &out), 0);
	assert_false(out.failed);
	assert_string_equal(buf_string(&out), row->trimmed);
	buf_clear(&out);
}

static void leaves_out(void **state)
{
	struct buf message = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	size_t left_out;

	(void)state;
	buf_text(&message, "Subject: first\r\nX-Large: ");
	for (size_t i = 0; i < HEADER_TRIM_MAX; i++)
		buf_byte(&message, 'x');
	buf_text(&message, "\r\n continued\r\n");
	for (size_t i = 0; i < 20000; i++)
		buf_text(&message, "X-Many: y\r\n");
	buf_text(&message, "\r\ntext");
	left_out = header_trim(buf_span(&message), &out);
	assert_true(left_out > 10000 && left_out < 20001);
	assert_true(out.length <= HEADER_TRIM_MAX + 6);
	assert_true(out.length > HEADER_TRIM_MAX - 20);
	assert_true(span_starts(buf_span(&out), "Subject: first\r\nX-Many: y\r\n"));
	assert_string_equal(out.at + out.length - 6, "\r\ntext");
	buf_clear(&message);
	buf_clear(&out);
}

/* What says who and what is kept though it comes last. */
static void keeps_needed(void **state)
{
	struct buf message = BUF_INIT(4 << 20), out = BUF_INIT(4 << 20);

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		buf_text(&message, "X-Many: yyyyyyyyyyyyyyy\r\n");
	buf_text(&message, "Subject: last\r\nTo: a");
	for (size_t i = 0; i < 20000; i++)
		buf_text(&message, ",\r\n someone@example.net");
	buf_text(&message, "\r\nContent-Type: text/html\r\n\r\ntext");
	header_trim(buf_span(&message), &out);
	assert_true(out.length <= HEADER_TRIM_MAX + 6);
	assert_non_null(strstr(buf_string(&out), "\r\nSubject: last\r\nTo: a,\r\n someone@"));
	assert_non_null(strstr(buf_string(&out),
			       " someone@example.net,\r\nContent-Type: text/html\r\n\r\ntext"));
	buf_clear(&message);
	buf_clear(&out);
}

static void cuts_long_line(void **state)
{
	struct buf message = BUF_INIT(4 << 20), out = BUF_INIT(4 << 20);

	(void)state;
	buf_text(&message, "Subject: ");
	for (size_t i = 0; i < 1 << 20; i++)
		buf_byte(&message, 'x');
	buf_text(&message, "\r\nTo: a\r\n\r\n");
	assert_int_equal(header_trim(buf_span(&message), &out), 1);
	assert_true(span_starts(buf_span(&out), "Subject: xxx"));
	assert_non_null(strstr(buf_string(&out), "xx\nTo: a\r\n\r\n"));
	buf_clear(&message);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, messages, trims);
	ROWS_ADD(&rows, "fields that no longer fit are left out and counted", leaves_out);
	ROWS_ADD(&rows, "fields that say who and what are kept", keeps_needed);
	ROWS_ADD(&rows, "of a long line its front is kept", cuts_long_line);
	return rows_run(&rows, "header_trim");
}
