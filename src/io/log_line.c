/* SPDX-License-Identifier: ISC */
#include "io/log_line.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "io/log_events.h"

/* Marks that move or break what a terminal shows: line and paragraph separator,
 * and the direction controls with which a name can pretend to be another
 * (Unicode Technical Report 36, 2.5). */
static bool is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x061c ||
	       (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void log_line_clean(const char *text, char *out, size_t size)
{
	struct span rest = span_of(text);
	size_t length = 0, fits = 0;

	while (rest.length > 0) {
		uint32_t code;
		size_t octets = utf8_next(rest, &code);
		bool safe = octets > 0 && !is_unsafe(code);
		size_t grows = safe ? octets : 1;

		if (length + grows > size - 1) {
			memcpy(out + fits, "...", 4);
			return;
		}
		if (safe)
			memcpy(out + length, rest.at, octets);
		else
			out[length] = '?';
		length += grows;
		if (length <= size - 4)
			fits = length;
		rest = span_skip(rest, octets > 0 ? octets : 1);
	}
	out[length] = '\0';
}

static void add(struct log_line *line, const char *key, const char *value)
{
	struct log_line_field *field = &line->fields[line->field_count];

	if (value == NULL || value[0] == '\0')
		return;
	field->key = key;
	log_line_clean(value, field->value, sizeof(field->value));
	line->field_count++;
}

void log_line_make(struct log_line *line, enum log_event event, const struct log_fields *fields,
		   const char *text)
{
	const struct log_event_row *row = log_events_find(event);
	char number[32];

	line->field_count = 0;
	log_line_clean(text, line->text, sizeof(line->text));
	if (fields) {
		add(line, "GSMTPD_QUEUE_ID", fields->queue_id);
		add(line, "GSMTPD_MODEM", fields->modem);
		add(line, "GSMTPD_RECIPIENT", fields->recipient);
		if (fields->has_code) {
			snprintf(number, sizeof(number), "%d", fields->code);
			add(line, "GSMTPD_CODE", number);
		}
		add(line, "GSMTPD_STATUS", fields->status);
		if (fields->delay_us > 0) {
			snprintf(number, sizeof(number), "%" PRId64, fields->delay_us);
			add(line, "GSMTPD_DELAY_USEC", number);
		}
	}
	add(line, "GSMTPD_EVENT", row->name);
	add(line, "MESSAGE_ID", row->message_id);
}

static void format_value(const char *value, struct buf *out)
{
	if (value[strcspn(value, " \"\\")] == '\0') {
		buf_text(out, value);
		return;
	}
	buf_byte(out, '"');
	for (const char *at = value; *at; at++) {
		if (*at == '"' || *at == '\\')
			buf_byte(out, '\\');
		buf_byte(out, *at);
	}
	buf_byte(out, '"');
}

bool log_line_format(const struct log_line *line, const char *identifier, struct buf *out)
{
	buf_format(out, "%s: %s", identifier, line->text);
	for (size_t i = 0; i < line->field_count; i++) {
		buf_format(out, " %s=", line->fields[i].key);
		format_value(line->fields[i].value, out);
	}
	return buf_byte(out, '\n');
}
