/* SPDX-License-Identifier: ISC */
/* Nothing that a module does keeps a script running for longer than the limit: one that
 * answers at the last moment, and one that stops answering at any step. */
#include "at/at_limit.h"

#include <stdio.h>
#include <string.h>

#include "at/at_chat.h"
#include "rows.h"

#define STEPS 5
#define NEVER INT64_MAX

static char payload[102400];

static const struct row {
	const char *name;
	unsigned baud;
	size_t payload_octets;
	int64_t guard_ms;
} table[] = {
	{ "a short mail", 115200, 500, 0 },
	{ "a long one", 115200, sizeof payload, 1200 },
	{ "on a slow line", 9600, sizeof payload, 1200 },
	{ "on a very slow line", 1200, 10240, 2000 },
	{ "without a line", 0, 10240, 0 },
};

/* A module that answers late, until it answers no more. */
struct module {
	const struct at_step *steps;
	size_t silent_from;	/* the step at which it begins to be silent */
	size_t step;
	int64_t speaks_ms;	/* when it says `words` next */
	char words[80];
};

static void make_steps(struct at_step *steps, size_t payload_octets)
{
	memset(steps, 0, STEPS * sizeof *steps);
	for (size_t i = 0; i < STEPS; i++) {
		steps[i].label = "STEP";
		steps[i].line = span_of("AT+QSMTPCFG=\"something\",1");
		steps[i].answer_ms = 10000;
		steps[i].wait_before_ms = 20;
	}
	steps[1].result = "+QSMTPDST:";
	steps[1].result_ms = 5000;
	steps[2].data = true;
	steps[2].payload = span_make(payload, payload_octets);
	steps[2].result = "+QSMTPBODY:";
	steps[2].result_is_length = true;
	steps[2].result_ms = 20000;
	steps[4].commits = true;
	steps[4].result = "+QSMTPPUT:";
	steps[4].result_ms = 305000;
}

static void speak_at(struct module *module, int64_t at_ms, const char *words)
{
	module->speaks_ms = module->step >= module->silent_from ? NEVER : at_ms;
	snprintf(module->words, sizeof module->words, "\r\n%s\r\n", words);
}

static void speak_result(struct module *module, int64_t now_ms)
{
	const struct at_step *step = &module->steps[module->step];
	char words[40];

	snprintf(words, sizeof words, "%s %zu", step->result,
		 step->result_is_length ? step->payload.length : 0);
	speak_at(module, now_ms + step->result_ms - 100, words);
}

/* All that it is sent ends a step's line or its data. */
static void hear(struct module *module, const struct at_chat_event *event, int64_t now_ms)
{
	const struct at_step *step = &module->steps[event->step];
	struct span octets = event->octets;

	if (event->label == NULL)
		return;
	module->step = event->step;
	if (span_is(octets, "+++"))
		speak_result(module, now_ms);
	else if (!event->data && octets.at[octets.length - 1] == '\r')
		speak_at(module, now_ms + step->answer_ms - 100, step->data ? "CONNECT" : "OK");
}

static void speak(struct module *module, struct at_chat *chat, int64_t now_ms)
{
	const struct at_step *step = &module->steps[module->step];
	bool said_ok = strstr(module->words, "\nOK\r") != NULL;

	at_chat_feed(chat, span_of(module->words), now_ms);
	module->speaks_ms = NEVER;
	if (said_ok && step->result)
		speak_result(module, now_ms);
}

/* How long the script ran. */
static int64_t play(const struct row *row, const struct at_step *steps, size_t silent_from,
		    enum at_chat_outcome outcome)
{
	struct at_chat_options options = { .baud = row->baud, .pace_ms = 20, .piece_octets = 512,
					   .escape_guard_ms = row->guard_ms };
	struct at_chat *chat = at_chat_new(&options);
	struct module module = { .steps = steps, .silent_from = silent_from, .speaks_ms = NEVER };
	struct at_chat_event event;
	int64_t now_ms = 1000;

	at_chat_start(chat, steps, STEPS, now_ms);
	for (;;) {
		at_chat_next(chat, now_ms, &event);
		if (event.kind == AT_CHAT_FINISHED)
			break;
		if (event.kind == AT_CHAT_SEND)
			hear(&module, &event, now_ms);
		if (event.kind != AT_CHAT_NONE)
			continue;
		assert_true(at_chat_deadline_ms(chat) < NEVER);
		if (module.speaks_ms <= at_chat_deadline_ms(chat)) {
			now_ms = module.speaks_ms > now_ms ? module.speaks_ms : now_ms;
			speak(&module, chat, now_ms);
		} else {
			now_ms = at_chat_deadline_ms(chat);
		}
	}
	assert_int_equal(at_chat_result(chat)->outcome, outcome);
	at_chat_free(chat);
	return now_ms - 1000;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct at_step steps[STEPS];
	int64_t limit_ms, took_ms;

	memset(payload, 'x', sizeof payload);
	make_steps(steps, row->payload_octets);
	limit_ms = at_limit_script_ms(steps, STEPS, row->baud);
	for (size_t i = 0; i < STEPS; i++)
		assert_in_range(play(row, steps, i, AT_CHAT_TIMEOUT), 1000, limit_ms);
	took_ms = play(row, steps, STEPS, AT_CHAT_OK);
	assert_in_range(took_ms, limit_ms / 5, limit_ms);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	return rows_run(&rows, "at_limit");
}
