/* SPDX-License-Identifier: ISC */
/* What the trace writes to standard error: no secret and no content may be in it. */
#include "io/modem_trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"
#include "rows.h"

enum way { SENT, SENT_SECRET, SENT_DATA, CAME, UNASKED };

struct part {
	enum way way;
	const char *octets;
};

struct row {
	const char *name;
	struct part parts[4];
	const char *told[3];	/* must be in the log */
	const char *hidden;	/* must not */
};

static const struct row table[] = {
	{ "a command and its answer", { { SENT, "AT+CSQ\r" }, { CAME, "\r\n+CSQ: 21,0\r\n\r\nOK\r\n" } },
	  { "gsm0 > AT+CSQ", "gsm0 < +CSQ: 21,0", "gsm0 < OK" }, NULL },
	{ "a secret command", { { SENT_SECRET, "AT+QSMTPPWD=\"hunter2\"\r" } },
	  { "gsm0 > AT+QSMTPPWD=(hidden)" }, "hunter2" },
	{ "its echo", { { CAME, "AT+QSMTPPWD=\"hunter2\"\r\r\nOK\r\n" } },
	  { "gsm0 < AT+QSMTPPWD=(hidden)" }, "hunter2" },
	{ "its echo in pieces", { { CAME, "AT+QSMTP" }, { CAME, "PWD=\"hun" }, { CAME, "ter2\"\r" } },
	  { "gsm0 < AT+QSMTPPWD=(hidden)" }, "ter2" },
	{ "its echo without a beginning", { { CAME, "+QSMTPPWD=\"hunter2\"\r" } },
	  { "(hidden)" }, "hunter2" },
	{ "its echo without more", { { CAME, "\"hunter2\"\r" } }, { "(hidden)" }, "hunter2" },
	{ "a PIN's echo", { { CAME, "AT+CPIN=\"8642\"\r" } }, { "(hidden)" }, "8642" },
	{ "mail is counted", { { SENT_DATA, "secret line\r\n" }, { SENT_DATA, "more\r\n" }, { SENT, "+++" } },
	  { "(19 octets of mail)", "> +++" }, "secret" },
	{ "mail that is echoed", { { SENT_DATA, "secret\r\n" }, { CAME, "secret\r\n+QSMTPBODY: 8\r\n" } },
	  { "< (a text)", "+QSMTPBODY: 8" }, "secret" },
	{ "an attachment's name", { { CAME, "+QSMTPATT: 1,\"salaries.xls\",9\r\n" } },
	  { "+QSMTPATT: 1,(hidden)" }, "salaries" },
	{ "a short message", { { CAME, "+CMT: \"+49\",,\"26/11/22\"\r\nyour code is 99\r\nOK\r\n" } },
	  { "< (a text)", "< OK" }, "99" },
	{ "a short message unasked", { { UNASKED, "your code is 99" } }, { "(a text)" }, "99" },
	{ "a line unasked", { { UNASKED, "+CMTI: \"SM\",3" }, { UNASKED, "RING" } },
	  { "said unasked: +CMTI: \"SM\",3", "said unasked: RING" }, NULL },
	{ "controls cannot steer the log", { { CAME, "+X: a\x1b[31m\r\n" } }, { "+X: a" }, "\x1b" },
	{ "a line without end is bounded",
	  { { CAME, "+X: 00000000000000000000000000000000000000000000000000000000000000000000000000"
		    "0000000000000000000000000000000000000000000000000000000000000000000000\r\n" } },
	  { "(a text)" }, "0000" },
};

static void feed(struct modem_trace *trace, const struct part *part)
{
	struct at_chat_event event = {
		.kind = AT_CHAT_SEND, .octets = span_of(part->octets),
		.secret = part->way == SENT_SECRET, .data = part->way == SENT_DATA,
	};

	if (part->way == CAME)
		modem_trace_came(trace, event.octets);
	else if (part->way == UNASKED)
		modem_trace_unsolicited(trace, event.octets);
	else
		modem_trace_sent(trace, &event);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	int kept = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	struct modem_trace trace;
	char text[4096] = "";

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	modem_trace_init(&trace, "gsm0", true);
	for (size_t i = 0; i < 4 && row->parts[i].octets != NULL; i++)
		feed(&trace, &row->parts[i]);
	dup2(kept, STDERR_FILENO);
	close(kept);
	assert_true(pread(fileno(file), text, sizeof(text) - 1, 0) > 0);
	fclose(file);
	for (size_t i = 0; i < 3 && row->told[i] != NULL; i++) {
		if (strstr(text, row->told[i]) == NULL)
			fail_msg("told: %s", text);
	}
	if (row->hidden != NULL && strstr(text, row->hidden) != NULL)
		fail_msg("told: %s", text);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_LEVEL_DEBUG);
	ROWS_ADD_TABLE(&rows, table, test_row);
	return rows_run(&rows, "modem_trace");
}
