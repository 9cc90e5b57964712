/* SPDX-License-Identifier: ISC */
#include "io/modem_dump.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/state_file.h"

#define HEAD_MAX 1024
#define PATH_SIZE (PATH_MAX + 16)

void modem_dump_init(struct modem_dump *dump, const char *folder, const char *name)
{
	*dump = (struct modem_dump){ .folder = folder, .name = name, .last = -1 };
}

static void format_path(const struct modem_dump *dump, int number, char path[static PATH_SIZE])
{
	char front[PATH_MAX];

	state_file_path(dump->folder, "flight", dump->name, front, sizeof(front));
	snprintf(path, PATH_SIZE, "%s-%d.log", front, number);
}

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* The one that a daemon before wrote last: its time is the newest. The last of all,
 * so that the first is next, when there is none. */
static int find_last(const struct modem_dump *dump)
{
	struct timespec newest = { 0 };
	int last = MODEM_DUMP_FILES - 1;
	char path[PATH_SIZE];
	struct stat file;

	for (int i = 0; i < MODEM_DUMP_FILES; i++) {
		format_path(dump, i, path);
		if (lstat(path, &file) < 0 || !is_newer(&file.st_mtim, &newest))
			continue;
		newest = file.st_mtim;
		last = i;
	}
	return last;
}

static void put_head(const struct modem_dump *dump, const struct modem_facts *facts,
		     struct buf *text)
{
	char time[TIME_TEXT_SIZE];

	buf_text(text, "# gsmtpd flight recorder 1\n");
	buf_format(text, "# modem %s\n", dump->name);
	buf_format(text, "# model %s\n", facts->model);
	buf_format(text, "# firmware %s\n", facts->firmware);
	buf_format(text, "# time %s\n", time_text_rfc3339(clock_wall_s(), time));
}

static int write_file(const struct modem_dump *dump, const struct modem_recorder *recorder,
		      const struct modem_facts *facts, const char *path)
{
	struct buf text = BUF_INIT(MODEM_RECORDER_OCTETS + HEAD_MAX);
	int result = -ENOMEM;

	put_head(dump, facts, &text);
	if (modem_recorder_read(recorder, &text))
		result = state_file_write(path, buf_span(&text));
	buf_clear(&text);
	return result;
}

static void tell(struct modem_dump *dump, const char *why, const char *path, int result)
{
	const struct log_fields fields = { .modem = dump->name };

	if (result == 0)
		log_write(LOG_FLIGHT, &fields, "%s: %s; its last minutes are in %s, which "
			  "gsmtp-emulator --replay plays", dump->name, why, path);
	else if (!dump->unwritten)
		log_write(LOG_MODEM_TROUBLE, &fields, "%s: its last minutes cannot be written to "
			  "%s: %s", dump->name, path, strerror(-result));
	dump->unwritten = result < 0;
}

void modem_dump_write(struct modem_dump *dump, const struct modem_recorder *recorder,
		      const struct modem_facts *facts, const char *why, int64_t now_ms)
{
	char path[PATH_SIZE];
	int number, result;

	if (dump->tried && now_ms - dump->tried_ms < MODEM_DUMP_PAUSE_MS)
		return;
	dump->tried = true;
	dump->tried_ms = now_ms;
	if (dump->last < 0)
		dump->last = find_last(dump);
	number = (dump->last + 1) % MODEM_DUMP_FILES;
	format_path(dump, number, path);
	result = write_file(dump, recorder, facts, path);
	if (result == 0)
		dump->last = number;
	tell(dump, why, path, result);
}
