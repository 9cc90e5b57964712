/* SPDX-License-Identifier: ISC */
/* What no dialogue file can say: settling and ending at odd moments. Whole
 * conversations are in test_smtp_dialogues.c. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "smtp/smtp_session_inside.h"

static const struct span all = { "*", 1 };
static const struct alias_policy policy = { .allow = &all, .allow_count = 1 };

static struct smtp_session *begin(const char *said)
{
	struct smtp_session_options options = { .hostname = "gw1", .max_message_octets = 1000,
						.max_recipients = 100, .policy = &policy, .trusted = true };
	struct smtp_session *session = smtp_session_new(&options);

	assert_non_null(session);
	assert_true(smtp_session_feed(session, span_of(said)));
	return session;
}

static struct smtp_event next(struct smtp_session *session, enum smtp_event_kind kind)
{
	struct smtp_event event;

	smtp_session_next(session, &event);
	assert_int_equal(event.kind, kind);
	return event;
}

static void expect_reply(struct smtp_session *session, enum smtp_reply_id id)
{
	assert_int_equal(next(session, SMTP_EVENT_REPLY).reply, id);
}

#define UP_TO_DATA "HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"

static struct smtp_session *begin_data(const char *data)
{
	struct smtp_session *session = begin(UP_TO_DATA);

	assert_true(smtp_session_feed(session, span_of(data)));
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_SENDER_OK);
	expect_reply(session, SMTP_REPLY_RECIPIENT_OK);
	next(session, SMTP_EVENT_BEGIN);
	return session;
}

static void nothing_comes_while_an_event_is_not_settled(void **state)
{
	struct smtp_session *session = begin_data("x\r\n.\r\nNOOP\r\n");

	(void)state;
	next(session, SMTP_EVENT_NONE);
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	next(session, SMTP_EVENT_CHUNK);
	next(session, SMTP_EVENT_COMMIT);
	next(session, SMTP_EVENT_NONE);
	assert_int_equal(smtp_session_backlog(session), strlen("NOOP\r\n"));
	assert_string_equal(smtp_session_envelope(session)->helo, "c");
	smtp_session_settle(session, SMTP_SETTLED_OK, "1x");
	expect_reply(session, SMTP_REPLY_QUEUED);
	expect_reply(session, SMTP_REPLY_OK);
	assert_null(smtp_session_envelope(session)->sender);
	smtp_session_free(session);
}

static void a_draft_that_fails_is_abandoned_and_the_rest_swallowed(void **state)
{
	struct smtp_session *session = begin_data("x\r\n");

	(void)state;
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	next(session, SMTP_EVENT_CHUNK);
	smtp_session_settle(session, SMTP_SETTLED_NO_ROOM, NULL);
	next(session, SMTP_EVENT_ABANDON);
	next(session, SMTP_EVENT_NONE);
	assert_true(smtp_session_feed(session, span_of("QUIT\r\n.\r\nNOOP\r\n")));
	expect_reply(session, SMTP_REPLY_NO_ROOM);
	expect_reply(session, SMTP_REPLY_OK);
	smtp_session_free(session);
}

static void the_250_comes_before_the_421(void **state)
{
	struct smtp_session *session = begin_data("x\r\n.\r\nNOOP\r\n");

	(void)state;
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	next(session, SMTP_EVENT_CHUNK);
	next(session, SMTP_EVENT_COMMIT);
	smtp_session_end(session, SMTP_REPLY_STOPPING);
	next(session, SMTP_EVENT_NONE);
	smtp_session_settle(session, SMTP_SETTLED_OK, "1x");
	expect_reply(session, SMTP_REPLY_QUEUED);
	expect_reply(session, SMTP_REPLY_STOPPING);
	next(session, SMTP_EVENT_CLOSE);
	next(session, SMTP_EVENT_NONE);
	smtp_session_free(session);
}

static void a_draft_opened_while_ending_is_abandoned(void **state)
{
	struct smtp_session *session = begin_data("");

	(void)state;
	smtp_session_end(session, SMTP_REPLY_STOPPING);
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	next(session, SMTP_EVENT_ABANDON);
	expect_reply(session, SMTP_REPLY_STOPPING);
	next(session, SMTP_EVENT_CLOSE);
	smtp_session_free(session);
}

static void a_client_too_many_hears_421_as_its_greeting(void **state)
{
	struct smtp_session *session = begin("HELO c\r\n");

	(void)state;
	smtp_session_end(session, SMTP_REPLY_TOO_MANY_CLIENTS);
	expect_reply(session, SMTP_REPLY_TOO_MANY_CLIENTS);
	next(session, SMTP_EVENT_CLOSE);
	next(session, SMTP_EVENT_NONE);
	smtp_session_free(session);
}

static void a_refused_recipient_is_named_for_the_log(void **state)
{
	struct smtp_session *session = begin("HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<root>\r\n");

	(void)state;
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_SENDER_OK);
	assert_true(span_is(next(session, SMTP_EVENT_REPLY).recipient, "root"));
	smtp_session_free(session);
}

static void too_much_at_once_is_refused(void **state)
{
	static char much[2000000];
	struct smtp_session *session = begin("");

	(void)state;
	assert_false(smtp_session_feed(session, span_make(much, sizeof(much))));
	smtp_session_free(session);
}

/* Each mail's trace is its own: what it borrows is gone with the mail. */
static void a_trace_lasts_for_one_mail(void **state)
{
	struct smtp_session *session = begin_data("x\r\n.\r\nMAIL FROM:<e@f>\r\nRCPT TO:<c@d>\r\n"
						  "DATA\r\ny\r\n.\r\n");

	(void)state;
	smtp_session_trace(session, "1x", 0, 0, true);
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	assert_true(span_starts(next(session, SMTP_EVENT_CHUNK).octets, "Received: from c\r\n"));
	next(session, SMTP_EVENT_COMMIT);
	smtp_session_settle(session, SMTP_SETTLED_OK, "1x");
	expect_reply(session, SMTP_REPLY_QUEUED);
	expect_reply(session, SMTP_REPLY_SENDER_OK);
	expect_reply(session, SMTP_REPLY_RECIPIENT_OK);
	next(session, SMTP_EVENT_BEGIN);
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	expect_reply(session, SMTP_REPLY_START_DATA);
	assert_true(span_is(next(session, SMTP_EVENT_CHUNK).octets, "y\r\n"));
	smtp_session_free(session);
}

