/* SPDX-License-Identifier: ISC */
/* For the test_modem_*: a life in a small world on virtual time: a device, a
 * module, a SIM, a network and a disk that behave as the row says, and events
 * that happen at given times. What is compared is the way through the states. */
#ifndef TESTS_UNIT_MODEM_WORLD_H
#define TESTS_UNIT_MODEM_WORLD_H

#include "modem_world_module.h"

static inline void note_state(struct world *world)
{
	enum modem_state state = modem_life_state(world->life);

	if (world->states.length > 0 && state == world->state)
		return;
	if (world->states.length > 0) {
		buf_byte(&world->states, ' ');
		world->left |= 1u << world->state;
	}
	buf_text(&world->states, modem_state_name(state));
	world->state = state;
	world->entered |= 1u << state;
	if (state == MODEM_READY && world->ready_ms == 0)
		world->ready_ms = world->now_ms;
}

static inline void take_sync(struct world *world)
{
	bool brief = world->order.sync_kind == AT_CHAT_SYNC_BRIEF;

	world->result = (struct at_chat_result){ .outcome = AT_CHAT_OK, .synced = true };
	world->done_ms = world->now_ms + (brief ? 200 : 3000);
	if (world->row->baud == 0)
		world->done_ms = world->now_ms + 200;
	if (!is_silent(world))
		return;
	world->result = (struct at_chat_result){ .outcome = AT_CHAT_TIMEOUT, .label = "SYNC" };
	world->done_ms = world->now_ms + (brief ? 1000 : 8000);
	if (world->row->baud != 0 && !brief)
		world->done_ms = world->now_ms + 20000;
}

static inline void hang_up(struct world *world, int64_t away_ms)
{
	world->device_at_ms = world->now_ms + away_ms;
	modem_life_lost(world->life, "unplugged", world->now_ms);
	if (world->order.kind == MODEM_ORDER_RESET_COMMAND)
		return;
	world->order.kind = MODEM_ORDER_WAIT;
	world->done_ms = NEVER_MS;
}

static inline void take_order(struct world *world)
{
	world->done_ms = world->now_ms + 1;
	/* Nothing else is done to a module that may be sending. */
	if (world->settling)
		assert_true(world->order.kind == MODEM_ORDER_OPEN ||
			    world->order.kind == MODEM_ORDER_LISTEN);
	switch (world->order.kind) {
	case MODEM_ORDER_SYNC:
		take_sync(world);
		break;
	case MODEM_ORDER_RUN:
		run_script(world);
		break;
	case MODEM_ORDER_LISTEN:
		run_listening(world);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		if (!world->row->disk_full)
			sim_of(world, world->order.iccid)->memory = world->order.pin_memory;
		break;
	case MODEM_ORDER_RESET_COMMAND:
		buf_text(&world->ran, "reset-command ");
		world->done_ms = world->now_ms + 5000;
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_WAIT:
		world->done_ms = NEVER_MS;
		break;
	case MODEM_ORDER_RECALL_PIN:
		assert_string_equal(world->order.iccid, world->iccid);
		break;
	case MODEM_ORDER_OPEN:
	case MODEM_ORDER_SETTLED:
	case MODEM_ORDER_REMEMBER:
		break;
	}
	if (world->row->open_for_ever && world->order.kind == MODEM_ORDER_RUN)
		world->done_ms = NEVER_MS;
	if (world->order.kind == MODEM_ORDER_RESET_COMMAND && world->row->command_revives)
		world->frozen = false;
	if (world->row->reset_hangs_up && !is_silent(world) &&
	    (world->order.kind == MODEM_ORDER_RESET_COMMAND ||
	     (world->order.kind == MODEM_ORDER_RUN &&
	      span_is(world->order.steps[0].line, "AT+CFUN=1,1"))))
		hang_up(world, 5000);
}

/* What is told rather than done. */
static inline bool take_news(struct world *world, const struct modem_order *order)
{
	if (order->kind == MODEM_ORDER_REMEMBER) {
		world->kept = *modem_life_memory(world->life);
		world->writes++;
	} else if (order->kind == MODEM_ORDER_SETTLED) {
		assert_true(world->settling);
		world->settling = false;
		world->settled = *order->settled;
		world->settled_ms = world->now_ms;
		world->settled_count++;
	} else {
		return false;
	}
	return true;
}

