/* SPDX-License-Identifier: ISC */
/* Tables as tests: each row of a table is one cmocka test with its own name,
 * so that the output reads as sentences. A row is any struct whose first member
 * is `const char *name`. */
#ifndef TESTS_UNIT_ROWS_H
#define TESTS_UNIT_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS_MAX 2000

struct rows {
	struct CMUnitTest tests[ROWS_MAX];
	size_t count;
};

static inline void rows_add(struct rows *rows, const char *name, CMUnitTestFunction function,
			    const void *row)
{
	/* A row that was left out would look like one that passed. */
	if (rows->count == ROWS_MAX)
		abort();
	/* cmocka hands the row on as a void pointer and never writes to it. */
	rows->tests[rows->count++] = (struct CMUnitTest){
		name, function, NULL, NULL, (void *)(uintptr_t)row,
	};
}

/* Every row of a table through one function, which finds its row in *state. */
#define ROWS_ADD_TABLE(rows, table, function)                                          \
	do {                                                                           \
		for (size_t rows_i = 0; rows_i < sizeof(table) / sizeof((table)[0]); rows_i++) \
			rows_add(rows, (table)[rows_i].name, function, &(table)[rows_i]); \
	} while (0)

/* A single test, named by a sentence. */
#define ROWS_ADD(rows, sentence, function) rows_add(rows, sentence, function, NULL)

static inline int rows_run(struct rows *rows, const char *group)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests(group, rows->tests, rows->count, NULL, NULL);
}

#endif
