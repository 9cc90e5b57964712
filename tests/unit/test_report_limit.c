/* SPDX-License-Identifier: ISC */
#include "queue/report_limit.h"

#include <stdio.h>

#include "rows.h"

#define MINUTE 60000

static bool take(struct report_limit *limit, const char *target, int64_t now_ms)
{
	return report_limit_take(limit, span_of(target), now_ms);
}

static void test_each(void **state)
{
	struct report_limit limit = { 0 };

	(void)state;
	for (int i = 0; i < REPORT_LIMIT_EACH; i++)
		assert_true(take(&limit, "a@example.net", i));
	assert_false(take(&limit, "A@example.net", MINUTE));
	assert_false(take(&limit, "a@example.net", REPORT_LIMIT_MS - 1));
	assert_int_equal(limit.refused, 2);
	/* Another one is not concerned, and the count is told with it. */
	assert_true(take(&limit, "b@example.net", MINUTE));
	assert_int_equal(limit.refused, 0);
	assert_true(take(&limit, "a@example.net", REPORT_LIMIT_MS));
	assert_false(take(&limit, "a@example.net", REPORT_LIMIT_MS));
}

static void test_all(void **state)
{
	struct report_limit limit = { 0 };
	char target[32];

	(void)state;
	for (int i = 0; i < REPORT_LIMIT_ALL; i++) {
		snprintf(target, sizeof target, "%d@example.net", i);
		assert_true(take(&limit, target, i * MINUTE));
	}
	assert_false(take(&limit, "new@example.net", 10 * MINUTE));
	assert_false(take(&limit, "new@example.net", REPORT_LIMIT_MS - 1));
	assert_true(take(&limit, "new@example.net", REPORT_LIMIT_MS));
	assert_false(take(&limit, "newer@example.net", REPORT_LIMIT_MS));
	assert_true(take(&limit, "newer@example.net", REPORT_LIMIT_MS + MINUTE));
}

/* Nobody waits for ever, and nobody gets more than his share. */
static void test_a_storm(void **state)
{
	struct report_limit limit = { 0 };
	unsigned given = 0;

	(void)state;
	for (int64_t now_ms = 0; now_ms < 10 * REPORT_LIMIT_MS; now_ms += MINUTE)
		given += take(&limit, "cron@example.net", now_ms);
	assert_int_equal(given, 10 * REPORT_LIMIT_EACH);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "each gets a few an hour", test_each);
	ROWS_ADD(&rows, "all together get a few more", test_all);
	ROWS_ADD(&rows, "a storm of failures is a trickle of reports", test_a_storm);
	return rows_run(&rows, "report_limit");
}
