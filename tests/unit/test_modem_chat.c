/* SPDX-License-Identifier: ISC */
/* The life together with the engine that runs its scripts, on virtual time,
 * against a module that answers as a row says: what the one means the other
 * must understand. */
#include "modem/modem_course.h"

#include <stdio.h>
#include <string.h>

#include "rows.h"

#define LINES_MAX 8
#define UNTIL_MS 120000

/* What the module says, and when: to a command, or by itself. */
struct saying {
	const char *to;		/* it begins so; NULL: at `at_ms` */
	int64_t at_ms;		/* ... or not before */
	const char *text;
	int64_t until_ms;	/* 0: always */
};

struct row {
	const char *name;
	struct saying sayings[LINES_MAX];
	int64_t settle_until_ms;
	enum at_chat_outcome outcome;	/* of what is settled */
	int code;
	int64_t from_ms, to_ms;
	bool ends_bare;			/* of data: by "+++" as it comes, or with silence only */
	bool ends_guarded;
	bool loses_data;
	enum at_known guard;		/* what is found out */
};

struct talk {
	const struct row *row;
	struct modem_life *life;
	struct at_chat *chat;
	int64_t now_ms;
	bool said[LINES_MAX];
	struct buf command;		/* what has come of one */
	size_t data;			/* octets of data; only while in_data */
	bool in_data;
	int64_t last_sent_ms, escape_ms;	/* 0: no escape is out */
	bool escape_was_bare;
	bool settled;
	struct at_chat_result result;
	int64_t settled_ms;
	struct buf sent;		/* the commands, a blank behind each */
	bool probed;
};

static void say(struct talk *talk, const char *text)
{
	at_chat_feed(talk->chat, span_of(text), talk->now_ms);
}

