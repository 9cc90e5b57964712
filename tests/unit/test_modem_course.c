/* SPDX-License-Identifier: ISC */
#include "modem/modem_course.h"

#include "modem_world.h"

/* Sums up the resets in what was run. */
static unsigned count_resets(const struct world *world)
{
	unsigned resets = 0;

	for (const char *at = buf_string(&world->ran); *at; at++)
		resets += strncmp(at, "AT+CFUN=1,1", 11) == 0 ||
			strncmp(at, "reset-command", 13) == 0;
	return resets;
}

/* Resets a day stay under the cap, whatever is the matter. */
static void test_dead_for_a_day(void **state)
{
	static const struct row row = {
		.until_ms = 24 * 60 * MINUTE_MS, .has_command = true,
		.events = { { 10000, FREEZE, NULL, 0, { 0 } } },
	};
	struct world world;
	unsigned resets;

	(void)state;
	begin(&world, &row);
	live(&world);
	resets = count_resets(&world);
	assert_true(resets > 10 && resets <= MODEM_LADDER_RESETS_A_DAY);
	end_world(&world);
}

/* The daemon is restarted every 12 minutes, the module is dead: what is kept on
 * disk holds the caps, and is not written all the time. */
static void test_dead_over_restarts(void **state)
{
	static struct row row = {
		.has_command = true, .answers_at_ms = NEVER_MS, .baud = 115200,
	};
	unsigned resets_before = 0;
	struct world world;

	(void)state;
	row.until_ms = 0;
	begin(&world, &row);
	for (int hour = 0; hour < 24; hour++) {
		for (int run = 0; run < 5; run++) {
			row.until_ms += 12 * MINUTE_MS;
			live(&world);
			modem_life_free(world.life);
			world.now_ms = row.until_ms;
			world.order.kind = MODEM_ORDER_WAIT;
			world.done_ms = NEVER_MS;
			world.life = new_life(&row, &world.kept, world.now_ms);
		}
		/* An hour of the ladder may lie across two of ours. */
		assert_true(count_resets(&world) - resets_before <=
			    2 * MODEM_LADDER_RESETS_AN_HOUR);
		resets_before = count_resets(&world);
	}
	assert_in_range(resets_before, 10, MODEM_LADDER_RESETS_A_DAY);
	assert_true(world.writes < 300);
	end_world(&world);
}

/* A module that is well for a month: one way up, nothing written. */
static void test_wear(void **state)
{
	static const struct row row = {
		.until_ms = 30 * 24 * 60 * MINUTE_MS,
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(world.writes, 0);
	assert_string_equal(buf_string(&world.states), UP);
	end_world(&world);
}

static void test_what_is_kept(void **state)
{
	static const struct row row = {
		.until_ms = 10 * MINUTE_MS, .has_command = true,
		.events = { { 10000, FREEZE, NULL, 0, { 0 } }, { 130000, THAW, NULL, 0, { 0 } } },
	};
	static const struct row reset = {
		.until_ms = MINUTE_MS, .reset_hangs_up = true,
		.events = { { 10000, RESET, NULL, 0, { 0 } } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	/* Of the climb, and that it is over after some heart-beats. */
	assert_int_equal(modem_life_state(world.life), MODEM_READY);
	assert_int_equal(world.kept.failures, 0);
	assert_in_range(world.kept.resets_hour, 1, 2);
	assert_in_range(world.writes, 2, 4);
	end_world(&world);

	begin(&world, &reset);
	live(&world);
	/* The operator's is counted and is no failure, though the device went away. */
	assert_int_equal(world.writes, 1);
	assert_int_equal(world.kept.resets_hour, 1);
	assert_int_equal(world.kept.failures, 0);
	end_world(&world);
}

/* Before the reset: whoever dies in it has counted it. */
static void test_kept_before_reset(void **state)
{
	const struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 1000,
		.memory = { .failures = MODEM_RUNG_RADIO },
	};
	struct modem_life *life = modem_life_new(&options, 0);
	const struct at_chat_result silence = { .outcome = AT_CHAT_TIMEOUT };
	struct modem_order order;

	(void)state;
	assert_non_null(life);
	modem_life_next(life, 0, &order);
	modem_life_opened(life, 0);
	modem_life_next(life, 0, &order);
	assert_int_equal(order.kind, MODEM_ORDER_SYNC);
	modem_life_finished(life, &silence, 20000);
	modem_life_next(life, 20000, &order);
	assert_int_equal(order.kind, MODEM_ORDER_REMEMBER);
	assert_int_equal(modem_life_memory(life)->failures, MODEM_RUNG_RESTART);
	assert_int_equal(modem_life_memory(life)->resets_hour, 1);
	modem_life_next(life, 20000, &order);
	assert_int_equal(order.kind, MODEM_ORDER_RUN);
	assert_true(span_is(order.steps[0].line, "AT+CFUN=1,1"));
	modem_life_free(life);
}

/* A module that freezes at the worst moment is noticed within two heart-beats. */
static void test_frozen(void **state)
{
	static struct row row = { .events = { { 0, FREEZE, NULL, 0, { 0 } } } };
	struct world world;

	(void)state;
	for (int64_t at_ms = 60000; at_ms < 125000; at_ms += 777) {
		row.events[0].at_ms = at_ms;
		row.until_ms = at_ms + 2 * MINUTE_MS;
		begin(&world, &row);
		live(&world);
		assert_int_not_equal(modem_life_state(world.life), MODEM_READY);
		assert_true(strstr(buf_string(&world.states), "ready recovering") != NULL);
		end_world(&world);
	}
}

/* The rows above and a few more: each state is entered, and left again. That each
 * has a timer is looked at whenever the world asks for an order. */
static void test_all_states(void **state)
{
	static const struct row more[] = {
		{ .until_ms = 30000, .device_at_ms = 5000 },
		{ .until_ms = 4 * MINUTE_MS, .events = { { 10000, FREEZE, NULL, 0, { 0 } } } },
		{ .until_ms = 30000, .events = {
			{ 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) } } },
		{ .until_ms = 30000, .clear_errors = true },
		{ .until_ms = 30000, .busy = true },
		{ .until_ms = 30000, .settle_until_ms = 1000 },
	};
	unsigned all = (1u << MODEM_STATES) - 1, entered = 0, left = 0;
	struct world world;

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		begin(&world, &more[i]);
		live(&world);
		if (more[i].busy) {
			/* ... and the other program ends. */
			struct row free_row = more[i];

			free_row.busy = false;
			free_row.until_ms *= 2;
			world.row = &free_row;
			live(&world);
		}
		entered |= world.entered;
		left |= world.left;
		end_world(&world);
	}
	assert_int_equal(entered, all);
	assert_int_equal(left, all);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD(&rows, "a module dead for a day is reset a bounded number of times",
		 test_dead_for_a_day);
	ROWS_ADD(&rows, "the same over restarts of the daemon", test_dead_over_restarts);
	ROWS_ADD(&rows, "a module that is well wears no disk", test_wear);
	ROWS_ADD(&rows, "what is kept of a climb and of the operator's reset", test_what_is_kept);
	ROWS_ADD(&rows, "a reset is counted on disk before it is done", test_kept_before_reset);
	ROWS_ADD(&rows, "a frozen module is noticed within two heart-beats", test_frozen);
	ROWS_ADD(&rows, "every state is entered and left", test_all_states);
	return rows_run(&rows, "modem_course");
}
