/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "emulator/emulator_way.h"

/* What happens at a time: a pause and octets behind it; and what has come out by
 * the end of it. */
static const struct row {
	const char *name;
	struct { int64_t at_ms, pause_ms; const char *octets; const char *out; } steps[5];
} rows[] = {
	{ "nothing waits without a pause", { { 0, 0, "abc", "abc" } } },
	{ "what comes behind a pause waits for it",
	  { { 0, 100, "abc", "" }, { 99, 0, "d", "" }, { 100, 0, NULL, "abcd" }, { 101, 0, "e", "e" } } },
	{ "pauses add up",
	  { { 0, 100, "a", "" }, { 0, 100, "b", "" }, { 100, 0, NULL, "a" }, { 199, 0, "c", "" },
	    { 200, 0, NULL, "bc" } } },
	{ "one that begins later is counted from then",
	  { { 0, 100, "a", "" }, { 100, 0, NULL, "a" }, { 150, 100, "b", "" }, { 249, 0, NULL, "" },
	    { 250, 0, NULL, "b" } } },
	{ "all that is due comes at once",
	  { { 0, 100, "a", "" }, { 0, 100, "b", "" }, { 0, 100, "c", "" }, { 250, 0, NULL, "ab" },
	    { 5000, 0, NULL, "c" } } },
	{ "a pause with nothing behind it passes", { { 0, 100, "", "" }, { 100, 0, "x", "x" } } },
};

static void step(struct emulator_way *way, const struct row *row, size_t i, struct buf *out)
{
	struct span octets = span_of(row->steps[i].octets);

	emulator_way_release(way, out, row->steps[i].at_ms);
	if (row->steps[i].pause_ms > 0)
		emulator_way_pause(way, row->steps[i].pause_ms, row->steps[i].at_ms);
	if (!emulator_way_hold(way, octets))
		buf_put(out, octets);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct emulator_way way;

	emulator_way_init(&way);
	for (size_t i = 0; i < 5 && row->steps[i].out != NULL; i++) {
		struct buf out = BUF_INIT(100);

		step(&way, row, i, &out);
		assert_string_equal(buf_string(&out), row->steps[i].out);
		buf_clear(&out);
	}
	emulator_way_clear(&way);
}

static void test_deadline(void **state)
{
	struct emulator_way way;

	(void)state;
	emulator_way_init(&way);
	assert_int_equal(emulator_way_deadline_ms(&way), INT64_MAX);
	emulator_way_pause(&way, 70, 1000);
	assert_int_equal(emulator_way_deadline_ms(&way), 1070);
	emulator_way_clear(&way);
	assert_int_equal(emulator_way_deadline_ms(&way), INT64_MAX);
}

static void test_many(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct emulator_way way;

	(void)state;
	emulator_way_init(&way);
	for (int i = 0; i < 2 * EMULATOR_WAY_PAUSES; i++) {
		emulator_way_pause(&way, 1, 0);
		assert_true(emulator_way_hold(&way, span_of("x")));
	}
	emulator_way_release(&way, &out, EMULATOR_WAY_PAUSES);
	assert_int_equal(out.length, 2 * EMULATOR_WAY_PAUSES);
	buf_clear(&out);
	emulator_way_clear(&way);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "it says when the next pause is over", test_deadline);
	ROWS_ADD(&tests, "pauses are bounded, and lose nothing", test_many);
	return rows_run(&tests, "emulator_way");
}
