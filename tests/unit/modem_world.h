/* SPDX-License-Identifier: ISC */
/* For test_modem_life and test_modem_sim: a life in a small world on virtual time: a device, a module, a SIM and a
 * network that behave as the row says, and events that happen at given times.
 * What is compared is the way through the states. */
#ifndef TESTS_UNIT_MODEM_WORLD_H
#define TESTS_UNIT_MODEM_WORLD_H

#include "modem/modem_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rows.h"

#define NEVER_MS INT64_MAX
#define MINUTE_MS INT64_C(60000)
#define ACTIONS_MAX 8
#define RUN_MAX 100000

enum action {
	NOTHING,
	UNPLUG,
	SAY,		/* an unsolicited line */
	MAIL,		/* sends a mail, which ends as `result` says after 2 s */
	RESET,		/* the operator's */
	FREEZE,		/* the module answers no more ... */
	THAW,		/* ... and again */
	NETWORK,	/* registration becomes `number` */
	CPIN,		/* the SIM says `text` */
};

struct event {
	int64_t at_ms;
	enum action action;
	const char *text;
	int number;
	struct at_chat_result result;
};

struct row {
	const char *name;
	int64_t until_ms;
	const char *states;	/* the way, by names */
	const char *why;	/* at the end, contains; NULL: not looked at */
	const char *ran;	/* labels that must have been sent, contains; NULL */
	const char *not_ran;	/* a command that must not have been sent; NULL */

	int64_t device_at_ms;	/* when the device appears */
	bool busy;		/* it is in use by another program */
	int64_t answers_at_ms;	/* when the module begins to answer */
	const char *cpin;	/* NULL: READY; "ERROR 10": that error */
	int tries;		/* the counter; 0: the module has none */
	bool wrong_pin;
	const char *pin;
	enum modem_pin_memory memory;
	bool disk_full;
	enum modem_pin_memory memory_after;
	int pins_sent;
	const char *probe;	/* NULL: speaks the dialect; "" ERROR */
	int stat;		/* of +CREG; 0: home */
	bool no_gprs;		/* AT+CGREG? is unknown */
	bool roaming;
	bool clear_errors;	/* AT+QSMTPCLR gives ERROR: the module sends */
	bool has_command;
	bool slow_operator;	/* AT+COPS? is not answered in time */
	bool boots;		/* it starts anew in the middle of the first script */
	bool open_for_ever;	/* the shell never ends what was ordered */
	struct event events[ACTIONS_MAX];
};

struct world {
	const struct row *row;
	struct modem_life *life;
	int64_t now_ms;
	bool frozen;
	char cpin[32];
	int stat;
	enum modem_pin_memory memory;
	int pins_sent;
	struct modem_order order;	/* under way */
	int64_t done_ms;		/* when it ends */
	struct at_chat_result result;	/* of it */
	size_t next_event;
	enum modem_state state;
	struct buf states, ran;
};

static inline void note_state(struct world *world)
{
	enum modem_state state = modem_life_state(world->life);

	if (world->states.length > 0 && state == world->state)
		return;
	if (world->states.length > 0)
		buf_byte(&world->states, ' ');
	buf_text(&world->states, modem_state_name(state));
	world->state = state;
}

static inline bool is_silent(const struct world *world)
{
	return world->frozen || world->now_ms < world->row->answers_at_ms;
}

/* The answer of the module to one command: an error number, -1 for plain ERROR,
 * 0 for OK. */
static inline int answer(struct world *world, const struct at_step *step)
{
	const struct row *row = world->row;
	struct modem_life *life = world->life;
	char line[80] = "";
	int error = 0;

	if (span_is(step->line, "AT+CPIN?")) {
		snprintf(line, sizeof(line), "+CPIN: %s", world->cpin);
		if (sscanf(world->cpin, "ERROR %d", &error) == 1)
			return error;
	} else if (strcmp(step->label, "CPIN") == 0) {
		world->pins_sent++;
		assert_true(step->secret);
		if (row->wrong_pin)
			return 16;
		strcpy(world->cpin, "READY");
	} else if (strcmp(step->label, "QPINC") == 0) {
		if (row->tries == 0)
			return -1;
		snprintf(line, sizeof(line), "+QPINC: \"SC\",%d,10", row->tries);
	} else if (strcmp(step->label, "QTRPIN") == 0 || strcmp(step->label, "CNMI") == 0) {
		return -1;
	} else if (strcmp(step->label, "PROBE") == 0) {
		if (row->probe != NULL && row->probe[0] == '\0')
			return -1;
		snprintf(line, sizeof(line), "+QSMTPCFG: %s", row->probe ? row->probe : "(1)");
	} else if (strcmp(step->label, "QSMTPCLR") == 0) {
		return row->clear_errors ? -1 : 0;
	} else if (span_is(step->line, "AT+CREG?")) {
		snprintf(line, sizeof(line), "+CREG: 0,%d", world->stat);
	} else if (span_is(step->line, "AT+CGREG?")) {
		if (row->no_gprs)
			return -1;
		snprintf(line, sizeof(line), "+CGREG: 0,%d", world->stat);
	} else if (strcmp(step->label, "CSQ") == 0) {
		strcpy(line, "+CSQ: 21,0");
	} else if (strcmp(step->label, "CGMM") == 0) {
		strcpy(line, "Quectel_M95");
	} else if (strcmp(step->label, "COPS") == 0) {
		strcpy(line, "+COPS: 0,0,\"Testnet\"");
	}
	if (line[0] != '\0' && step->info != NULL)
		modem_life_info(life, step->label, span_of(line));
	return 0;
}

