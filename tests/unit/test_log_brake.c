/* SPDX-License-Identifier: ISC */
#include "io/log_brake.h"

#include "rows.h"

static void lets_so_many_through_in_a_minute(void **state)
{
	struct log_brake brake = { .max = 2 };
	char more[LOG_BRAKE_TEXT_SIZE];

	(void)state;
	assert_true(log_brake_lets(&brake, 1000, more));
	assert_string_equal(more, "");
	assert_true(log_brake_lets(&brake, 60999, more));
	assert_false(log_brake_lets(&brake, 60999, more));
	assert_true(log_brake_lets(&brake, 61000, more));
}

static void tells_how_many_were_not_logged_once(void **state)
{
	struct log_brake brake = { .max = 1 };
	char more[LOG_BRAKE_TEXT_SIZE];

	(void)state;
	assert_true(log_brake_lets(&brake, 0, more));
	for (unsigned i = 0; i < 12; i++)
		assert_false(log_brake_lets(&brake, i, more));
	assert_true(log_brake_lets(&brake, 60000, more));
	assert_string_equal(more, " (and 12 more before, not logged)");
	assert_true(log_brake_lets(&brake, 120000, more));
	assert_string_equal(more, "");
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "lets so many through in a minute", lets_so_many_through_in_a_minute);
	ROWS_ADD(&rows, "tells how many were not logged, once", tells_how_many_were_not_logged_once);
	return rows_run(&rows, "log brake");
}
