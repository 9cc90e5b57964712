/* SPDX-License-Identifier: ISC */
#include "modem/modem_settle.h"

#include <limits.h>

#include "at/at_reply.h"

#define LISTEN_FIRST_MS 5000
#define LISTEN_AGAIN_MS 10000
#define AGAIN_MS 1000		/* after an end that was none: not in a circle */
#define BOOT_QUIET_MS 2000
#define PATIENCE_MS 30000

static const char waits[] = "waits for the outcome of a mail sent before gsmtpd was restarted";

static void run(struct modem_life *life, bool polls, int64_t listen_ms, int64_t delay_ms)
{
	int64_t left_ms = life->settling.until_ms - life->now_ms;

	modem_course_run(life, MODEM_SENDING, polls ? MODEM_SCRIPT_POLL : MODEM_SCRIPT_LISTEN,
			 delay_ms);
	modem_course_say(life, "%s", waits);
	life->settling.polls = polls;
	life->settling.listen_ms = listen_ms < left_ms ? listen_ms : left_ms;
}

void modem_settle_begin(struct modem_life *life, int64_t until_ms)
{
	life->settling = (struct modem_settling){ .wanted = true, .until_ms = until_ms };
	modem_course_go(life, MODEM_SENDING, MODEM_TASK_OPEN, 0);
	modem_course_say(life, "%s", waits);
}

void modem_settle_listen(struct modem_life *life)
{
	run(life, false, LISTEN_FIRST_MS, 0);
}

/* From here on the module is anybody's again; the order is given by
 * modem_life_next(). */
static void settle(struct modem_life *life, enum at_chat_outcome outcome)
{
	struct modem_settling *settling = &life->settling;

	settling->wanted = false;
	settling->told = true;
	settling->result = (struct at_chat_result){
		.outcome = outcome, .label = "QSMTPPUT", .committed = true,
		.commit_done = outcome == AT_CHAT_OK,
		.has_code = settling->heard, .code = settling->code, .synced = true,
	};
	span_copy(span_of(settling->line), settling->result.line, sizeof(settling->result.line));
	if (life->open)
		modem_course_sync(life, outcome == AT_CHAT_RESET ? BOOT_QUIET_MS : 0, PATIENCE_MS);
}

static void settle_by_result(struct modem_life *life)
{
	settle(life, life->settling.code == 0 ? AT_CHAT_OK : AT_CHAT_RESULT);
}

/* The first result counts: it is the mail's, as nobody sent another one. */
static void note_result(struct modem_life *life, int64_t code, struct span line)
{
	if (life->settling.heard)
		return;
	life->settling.heard = true;
	life->settling.code = code < INT_MIN || code > INT_MAX ? INT_MIN : (int)code;
	span_copy(line, life->settling.line, sizeof(life->settling.line));
}

void modem_settle_hear(struct modem_life *life, struct span line)
{
	enum at_reply reply = at_reply_classify(line);
	struct span fields;
	int64_t code;

	if (at_reply_fields(line, "+QSMTPPUT:", &fields) && at_reply_number(fields, &code)) {
		note_result(life, code, line);
		if (!life->running)
			settle_by_result(life);
	} else if (!life->running && (reply == AT_REPLY_BOOT || reply == AT_REPLY_POWER_DOWN)) {
		settle(life, AT_CHAT_RESET);
	}
}

static void go_on(struct modem_life *life, const struct at_chat_result *result)
{
	bool silent = result->outcome == AT_CHAT_TIMEOUT;

	if (!life->settling.polls)
		run(life, true, LISTEN_AGAIN_MS, silent ? 0 : AGAIN_MS);
	else if (silent && result->step > 0)
		settle(life, AT_CHAT_TIMEOUT);	/* not refused: it sends no more */
	else
		run(life, false, LISTEN_AGAIN_MS, silent || result->outcome == AT_CHAT_ERROR ?
		    0 : AGAIN_MS);
}

void modem_settle_after_script(struct modem_life *life, const struct at_chat_result *result)
{
	if (result->outcome == AT_CHAT_OK || result->outcome == AT_CHAT_RESULT)
		note_result(life, result->has_code ? result->code : 0, span_of(result->line));
	if (life->settling.heard)
		settle_by_result(life);
	else if (result->outcome == AT_CHAT_RESET)
		settle(life, AT_CHAT_RESET);
	else
		go_on(life, result);
}

void modem_settle_look_at_clock(struct modem_life *life)
{
	if (life->settling.wanted && life->now_ms >= life->settling.until_ms)
		settle(life, AT_CHAT_TIMEOUT);
}
