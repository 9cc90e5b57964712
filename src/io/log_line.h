/* SPDX-License-Identifier: ISC */
/* A log line as text: what is safe to show, and how its fields are written.
 * Pure, so that what hostile input makes of a log can be tested: it writes
 * nowhere. */
#ifndef IO_LOG_LINE_H
#define IO_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "io/log.h"

#define LOG_LINE_TEXT_MAX 1024	/* octets of the message */
#define LOG_LINE_VALUE_MAX 320	/* octets of a field: a longest address fits (RFC 5321, 4.5.3.1) */
#define LOG_LINE_FIELDS 8

struct log_line_field {
	const char *key;	/* static */
	char value[LOG_LINE_VALUE_MAX + 1];
};

struct log_line {
	char text[LOG_LINE_TEXT_MAX + 1];
	struct log_line_field fields[LOG_LINE_FIELDS];
	size_t field_count;
};

/* Copies text for a log: controls (C0, DEL, C1), line and direction marks of
 * Unicode and octets that are no UTF-8 become '?'; what is longer than fits is
 * cut between characters and ends in "...". `size` is at least 4. */
void log_line_clean(const char *text, char *out, size_t size);

/* Fills in the text and the fields of an event; those not set are left out. */
void log_line_make(struct log_line *line, enum log_event event, const struct log_fields *fields,
		   const char *text);

/* "identifier: text KEY=value KEY="with blanks"\n". */
bool log_line_format(const struct log_line *line, const char *identifier, struct buf *out);

#endif
