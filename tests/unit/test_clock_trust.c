/* SPDX-License-Identifier: ISC */
#include "queue/clock_trust.h"

#include "rows.h"

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)
#define NOW_S INT64_C(1795478400)	/* in November 2026 */

/* A reading: what the wall's clock shows, the other one, and whether the first is to be
 * believed. The end is where both are 0. */
struct look {
	int64_t wall_s, boot_s;
	bool trusted;
};

struct row {
	const char *name;
	int64_t known_s;
	struct look looks[6];
};

static const struct row table[] = {
	{ "a clock that is right is believed", NOW_S - HOUR,
	  { { NOW_S, 10, true }, { NOW_S + HOUR, 10 + HOUR, true } } },
	{ "nothing known is nothing against it", 0, { { NOW_S, 10, true } } },
	{ "1970 is not believed, however long", NOW_S,
	  { { 10, 10, false }, { 10 * DAY, 10 * DAY, false } } },
	{ "from 1970 to the right time is a repair", NOW_S - HOUR,
	  { { 10, 10, false }, { NOW_S, 60, true }, { NOW_S + HOUR, 60 + HOUR, true } } },
	{ "fifty years ahead is not believed", 0, { { NOW_S + 50 * YEAR, 10, false } } },
	{ "ten years ahead of the disk at a start is doubted", NOW_S,
	  { { NOW_S + 10 * YEAR, 10, false }, { NOW_S + 10 * YEAR + HOUR, 10 + HOUR, false } } },
	{ "ten years behind the disk at a start is not believed", NOW_S,
	  { { NOW_S - 10 * YEAR, 10, false } } },
	{ "a year behind the disk at a start is doubted", NOW_S, { { NOW_S - YEAR, 10, false } } },
	{ "some weeks off are nothing", NOW_S - 20 * DAY, { { NOW_S, 10, true } } },
	{ "a step of ten years ahead is doubted", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S + 10 * YEAR, 20, false },
	    { NOW_S + 10 * YEAR + HOUR, 20 + HOUR, false } } },
	{ "a step of a year back is doubted", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S - YEAR, 20, false } } },
	{ "there and back is doubted as well", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S + 10 * YEAR, 20, false }, { NOW_S + 20, 30, false } } },
	{ "an hour is a clock being put right", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S + HOUR, 20, true }, { NOW_S - HOUR, 30, true } } },
	{ "a clock in doubt is believed after a steady day", NOW_S,
	  { { NOW_S + YEAR, 10, false }, { NOW_S + YEAR + DAY - 1, 9 + DAY, false },
	    { NOW_S + YEAR + DAY, 10 + DAY, true } } },
	{ "a step on that day begins it anew", NOW_S,
	  { { NOW_S + YEAR, 10, false }, { NOW_S + 2 * YEAR, 10 + DAY / 2, false },
	    { NOW_S + 2 * YEAR + DAY / 2, 10 + DAY, false },
	    { NOW_S + 2 * YEAR + DAY, 10 + DAY + DAY / 2, true } } },
	{ "suspended time counts on both clocks and is no step", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S + 40 * DAY, 10 + 40 * DAY, true } } },
	{ "a clock that stands while the machine sleeps steps by that", NOW_S,
	  { { NOW_S, 10, true }, { NOW_S + 60, 10 + 3 * DAY, false } } },
	{ "1970 in the middle, and right again", NOW_S,
	  { { NOW_S, 10, true }, { 10, 20, false }, { NOW_S + 20, 30, true } } },
	{ "what the disk tells of the year 9999 is nothing", INT64_C(253402300799),
	  { { NOW_S, 10, true } } },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct clock_trust trust = { 0 };

	clock_trust_learn(&trust, row->known_s);
	clock_trust_learn(&trust, row->known_s - YEAR);
	for (size_t i = 0; i < 6 && row->looks[i].boot_s > 0; i++) {
		const struct look *look = &row->looks[i];

		assert_int_equal(clock_trust_look(&trust, look->wall_s * 1000, look->boot_s * 1000),
				 look->trusted);
	}
}

struct gap {
	const char *name;
	int64_t since_s, now_s, passed_ms;
};

static const struct gap gaps[] = {
	{ "an hour is an hour", NOW_S, NOW_S + HOUR, HOUR * 1000 },
	{ "nothing passed", NOW_S, NOW_S, 0 },
	{ "a month is one", NOW_S - 30 * DAY, NOW_S, 30 * DAY * 1000 },
	{ "more than that is a clock that is wrong", NOW_S - 30 * DAY - 1, NOW_S, 0 },
	{ "ten years are none", NOW_S, NOW_S + 10 * YEAR, 0 },
	{ "back in time is nothing", NOW_S, NOW_S - HOUR, 0 },
	{ "since 1970 is nothing", 100, NOW_S, 0 },
	{ "until 1970 is nothing", NOW_S, 100, 0 },
	{ "within 1970 is nothing", 100, 200, 0 },
	{ "no number overflows", INT64_MIN, INT64_MAX, 0 },
};

static void test_gap(void **state)
{
	const struct gap *gap = *state;

	assert_int_equal(clock_trust_passed_ms(gap->since_s, gap->now_s), gap->passed_ms);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD_TABLE(&rows, gaps, test_gap);
	return rows_run(&rows, "clock_trust");
}