/* Runs a script as the chat would; its end is due after some time. */
static inline void run_script(struct world *world)
{
	world->result = (struct at_chat_result){ .outcome = AT_CHAT_OK, .synced = true };
	world->done_ms = world->now_ms;
	for (size_t i = 0; i < world->order.count; i++) {
		const struct at_step *step = &world->order.steps[i];
		int error;

		assert_true(step->answer_ms > 0);
		assert_true(span_starts(step->line, "AT"));
		buf_put(&world->ran, step->secret ? span_of("AT+CPIN=secret") : step->line);
		buf_byte(&world->ran, ' ');
		world->done_ms += 50;
		if (world->row->boots && strcmp(step->label, "ATE0") == 0) {
			world->result.outcome = AT_CHAT_RESET;
			world->result.label = step->label;
			return;
		}
		if (is_silent(world) ||
		    (world->row->slow_operator && strcmp(step->label, "COPS") == 0)) {
			world->done_ms += step->answer_ms + (is_silent(world) ? 20000 : 100);
			world->result = (struct at_chat_result){
				.outcome = AT_CHAT_TIMEOUT, .label = step->label, .step = i,
				.synced = !is_silent(world),
			};
			return;
		}
		error = answer(world, step);
		if (error == 0 || step->on_error == AT_ON_ERROR_GO_ON)
			continue;
		world->result = (struct at_chat_result){
			.outcome = AT_CHAT_ERROR, .label = step->label, .step = i,
			.has_code = error > 0, .code = error, .synced = true,
		};
		return;
	}
}

static inline void take_order(struct world *world)
{
	world->done_ms = world->now_ms + 1;
	switch (world->order.kind) {
	case MODEM_ORDER_SYNC:
		world->result = (struct at_chat_result){ .outcome = AT_CHAT_OK, .synced = true };
		world->done_ms = world->now_ms + 200;
		if (!is_silent(world))
			break;
		world->result = (struct at_chat_result){ .outcome = AT_CHAT_TIMEOUT, .label = "SYNC" };
		world->done_ms = world->now_ms + 8000;
		break;
	case MODEM_ORDER_RUN:
		run_script(world);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		if (!world->row->disk_full)
			world->memory = world->order.pin_memory;
		break;
	case MODEM_ORDER_RESET_COMMAND:
		buf_text(&world->ran, "reset-command ");
		world->done_ms = world->now_ms + 5000;
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_WAIT:
		world->done_ms = NEVER_MS;
		break;
	case MODEM_ORDER_OPEN:
		break;
	}
	if (world->row->open_for_ever && world->order.kind == MODEM_ORDER_RUN)
		world->done_ms = NEVER_MS;
}

static inline void end_open(struct world *world)
{
	if (world->now_ms < world->row->device_at_ms)
		modem_life_open_failed(world->life, true, "no such device", world->now_ms);
	else if (world->row->busy)
		modem_life_open_failed(world->life, false, "in use by minicom", world->now_ms);
	else
		modem_life_opened(world->life, world->now_ms);
}

static inline void end_order(struct world *world)
{
	enum modem_order_kind kind = world->order.kind;

	world->done_ms = NEVER_MS;
	world->order.kind = MODEM_ORDER_WAIT;
	switch (kind) {
	case MODEM_ORDER_OPEN:
		end_open(world);
		break;
	case MODEM_ORDER_SYNC:
	case MODEM_ORDER_RUN:
		modem_life_finished(world->life, &world->result, world->now_ms);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		modem_life_remembered(world->life, !world->row->disk_full, world->now_ms);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		modem_life_reset_done(world->life, true, world->now_ms);
		break;
	case MODEM_ORDER_CLOSE:
		break;
	case MODEM_ORDER_WAIT:
		/* It was a mail. */
		modem_life_sent(world->life, &world->result, world->now_ms);
		break;
	}
}

