/* SPDX-License-Identifier: ISC */
/* The aliases file and its lists on a real disk, in a folder of their own. */
#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/alias_file.h"

static char folder[64];

static int enter(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/gsmtpd-test-XXXXXX");
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* The text with the folder in the place of each '$'. */
static const char *fill(struct buf *out, const char *text)
{
	buf_reset(out);
	for (; *text != '\0'; text++)
		if (*text == '$')
			buf_text(out, folder);
		else
			buf_byte(out, *text);
	return buf_string(out);
}

static void put(const char *name, mode_t mode, const char *text)
{
	struct buf filled = BUF_INIT(1000);
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(fill(&filled, text), file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(name, mode), 0);
	buf_clear(&filled);
}

struct alias_file_row {
	const char *name;
	const char *aliases, *list;	/* texts; '$' the folder; NULL: no such file */
	mode_t mode;			/* of the list */
	int result;
	size_t count;			/* of aliases */
	const char *complaint;		/* how the only one begins; "" none */
};

static const struct alias_file_row files[] = {
	{ "no file", NULL, NULL, 0644, -ENOENT, 0, "" },
	{ "an empty file", "", NULL, 0644, 0, 0, "" },
	{ "a file", "a: b@c\nd: e@f\n", NULL, 0644, 0, 2, "" },
	{ "a line with a mistake", "a: b@c\nd e@f\n", NULL, 0644, 0, 1, "aliases:2: not an alias" },
	{ "nothing but mistakes", "d e@f\n", NULL, 0644, -EINVAL, 0, "aliases:1: not an alias" },
	{ "a list", "a: :include:$/list\n", "b@c\n", 0644, 0, 1, "" },
	{ "a list with a mistake", "a: :include:$/list\n", "b@c\n\n|x\n", 0644, 0, 1, "$/list:3: a command" },
	{ "a list that is not there", "\na: :include:$/list\n", NULL, 0644, 0, 1, "aliases:2: the list $/list is not used: No such file" },
	{ "a list that others can write", "a: :include:$/list\n", "b@c\n", 0622, 0, 1, "aliases:1: the list $/list is not used: others can write it" },
	{ "a list that is a folder", "a: :include:$\n", NULL, 0644, 0, 1, "aliases:1: the list $ is not used: Is a directory" },
	{ "a list in a list that is not there", "a: :include:$/list\n", "b@c\n:include:$/other\n", 0644, 0, 1, "$/list:2: the list $/other is not used: No such file" },
};

static void it_is_read(void **state)
{
	const struct alias_file_row *row = *state;
	struct buf complaints = BUF_INIT(10000), begin = BUF_INIT(1000);
	struct alias_file file;
	struct span rest, line;

	if (row->aliases != NULL)
		put("aliases", 0644, row->aliases);
	if (row->list != NULL)
		put("list", row->mode, row->list);
	fill(&begin, row->complaint);
	assert_int_equal(alias_file_load(&file, "aliases", &complaints), row->result);
	assert_int_equal(alias_table_count(file.table), row->count);
	rest = buf_span(&complaints);
	if (row->complaint[0] == '\0')
		assert_int_equal(complaints.length, 0);
	else
		assert_true(span_cut(&rest, '\n', &line) && rest.length == 0 &&
			    span_starts(line, buf_string(&begin)));
	assert_false(alias_file_changed(&file));
	alias_file_clear(&file);
	buf_clear(&complaints);
	buf_clear(&begin);
}

static void no_path_is_no_file(void **state)
{
	struct buf complaints = BUF_INIT(1000);
	struct alias_file file;

	(void)state;
	assert_int_equal(alias_file_load(&file, "", &complaints), 0);
	assert_int_equal(alias_table_count(file.table), 0);
	assert_false(alias_file_changed(&file));
	alias_file_clear(&file);
}

static void each_change_is_seen_once(void **state)
{
	struct buf complaints = BUF_INIT(1000);
	struct alias_file file, fresh;
	struct alias_table *table;

	(void)state;
	put("list", 0644, "b@c\n");
	put("aliases", 0644, "a: :include:$/list\n");
	assert_int_equal(alias_file_load(&file, "aliases", &complaints), 0);
	table = file.table;
	put("list", 0644, "b@c, d@e\n");
	assert_true(alias_file_changed(&file));
	assert_int_equal(alias_file_load(&fresh, "aliases", &complaints), 0);
	alias_file_take(&file, &fresh);
	assert_ptr_equal(file.table, table);
	assert_false(alias_file_changed(&file));
	assert_int_equal(unlink("list"), 0);
	assert_true(alias_file_changed(&file));
	assert_int_equal(unlink("aliases"), 0);
	assert_int_equal(alias_file_load(&fresh, "aliases", &complaints), -ENOENT);
	alias_file_take_looks(&file, &fresh);
	assert_false(alias_file_changed(&file));
	assert_int_equal(alias_table_count(file.table), 1);
	alias_file_clear(&file);
	buf_clear(&complaints);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, files, it_is_read);
	ROWS_ADD(&rows, "no path is no file", no_path_is_no_file);
	ROWS_ADD(&rows, "each change is seen once", each_change_is_seen_once);
	for (size_t i = 0; i < rows.count; i++) {
		rows.tests[i].setup_func = enter;
		rows.tests[i].teardown_func = leave;
	}
	return rows_run(&rows, "the aliases file on disk");
}
