/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/time_text.h"

struct emulator_log {
	FILE *file;
};

struct emulator_log *emulator_log_open(const char *path)
{
	struct emulator_log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	log->file = fopen(path, "ae");
	if (log->file == NULL) {
		int error = errno;

		free(log);
		errno = error;
		return NULL;
	}
	return log;
}

void emulator_log_close(struct emulator_log *log)
{
	if (log == NULL)
		return;
	fclose(log->file);
	free(log);
}

/* RFC 3339 with milliseconds: the "Z" gives way to a fraction. */
static void add_time(json_t *record)
{
	struct timespec now;
	char second[TIME_TEXT_SIZE];
	char text[TIME_TEXT_SIZE + 8];

	clock_gettime(CLOCK_REALTIME, &now);
	time_text_rfc3339(now.tv_sec, second);
	snprintf(text, sizeof(text), "%.19s.%03ldZ", second, now.tv_nsec / 1000000);
	json_object_set_new(record, "time", json_string(text));
	clock_gettime(CLOCK_MONOTONIC, &now);
	json_object_set_new(record, "ms", json_integer((json_int_t)now.tv_sec * 1000 +
						       now.tv_nsec / 1000000));
	json_object_set_new(record, "us", json_integer((json_int_t)now.tv_sec * 1000000 +
						       now.tv_nsec / 1000));
}

void emulator_log_write(struct emulator_log *log, json_t *record)
{
	char *line;

	if (log != NULL && record != NULL) {
		add_time(record);
		line = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER);
		if (line != NULL)
			fprintf(log->file, "%s\n", line);
		fflush(log->file);
		free(line);
	}
	json_decref(record);
}