static struct smtp_session *begin_secure(void)
{
	struct smtp_session_options options = { .hostname = "gw1", .max_message_octets = 1000,
						.max_recipients = 100, .policy = &policy,
						.offers_tls = true, .offers_auth = true };
	struct smtp_session *session = smtp_session_new(&options);

	assert_non_null(session);
	expect_reply(session, SMTP_REPLY_GREETING);
	assert_true(smtp_session_feed(session, span_of("EHLO c\r\nSTARTTLS\r\n")));
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_TLS_GO);
	next(session, SMTP_EVENT_START_TLS);
	smtp_session_tls(session, "TLSv1.3");
	assert_true(smtp_session_feed(session, span_of("EHLO c\r\n")));
	expect_reply(session, SMTP_REPLY_GREETING);
	return session;
}

static bool holds(const struct buf *buf, const char *text)
{
	return memmem(buf->at, buf->capacity, text, strlen(text)) != NULL;
}

static void what_the_spool_cannot_hold_is_too_many_recipients(void **state)
{
	struct smtp_session_options options = { .hostname = "gw1", .max_message_octets = 1000,
						.max_recipients = 1000, .policy = &policy, .trusted = true };
	struct smtp_session *session = smtp_session_new(&options);
	struct buf text = BUF_INIT(ENVELOPE_TEXT_MAX);
	struct smtp_event event;
	size_t taken = 0;
	char line[600];

	(void)state;
	assert_non_null(session);
	assert_true(smtp_session_feed(session, span_of("HELO c\r\nMAIL FROM:<a@b>\r\n")));
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_GREETING);
	expect_reply(session, SMTP_REPLY_SENDER_OK);
	do {
		snprintf(line, sizeof(line), "RCPT TO:<%04zu@b> ORCPT=rfc822;%0450d\r\n", taken++, 0);
		assert_true(smtp_session_feed(session, span_of(line)));
		event = next(session, SMTP_EVENT_REPLY);
	} while (event.reply == SMTP_REPLY_RECIPIENT_OK);
	assert_int_equal(event.reply, SMTP_REPLY_TOO_MANY_RECIPIENTS);
	assert_in_range(taken, 400, 999);
	assert_int_equal(smtp_session_envelope(session)->recipient_count, taken - 1);
	assert_true(envelope_format(smtp_session_envelope(session), &text));
	buf_clear(&text);
	smtp_session_free(session);
}

