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
	/* The timer is 300 us late each time; the line is not, by a single microsecond. */
	for (int i = 0; i < 5000; i++)
		now_us = emulator_pace_due_us(&pace, 23, i > 0, now_us) + 300;
	assert_int_equal(now_us - 300, (int64_t)5000 * 23 * 10000000 / 115200);
}

/* 100 KB and more in pieces of the line's own size: whatever the rate, and however
 * a piece of time is rounded, the last octet is through when it should be. */
static const struct exact {
	const char *name;
	unsigned baud;
	int64_t late_us;	/* each timer, */
	int64_t later_us;	/* and every hundredth */
} exact[] = {
	{ "100 KB at 115200 baud take 8888888 us", 115200, 0, 0 },
	{ "with late timers too", 115200, 1700, 0 },
	{ "and with some that are very late", 115200, 100, 90000 },
	{ "9600 baud, octet by octet", 9600, 100, 0 },
	{ "57600", 57600, 100, 0 }, { "460800", 460800, 250, 0 }, { "921600", 921600, 250, 0 },
	{ "4000000", 4000000, 0, 0 }, { "300", 300, 20, 0 },
};

static void test_exact(void **state)
{
	const struct exact *row = *state;
	struct emulator_pace pace = { .baud = row->baud };
	size_t octets = 102400, done = 0;
	int64_t now_us = 777, due_us = 0;

	while (done < octets) {
		size_t piece = emulator_pace_piece(&pace);

		if (piece > octets - done)
			piece = octets - done;
		due_us = emulator_pace_due_us(&pace, piece, done > 0, now_us);
		/* The last octet of a piece never comes before its time. */
		assert_true(due_us >= 777 + (int64_t)(done + piece) * 10000000 / row->baud);
		now_us = (due_us > now_us ? due_us : now_us) + row->late_us;
		if (done / 23 % 100 == 50)
			now_us += row->later_us;
		done += piece;
	}
	assert_int_equal(due_us, 777 + (int64_t)octets * 10000000 / row->baud);
}

static void test_idle_is_not_saved_up(void **state)
{
	struct emulator_pace pace = { .baud = 9600 };

	(void)state;
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 1000000), 1100000);
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 9000000), 9100000);
	/* Nor a sleep of the whole machine. */
	assert_int_equal(emulator_pace_due_us(&pace, 96, true, 9500000), 9600000);
	assert_int_equal(pace.begin_us, 9500000);
	/* What comes while the line is busy waits. */
	assert_int_equal(emulator_pace_due_us(&pace, 96, false, 9550000), 9700000);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD_TABLE(&tests, exact, test_exact);
	ROWS_ADD(&tests, "late timers do not slow the line down", test_no_drift);
	ROWS_ADD(&tests, "time without octets is not saved up", test_idle_is_not_saved_up);
	return rows_run(&tests, "emulator_pace");
}
