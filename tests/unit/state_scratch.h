/* SPDX-License-Identifier: ISC */
/* A state folder on the real disk for one test; setup and teardown of cmocka. */
#ifndef TESTS_UNIT_STATE_SCRATCH_H
#define TESTS_UNIT_STATE_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"

static char scratch[256];

static inline int scratch_make(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	snprintf(scratch, sizeof(scratch), "%s/gsmtpd-state-XXXXXX", parent ? parent : "/tmp");
	return mkdtemp(scratch) == NULL;
}

static inline const char *scratch_path(const char *name)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static inline unsigned scratch_count(void)
{
	DIR *folder = opendir(scratch);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static inline int scratch_drop(void **state)
{
	DIR *folder = opendir(scratch);
	const struct dirent *entry;

	(void)state;
	if (folder == NULL)
		return 1;
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			unlink(scratch_path(entry->d_name));
	closedir(folder);
	return rmdir(scratch);
}

static inline void scratch_write(const char *name, const char *text)
{
	FILE *file = fopen(scratch_path(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The text of a file; valid until the next call. */
static inline const char *scratch_read(const char *name)
{
	static char text[65536];
	FILE *file = fopen(scratch_path(name), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static inline unsigned scratch_mode(const char *name)
{
	struct stat file;

	assert_int_equal(stat(scratch_path(name), &file), 0);
	return file.st_mode & 07777;
}

#endif