struct secret_row {
	const char *name, *said;
	enum smtp_event_kind kind;
	enum smtp_reply_id reply;
	bool later;		/* it goes when more is fed */
};

static const struct secret_row secrets[] = {
	{ "a password that is checked", "AUTH PLAIN AGd3AHNlY3JldA==\r\n", SMTP_EVENT_AUTH, 0, false },
	{ "a password behind which comes more", "AUTH PLAIN AGd3AHNlY3JldA==\r\nNOOP\r\nNOOP\r\n",
	  SMTP_EVENT_AUTH, 0, false },
	{ "a password with a bare line end", "AUTH PLAIN AGd3AHNlY3JldA==\n", SMTP_EVENT_REPLY,
	  SMTP_REPLY_BAD_LINE_END, false },
	{ "a password behind a bare line end", "AUTH PLAIN \nAGd3AHNlY3JldA==\r\n", SMTP_EVENT_REPLY,
	  SMTP_REPLY_BAD_LINE_END, false },
	{ "a password behind an unknown verb", "AUTHPLAIN AGd3AHNlY3JldA==\r\nNOOP\r\n",
	  SMTP_EVENT_REPLY, SMTP_REPLY_UNKNOWN_COMMAND, true },
};

/* Neither in what was read nor in what was decoded, and neither of the two has moved. */
static void a_secret_is_not_left_behind(void **state)
{
	const struct secret_row *row = *state;
	struct smtp_session *session = begin_secure();
	const char *at = session->in.at, *decoded;
	struct smtp_event event;
	char more[8000];

	assert_true(smtp_session_feed(session, span_of(row->said)));
	event = next(session, row->kind);
	decoded = session->auth.secret.at;
	if (row->kind == SMTP_EVENT_AUTH) {
		assert_true(span_is(event.password, "secret"));
		assert_true(session->auth.secret.capacity > AUTH_SECRET_MAX);
		smtp_session_settle(session, SMTP_SETTLED_AUTH_OK, NULL);
		assert_string_equal(smtp_session_user(session), "gw");
		assert_false(holds(&session->auth.secret, "secret"));
	} else {
		assert_int_equal(event.reply, row->reply);
	}
	smtp_session_next(session, &event);
	assert_int_equal(holds(&session->in, "AHNlY3Jl"), row->later);
	assert_true(smtp_session_feed(session, span_of("x")));
	assert_false(holds(&session->in, "AHNlY3Jl"));
	memset(more, ' ', sizeof(more));
	for (int i = 0; i < 2; i++)
		assert_true(smtp_session_feed(session, span_make(more, sizeof(more))));
	assert_ptr_equal(session->in.at, at);
	assert_ptr_equal(session->auth.secret.at, decoded);
	smtp_session_free(session);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "nothing comes while an event is not settled",
		 nothing_comes_while_an_event_is_not_settled);
	ROWS_ADD(&rows, "a draft that fails is abandoned and the rest swallowed",
		 a_draft_that_fails_is_abandoned_and_the_rest_swallowed);
	ROWS_ADD(&rows, "the 250 comes before the 421", the_250_comes_before_the_421);
	ROWS_ADD(&rows, "a draft opened while ending is abandoned",
		 a_draft_opened_while_ending_is_abandoned);
	ROWS_ADD(&rows, "a client too many hears 421 as its greeting",
		 a_client_too_many_hears_421_as_its_greeting);
	ROWS_ADD(&rows, "a refused recipient is named for the log",
		 a_refused_recipient_is_named_for_the_log);
	ROWS_ADD(&rows, "too much at once is refused", too_much_at_once_is_refused);
	ROWS_ADD(&rows, "what the spool cannot hold is too many recipients",
		 what_the_spool_cannot_hold_is_too_many_recipients);
	ROWS_ADD(&rows, "a trace lasts for one mail", a_trace_lasts_for_one_mail);
	ROWS_ADD_TABLE(&rows, secrets, a_secret_is_not_left_behind);
	return rows_run(&rows, "SMTP sessions");
}
