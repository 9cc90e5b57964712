/* SPDX-License-Identifier: ISC */
#include "io/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The place in the source would always be this file. It must come after log.h:
 * it brings syslog.h, whose macro LOG_WARNING would break our enum. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/buf.h"
#include "io/log_events.h"
#include "io/log_line.h"

#define FIXED_FIELDS 4		/* MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, SYSLOG_FACILITY */
#define FACILITY_MAIL 2		/* LOG_MAIL >> 3 */
#define PAIR_MAX (LOG_LINE_TEXT_MAX + 32)
#define LINE_MAX_OCTETS (2 * (LOG_LINE_TEXT_MAX + LOG_LINE_FIELDS * (LOG_LINE_VALUE_MAX + 32)))

static struct {
	const char *identifier;
	enum log_level level;
	bool journal;
} sink = { "gsmtpd", LOG_LEVEL_INFO, false };

/* systemd.exec(5), $JOURNAL_STREAM: "device:inode" of the stream it connected.
 * Only when standard error still is that stream nobody has redirected it. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat status;

	if (stream == NULL || sscanf(stream, "%ju:%ju", &device, &inode) != 2)
		return false;
	return fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device &&
	       status.st_ino == inode;
}

void log_open(const char *identifier, enum log_level level)
{
	sink.identifier = identifier;
	sink.level = level;
	sink.journal = stderr_is_journal();
}

void log_set_level(enum log_level level)
{
	sink.level = level;
}

bool log_wants(enum log_event event)
{
	return log_events_find(event)->level <= sink.level;
}

static struct iovec pair(char *memory, const char *key, const char *value)
{
	int length = snprintf(memory, PAIR_MAX, "%s=%s", key, value);

	return (struct iovec){ memory, (size_t)length };
}

static bool write_journal(enum log_event event, const struct log_line *line)
{
	char memory[FIXED_FIELDS + LOG_LINE_FIELDS][PAIR_MAX], number[16];
	struct iovec fields[FIXED_FIELDS + LOG_LINE_FIELDS];
	int count = FIXED_FIELDS;

	fields[0] = pair(memory[0], "MESSAGE", line->text);
	snprintf(number, sizeof(number), "%d", (int)log_events_find(event)->level);
	fields[1] = pair(memory[1], "PRIORITY", number);
	fields[2] = pair(memory[2], "SYSLOG_IDENTIFIER", sink.identifier);
	snprintf(number, sizeof(number), "%d", FACILITY_MAIL);
	fields[3] = pair(memory[3], "SYSLOG_FACILITY", number);
	for (size_t i = 0; i < line->field_count; i++, count++)
		fields[count] = pair(memory[count], line->fields[i].key, line->fields[i].value);
	return sd_journal_sendv(fields, count) == 0;
}

static void write_stderr(const struct log_line *line)
{
	struct buf out = BUF_INIT(LINE_MAX_OCTETS);
	ssize_t written = -1;

	if (log_line_format(line, sink.identifier, &out))
		written = write(STDERR_FILENO, out.at, out.length);
	/* Nowhere is left to tell that the log cannot be written. */
	(void)written;
	buf_clear(&out);
}

void log_write(enum log_event event, const struct log_fields *fields, const char *format, ...)
{
	int saved = errno;
	char text[LOG_LINE_TEXT_MAX * 2];
	struct log_line line;
	va_list arguments;

	if (!log_wants(event))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	log_line_make(&line, event, fields, text);
	if (!sink.journal || !write_journal(event, &line))
		write_stderr(&line);
	errno = saved;
}