/* The rest of a way up: a module that has what it needs. */
static const char *usual_answer(struct span command)
{
	static const struct {
		const char *command, *answer;
	} usual[] = {
		{ "AT+QSMTPCFG=?", "\r\n+QSMTPCFG: (1)\r\n\r\nOK\r\n" },
		{ "AT+QSMTPBODY", "\r\nOK\r\n\r\nCONNECT\r\n" },
		{ "AT+CSQ", "\r\n+CSQ: 20,0\r\n\r\nOK\r\n" },
		{ "AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n" },
		{ "AT+CREG?", "\r\n+CREG: 0,1\r\n\r\nOK\r\n" },
		{ "AT+CGREG?", "\r\n+CGREG: 0,1\r\n\r\nOK\r\n" },
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (span_starts(command, usual[i].command))
			return usual[i].answer;
	return "\r\nOK\r\n";
}

static void answer(struct talk *talk)
{
	struct span command = buf_span(&talk->command);

	buf_put(&talk->sent, command);
	buf_byte(&talk->sent, ' ');
	for (size_t i = 0; i < LINES_MAX; i++) {
		const struct saying *saying = &talk->row->sayings[i];

		if (saying->to == NULL || !span_starts(command, saying->to) ||
		    talk->now_ms < saying->at_ms ||
		    (saying->until_ms != 0 && talk->now_ms >= saying->until_ms))
			continue;
		say(talk, saying->text);
		return;
	}
	if (command.length > 0)
		say(talk, usual_answer(command));
	talk->in_data = span_starts(command, "AT+QSMTPBODY");
	talk->data = 0;
	talk->probed = talk->probed || talk->in_data;
}

static void take_octet(struct talk *talk, char octet)
{
	if (octet == '\r') {
		answer(talk);
		buf_reset(&talk->command);
	} else if (octet != '+' || talk->command.length > 0) {
		buf_byte(&talk->command, octet);
	}
}

/* Of the module in data mode: an escape is content until it turned out to be one. */
static void take_data(struct talk *talk, struct span octets)
{
	bool bare = talk->now_ms - talk->last_sent_ms < 1000;

	if (!span_is(octets, "+++")) {
		talk->data += octets.length;
		return;
	}
	talk->escape_ms = talk->now_ms;
	talk->escape_was_bare = bare;
	if (bare ? !talk->row->ends_bare : !talk->row->ends_guarded) {
		talk->data += 3;
		talk->escape_ms = 0;
	}
}

static void end_data(struct talk *talk)
{
	char text[40];

	talk->in_data = false;
	talk->escape_ms = 0;
	snprintf(text, sizeof(text), "\r\n+QSMTPBODY: %zu\r\n",
		 talk->data - (talk->row->loses_data ? 1 : 0));
	say(talk, text);
}

static void take_sent(struct talk *talk, struct span octets)
{
	if (talk->in_data)
		take_data(talk, octets);
	else
		for (size_t i = 0; i < octets.length; i++)
			take_octet(talk, octets.at[i]);
	talk->last_sent_ms = talk->now_ms;
}

static bool follow_chat(struct talk *talk)
{
	struct at_chat_event event;

	at_chat_next(talk->chat, talk->now_ms, &event);
	switch (event.kind) {
	case AT_CHAT_NONE:
		return false;
	case AT_CHAT_SEND:
		take_sent(talk, event.octets);
		break;
	case AT_CHAT_INFO:
		modem_life_info(talk->life, event.label, event.octets);
		break;
	case AT_CHAT_UNSOLICITED:
		modem_life_unsolicited(talk->life, event.octets, talk->now_ms);
		break;
	case AT_CHAT_FINISHED:
		modem_life_finished(talk->life, at_chat_result(talk->chat), talk->now_ms);
		break;
	case AT_CHAT_HOLD:
		fail_msg("a script of the life holds");
		break;
	}
	return true;
}

static bool follow_life(struct talk *talk)
{
	const struct at_chat_options options = {
		.baud = modem_life_baud(talk->life), .pace_ms = 20, .piece_octets = 512,
		.escape_guard_ms = modem_life_guard_ms(talk->life),
	};
	struct modem_order order;

	modem_life_next(talk->life, talk->now_ms, &order);
	if (at_chat_is_idle(talk->chat))
		at_chat_set_options(talk->chat, &options);
	switch (order.kind) {
	case MODEM_ORDER_WAIT:
		return false;
	case MODEM_ORDER_OPEN:
		modem_life_opened(talk->life, talk->now_ms);
		break;
	case MODEM_ORDER_SYNC:
		at_chat_start_sync(talk->chat, order.sync_kind, talk->now_ms);
		break;
	case MODEM_ORDER_RUN:
		at_chat_start(talk->chat, order.steps, order.count, talk->now_ms);
		break;
	case MODEM_ORDER_LISTEN:
		at_chat_start_listening(talk->chat, order.steps, order.count, talk->now_ms);
		break;
	case MODEM_ORDER_SETTLED:
		assert_false(talk->settled);
		talk->settled = true;
		talk->result = *order.settled;
		talk->settled_ms = talk->now_ms;
		break;
	case MODEM_ORDER_REMEMBER:
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_RECALL_PIN:
	case MODEM_ORDER_REMEMBER_PIN:
	case MODEM_ORDER_RESET_COMMAND:
		fail_msg("order %d", order.kind);
	}
	return true;
}

static int64_t next_saying_ms(const struct talk *talk)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < LINES_MAX; i++) {
		const struct saying *saying = &talk->row->sayings[i];

		if (saying->text != NULL && saying->to == NULL && !talk->said[i] &&
		    saying->at_ms < next_ms)
			next_ms = saying->at_ms;
	}
	if (talk->escape_ms != 0 && talk->escape_ms + (talk->escape_was_bare ? 100 : 1100) < next_ms)
		next_ms = talk->escape_ms + (talk->escape_was_bare ? 100 : 1100);
	return next_ms;
}

