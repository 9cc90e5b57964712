/* SPDX-License-Identifier: ISC */
#include "queue/verdict_memory.h"

#include <stdio.h>

#include "rows.h"

#define A "a@example.net"
#define B "b@example.net"

static struct verdict_memory memory;

static void note(const char *address, int64_t now_ms)
{
	verdict_memory_note(&memory, span_of(address), now_ms);
}

static bool holds(const char *address, int64_t now_ms)
{
	return verdict_memory_holds(&memory, span_of(address), now_ms);
}

static int set_up(void **state)
{
	(void)state;
	memory = (struct verdict_memory){ 0 };
	return 0;
}

static void test_nobody(void **state)
{
	(void)state;
	assert_false(holds(A, 0));
	assert_false(holds("", 1000));
}

static void test_for_a_while(void **state)
{
	(void)state;
	note(A, 1000);
	assert_true(holds(A, 1000));
	assert_true(holds("A@Example.NET", 1000));
	assert_false(holds(B, 1000));
	assert_true(holds(A, 1000 + VERDICT_MEMORY_MS - 1));
	assert_false(holds(A, 1000 + VERDICT_MEMORY_MS));
}

static void test_again(void **state)
{
	(void)state;
	note(A, 1000);
	note(A, 5000);
	assert_true(holds(A, 1000 + VERDICT_MEMORY_MS));
	verdict_memory_forget(&memory, span_of(A));
	assert_false(holds(A, 5000));
}

static void test_full(void **state)
{
	char address[32];

	(void)state;
	note(A, 1000);
	for (int i = 0; i < VERDICT_MEMORY_MAX - 1; i++) {
		snprintf(address, sizeof address, "%d@example.net", i);
		note(address, 2000 + i);
	}
	assert_true(holds(A, 3000));
	note(B, 4000);
	assert_true(holds(B, 4000));
	assert_false(holds(A, 4000));
	assert_true(holds("0@example.net", 4000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nobody, set_up),
		cmocka_unit_test_setup(test_for_a_while, set_up),
		cmocka_unit_test_setup(test_again, set_up),
		cmocka_unit_test_setup(test_full, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("verdict_memory", tests, NULL, NULL);
}
