/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <ctype.h>
#include <string.h>

#include "base/span.h"
#include "smtp/smtp_reply.h"

/* A name or id as long as it can be. */
static char long_detail[256];

static bool is_enhanced(struct span text, char class)
{
	size_t end = span_index(text, ' ');

	return end >= 5 && end <= 6 && end < text.length && text.at[0] == class && text.at[1] == '.' &&
	       isdigit(text.at[2]) && text.at[3] == '.' && isdigit(text.at[4]) &&
	       (end == 5 || isdigit(text.at[5]));
}

/* RFC 5321, 4.2 and 4.5.3.1.5; RFC 2034, 4: all but 220, 334 and 354 have a status
 * of the code's class. */
static void every_reply_has_its_form(void **state)
{
	(void)state;
	memset(long_detail, 'x', sizeof(long_detail) - 1);
	for (int id = 0; id < SMTP_REPLY_COUNT; id++) {
		struct buf out = BUF_INIT(600);
		struct span line;
		int code = smtp_reply_code(id);

		assert_true(smtp_reply_format(id, long_detail, &out));
		line = buf_span(&out);
		assert_in_range(line.length, 10, 512);
		assert_true(code >= 200 && code < 600);
		assert_true(line.at[3] == ' ');
		assert_true(span_equal(span_skip(line, line.length - 2), span_of("\r\n")));
		for (size_t i = 0; i < line.length - 2; i++)
			assert_true(isprint((unsigned char)line.at[i]));
		if (code != 220 && code != 334 && code != 354)
			assert_true(is_enhanced(span_skip(line, 4), line.at[0]));
		buf_clear(&out);
	}
}

/* RFC 5321, 4.2.1: what is to be tried again. */
static void a_refusal_can_be_said_to_pass(void **state)
{
	(void)state;
	for (int id = 0; id < SMTP_REPLY_COUNT; id++) {
		struct buf out = BUF_INIT(600);
		struct span line;

		if (smtp_reply_code(id) < 500)
			continue;
		assert_true(smtp_reply_format_passing(id, &out));
		line = buf_span(&out);
		assert_true(span_starts(line, "450 4."));
		assert_true(is_enhanced(span_skip(line, 4), '4'));
		assert_true(line.length <= 512 && line.at[line.length - 1] == '\n');
		buf_clear(&out);
	}
}

struct reply_row {
	const char *name;
	enum smtp_reply_id id;
	const char *detail, *text;
	int code;
};

static const struct reply_row replies[] = {
	{ "the greeting names the host", SMTP_REPLY_GREETING, "gw1", "220 gw1 ESMTP gsmtpd\r\n", 220 },
	{ "a queued message is named", SMTP_REPLY_QUEUED, "1x", "250 2.0.0 queued as 1x\r\n", 250 },
	{ "a detail is not put where none belongs", SMTP_REPLY_OK, "x", "250 2.0.0 OK\r\n", 250 },
	{ "a detail is text, not a format", SMTP_REPLY_QUEUED, "%s%n", "250 2.0.0 queued as %s%n\r\n", 250 },
};

static void a_reply_is_made(void **state)
{
	const struct reply_row *row = *state;
	struct buf out = BUF_INIT(600);

	assert_true(smtp_reply_format(row->id, row->detail, &out));
	assert_string_equal(buf_string(&out), row->text);
	assert_int_equal(smtp_reply_code(row->id), row->code);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "every reply has its form", every_reply_has_its_form);
	ROWS_ADD(&rows, "a refusal can be said to pass", a_refusal_can_be_said_to_pass);
	ROWS_ADD_TABLE(&rows, replies, a_reply_is_made);
	return rows_run(&rows, "SMTP replies");
}
