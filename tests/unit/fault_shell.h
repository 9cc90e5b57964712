/* SPDX-License-Identifier: ISC */
/* For test_fault_life: does what a life orders, as io/modem_driver does, and
 * looks that the rules of recovery hold. */
#ifndef TESTS_UNIT_FAULT_SHELL_H
#define TESTS_UNIT_FAULT_SHELL_H

#include "fault_world.h"
#include "modem/modem_ladder.h"

#define FAULT_UNPLUGGED_MS 7000		/* so long a lost device stays away ... */
#define FAULT_HELD_MS 6000		/* ... and is in use by another program then */
#define FAULT_SETTLE_MS (3 * FAULT_MINUTE_MS)

static inline void fault_begin_life(struct fault_world *w)
{
	struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 10000,
		.register_timeout_ms = 2 * FAULT_MINUTE_MS, .hardware_flow_control = true,
		.pin = FAULT_PIN, .baud = w->bench->options.baud, .finds_guard = true,
		.guard_ms = MODEM_GUARD_SURE_MS, .wants_store = true, .seed = 7,
	};

	w->life = modem_life_new(&options, w->bench->now_ms);
	assert_non_null(w->life);
	if (!w->setting->settles)
		return;
	modem_life_settle(w->life, w->bench->now_ms + FAULT_SETTLE_MS, w->bench->now_ms);
	if (w->setting->sending)
		w->bench->module.sending_until_ms = w->bench->now_ms + FAULT_MINUTE_MS;
}

/* The rate and the silence are as the life wants them when something begins. */
static inline void fault_fit_line(struct fault_world *w)
{
	struct fault_bench *b = w->bench;

	b->options.baud = modem_life_baud(w->life);
	b->options.escape_guard_ms = modem_life_guard_ms(w->life);
	at_chat_set_options(b->chat, &b->options);
}

/* The fault is there while its script runs, for the first time or each time. */
static inline void fault_arm(struct fault_world *w, const struct at_step *steps, size_t count,
			     enum modem_script script)
{
	struct fault_module *m = &w->bench->module;

	w->happened = w->happened || (m->fault.row != NULL && m->done);
	w->bench->steps = m->steps = steps;
	w->bench->count = m->count = count;
	w->bench->commits_sent = 0;
	m->next = 0;
	m->fault.row = NULL;
	m->armed = false;
	if (script != w->setting->script || (w->happened && !w->for_ever) ||
	    w->fault_step >= count)
		return;
	m->fault = w->fault;
	m->fault_step = w->fault_step;
	m->done = false;
}

static inline void fault_note_reset(struct fault_world *w)
{
	int64_t now_ms = w->bench->now_ms;
	unsigned hour = 1, day = 1;

	for (unsigned i = 0; i < w->resets; i++) {
		hour += now_ms - w->resets_ms[i] < FAULT_HOUR_MS;
		day += now_ms - w->resets_ms[i] < FAULT_DAY_MS;
	}
	assert_true(w->resets < FAULT_RESETS_MAX);
	w->resets_ms[w->resets++] = now_ms;
	/* An hour of the ladder begins where it begins: two of them may touch. */
	if (hour > 2 * MODEM_LADDER_RESETS_AN_HOUR || day > 2 * MODEM_LADDER_RESETS_A_DAY)
		FAULT_COMPLAIN(w->bench, "reset %u times an hour, %u a day", hour, day);
}

static inline void fault_follow_open(struct fault_world *w)
{
	int64_t now_ms = w->bench->now_ms;

	if (now_ms < w->absent_until_ms)
		modem_life_open_failed(w->life, true, "no such device", now_ms);
	else if (now_ms < w->absent_until_ms + FAULT_HELD_MS && w->absent_until_ms > 0)
		modem_life_open_failed(w->life, false, "in use by another program", now_ms);
	else
		modem_life_opened(w->life, now_ms);
}

static inline void fault_follow_run(struct fault_world *w, const struct modem_order *order)
{
	struct fault_bench *b = w->bench;

	fault_fit_line(w);
	if (w->life->script == MODEM_SCRIPT_RESTART)
		fault_note_reset(w);
	fault_arm(w, order->steps, order->count, w->life->script);
	for (size_t i = 0; i < order->count; i++)
		if (order->steps[i].line.length > 0 && order->steps[i].answer_ms <= 0)
			FAULT_COMPLAIN(b, "%s has no limit", order->steps[i].label);
	if (order->kind == MODEM_ORDER_LISTEN)
		at_chat_start_listening(b->chat, order->steps, order->count, b->now_ms);
	else
		at_chat_start(b->chat, order->steps, order->count, b->now_ms);
	if (order->steps[0].line.length == 0 && w->setting->script == MODEM_SCRIPT_LISTEN &&
	    w->fault.row != NULL && !w->result_said) {
		fault_say_unasked(&b->module, 0, b->now_ms + 800);
		w->result_said = true;
	}
}