static inline void end_open(struct world *world)
{
	if (world->now_ms < world->device_at_ms)
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
	case MODEM_ORDER_LISTEN:
		modem_life_finished(world->life, &world->result, world->now_ms);
		if (world->row->boots_on_pin && world->result.has_code &&
		    world->result.code == 16)
			modem_life_unsolicited(world->life, span_of("RDY"), world->now_ms);
		break;
	case MODEM_ORDER_RECALL_PIN:
		modem_life_recalled(world->life, sim_of(world, world->iccid)->memory,
				    world->now_ms);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		modem_life_remembered(world->life, !world->row->disk_full, world->now_ms);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		modem_life_reset_done(world->life, true, world->now_ms);
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_SETTLED:
	case MODEM_ORDER_REMEMBER:
		break;
	case MODEM_ORDER_WAIT:
		/* It was a mail. */
		modem_life_sent(world->life, &world->result, world->now_ms);
		break;
	}
}

static inline void boot(struct world *world, const struct event *event)
{
	if (event->number != 0)
		world->module_baud = (unsigned)event->number;
	if (world->order.kind == MODEM_ORDER_LISTEN) {
		world->result = (struct at_chat_result){ .outcome = AT_CHAT_RESET };
		world->done_ms = world->now_ms + 1;
		return;
	}
	modem_life_unsolicited(world->life, span_of("RDY"), world->now_ms);
}

static inline void happen(struct world *world, const struct event *event)
{
	switch (event->action) {
	case NOTHING:
		break;
	case UNPLUG:
		hang_up(world, 0);
		break;
	case UNPLUG_FOR:
		hang_up(world, event->number);
		break;
	case BOOT:
		boot(world, event);
		break;
	case SWAP:
		span_copy(span_of(event->text), world->iccid, sizeof(world->iccid));
		strcpy(world->cpin, "SIM PIN");
		break;
	case FILES:
		world->files = event->number;
		break;
	case SAY:
		modem_life_unsolicited(world->life, span_of(event->text), world->now_ms);
		break;
	case MAIL:
		assert_true(modem_life_is_ready(world->life));
		modem_life_sending(world->life, event->number == 1, world->now_ms);
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
		if (take_news(world, &order))
			continue;
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

static inline struct modem_life *new_life(const struct row *row,
					  const struct modem_memory *kept, int64_t now_ms)
{
	struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"),
		.command_timeout_ms = 10000,
		.register_timeout_ms = 2 * MINUTE_MS,
		.roaming = row->roaming,
		.has_reset_command = row->has_command,
		.baud = row->baud,
		.finds_guard = row->finds_guard,
		.guard_ms = 700,
		.wants_store = row->wants_store,
		.memory = *kept,
	};
	struct modem_life *life;

	if (row->pin != NULL)
		strcpy(options.pin, row->pin);
	life = modem_life_new(&options, now_ms);
	assert_non_null(life);
	return life;
}

static inline void begin(struct world *world, const struct row *row)
{
	*world = (struct world){
		.row = row, .done_ms = NEVER_MS, .stat = row->stat ? row->stat : 1,
		.module_baud = row->module_baud, .device_at_ms = row->device_at_ms,
		.files = row->files, .kept = row->kept,
		.states = BUF_INIT(64 * 1024), .ran = BUF_INIT(1024 * 1024),
	};
	strcpy(world->cpin, row->cpin ? row->cpin : "READY");
	strcpy(world->iccid, row->iccid ? row->iccid : "8988211000000000014");
	sim_of(world, world->iccid)->memory = row->memory;
	world->life = new_life(row, &row->kept, 0);
	if (row->settle_until_ms == 0)
		return;
	world->settling = true;
	modem_life_settle(world->life, row->settle_until_ms, 0);
}

static inline void end_world(struct world *world)
{
	buf_clear(&world->states);
	buf_clear(&world->ran);
	modem_life_free(world->life);
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
		assert_int_equal(sim_of(&world, world.iccid)->memory, row->memory_after);
		assert_int_equal(sim_of(&world, world.iccid)->pins_sent, row->pins_sent);
	}
	end_world(&world);
}

#define UP "absent syncing sim registering ready"
#define UP_AGAIN " syncing sim registering ready"
#define OF(outcome_name, text, ...) { .outcome = (outcome_name), .label = (text), __VA_ARGS__ }
#define AT_PUT(number) OF(AT_CHAT_RESULT, "QSMTPPUT", .has_code = true, .code = (number), \
			  .committed = true, .synced = true)


#endif
