/* SPDX-License-Identifier: ISC */
/* Dialogues between host and module as data (at_dialogue.h). Each is run three
 * times, the module's octets given whole, one by one, and in sevens: what
 * happens must be the same. */
#include "rows.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "at_dialogue.h"

struct row {
	char name[160];
	char path[1000];
	size_t piece;
};

static void runs(void **state)
{
	const struct row *row = *state;

	at_dialogue_run(row->path, row->piece);
}

static void add_file(struct rows *rows, const char *file_name)
{
	static struct row all[600];
	static size_t count;
	static const struct {
		size_t piece;
		const char *words;
	} ways[] = { { 0, "whole" }, { 1, "byte by byte" }, { 7, "in sevens" } };
	char path[900], title[110];
	FILE *file;

	snprintf(path, sizeof path, "%s/at/%s", TEST_DATA, file_name);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "# %109[^\n]", title) != 1)
		snprintf(title, sizeof title, "a dialogue without a name");
	if (file)
		fclose(file);
	for (size_t i = 0; i < 3 && count < sizeof all / sizeof all[0]; i++) {
		struct row *row = &all[count++];

		snprintf(row->path, sizeof row->path, "%s", path);
		snprintf(row->name, sizeof row->name, "%s (%s)", title, ways[i].words);
		row->piece = ways[i].piece;
		rows_add(rows, row->name, runs, row);
	}
}

static int is_dialogue(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 3 && strcmp(entry->d_name + length - 3, ".at") == 0;
}

int main(void)
{
	static struct rows rows;
	struct dirent **files;
	int count = scandir(TEST_DATA "/at", &files, is_dialogue, alphasort);

	if (count <= 0) {
		printf("Bail out! no dialogues in %s/at\n", TEST_DATA);
		return 1;
	}
	for (int i = 0; i < count; i++) {
		add_file(&rows, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	return rows_run(&rows, "at_dialogues");
}
