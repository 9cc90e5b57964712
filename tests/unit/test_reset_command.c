/* SPDX-License-Identifier: ISC */
#include "io/reset_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "rows.h"

struct end {
	struct event_base *base;
	unsigned count;
	bool well;
	char said[80];
};

static void on_done(void *context, bool well, const char *said)
{
	struct end *end = context;

	end->count++;
	end->well = well;
	strncpy(end->said, said, sizeof(end->said) - 1);
	event_base_loopbreak(end->base);
}

struct row {
	const char *name;
	const char *line;
	bool well;
	const char *said;
};

static const struct row table[] = {
	{ "a program that ends well", "true", true, "ended with status 0" },
	{ "a program that fails", "false", false, "ended with status 1" },
	{ "words are cut at blanks", "  test   a  =\ta ", true, "ended with status 0" },
	{ "no shell looks at them", "test $HOME = $HOME;false", false, "ended with status 1" },
	{ "quotes are letters", "test \"a\" = a", false, "ended with status 1" },
	{ "a signal is told", "sh -c kill${IFS}-9${IFS}$$", false, "ended by signal 9" },
	{ "our environment is not for it", "sh -c test${IFS}-z${IFS}$RESET_TEST_SECRET", true,
	  "ended with status 0" },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct end end = { .base = event_base_new() };

	setenv("RESET_TEST_SECRET", "x", 1);
	assert_non_null(reset_command_start(end.base, row->line, on_done, &end));
	assert_int_equal(end.count, 0);
	event_base_dispatch(end.base);
	assert_int_equal(end.count, 1);
	assert_int_equal(end.well, row->well);
	assert_string_equal(end.said, row->said);
	event_base_free(end.base);
}

static void test_cannot(void **state)
{
	struct event_base *base = event_base_new();
	char many[200] = "true";

	(void)state;
	assert_null(reset_command_start(base, "/nonexistent/program", on_done, NULL));
	assert_int_equal(errno, ENOENT);
	assert_null(reset_command_start(base, " \t ", on_done, NULL));
	assert_int_equal(errno, EINVAL);
	for (int i = 0; i < RESET_COMMAND_WORDS_MAX; i++)
		strcat(many, " x");
	assert_null(reset_command_start(base, many, on_done, NULL));
	assert_int_equal(errno, EINVAL);
	event_base_free(base);
}

static void test_cancel(void **state)
{
	struct end end = { .base = event_base_new() };
	struct reset_command *command = reset_command_start(end.base, "sleep 1000", on_done, &end);

	(void)state;
	assert_non_null(command);
	reset_command_cancel(command);
	event_base_loop(end.base, EVLOOP_NONBLOCK);
	assert_int_equal(end.count, 0);
	event_base_free(end.base);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "what cannot be started says why", test_cannot);
	ROWS_ADD(&rows, "what is cancelled is ended at once and tells nothing", test_cancel);
	return rows_run(&rows, "reset_command");
}
