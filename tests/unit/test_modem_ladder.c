/* SPDX-License-Identifier: ISC */
#include "modem/modem_ladder.h"

#include <string.h>

#include "rows.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)

static void test_first_round(void **state)
{
	struct modem_ladder ladder;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	for (int rung = MODEM_RUNG_RESYNC; rung <= MODEM_RUNG_REST; rung++)
		assert_int_equal(modem_ladder_on_failure(&ladder, rung), rung);
	assert_int_equal(modem_ladder_on_failure(&ladder, 10), MODEM_RUNG_RESTART);
	assert_int_equal(modem_ladder_on_failure(&ladder, 11), MODEM_RUNG_COMMAND);
	assert_int_equal(modem_ladder_on_failure(&ladder, 12), MODEM_RUNG_REST);
}

static void test_success(void **state)
{
	struct modem_ladder ladder;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	modem_ladder_on_failure(&ladder, 1);
	modem_ladder_on_failure(&ladder, 2);
	modem_ladder_on_success(&ladder);
	assert_int_equal(modem_ladder_on_failure(&ladder, 3), MODEM_RUNG_RESYNC);
}

static void test_skip(void **state)
{
	struct modem_ladder ladder;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	modem_ladder_skip_to(&ladder, MODEM_RUNG_RADIO);
	assert_int_equal(modem_ladder_on_failure(&ladder, 1), MODEM_RUNG_RADIO);
	modem_ladder_skip_to(&ladder, MODEM_RUNG_CONTEXT);
	assert_int_equal(modem_ladder_on_failure(&ladder, 2), MODEM_RUNG_RESTART);
}

/* A failure a minute, day after day. */
static void test_caps(void **state)
{
	struct modem_ladder ladder;
	unsigned resets_hour = 0, resets_day = 0;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	for (int64_t minute = 0; minute < INT64_C(3) * 24 * 60; minute++) {
		enum modem_rung rung;

		if (minute % 60 == 0)
			resets_hour = 0;
		if (minute % (24 * 60) == 0)
			resets_day = 0;
		rung = modem_ladder_on_failure(&ladder, minute * MINUTE_MS);
		if (rung == MODEM_RUNG_RESTART || rung == MODEM_RUNG_COMMAND) {
			resets_hour++;
			resets_day++;
			assert_int_equal(ladder.last_reset_ms, minute * MINUTE_MS);
		}
		assert_true(resets_hour <= MODEM_LADDER_RESETS_AN_HOUR);
		assert_true(resets_day <= MODEM_LADDER_RESETS_A_DAY);
		if (minute % (24 * 60) == 24 * 60 - 1)
			assert_int_equal(resets_day, MODEM_LADDER_RESETS_A_DAY);
	}
}

/* Longer with each failure, a fifth around, and never twice the same way. */
static void test_rest(void **state)
{
	struct modem_ladder ladder;
	int64_t least_ms = INT64_MAX, most_ms = 0;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	ladder.failures = MODEM_RUNG_REST;
	for (int i = 0; i < 1000; i++) {
		int64_t rest_ms = modem_ladder_rest_ms(&ladder);

		assert_in_range(rest_ms, 24000, 36000);
		least_ms = rest_ms < least_ms ? rest_ms : least_ms;
		most_ms = rest_ms > most_ms ? rest_ms : most_ms;
	}
	assert_true(least_ms < 25000 && most_ms > 35000);
	ladder.failures += 3;
	assert_in_range(modem_ladder_rest_ms(&ladder), 8 * 24000, 8 * 36000);
	ladder.failures = 900;
	for (int i = 0; i < 1000; i++)
		assert_in_range(modem_ladder_rest_ms(&ladder), 8 * MINUTE_MS, 12 * MINUTE_MS);
}

static void test_fleet(void **state)
{
	struct modem_ladder one, other;
	int same = 0;

	(void)state;
	modem_ladder_init(&one, 17, 0);
	modem_ladder_init(&other, 18, 0);
	for (int i = 0; i < 100; i++)
		same += modem_ladder_rest_ms(&one) == modem_ladder_rest_ms(&other);
	assert_true(same < 10);
}

