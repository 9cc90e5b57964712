/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "emulator/emulator_chance.h"

#define DRAWS 20000

static unsigned hits(uint64_t seed, size_t line, double chance)
{
	unsigned count = 0;

	for (unsigned i = 1; i <= DRAWS; i++)
		count += emulator_chance(seed, line, i, chance);
	return count;
}

static const struct row {
	const char *name;
	double chance;
	unsigned least, most;
} rows[] = {
	{ "0 is never", 0, 0, 0 },
	{ "1 is always", 1, DRAWS, DRAWS },
	{ "a half is about a half", 0.5, 9700, 10300 },
	{ "one in a hundred", 0.01, 150, 250 },
	{ "all but one in a hundred", 0.99, DRAWS - 250, DRAWS - 150 },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	for (uint64_t seed = 0; seed < 5; seed++)
		for (size_t line = 1; line < 5; line++)
			assert_in_range(hits(seed, line, row->chance), row->least, row->most);
}

/* How often two sequences of decisions differ. */
static unsigned differences(uint64_t seed, size_t line, uint64_t other_seed, size_t other_line)
{
	unsigned count = 0;

	for (unsigned i = 1; i <= DRAWS; i++)
		count += emulator_chance(seed, line, i, 0.5) !=
			 emulator_chance(other_seed, other_line, i, 0.5);
	return count;
}

static void test_same(void **state)
{
	(void)state;
	assert_int_equal(differences(7, 3, 7, 3), 0);
}

static void test_others(void **state)
{
	(void)state;
	assert_in_range(differences(7, 3, 8, 3), 9700, 10300);
	assert_in_range(differences(7, 3, 7, 4), 9700, 10300);
	assert_in_range(differences(7, 3, 3, 7), 9700, 10300);
}

/* Whoever writes down a seed wants the same faults from the next release too. */
static void test_first_draws(void **state)
{
	static const bool wanted[] = { 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0 };

	(void)state;
	for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_int_equal(emulator_chance(1, 1, i + 1, 0.5), wanted[i]);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "the same seed, line and occurrence decide the same", test_same);
	ROWS_ADD(&tests, "another seed or line decides by itself", test_others);
	ROWS_ADD(&tests, "the first draws of seed 1 are what they were", test_first_draws);
	return rows_run(&tests, "emulator_chance");
}
