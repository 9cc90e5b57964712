/* SPDX-License-Identifier: ISC */
#include "modem/modem_ladder.h"

#include <stdbool.h>
#include <stddef.h>

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_MS (24 * HOUR_MS)
#define REST_FIRST_MS (INT64_C(30) * 1000)
#define REST_MAX_MS (INT64_C(600) * 1000)
#define JITTER_PERMILLE INT64_C(200)

/* The rungs are taken in the order of their enum: failure 1 gives RESYNC. */
#define FIRST_ROUND ((unsigned)MODEM_RUNG_REST)
#define LATER_ROUND ((unsigned)(MODEM_RUNG_REST - MODEM_RUNG_RESTART + 1))

void modem_ladder_init(struct modem_ladder *ladder, unsigned seed, int64_t now_ms)
{
	*ladder = (struct modem_ladder){
		.last_reset_ms = INT64_MIN,
		.hour_start_ms = now_ms,
		.day_start_ms = now_ms,
		.jitter = seed,
	};
}

void modem_ladder_recall(struct modem_ladder *ladder, const struct modem_memory *memory)
{
	ladder->failures = memory->failures;
	ladder->resets_hour = memory->resets_hour;
	ladder->resets_day = memory->resets_day;
	ladder->hour_start_ms = memory->hour_start_ms;
	ladder->day_start_ms = memory->day_start_ms;
}

void modem_ladder_keep(const struct modem_ladder *ladder, struct modem_memory *memory)
{
	memory->failures = ladder->failures;
	memory->resets_hour = ladder->resets_hour;
	memory->resets_day = ladder->resets_day;
	memory->hour_start_ms = ladder->hour_start_ms;
	memory->day_start_ms = ladder->day_start_ms;
}

void modem_ladder_on_success(struct modem_ladder *ladder)
{
	ladder->failures = 0;
}

static enum modem_rung rung_of(unsigned failures)
{
	if (failures <= FIRST_ROUND)
		return (enum modem_rung)failures;
	return (enum modem_rung)((unsigned)MODEM_RUNG_RESTART +
				 (failures - FIRST_ROUND - 1) % LATER_ROUND);
}

/* An hour and a day that are over begin anew. */
static void turn_clock(struct modem_ladder *ladder, int64_t now_ms)
{
	if (now_ms - ladder->hour_start_ms >= HOUR_MS) {
		ladder->hour_start_ms = now_ms;
		ladder->resets_hour = 0;
	}
	if (now_ms - ladder->day_start_ms >= DAY_MS) {
		ladder->day_start_ms = now_ms;
		ladder->resets_day = 0;
	}
}

void modem_ladder_on_reset(struct modem_ladder *ladder, int64_t now_ms)
{
	turn_clock(ladder, now_ms);
	/* Above its cap a count says no more. */
	if (ladder->resets_hour < MODEM_LADDER_RESETS_AN_HOUR)
		ladder->resets_hour++;
	if (ladder->resets_day < MODEM_LADDER_RESETS_A_DAY)
		ladder->resets_day++;
	ladder->last_reset_ms = now_ms;
}

static bool may_reset(struct modem_ladder *ladder, int64_t now_ms)
{
	turn_clock(ladder, now_ms);
	return ladder->resets_hour < MODEM_LADDER_RESETS_AN_HOUR &&
		ladder->resets_day < MODEM_LADDER_RESETS_A_DAY;
}

enum modem_rung modem_ladder_on_failure(struct modem_ladder *ladder, int64_t now_ms)
{
	enum modem_rung rung;

	/* Kept in the repeating part: years of failures must not wrap around. */
	if (ladder->failures >= 1000)
		ladder->failures -= LATER_ROUND;
	ladder->failures++;
	rung = rung_of(ladder->failures);
	if (rung != MODEM_RUNG_RESTART && rung != MODEM_RUNG_COMMAND)
		return rung;
	if (!may_reset(ladder, now_ms))
		return MODEM_RUNG_REST;
	modem_ladder_on_reset(ladder, now_ms);
	return rung;
}

void modem_ladder_skip_to(struct modem_ladder *ladder, enum modem_rung rung)
{
	if (ladder->failures + 1 < (unsigned)rung)
		ladder->failures = (unsigned)rung - 1;
}

/* A linear congruential generator (Numerical Recipes): the modems of a fleet are
 * to differ, nobody is to be surprised. Permille of 800 to 1200. */
static int64_t throw_dice(struct modem_ladder *ladder)
{
	ladder->jitter = ladder->jitter * 1664525u + 1013904223u;
	return 1000 - JITTER_PERMILLE + (int64_t)(ladder->jitter >> 8) % (2 * JITTER_PERMILLE + 1);
}

int64_t modem_ladder_rest_ms(struct modem_ladder *ladder)
{
	int64_t rest_ms = REST_FIRST_MS;

	for (unsigned i = FIRST_ROUND; i < ladder->failures && rest_ms < REST_MAX_MS; i++)
		rest_ms *= 2;
	if (rest_ms > REST_MAX_MS)
		rest_ms = REST_MAX_MS;
	return rest_ms * throw_dice(ladder) / 1000;
}

const char *modem_rung_name(enum modem_rung rung)
{
	switch (rung) {
	case MODEM_RUNG_NONE:
		return "none";
	case MODEM_RUNG_RESYNC:
		return "resync";
	case MODEM_RUNG_CLEAR:
		return "clear";
	case MODEM_RUNG_CONTEXT:
		return "context";
	case MODEM_RUNG_RADIO:
		return "radio";
	case MODEM_RUNG_RESTART:
		return "restart";
	case MODEM_RUNG_COMMAND:
		return "reset-command";
	case MODEM_RUNG_REST:
		return "rest";
	case MODEM_RUNGS:
		break;
	}
	return "unknown";
}
