/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/log_events.h"
#include "io/log_line.h"

#define A16 "aaaaaaaaaaaaaaaa"

static const struct clean_row {
	const char *name;
	const char *text, *clean;
} clean_rows[] = {
	{ "plain text stays", "4Kd2 was delivered", "4Kd2 was delivered" },
	{ "UTF-8 stays", "Grüße €", "Grüße €" },
	{ "a line end cannot begin a line", "a\nb\rc", "a?b?c" },
	{ "an escape cannot steer a terminal", "\x1b[31m", "?[31m" },
	{ "a tab is a control", "a\tb", "a?b" },
	{ "DEL is a control", "a\x7f", "a?" },
	{ "a control of the upper half", "a\xc2\x9b" "31m", "a?31m" },
	{ "Latin-1 is no UTF-8", "Gr\xfc\xdf", "Gr??" },
	{ "a character that is cut", "a\xe2\x82", "a??" },
	{ "a turned direction", "a\xe2\x80\xae" "b", "a?b" },
	{ "a separator of lines", "a\xe2\x80\xa8" "b", "a?b" },
	{ "nothing stays nothing", "", "" },
	{ "what just fits stays", A16 "aaa", A16 "aaa" },
	{ "what is too long is marked", A16 "aaaa", A16 "..." },
	{ "a cut is between two characters", A16 "\xe2\x82\xac" "b", A16 "..." },
	{ "a cut never splits a character", "aaaaaaaaaaaaaa\xe2\x82\xac\xe2\x82\xac",
	  "aaaaaaaaaaaaaa..." },
	{ "a character at the very end fits", "aaaaaaaaaaaaaaaa\xe2\x82\xac",
	  "aaaaaaaaaaaaaaaa\xe2\x82\xac" },
};

static void cleans(void **state)
{
	const struct clean_row *row = *state;
	char out[20];

	log_line_clean(row->text, out, sizeof(out));
	assert_string_equal(out, row->clean);
}

static const struct format_row {
	const char *name;
	enum log_event event;
	struct log_fields fields;
	const char *text, *line;
} format_rows[] = {
	{ "no fields", LOG_DETAIL, { 0 }, "hello", "gsmtpd: hello GSMTPD_EVENT=detail" },
	{ "all fields", LOG_FAILED,
	  { .queue_id = "4Kd2", .modem = "gsm0", .recipient = "a@b", .status = "5.1.1",
	    .has_code = true, .code = -550, .delay_us = 1500000 },
	  "no such mailbox",
	  "gsmtpd: no such mailbox GSMTPD_QUEUE_ID=4Kd2 GSMTPD_MODEM=gsm0 GSMTPD_RECIPIENT=a@b "
	  "GSMTPD_CODE=-550 GSMTPD_STATUS=5.1.1 GSMTPD_DELAY_USEC=1500000 GSMTPD_EVENT=failed" },
	{ "a code of 0 is shown", LOG_DELIVERED, { .has_code = true, .code = 0 }, "sent",
	  "gsmtpd: sent GSMTPD_CODE=0 GSMTPD_EVENT=delivered" },
	{ "empty fields are left out", LOG_DETAIL, { .queue_id = "", .status = "" }, "x",
	  "gsmtpd: x GSMTPD_EVENT=detail" },
	{ "a value with blanks and quotes", LOG_DETAIL, { .recipient = "\"a b\\\"@x" }, "x",
	  "gsmtpd: x GSMTPD_RECIPIENT=\"\\\"a b\\\\\\\"@x\" GSMTPD_EVENT=detail" },
	{ "a value cannot begin a field of the journal", LOG_DETAIL,
	  { .recipient = "a\nPRIORITY=0" }, "x",
	  "gsmtpd: x GSMTPD_RECIPIENT=a?PRIORITY=0 GSMTPD_EVENT=detail" },
};

static void formats(void **state)
{
	const struct format_row *row = *state;
	struct buf out = BUF_INIT(4096), wanted = BUF_INIT(4096);
	struct log_line line;

	buf_format(&wanted, "%s MESSAGE_ID=%s\n", row->line,
		   log_events_find(row->event)->message_id);
	log_line_make(&line, row->event, &row->fields, row->text);
	assert_true(log_line_format(&line, "gsmtpd", &out));
	assert_string_equal(buf_string(&out), buf_string(&wanted));
	buf_clear(&out);
	buf_clear(&wanted);
}

static void takes_no_fields(void **state)
{
	struct log_line line;

	(void)state;
	log_line_make(&line, LOG_STARTED, NULL, "ready");
	assert_int_equal(line.field_count, 2);
	assert_string_equal(line.text, "ready");
}

static void cuts_what_is_too_long(void **state)
{
	static char huge[5000];
	struct log_fields fields = { .recipient = huge };
	struct log_line line;

	(void)state;
	memset(huge, 'x', sizeof(huge) - 1);
	log_line_make(&line, LOG_DETAIL, &fields, huge);
	assert_int_equal(strlen(line.text), LOG_LINE_TEXT_MAX);
	assert_int_equal(strlen(line.fields[0].value), LOG_LINE_VALUE_MAX);
	assert_string_equal(line.text + LOG_LINE_TEXT_MAX - 4, "x...");
}

static void has_a_row_for_each_event(void **state)
{
	(void)state;
	for (int i = 0; i < LOG_EVENTS; i++) {
		const struct log_event_row *row = log_events_find((enum log_event)i);

		assert_non_null(row->message_id);
		assert_int_equal(strspn(row->message_id, "0123456789abcdef"), 32);
		assert_int_equal(strlen(row->message_id), 32);
		assert_true(row->level >= LOG_LEVEL_ERROR && row->level <= LOG_LEVEL_DEBUG);
		assert_true(strlen(row->name) > 0);
		for (int j = 0; j < i; j++) {
			const struct log_event_row *other = log_events_find((enum log_event)j);

			assert_string_not_equal(row->message_id, other->message_id);
			assert_string_not_equal(row->name, other->name);
		}
	}
}

static void has_a_catalog_entry_for_each_event(void **state)
{
	const char *folder = getenv("top_srcdir");
	struct buf path = BUF_INIT(4096), mark = BUF_INIT(100);
	char text[65536];
	size_t length;
	FILE *file;

	(void)state;
	buf_format(&path, "%s/systemd/gsmtpd.catalog", folder ? folder : ".");
	file = fopen(path.at, "r");
	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	for (int i = 0; i < LOG_EVENTS; i++) {
		buf_reset(&mark);
		buf_format(&mark, "\n-- %s\nSubject: ",
			   log_events_find((enum log_event)i)->message_id);
		if (strstr(text, mark.at) == NULL)
			fail_msg("no entry for %s", log_events_find((enum log_event)i)->name);
	}
	buf_clear(&path);
	buf_clear(&mark);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, clean_rows, cleans);
	ROWS_ADD_TABLE(rows, format_rows, formats);
	ROWS_ADD(rows, "an event without fields", takes_no_fields);
	ROWS_ADD(rows, "texts that are too long are cut", cuts_what_is_too_long);
	ROWS_ADD(rows, "each event has its own identifier and name", has_a_row_for_each_event);
	ROWS_ADD(rows, "each event has an entry in the catalog",
		 has_a_catalog_entry_for_each_event);
	return rows_run(rows, "log_line");
}
