/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "emulator/emulator_data.h"

/* Pieces with the time before each; the content, and what is left behind the
 * end in the last piece. */
static const struct row {
	const char *name;
	struct emulator_data_options options;
	struct { int64_t wait_ms; const char *octets; } pieces[6];
	enum emulator_data_end end;
	const char *content, *left;
} rows[] = {
	{ "three signs end it", { .max = 99, .plus_ends = true }, { { 0, "ab+++cd" } },
	  EMULATOR_DATA_ESCAPE, "ab", "cd" },
	{ "in pieces too", { .max = 99, .plus_ends = true }, { { 0, "ab+" }, { 9, "+" }, { 9, "+x" } },
	  EMULATOR_DATA_ESCAPE, "ab", "x" },
	{ "two are content", { .max = 99, .plus_ends = true }, { { 0, "a++b+" }, { 0, "c" } },
	  EMULATOR_DATA_MORE, "a++b+c", "" },
	{ "the first three of many count", { .max = 99, .plus_ends = true }, { { 0, "+++++" } },
	  EMULATOR_DATA_ESCAPE, "", "++" },
	{ "with a guard they need silence before",
	  { .max = 99, .plus_ends = true, .guard_ms = 100 }, { { 0, "ab" }, { 99, "+++" }, { 200, "" } },
	  EMULATOR_DATA_MORE, "ab+++", "" },
	{ "and behind", { .max = 99, .plus_ends = true, .guard_ms = 100 },
	  { { 0, "ab" }, { 100, "+++" }, { 99, "c" } }, EMULATOR_DATA_MORE, "ab+++c", "" },
	{ "with both they end it", { .max = 99, .plus_ends = true, .guard_ms = 100 },
	  { { 0, "ab" }, { 100, "+++" }, { 100, "" } }, EMULATOR_DATA_ESCAPE, "ab", "" },
	{ "silence counts from the start too", { .max = 99, .plus_ends = true, .guard_ms = 100 },
	  { { 100, "+++" }, { 100, "x" } }, EMULATOR_DATA_ESCAPE, "", "x" },
	{ "four signs are no escape", { .max = 99, .plus_ends = true, .guard_ms = 100 },
	  { { 100, "++++" }, { 100, "" } }, EMULATOR_DATA_MORE, "++++", "" },
	{ "they come together", { .max = 99, .plus_ends = true, .guard_ms = 100 },
	  { { 100, "+" }, { 50, "+" }, { 50, "+" }, { 100, "" } }, EMULATOR_DATA_ESCAPE, "", "" },
	{ "with silence before alone the third ends it at once",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_BEFORE },
	  { { 0, "ab" }, { 100, "+++cd" } }, EMULATOR_DATA_ESCAPE, "ab", "cd" },
	{ "and without it they are content",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_BEFORE },
	  { { 0, "ab" }, { 99, "+++cd" }, { 500, "" } }, EMULATOR_DATA_MORE, "ab+++cd", "" },
	{ "with silence behind alone they may follow the content",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_AFTER },
	  { { 0, "ab+++" }, { 100, "" } }, EMULATOR_DATA_ESCAPE, "ab", "" },
	{ "and with more behind them they are content",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_AFTER },
	  { { 0, "ab+++c" }, { 500, "" } }, EMULATOR_DATA_MORE, "ab+++c", "" },
	{ "there the last three of many count",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_AFTER },
	  { { 0, "a+++++" }, { 100, "" } }, EMULATOR_DATA_ESCAPE, "a++", "" },
	{ "but only those that come together",
	  { .max = 99, .plus_ends = true, .guard_ms = 100, .guard_kind = EMULATOR_GUARD_AFTER },
	  { { 0, "a+" }, { 100, "++" }, { 100, "" } }, EMULATOR_DATA_MORE, "a+", "" },
	{ "a size ends it", { .max = 99, .size_ends = true, .size = 3 }, { { 0, "abcd" } },
	  EMULATOR_DATA_SIZE, "abc", "d" },
	{ "also when signs are among them", { .max = 99, .plus_ends = true, .size_ends = true, .size = 3 },
	  { { 0, "a++b" } }, EMULATOR_DATA_SIZE, "a++", "b" },
	{ "a size of 0 ends it at once", { .max = 99, .size_ends = true }, { { 0, "a" } },
	  EMULATOR_DATA_SIZE, "", "a" },
	{ "time for all", { .max = 99, .total_ms = 100 }, { { 60, "a" }, { 40, "b" } },
	  EMULATOR_DATA_TIMEOUT, "a", "b" },
	{ "time since the last octet", { .max = 99, .idle_ms = 100 }, { { 90, "a" }, { 90, "b" }, { 100, "c" } },
	  EMULATOR_DATA_TIMEOUT, "ab", "c" },
	{ "what is over the maximum is dropped", { .max = 2, .plus_ends = true }, { { 0, "abcd+++" } },
	  EMULATOR_DATA_ESCAPE, "ab", "" },
	{ "Ctrl-Z ends a text message", { .max = 99, .control_ends = true }, { { 0, "ab\x1a" "c" } },
	  EMULATOR_DATA_ESCAPE, "ab", "c" },
	{ "ESC cancels it", { .max = 99, .control_ends = true }, { { 0, "ab\x1b" } },
	  EMULATOR_DATA_CANCEL, "ab", "" },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct emulator_data data = { .count = 0 };
	enum emulator_data_end end = EMULATOR_DATA_MORE;
	struct span input = { NULL, 0 };
	int64_t now_ms = 5000;

	emulator_data_start(&data, &row->options, now_ms);
	for (size_t i = 0; i < 6 && row->pieces[i].octets != NULL; i++) {
		assert_int_equal(end, EMULATOR_DATA_MORE);
		now_ms += row->pieces[i].wait_ms;
		input = span_of(row->pieces[i].octets);
		end = emulator_data_feed(&data, &input, now_ms);
	}
	assert_int_equal(end, row->end);
	assert_true(span_is(input, row->left));
	assert_string_equal(buf_string(&data.content), row->content);
	emulator_data_clear(&data);
}