static inline void happen(struct world *world, const struct event *event)
{
	switch (event->action) {
	case NOTHING:
		break;
	case UNPLUG:
		modem_life_lost(world->life, "unplugged", world->now_ms);
		world->order.kind = MODEM_ORDER_WAIT;
		world->done_ms = NEVER_MS;
		break;
	case SAY:
		modem_life_unsolicited(world->life, span_of(event->text), world->now_ms);
		break;
	case MAIL:
		assert_true(modem_life_is_ready(world->life));
		modem_life_sending(world->life, world->now_ms);
		assert_false(modem_life_is_ready(world->life));
		world->result = event->result;
		world->done_ms = world->now_ms + 2000;
		break;
	case RESET:
		modem_life_reset(world->life, world->now_ms);
		break;
	case FREEZE:
		world->frozen = true;
		break;
	case THAW:
		world->frozen = false;
		break;
	case NETWORK:
		world->stat = event->number;
		break;
	case CPIN:
		span_copy(span_of(event->text), world->cpin, sizeof(world->cpin));
		break;
	}
}

static inline void ask(struct world *world)
{
	struct modem_order order;

	for (int i = 0; ; i++) {
		assert_true(i < 10);
		modem_life_next(world->life, world->now_ms, &order);
		note_state(world);
		if (order.kind == MODEM_ORDER_WAIT)
			break;
		assert_true(world->done_ms == NEVER_MS || order.kind == MODEM_ORDER_CLOSE);
		world->order = order;
		take_order(world);
	}
	/* No state without a timer. */
	assert_true(modem_life_deadline_ms(world->life) < NEVER_MS);
	assert_true(modem_life_deadline_ms(world->life) >= world->now_ms);
}

static inline int64_t earliest(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

static inline void live(struct world *world)
{
	const struct event *events = world->row->events;

	for (int i = 0; i < RUN_MAX; i++) {
		int64_t event_ms = NEVER_MS;

		ask(world);
		if (world->next_event < ACTIONS_MAX && events[world->next_event].action != NOTHING)
			event_ms = events[world->next_event].at_ms;
		world->now_ms = earliest(earliest(event_ms, world->done_ms),
					 modem_life_deadline_ms(world->life));
		if (world->now_ms > world->row->until_ms)
			return;
		if (world->now_ms == world->done_ms)
			end_order(world);
		else if (world->now_ms == event_ms)
			happen(world, &events[world->next_event++]);
		note_state(world);
	}
	fail_msg("time stands still");
}

static inline void begin(struct world *world, const struct row *row)
{
	struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"),
		.command_timeout_ms = 10000,
		.register_timeout_ms = 2 * MINUTE_MS,
		.roaming = row->roaming,
		.has_reset_command = row->has_command,
		.pin_memory = row->memory,
	};

	*world = (struct world){
		.row = row, .done_ms = NEVER_MS, .stat = row->stat ? row->stat : 1,
		.memory = row->memory,
		.states = BUF_INIT(64 * 1024), .ran = BUF_INIT(1024 * 1024),
	};
	strcpy(world->cpin, row->cpin ? row->cpin : "READY");
	if (row->pin != NULL)
		strcpy(options.pin, row->pin);
	world->life = modem_life_new(&options, 0);
	assert_non_null(world->life);
}

static inline void world_test_row(void **state)
{
	const struct row *row = *state;
	struct world world;
	const char *why;

	begin(&world, row);
	live(&world);
	why = modem_life_why(world.life);
	assert_string_equal(buf_string(&world.states), row->states);
	if (row->why != NULL && strstr(why, row->why) == NULL)
		fail_msg("why is \"%s\"", why);
	if (row->ran != NULL && strstr(buf_string(&world.ran), row->ran) == NULL)
		fail_msg("ran %s", buf_string(&world.ran));
	if (row->not_ran != NULL)
		assert_null(strstr(buf_string(&world.ran), row->not_ran));
	if (row->pin != NULL) {
		assert_int_equal(world.memory, row->memory_after);
		assert_int_equal(world.pins_sent, row->pins_sent);
	}
	buf_clear(&world.states);
	buf_clear(&world.ran);
	modem_life_free(world.life);
}

#define UP "absent syncing sim registering ready"
#define UP_AGAIN " syncing sim registering ready"
#define OF(outcome_name, text, ...) { .outcome = (outcome_name), .label = (text), __VA_ARGS__ }
#define AT_PUT(number) OF(AT_CHAT_RESULT, "QSMTPPUT", .has_code = true, .code = (number), \
			  .committed = true, .synced = true)


#endif