static void speak_up(struct talk *talk)
{
	if (talk->escape_ms != 0 && talk->now_ms >= talk->escape_ms + 100 &&
	    (talk->escape_was_bare || talk->now_ms >= talk->escape_ms + 1100))
		end_data(talk);
	for (size_t i = 0; i < LINES_MAX; i++) {
		const struct saying *saying = &talk->row->sayings[i];

		if (saying->text == NULL || saying->to != NULL || talk->said[i] ||
		    talk->now_ms < saying->at_ms)
			continue;
		talk->said[i] = true;
		say(talk, saying->text);
	}
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

static void live(struct talk *talk)
{
	for (int i = 0; talk->now_ms < UNTIL_MS; i++) {
		int64_t next_ms;

		assert_true(i < 100000);
		speak_up(talk);
		do {
			while (follow_chat(talk))
				;
		} while (follow_life(talk));
		if (modem_life_state(talk->life) == MODEM_READY)
			return;
		next_ms = earlier(modem_life_deadline_ms(talk->life),
				  at_chat_deadline_ms(talk->chat));
		next_ms = earlier(next_ms, next_saying_ms(talk));
		talk->now_ms = next_ms > talk->now_ms ? next_ms : talk->now_ms + 1;
	}
}

static void begin(struct talk *talk, const struct row *row)
{
	const struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 5000,
		.register_timeout_ms = 60000, .baud = 115200,
		.finds_guard = row->settle_until_ms == 0, .guard_ms = 0,
	};
	const struct at_chat_options chat = { .pace_ms = 20, .piece_octets = 512 };

	*talk = (struct talk){
		.row = row, .command = BUF_INIT(1024), .sent = BUF_INIT(65536),
		.life = modem_life_new(&options, 0), .chat = at_chat_new(&chat),
	};
	assert_non_null(talk->life);
	assert_non_null(talk->chat);
	if (row->settle_until_ms > 0)
		modem_life_settle(talk->life, row->settle_until_ms, 0);
}

static void end(struct talk *talk)
{
	modem_life_free(talk->life);
	at_chat_free(talk->chat);
	buf_clear(&talk->command);
	buf_clear(&talk->sent);
}

#define POLL "AT+QSMTPCFG=1,1"
#define REFUSED "\r\nERROR\r\n"

static const struct row settling[] = {
	{ "a result while it is listened to", { { NULL, 3000, "\r\n+QSMTPPUT: 0\r\n", 0 } },
	  60000, AT_CHAT_OK, 0, 3000, 3000, .guard = AT_UNKNOWN },
	{ "a refusal while it is listened to", { { NULL, 3000, "\r\n+QSMTPPUT:-421\r\n", 0 } },
	  60000, AT_CHAT_RESULT, -421, 3000, 3000, .guard = AT_UNKNOWN },
	{ "a result after the question was refused twice", { { POLL, 0, REFUSED, 20000 },
	  { NULL, 20000, "\r\n+QSMTPPUT: -550\r\n", 0 } }, 60000, AT_CHAT_RESULT, -550, 20000,
	  20000, .guard = AT_UNKNOWN },
	{ "a result just before the question is refused",
	  { { POLL, 0, "\r\n+QSMTPPUT: 0\r\n" REFUSED, 0 } }, 60000, AT_CHAT_OK, 0, 5000, 5100,
	  .guard = AT_UNKNOWN },
	{ "a result just before the question is answered",
	  { { POLL, 0, "\r\n+QSMTPPUT: 0\r\n\r\nOK\r\n", 0 } }, 60000, AT_CHAT_OK, 0, 5000, 8000,
	  .guard = AT_UNKNOWN },
	{ "a result just behind the answer",
	  { { POLL, 0, "\r\nOK\r\n\r\n+QSMTPPUT: -7\r\n", 0 } }, 60000, AT_CHAT_RESULT, -7, 5000,
	  8000, .guard = AT_UNKNOWN },
	{ "a result with the echo of the question",
	  { { POLL, 0, POLL "\r\r\nOK\r\n\r\n+QSMTPPUT: 0\r\n", 0 } }, 60000, AT_CHAT_OK, 0,
	  5000, 8000, .guard = AT_UNKNOWN },
	{ "an answer and no result", { { POLL, 0, "\r\nOK\r\n", 0 } }, 60000, AT_CHAT_TIMEOUT, 0,
	  7000, 8000, .guard = AT_UNKNOWN },
	{ "a module that starts anew", { { POLL, 0, REFUSED, 0 }, { NULL, 8000, "\r\nRDY\r\n", 0 } },
	  60000, AT_CHAT_RESET, 0, 8000, 8000, .guard = AT_UNKNOWN },
	{ "a module that sends for too long", { { POLL, 0, REFUSED, 60000 } }, 60000,
	  AT_CHAT_TIMEOUT, 0, 60000, 60100, .guard = AT_UNKNOWN },
	{ "a module that is silent", { { POLL, 0, "", 60000 } }, 60000, AT_CHAT_TIMEOUT, 0, 60000,
	  60100, .guard = AT_UNKNOWN },
	{ "a module that says much", { { POLL, 0, REFUSED, 20000 },
	  { NULL, 1000, "\r\nRING\r\n\r\n+CMTI: \"SM\",1\r\n\r\nOK\r\n", 0 },
	  { NULL, 7000, "\r\nOK\r\n\r\nERROR\r\n\r\n+QSMTPDST: 0\r\n", 0 },
	  { NULL, 9000, "\r\n+QSMTPPUT: 0\r\n", 0 } }, 60000, AT_CHAT_OK, 0, 9000, 9000,
	  .guard = AT_UNKNOWN },
};