static inline void fault_follow_settled(struct fault_world *w, const struct at_chat_result *result)
{
	if (++w->settled > 1)
		FAULT_COMPLAIN(w->bench, "settled twice");
	if (result->outcome == AT_CHAT_OK && !w->bench->said_sent)
		FAULT_COMPLAIN(w->bench, "settled as sent, and nobody said so");
	if (result->outcome == AT_CHAT_RESULT && (!result->has_code || result->code == 0))
		FAULT_COMPLAIN(w->bench, "settled by a result without a number");
}

static inline void fault_follow(struct fault_world *w, const struct modem_order *order)
{
	struct fault_bench *b = w->bench;

	switch (order->kind) {
	case MODEM_ORDER_WAIT:
	case MODEM_ORDER_REMEMBER:
		break;
	case MODEM_ORDER_OPEN:
		fault_follow_open(w);
		break;
	case MODEM_ORDER_CLOSE:
		at_chat_lost(b->chat);
		b->backlog = 0;
		break;
	case MODEM_ORDER_SYNC:
		fault_fit_line(w);
		fault_arm(w, NULL, 0, MODEM_SCRIPTS);
		at_chat_start_sync(b->chat, order->sync_kind, b->now_ms);
		break;
	case MODEM_ORDER_RUN:
	case MODEM_ORDER_LISTEN:
		fault_follow_run(w, order);
		break;
	case MODEM_ORDER_SETTLED:
		fault_follow_settled(w, order->settled);
		break;
	case MODEM_ORDER_RECALL_PIN:
		modem_life_recalled(w->life, w->pin_memory, b->now_ms);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		w->pin_memory = order->pin_memory;
		modem_life_remembered(w->life, true, b->now_ms);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		fault_note_reset(w);
		w->command_done_ms = b->now_ms + 5000;
		break;
	}
}

/* Told of what the chat has to say. */
static inline void fault_on_event(struct fault_bench *b, const struct at_chat_event *event)
{
	struct fault_world *w = b->world;

	switch (event->kind) {
	case AT_CHAT_INFO:
		if (!w->mail)
			modem_life_info(w->life, event->label, event->octets);
		break;
	case AT_CHAT_UNSOLICITED:
		modem_life_unsolicited(w->life, event->octets, b->now_ms);
		break;
	case AT_CHAT_FINISHED:
		if (w->mail)
			modem_life_sent(w->life, &b->result, b->now_ms);
		else
			modem_life_finished(w->life, &b->result, b->now_ms);
		if (w->mail && b->result.outcome != AT_CHAT_OK &&
		    modem_life_basis(w->life).session_set)
			FAULT_COMPLAIN(b, "the session still stands after a failure");
		w->mail = false;
		break;
	case AT_CHAT_NONE:
	case AT_CHAT_SEND:
	case AT_CHAT_HOLD:
		break;
	}
}

static inline void fault_see_state(struct fault_world *w)
{
	enum modem_state state = modem_life_state(w->life);

	w->entered |= 1u << state;
	if (state != w->state)
		w->left |= 1u << w->state;
	w->state = state;
}

/* Until the life waits. */
static inline void fault_ask_life(struct fault_world *w)
{
	struct fault_bench *b = w->bench;
	struct modem_order order;

	do {
		if (w->orders++ > 200)
			FAULT_COMPLAIN(b, "orders and orders, and no time passes");
		modem_life_next(w->life, b->now_ms, &order);
		fault_see_state(w);
		fault_follow(w, &order);
		fault_pump(b);
	} while (order.kind != MODEM_ORDER_WAIT);
	if (modem_life_deadline_ms(w->life) - b->now_ms > FAULT_DAY_MS && !w->mail)
		FAULT_COMPLAIN(b, "%s has no timer", modem_state_name(modem_life_state(w->life)));
}

/* The line is gone: it was unplugged, and comes back. */
static inline void fault_hang_up(struct fault_world *w)
{
	struct fault_bench *b = w->bench;

	b->hung_up = false;
	w->absent_until_ms = b->now_ms + FAULT_UNPLUGGED_MS;
	b->backlog = 0;
	modem_life_lost(w->life, "unplugged", b->now_ms);
}

/* To the next moment, or to `until_ms` if that is sooner. */
static inline void fault_live(struct fault_world *w, int64_t until_ms)
{
	struct fault_bench *b = w->bench;
	int64_t due_ms = fault_earlier(fault_due_ms(b), modem_life_deadline_ms(w->life));

	if (w->command_done_ms > 0)
		due_ms = fault_earlier(due_ms, w->command_done_ms);
	due_ms = fault_earlier(due_ms, until_ms);
	if (due_ms > b->now_ms)
		w->orders = 0;
	fault_go_to(b, due_ms);
	if (w->command_done_ms > 0 && b->now_ms >= w->command_done_ms) {
		w->command_done_ms = 0;
		fault_module_start_anew(&b->module);
		modem_life_reset_done(w->life, true, b->now_ms);
	}
	if (b->hung_up)
		fault_hang_up(w);
	fault_ask_life(w);
}

#endif
