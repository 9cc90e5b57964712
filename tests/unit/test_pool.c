/* SPDX-License-Identifier: ISC */
#include "queue/pool.h"

#include "rows.h"

#define NONE 3		/* as many as there are */

struct row {
	const char *name;
	struct pool_member members[NONE];
	size_t chosen;
};

#define OUT { .usable = false, .has_signal = true, .signal_dbm = -51 }
#define WELL(dbm) { .usable = true, .has_signal = true, .signal_dbm = (dbm) }
#define UNHEARD { .usable = true }
#define FAILED(times, dbm) \
	{ .usable = true, .failures = (times), .has_signal = true, .signal_dbm = (dbm) }
#define PROBE(times, dbm) \
	{ .usable = true, .probes = true, .failures = (times), .has_signal = true, \
	  .signal_dbm = (dbm) }

static const struct row table[] = {
	{ "without a usable one there is none", { OUT, OUT, OUT }, NONE },
	{ "the only usable one is taken", { OUT, OUT, PROBE(9, -113) }, 2 },
	{ "of equals the first", { WELL(-71), WELL(-71), WELL(-71) }, 0 },
	{ "of equals the first that is usable", { OUT, WELL(-71), WELL(-71) }, 1 },
	{ "the better signal", { WELL(-91), WELL(-71), WELL(-81) }, 1 },
	{ "a signal that is not known comes last", { UNHEARD, WELL(-113), UNHEARD }, 1 },
	{ "of signals that are not known the first", { OUT, UNHEARD, UNHEARD }, 1 },
	{ "fewer failures count more than the signal", { FAILED(2, -51), FAILED(1, -113), OUT }, 1 },
	{ "and more than a signal that is not known", { FAILED(1, -51), UNHEARD, OUT }, 1 },
	{ "what works comes before what is to be tried", { PROBE(0, -51), FAILED(3, -113), OUT }, 1 },
	{ "also when its signal is not known", { PROBE(0, -51), OUT, UNHEARD }, 2 },
	{ "of those to be tried the one with fewer failures",
	  { PROBE(3, -51), PROBE(1, -113), PROBE(2, -51) }, 1 },
	{ "and of those the better signal", { PROBE(1, -91), PROBE(1, -81), OUT }, 1 },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(pool_choose(row->members, NONE), row->chosen);
}

static void test_empty(void **state)
{
	(void)state;
	assert_int_equal(pool_choose(NULL, 0), 0);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "an empty pool has none", test_empty);
	return rows_run(&rows, "pool");
}