static void test_settling(void **state)
{
	const struct row *row = *state;
	struct talk talk;
	const char *first_other;

	begin(&talk, row);
	live(&talk);
	assert_true(talk.settled);
	assert_int_equal(talk.result.outcome, row->outcome);
	assert_int_equal(talk.result.has_code ? talk.result.code : 0, row->code);
	assert_in_range(talk.settled_ms, row->from_ms, row->to_ms);
	assert_int_equal(modem_life_state(talk.life), MODEM_READY);
	/* Up to there only the question was sent: then an empty line, to synchronise. */
	first_other = buf_string(&talk.sent);
	while (strncmp(first_other, POLL " ", strlen(POLL) + 1) == 0)
		first_other += strlen(POLL) + 1;
	assert_int_equal(first_other[0], ' ');
	end(&talk);
}

static const struct row guards[] = {
	{ .name = "an escape that ends data as it comes is found", .ends_bare = true,
	  .ends_guarded = true, .guard = AT_YES },
	{ .name = "an escape that wants silence is found", .ends_guarded = true, .guard = AT_NO },
	{ .name = "data that got shorter leave it open", .ends_bare = true, .ends_guarded = true,
	  .loses_data = true, .guard = AT_UNKNOWN },
	{ .name = "a body that is refused leaves it open", .ends_bare = true,
	  .sayings = { { "AT+QSMTPBODY", 0, REFUSED, 0 } }, .guard = AT_UNKNOWN },
};

static void test_guard(void **state)
{
	const struct row *row = *state;
	struct talk talk;

	begin(&talk, row);
	live(&talk);
	assert_int_equal(modem_life_state(talk.life), MODEM_READY);
	assert_true(talk.now_ms < 30000);
	assert_int_equal(modem_life_facts(talk.life)->bare_escape_ends, row->guard);
	assert_int_equal(modem_life_guard_ms(talk.life),
			 row->guard == AT_YES ? 0 : MODEM_GUARD_SURE_MS);
	assert_non_null(strstr(buf_string(&talk.sent), "AT+QSMTPBODY=1,60 "));
	end(&talk);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, settling, test_settling);
	ROWS_ADD_TABLE(&rows, guards, test_guard);
	return rows_run(&rows, "modem_chat");
}
