/* SPDX-License-Identifier: ISC */
/* What no dialogue file can say: settling and ending at odd moments. Whole
 * conversations are in test_smtp_dialogues.c. */
#include "rows.h"

#include <string.h>

#include "smtp/smtp_session.h"

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
	assert_false(smtp_session_in_data(session));
	smtp_session_settle(session, SMTP_SETTLED_OK, NULL);
	assert_true(smtp_session_in_data(session));
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
	return rows_run(&rows, "SMTP sessions");
}