static void test_count(void **state)
{
	static const struct emulator_data_options options = { .max = 2, .plus_ends = true };
	struct emulator_data data = { .count = 0 };
	struct span input = span_of("abc+d+++");

	(void)state;
	emulator_data_start(&data, &options, 0);
	data.mark = 4;
	assert_int_equal(emulator_data_feed(&data, &input, 0), EMULATOR_DATA_MARK);
	assert_true(span_is(input, "+++"));
	data.mark = 0;
	assert_int_equal(emulator_data_feed(&data, &input, 0), EMULATOR_DATA_ESCAPE);
	assert_int_equal(data.count, 5);
	emulator_data_clear(&data);
}

static void test_deadline(void **state)
{
	static const struct emulator_data_options options = {
		.max = 9, .plus_ends = true, .guard_ms = 100, .total_ms = 5000, .idle_ms = 2000,
	};
	struct emulator_data data = { .count = 0 };
	struct span input = span_of("a");

	(void)state;
	emulator_data_start(&data, &options, 0);
	assert_int_equal(emulator_data_deadline_ms(&data), 2000);
	emulator_data_feed(&data, &input, 1500);
	assert_int_equal(emulator_data_deadline_ms(&data), 3500);
	input = span_of("+++");
	emulator_data_feed(&data, &input, 1700);
	assert_int_equal(emulator_data_deadline_ms(&data), 1800);
	assert_int_equal(emulator_data_tick(&data, 1799), EMULATOR_DATA_MORE);
	assert_int_equal(emulator_data_tick(&data, 1800), EMULATOR_DATA_ESCAPE);
	emulator_data_clear(&data);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "what is dropped is counted, and a mark is seen past a sign", test_count);
	ROWS_ADD(&tests, "it knows when it wants to be woken", test_deadline);
	return rows_run(&tests, "emulator_data");
}
