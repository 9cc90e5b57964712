/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>
#include <sysexits.h>

#include "sendmail/sendmail_reply.h"

struct reply_row {
	const char *name, *input;
	enum sendmail_reply_state state;
	int code;
	size_t length;
	const char *text;
};

static const struct reply_row replies[] = {
	{ "one line", "250 2.0.0 OK\r\n354", SENDMAIL_REPLY_WHOLE, 250, 14, "2.0.0 OK" },
	{ "several lines", "250-a\r\n250-b\r\n250 c\r\n", SENDMAIL_REPLY_WHOLE, 250, 21, "c" },
	{ "a code alone", "354\r\n", SENDMAIL_REPLY_WHOLE, 354, 5, "" },
	{ "LF as line end", "250 a\n", SENDMAIL_REPLY_WHOLE, 250, 6, "a" },
	{ "half a line", "250 a", SENDMAIL_REPLY_MORE, 0, 0, "" },
	{ "half of several lines", "250-a\r\n250 ", SENDMAIL_REPLY_MORE, 0, 0, "" },
	{ "nothing", "", SENDMAIL_REPLY_MORE, 0, 0, "" },
	{ "no code", "hello\r\n", SENDMAIL_REPLY_BROKEN, 0, 0, "" },
	{ "a code that is none", "150 a\r\n", SENDMAIL_REPLY_BROKEN, 0, 0, "" },
	{ "a longer number", "2500 a\r\n", SENDMAIL_REPLY_BROKEN, 0, 0, "" },
	{ "an empty line", "\r\n", SENDMAIL_REPLY_BROKEN, 0, 0, "" },
};

static void a_reply_is_read(void **state)
{
	const struct reply_row *row = *state;
	struct sendmail_reply reply = { 0 };

	assert_int_equal(sendmail_reply_parse(span_of(row->input), &reply), row->state);
	if (row->state != SENDMAIL_REPLY_WHOLE)
		return;
	assert_int_equal(reply.code, row->code);
	assert_int_equal(reply.lines.length, row->length);
	assert_true(span_is(reply.text, row->text));
}

static void a_reply_without_end_is_given_up(void **state)
{
	static char endless[SENDMAIL_REPLY_MAX + 10];
	struct sendmail_reply reply;

	(void)state;
	memset(endless, '2', sizeof(endless));
	assert_int_equal(sendmail_reply_parse(span_make(endless, sizeof(endless)), &reply),
			 SENDMAIL_REPLY_BROKEN);
}

static void offers_are_found(void **state)
{
	struct sendmail_reply reply;

	(void)state;
	sendmail_reply_parse(span_of("250-SIZE.example\r\n250-size 1000\r\n250 PIPELINING\r\n"), &reply);
	assert_true(sendmail_reply_offers(&reply, "SIZE"));
	assert_true(sendmail_reply_offers(&reply, "PIPELINING"));
	assert_false(sendmail_reply_offers(&reply, "PIPE"));
	assert_false(sendmail_reply_offers(&reply, "8BITMIME"));
	sendmail_reply_parse(span_of("250 SIZE\r\n"), &reply);
	assert_false(sendmail_reply_offers(&reply, "SIZE"));
}

struct exit_row {
	const char *name, *line;
	int status;
};

static const struct exit_row exits[] = {
	{ "a temporary refusal", "451 4.3.0 later\r\n", EX_TEMPFAIL },
	{ "no room", "452 4.3.1 full\r\n", EX_TEMPFAIL },
	{ "closing", "421 4.3.2 stopping\r\n", EX_TEMPFAIL },
	{ "no such user", "550 5.1.1 who\r\n", EX_NOUSER },
	{ "no such user without a status", "550 who\r\n", EX_NOUSER },
	{ "not permitted", "550 5.7.1 no\r\n", EX_NOPERM },
	{ "authentication needed", "530 first\r\n", EX_NOPERM },
	{ "a bad address", "501 5.1.3 bad\r\n", EX_DATAERR },
	{ "too big", "552 5.3.4 big\r\n", EX_DATAERR },
	{ "bad content", "554 5.6.0 NUL\r\n", EX_DATAERR },
	{ "another one for good", "554 no\r\n", EX_UNAVAILABLE },
	{ "not implemented", "502 5.5.1 what\r\n", EX_UNAVAILABLE },
};

static void a_refusal_has_its_status(void **state)
{
	const struct exit_row *row = *state;
	struct sendmail_reply reply;

	assert_int_equal(sendmail_reply_parse(span_of(row->line), &reply), SENDMAIL_REPLY_WHOLE);
	assert_int_equal(sendmail_reply_exit(&reply), row->status);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, replies, a_reply_is_read);
	ROWS_ADD(&rows, "a reply without end is given up", a_reply_without_end_is_given_up);
	ROWS_ADD(&rows, "what EHLO offers is found", offers_are_found);
	ROWS_ADD_TABLE(&rows, exits, a_refusal_has_its_status);
	return rows_run(&rows, "replies to sendmail");
}
