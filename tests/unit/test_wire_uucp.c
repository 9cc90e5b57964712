/* SPDX-License-Identifier: ISC */
#include "io/wire_uucp.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"

static const struct uucp_row {
	const char *name;
	const char *file;
	const char *text;	/* "%d" is our parent */
	bool holds;
} uucp_rows[] = {
	{ "a living process", "LCK..ttyUSB0", "%10d\n", true },
	{ "a living process, named behind its number", "LCK..ttyUSB0", "%10d minicom root\n", true },
	{ "a lock of another device", "LCK..ttyUSB1", "%10d\n", false },
	{ "a process that died", "LCK..ttyUSB0", "2147483647\n", false },
	{ "no number", "LCK..ttyUSB0", "minicom\n", false },
	{ "nothing", "LCK..ttyUSB0", "", false },
	{ "a number that would be a group", "LCK..ttyUSB0", "        -1\n", false },
	{ "the first process", "LCK..ttyUSB0", "         1\n", true },
};

static void heeds_a_lock_file(void **state)
{
	const struct uucp_row *row = *state;
	char folder[] = "/tmp/wireXXXXXX", path[60], text[60];
	FILE *file;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, row->file);
	file = fopen(path, "w");
	assert_non_null(file);
	if (strstr(row->text, "%10d") != NULL) {
		snprintf(text, sizeof(text), "%10d%s", (int)getppid(), row->text + 4);
		fputs(text, file);
	} else {
		fputs(row->text, file);
	}
	fclose(file);
	assert_int_equal(wire_uucp_holder(folder, "/dev/ttyUSB0") != 0, row->holds);
	assert_int_equal(unlink(path) + rmdir(folder), 0);
}

static void heeds_no_lock_file_of_its_own(void **state)
{
	char folder[] = "/tmp/wireXXXXXX", path[60];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(wire_uucp_holder(folder, "/dev/ttyUSB0"), 0);
	snprintf(path, sizeof(path), "%s/LCK..ttyUSB0", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%10d\n", (int)getpid());
	fclose(file);
	assert_int_equal(wire_uucp_holder(folder, "/dev/ttyUSB0"), 0);
	assert_int_equal(unlink(path) + rmdir(folder), 0);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, uucp_rows, heeds_a_lock_file);
	ROWS_ADD(&rows, "a lock file of ours, or none, is in nobody's way",
		 heeds_no_lock_file_of_its_own);
	return rows_run(&rows, "wire_uucp");
}
