/* SPDX-License-Identifier: ISC */
#include "queue/breaker.h"

#include "rows.h"

enum act { END, ASK, FAIL, SUCCEED, RETURN };

struct step {
	enum act act;
	int64_t now_ms;
	bool allowed;			/* of ASK */
	enum breaker_state state;	/* afterwards */
	int64_t next_ms;		/* afterwards */
};

struct row {
	const char *name;
	struct step steps[8];
};

static const struct row table[] = {
	{ "a new one lets mail through", { { ASK, 0, true, BREAKER_CLOSED, INT64_MAX } } },
	{ "a failure opens it for the first wait",
	  { { FAIL, 100, false, BREAKER_OPEN, 105 },
	    { ASK, 104, false, BREAKER_OPEN, 105 },
	    { ASK, 105, true, BREAKER_PROBING, INT64_MAX } } },
	{ "one mail probes, a second has to wait",
	  { { FAIL, 0, false, BREAKER_OPEN, 5 },
	    { ASK, 5, true, BREAKER_PROBING, INT64_MAX },
	    { ASK, 6, false, BREAKER_PROBING, INT64_MAX } } },
	{ "waits grow and the last repeats",
	  { { FAIL, 0, false, BREAKER_OPEN, 5 },
	    { ASK, 5, true, BREAKER_PROBING, INT64_MAX },
	    { FAIL, 10, false, BREAKER_OPEN, 25 },
	    { ASK, 25, true, BREAKER_PROBING, INT64_MAX },
	    { FAIL, 30, false, BREAKER_OPEN, 60 },
	    { ASK, 60, true, BREAKER_PROBING, INT64_MAX },
	    { FAIL, 70, false, BREAKER_OPEN, 100 } } },
	{ "a probe that told nothing may be made again at once",
	  { { FAIL, 0, false, BREAKER_OPEN, 5 },
	    { ASK, 5, true, BREAKER_PROBING, INT64_MAX },
	    { RETURN, 7, false, BREAKER_OPEN, 7 },
	    { ASK, 7, true, BREAKER_PROBING, INT64_MAX },
	    { FAIL, 8, false, BREAKER_OPEN, 23 } } },
	{ "a probe that told something is not given back",
	  { { FAIL, 0, false, BREAKER_OPEN, 5 },
	    { RETURN, 1, false, BREAKER_OPEN, 5 },
	    { SUCCEED, 2, false, BREAKER_CLOSED, INT64_MAX },
	    { RETURN, 3, false, BREAKER_CLOSED, INT64_MAX } } },
	{ "a success closes it and forgets the failures",
	  { { FAIL, 0, false, BREAKER_OPEN, 5 },
	    { ASK, 5, true, BREAKER_PROBING, INT64_MAX },
	    { FAIL, 5, false, BREAKER_OPEN, 20 },
	    { SUCCEED, 6, false, BREAKER_CLOSED, INT64_MAX },
	    { ASK, 6, true, BREAKER_CLOSED, INT64_MAX },
	    { FAIL, 7, false, BREAKER_OPEN, 12 } } },
};

static void test_row(void **state)
{
	static const int64_t waits_ms[] = { 5, 15, 30 };
	const struct row *row = *state;
	struct breaker breaker;

	breaker_init(&breaker, waits_ms, 3);
	for (const struct step *step = row->steps; step->act != END; step++) {
		if (step->act == ASK)
			assert_int_equal(breaker_would_allow(&breaker, step->now_ms),
					 step->allowed);
		if (step->act == ASK)
			assert_int_equal(breaker_allows(&breaker, step->now_ms), step->allowed);
		else if (step->act == FAIL)
			breaker_on_failure(&breaker, step->now_ms);
		else if (step->act == SUCCEED)
			breaker_on_success(&breaker);
		else
			breaker_return_probe(&breaker, step->now_ms);
		assert_string_equal(breaker_state_name(breaker.state), breaker_state_name(step->state));
		assert_int_equal(breaker_next_ms(&breaker), step->next_ms);
	}
}

static void test_asking_ahead(void **state)
{
	static const int64_t wait_ms = 5;
	struct breaker breaker;

	(void)state;
	breaker_init(&breaker, &wait_ms, 1);
	breaker_on_failure(&breaker, 0);
	for (int64_t now_ms = 0; now_ms < 10; now_ms++) {
		assert_int_equal(breaker_would_allow(&breaker, now_ms), now_ms >= 5);
		assert_int_equal(breaker.state, BREAKER_OPEN);
	}
}

static void test_too_many_waits(void **state)
{
	int64_t waits_ms[BREAKER_STEPS_MAX + 4];
	struct breaker breaker;

	(void)state;
	for (size_t i = 0; i < BREAKER_STEPS_MAX + 4; i++)
		waits_ms[i] = (int64_t)i + 1;
	breaker_init(&breaker, waits_ms, BREAKER_STEPS_MAX + 4);
	for (size_t i = 0; i < BREAKER_STEPS_MAX + 4; i++)
		breaker_on_failure(&breaker, 0);
	assert_int_equal(breaker.retry_at_ms, BREAKER_STEPS_MAX);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "asking ahead uses no probe up", test_asking_ahead);
	ROWS_ADD(&rows, "more waits than it holds are cut", test_too_many_waits);
	return rows_run(&rows, "breaker");
}
