/* SPDX-License-Identifier: ISC */
#include "queue/queue_id.h"

#include "rows.h"

struct row {
	const char *name;
	int64_t time_us;
	const char *id;
};

static const struct row ids[] = {
	{ "the beginning of 1970", 0, "00000000000" },
	{ "one microsecond later", 1, "00000000001" },
	{ "the digits have no I, L, O and U", INT64_C(0x12345f9bd), "00004HMBYDX" },
	{ "a day of our time", 1763841300123456, "1J46H724KT0" },
	{ "the last one", QUEUE_ID_MAX_US, "ZZZZZZZZZZZ" },
};

static void test_both_ways(void **state)
{
	const struct row *row = *state;
	char id[QUEUE_ID_SIZE];
	int64_t time_us;

	assert_string_equal(queue_id_format(row->time_us, id), row->id);
	assert_true(queue_id_parse(span_of(row->id), &time_us));
	assert_int_equal(time_us, row->time_us);
}

static void test_text(void **state)
{
	char id[QUEUE_ID_SIZE];

	(void)state;
	assert_string_equal(queue_id_format(0, id), "00000000000");
	assert_string_equal(queue_id_format(31, id), "0000000000Z");
	assert_string_equal(queue_id_format(32, id), "00000000010");
	assert_string_equal(queue_id_format(-5, id), "00000000000");
	assert_string_equal(queue_id_format(INT64_MAX, id), "ZZZZZZZZZZZ");
}

static void test_order(void **state)
{
	char before[QUEUE_ID_SIZE], id[QUEUE_ID_SIZE];

	(void)state;
	queue_id_format(0, before);
	for (int64_t time_us = 1; time_us < QUEUE_ID_MAX_US / 3; time_us = time_us * 3 + 1) {
		assert_true(strcmp(before, queue_id_format(time_us, id)) < 0);
		assert_true(strcmp(id, queue_id_format(time_us + 1, before)) < 0);
	}
}

struct bad_row {
	const char *name;
	const char *text;
};

static const struct bad_row bad[] = {
	{ "nothing is no id", "" },
	{ "a short one is none", "0123456789" },
	{ "a long one is none", "012345678901" },
	{ "small letters are none", "0000000000a" },
	{ "a letter that is taken for a digit is none", "0000000000O" },
	{ "a slash is none", "../../../xx" },
	{ "a journal's name is none", "0.journal.." },
};

static void test_bad(void **state)
{
	const struct bad_row *row = *state;
	int64_t time_us;

	assert_false(queue_id_parse(span_of(row->text), &time_us));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, ids, test_both_ways);
	ROWS_ADD(&rows, "ids count to the base of 32", test_text);
	ROWS_ADD(&rows, "ids sort by time", test_order);
	ROWS_ADD_TABLE(&rows, bad, test_bad);
	return rows_run(&rows, "queue_id");
}
