/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "emulator/emulator_pace.h"

static const struct row {
	const char *name;
	unsigned baud;
	size_t piece;		/* that it may hand over */
	size_t count;
	int64_t us;		/* that `count` octets take */
} rows[] = {
	{ "without a line all is instant", 0, 4096, 1000000, 0 },
	{ "115200 baud are 11520 octets a second", 115200, 23, 11520, 1000000 },
	{ "9600 baud are 960", 9600, 1, 960, 1000000 },
	{ "300 baud hand over octet by octet", 300, 1, 3, 100000 },
	{ "4 Mbaud", 4000000, 800, 400000, 1000000 },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct emulator_pace pace = { .baud = row->baud };

	assert_int_equal(emulator_pace_piece(&pace), row->piece);
	assert_int_equal(emulator_pace_due_us(&pace, row->count, false, 5000000),
			 5000000 + row->us);
}

static void test_no_drift(void **state)
{
	struct emulator_pace pace = { .baud = 115200 };
	int64_t now_us = 0;

	(void)state;
	/* The timer is 300 us late each time; the line is not. */
	for (int i = 0; i < 5000; i++)
		now_us = emulator_pace_due_us(&pace, 23, i > 0, now_us) + 300;
	assert_in_range(now_us, 5000 * 23 * 10000 / 1152 * 10 - 20000,
			5000 * 23 * 10000 / 1152 * 10 + 300);
}

static void test_idle_is_not_saved_up(void **state)
{
	struct emulator_pace pace = { .baud = 9600 };

	(void)state;
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 1000000), 1100000);
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 9000000), 9100000);
	/* Nor a sleep of the whole machine. */
	assert_int_equal(emulator_pace_due_us(&pace, 96, true, 9500000), 9600000);
	/* What comes while the line is busy waits. */
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 9550000), 9700000);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "late timers do not slow the line down", test_no_drift);
	ROWS_ADD(&tests, "time without octets is not saved up", test_idle_is_not_saved_up);
	return rows_run(&tests, "emulator_pace");
}