/* A daemon that is restarted after each rung climbs on, and stays under the caps. */
static void test_restarts(void **state)
{
	struct modem_memory memory = { 0 };
	struct modem_ladder ladder;
	unsigned resets = 0;
	enum modem_rung rung;

	(void)state;
	for (int i = 0; i < MODEM_RUNG_REST; i++) {
		modem_ladder_init(&ladder, 1, 1000 + i);
		modem_ladder_recall(&ladder, &memory);
		rung = modem_ladder_on_failure(&ladder, 1000 + i);
		assert_int_equal(rung, MODEM_RUNG_RESYNC + i);
		modem_ladder_keep(&ladder, &memory);
	}
	for (int minute = 1; minute < 60; minute++) {
		modem_ladder_init(&ladder, 1, minute * MINUTE_MS);
		modem_ladder_recall(&ladder, &memory);
		rung = modem_ladder_on_failure(&ladder, minute * MINUTE_MS);
		resets += rung == MODEM_RUNG_RESTART || rung == MODEM_RUNG_COMMAND;
		modem_ladder_keep(&ladder, &memory);
	}
	/* Two were taken in the first round. */
	assert_int_equal(resets, MODEM_LADDER_RESETS_AN_HOUR - 2);
}

static void test_operator(void **state)
{
	struct modem_ladder ladder;

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	for (int i = 0; i < 100; i++)
		modem_ladder_on_reset(&ladder, i);
	assert_int_equal(ladder.resets_hour, MODEM_LADDER_RESETS_AN_HOUR);
	assert_int_equal(ladder.resets_day, MODEM_LADDER_RESETS_A_DAY);
	modem_ladder_skip_to(&ladder, MODEM_RUNG_RESTART);
	assert_int_equal(modem_ladder_on_failure(&ladder, 200), MODEM_RUNG_REST);
	modem_ladder_on_reset(&ladder, HOUR_MS + 1);
	assert_int_equal(ladder.resets_hour, 1);
}

/* The count is bounded, and the round goes on where it was. */
static void test_years(void **state)
{
	struct modem_ladder ladder;
	int seen[MODEM_RUNGS] = { 0 };

	(void)state;
	modem_ladder_init(&ladder, 1, 0);
	for (int64_t i = 0; i < 100000; i++) {
		seen[modem_ladder_on_failure(&ladder, i * HOUR_MS)]++;
		assert_true(ladder.failures <= 1000);
	}
	assert_int_equal(seen[MODEM_RUNG_RESYNC], 1);
	assert_true(seen[MODEM_RUNG_RESTART] > 30000 && seen[MODEM_RUNG_REST] > 30000);
}

static void test_names(void **state)
{
	(void)state;
	for (int rung = MODEM_RUNG_NONE; rung < MODEM_RUNGS; rung++)
		assert_string_not_equal(modem_rung_name((enum modem_rung)rung), "unknown");
	assert_string_equal(modem_rung_name(MODEM_RUNGS), "unknown");
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD(&rows, "the first round climbs rung by rung, then the upper ones repeat",
		 test_first_round);
	ROWS_ADD(&rows, "a success starts it anew", test_success);
	ROWS_ADD(&rows, "rungs that cannot help are left out, never taken back", test_skip);
	ROWS_ADD(&rows, "resets stay under the caps an hour and a day", test_caps);
	ROWS_ADD(&rows, "rests grow to ten minutes, a fifth around", test_rest);
	ROWS_ADD(&rows, "two modems do not rest alike", test_fleet);
	ROWS_ADD(&rows, "restarts of the daemon neither start it anew nor lift the caps",
		 test_restarts);
	ROWS_ADD(&rows, "the operator's resets are counted, up to the caps", test_operator);
	ROWS_ADD(&rows, "years of failures do not overflow", test_years);
	ROWS_ADD(&rows, "every rung has a name", test_names);
	return rows_run(&rows, "modem_ladder");
}
