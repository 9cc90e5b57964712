/* SPDX-License-Identifier: ISC */
#include "modem/modem_baud.h"

#include "modem_world.h"

struct baud_row {
	const char *name;
	struct row world;
	unsigned rate;		/* of the line in the end */
	unsigned kept;		/* on disk in the end */
	int64_t ready_ms;	/* by then at the latest; 0: never */
	const char *why;	/* contains */
	bool wants_hand;
};

#define READY_MS 60000	/* from any start to ready, where the module is healthy */

static const struct baud_row table[] = {
	{ "a module at the configured rate is not asked to change",
	  { .baud = 115200, .module_baud = 115200, .not_ran = "AT+IPR=" }, 115200, 115200, 10000,
	  "", false },
	{ "a module that takes any rate is not asked to change",
	  { .baud = 115200, .not_ran = "AT+IPR=" }, 115200, 115200, 10000, "", false },
	{ "a module at the next usual rate is found and moved",
	  { .baud = 115200, .module_baud = 9600, .ran = "AT+IPR=115200" }, 115200, 115200,
	  READY_MS, "", false },
	{ "a module at the last usual rate is found and moved",
	  { .baud = 115200, .module_baud = 921600, .ran = "AT+IPR=115200" }, 115200, 115200,
	  READY_MS, "", false },
	{ "a module at 115200 is found where another rate is configured",
	  { .baud = 57600, .module_baud = 115200, .ran = "AT+IPR=57600" }, 57600, 57600,
	  READY_MS, "", false },
	{ "a module at an unusual rate that is configured is spoken to",
	  { .baud = 14400, .module_baud = 14400, .not_ran = "AT+IPR=" }, 14400, 14400, 10000, "",
	  false },
	{ "a module that refuses to change is used where it is",
	  { .baud = 115200, .module_baud = 9600, .ipr_refused = true }, 9600, 9600, READY_MS,
	  "the module speaks at 9600 and not at 115200: set baud = 9600", true },
	{ "a module that says OK and does not change is used where it is",
	  { .baud = 115200, .module_baud = 9600, .ipr_ignored = true }, 9600, 9600, READY_MS,
	  "set baud = 9600", true },
	{ "a remembered rate is tried first", { .baud = 115200, .module_baud = 9600,
	  .ipr_refused = true, .kept = { .baud = 9600 } }, 9600, 9600, 15000, "set baud = 9600",
	  true },
	{ "a remembered rate that holds no more is given up",
	  { .baud = 115200, .module_baud = 115200, .kept = { .baud = 9600 } }, 115200, 115200,
	  READY_MS, "", false },
	{ "an unusual rate that is remembered is found",
	  { .baud = 115200, .module_baud = 14400, .kept = { .baud = 14400 } }, 115200, 115200,
	  15000, "", false },
	{ "a module at an unusual rate is not found, and that is told",
	  { .baud = 115200, .module_baud = 14400 }, 115200, 0, 0, "at any usual rate", false },
};

static void test_row(void **state)
{
	const struct baud_row *row = *state;
	struct row world_row = row->world;
	struct world world;

	world_row.until_ms = READY_MS;
	begin(&world, &world_row);
	live(&world);
	assert_int_equal(modem_life_baud(world.life), row->rate);
	assert_int_equal(world.kept.baud, row->kept);
	assert_int_equal(world.ready_ms > 0, row->ready_ms > 0);
	assert_true(world.ready_ms <= row->ready_ms);
	if (row->ready_ms > 0)
		assert_int_equal(modem_life_facts(world.life)->baud, row->rate);
	if (strstr(modem_life_why(world.life), row->why) == NULL)
		fail_msg("why is \"%s\"", modem_life_why(world.life));
	assert_int_equal(modem_life_wants_hand(world.life), row->wants_hand);
	if (row->world.ran != NULL)
		assert_non_null(strstr(buf_string(&world.ran), row->world.ran));
	if (row->world.not_ran != NULL)
		assert_null(strstr(buf_string(&world.ran), row->world.not_ran));
	end_world(&world);
}

static unsigned count(const struct world *world, const char *command)
{
	unsigned found = 0;

	for (const char *at = buf_string(&world->ran); (at = strstr(at, command)) != NULL; at++)
		found++;
	return found;
}

/* A module whose rate is lost at each start, and the start is told. */
static void test_start(void **state)
{
	static const struct row row = {
		.until_ms = 3 * MINUTE_MS, .baud = 115200, .module_baud = 115200,
		.events = { { 30000, BOOT, NULL, 9600, { 0 } } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(modem_life_state(world.life), MODEM_READY);
	assert_int_equal(modem_life_baud(world.life), 115200);
	assert_int_equal(count(&world, "AT+IPR=115200"), 1);
	assert_int_equal(world.writes, 1);
	end_world(&world);
}

/* It is told to change once a way up, and each rate is looked at once a round. */
static void test_rounds(void **state)
{
	static const struct row row = {
		.until_ms = 10 * MINUTE_MS, .baud = 115200, .module_baud = 9600,
		.ipr_ignored = true, .events = { { 2 * MINUTE_MS, BOOT, NULL, 9600, { 0 } } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(count(&world, "AT+IPR="), 1);
	assert_int_equal(modem_life_state(world.life), MODEM_READY);
	end_world(&world);
}

/* Nothing was configured, as where the line has no rate: no rate is asked for. */
static void test_no_rate(void **state)
{
	static const struct row row = { .until_ms = 18000, .answers_at_ms = MINUTE_MS };
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(modem_life_baud(world.life), 0);
	assert_non_null(strstr(modem_life_why(world.life), "check power, cable and baud"));
	end_world(&world);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a module that starts anew at another rate is found and moved", test_start);
	ROWS_ADD(&rows, "a module that cannot be moved is told once", test_rounds);
	ROWS_ADD(&rows, "a line without a rate", test_no_rate);
	return rows_run(&rows, "modem_baud");
}
