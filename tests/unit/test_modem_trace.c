/* SPDX-License-Identifier: ISC */
/* What the trace writes to standard error and into the flight recorder: no secret and
 * no content may be in either. */
#include "io/modem_trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"
#include "rows.h"

enum way { SENT, SENT_SECRET, SENT_DATA, CAME, UNASKED, NOTE };

struct part {
	enum way way;
	const char *octets;
};

struct row {
	const char *name;
	struct part parts[4];
	const char *told[3];	/* must be in the log */
	const char *hidden;	/* must not */
	const char *recorded;	/* must be in the recorder; NULL: what is told, without name */
};

static const struct row table[] = {
	{ "a command and its answer", { { SENT, "AT+CSQ\r" }, { CAME, "\r\n+CSQ: 21,0\r\n\r\nOK\r\n" } },
	  { "gsm0 > AT+CSQ", "gsm0 < +CSQ: 21,0", "gsm0 < OK" }, NULL, NULL },
	{ "a secret command", { { SENT_SECRET, "AT+QSMTPPWD=\"hunter2\"\r" } },
	  { "gsm0 > AT+QSMTPPWD=(hidden)" }, "hunter2", NULL },
	{ "its echo", { { CAME, "AT+QSMTPPWD=\"hunter2\"\r\r\nOK\r\n" } },
	  { "gsm0 < AT+QSMTPPWD=(hidden)" }, "hunter2", NULL },
	{ "its echo in pieces", { { CAME, "AT+QSMTP" }, { CAME, "PWD=\"hun" }, { CAME, "ter2\"\r" } },
	  { "gsm0 < AT+QSMTPPWD=(hidden)" }, "ter2", NULL },
	{ "its echo without a beginning", { { CAME, "+QSMTPPWD=\"hunter2\"\r" } },
	  { "gsm0 < +QSMTPPWD=(hidden)" }, "hunter2", NULL },
	{ "its echo without more", { { CAME, "\"hunter2\"\r" } }, { "(hidden)" }, "hunter2", NULL },
	{ "a PIN's echo", { { CAME, "AT+CPIN=\"8642\"\r" } }, { "(hidden)" }, "8642", NULL },
	{ "mail is counted", { { SENT_DATA, "secret line\r\n" }, { SENT_DATA, "more\r\n" }, { SENT, "+++" } },
	  { "(19 octets of mail)", "> +++" }, "secret", "> (19 octets)" },
	{ "mail that is echoed",
	  { { SENT, "AT+QSMTPBODY=1,60\r" }, { SENT_DATA, "secret\r\n" },
	    { CAME, "secret\r\n+QSMTPBODY: 8\r\n" } },
	  { "< (a text)", "+QSMTPBODY: 8" }, "secret", "< +QSMTPBODY: 8" },
	{ "an attachment's name", { { CAME, "+QSMTPATT: 1,\"salaries.xls\",9\r\n" } },
	  { "+QSMTPATT: 1,(hidden)" }, "salaries", NULL },
	{ "a short message", { { CAME, "+CMT: \"+49\",,\"26/11/22\"\r\nyour code is 99\r\nOK\r\n" } },
	  { "< (a text)", "< OK" }, "99", NULL },
	{ "a short message unasked", { { UNASKED, "your code is 99" } }, { "(a text)" }, "99", "" },
	{ "a line unasked", { { UNASKED, "+CMTI: \"SM\",3" }, { UNASKED, "RING" } },
	  { "said unasked: +CMTI: \"SM\",3", "said unasked: RING" }, NULL, "" },
	{ "controls cannot steer the log", { { CAME, "+X: a\x1b[31m\r\n" } }, { "+X: a" }, "\x1b",
	  "< +X: a?[31m" },
	{ "what gsmtpd makes of it is for the recorder", { { SENT, "AT\r" }, { NOTE, "mail: ok" } },
	  { "gsm0 > AT" }, NULL, "= mail: ok" },
	{ "a line without end is bounded",
	  { { CAME, "+X: 00000000000000000000000000000000000000000000000000000000000000000000000000"
		    "0000000000000000000000000000000000000000000000000000000000000000000000\r\n" } },
	  { "(a text)" }, "0000", NULL },
};

#define NOW_MS 7

static void feed(struct modem_trace *trace, const struct part *part)
{
	struct at_chat_event event = {
		.kind = AT_CHAT_SEND, .octets = span_of(part->octets),
		.secret = part->way == SENT_SECRET, .data = part->way == SENT_DATA,
	};

	switch (part->way) {
	case CAME:
		modem_trace_came(trace, event.octets, NOW_MS);
		break;
	case UNASKED:
		modem_trace_unsolicited(trace, event.octets);
		break;
	case NOTE:
		modem_trace_note(trace, NOW_MS, "%s", part->octets);
		break;
	case SENT:
	case SENT_SECRET:
	case SENT_DATA:
		modem_trace_sent(trace, &event, NOW_MS);
		break;
	}
}

static void check(const char *text, const char *const *told, size_t count, const char *hidden)
{
	for (size_t i = 0; i < count && told[i] != NULL; i++)
		if (strstr(text, told[i]) == NULL)
			fail_msg("\"%s\" is not in: %s", told[i], text);
	if (hidden != NULL && strstr(text, hidden) != NULL)
		fail_msg("told: %s", text);
}

static FILE *begin_capture(int *kept)
{
	FILE *file = tmpfile();

	*kept = dup(STDERR_FILENO);
	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	return file;
}

/* Gives what was written to standard error since the begin. */
static void end_capture(FILE *file, int kept, char *text, size_t size)
{
	ssize_t length;

	dup2(kept, STDERR_FILENO);
	close(kept);
	length = pread(fileno(file), text, size - 1, 0);
	assert_true(length >= 0);
	text[length] = '\0';
	fclose(file);
}

/* What standard error gets while the parts go through. */
static void run(const struct row *row, struct modem_recorder *recorder, bool logs,
		char text[static 4096])
{
	struct modem_trace trace;
	int kept;
	FILE *file = begin_capture(&kept);

	modem_trace_init(&trace, "gsm0", recorder, logs);
	for (size_t i = 0; i < 4 && row->parts[i].octets != NULL; i++)
		feed(&trace, &row->parts[i]);
	end_capture(file, kept, text, 4096);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	char text[4096], quiet[4096];

	for (int logs = 0; logs < 2; logs++) {
		struct modem_recorder *recorder = modem_recorder_new(NOW_MS);
		struct buf out = BUF_INIT(8192);

		assert_non_null(recorder);
		run(row, recorder, logs, logs ? text : quiet);
		assert_true(modem_recorder_read(recorder, &out));
		check(buf_string(&out), &row->recorded, 1, row->hidden);
		/* The name of the modem is in front of what is logged. */
		for (size_t i = 0; row->recorded == NULL && i < 3 && row->told[i] != NULL; i++)
			if (strncmp(row->told[i], "gsm0 ", 5) == 0)
				check(buf_string(&out),
				      (const char *const[]){ row->told[i] + 5 }, 1, NULL);
		buf_clear(&out);
		modem_recorder_free(recorder);
	}
	check(text, row->told, 3, row->hidden);
	assert_null(strstr(quiet, "gsm0 >"));
	assert_null(strstr(quiet, "gsm0 <"));
}

/* The secret is one octet over and over, which is in nothing else, so that no part of it
 * goes unseen. */
struct secret_row {
	const char *name;
	const char *command;	/* as it is sent */
	const char *question;	/* NULL: the module never tells it back */
	const char *answer;
	char secret;
};

static const struct secret_row secret_table[] = {
	{ "the password", "AT+QSMTPPWD=\"ZZZZZZ\"", "AT+QSMTPPWD?", "+QSMTPPWD: \"ZZZZZZ\"", 'Z' },
	{ "the user", "AT+QSMTPUSER=\"ZZZZ@ZZZ\"", "AT+QSMTPUSER?", "+QSMTPUSER:\"ZZZZ@ZZZ\"", 'Z' },
	{ "the credentials of the bearer", "AT+QICSGP=1,\"internet\",\"ZZZ\",\"ZZZZZ\"", "AT+QICSGP?",
	  "+QICSGP: 1,\"internet\",\"ZZZ\",\"ZZZZZ\"", 'Z' },
	{ "a PIN", "AT+CPIN=\"7777\"", NULL, NULL, '7' },
	{ "a PIN without quotes", "AT+CPIN=7777", NULL, NULL, '7' },
	{ "the subject", "AT+QSMTPSUB=\"ZZ ZZZ, ZZ=ZZ\"", "AT+QSMTPSUB?", "+QSMTPSUB: ZZ ZZZ, ZZ=ZZ", 'Z' },
	{ "an attachment's name", "AT+QSMTPATT=1,1,\"ZZZ.ZZZ\",9", "AT+QSMTPATT?",
	  "+QSMTPATT: 1,\"ZZZ.ZZZ\",9", 'Z' },
	{ "a file's name", "AT+QFUPL=\"UFS:gsmtpd-ZZZ.ZZZ\",9,30", "AT+QFLST=\"*\"",
	  "+QFLST: \"UFS:gsmtpd-ZZZ.ZZZ\",9", 'Z' },
	{ "the name of a file to delete", "AT+QFDEL=\"gsmtpd-ZZZ.ZZZ\"", NULL, NULL, 'Z' },
	{ "a short message", "AT", "AT+CMGR=1", "+CMGR: \"REC UNREAD\",\"+4ZZ\"\r\nZZZ ZZ\r\n+ZZZ: ZZ", 'Z' },
};

static void send(struct modem_trace *trace, const char *command, bool secret)
{
	const struct part part = { secret ? SENT_SECRET : SENT, command };

	feed(trace, &part);
}

static void come(struct modem_trace *trace, const char *octets, size_t from, size_t length)
{
	modem_trace_came(trace, span_take(span_skip(span_of(octets), from), length), NOW_MS);
}

/* `octets` in two pieces, with `between` them. */
static void come_split(struct modem_trace *trace, const char *octets, size_t at,
		       const char *between)
{
	come(trace, octets, 0, at);
	come(trace, between, 0, strlen(between));
	come(trace, octets, at, strlen(octets));
	come(trace, "\r\n", 0, 2);
}

static void tell_every_form(struct modem_trace *trace, const struct secret_row *row, size_t at)
{
	send(trace, row->command, true);
	come_split(trace, row->command, at, "");	/* echoed whole */
	come_split(trace, row->command, at, "\r\n");	/* echoed in halves */
	come(trace, "\r\nOK\r\n", 0, 6);
	if (row->question == NULL)
		return;
	send(trace, row->question, false);
	come_split(trace, row->answer, at < strlen(row->answer) ? at : 0, "");
	come(trace, "\r\nOK\r\n", 0, 6);
	send(trace, "AT+CSQ", false);
	come_split(trace, row->answer, 0, "");	/* unasked */
	modem_trace_unsolicited(trace, span_take(span_of(row->answer),
						 span_index(span_of(row->answer), '\r')));
}

/* Whatever a module makes of it, and however its octets come. */
static void test_secret(void **state)
{
	const struct secret_row *row = *state;

	for (size_t at = 0; at <= strlen(row->command); at++) {
		struct modem_recorder *recorder = modem_recorder_new(NOW_MS);
		struct buf out = BUF_INIT(8192);
		const char secret[] = { row->secret, '\0' };
		struct modem_trace trace;
		char text[8192], *events;
		int kept;
		FILE *file = begin_capture(&kept);

		modem_trace_init(&trace, "gsm0", recorder, true);
		tell_every_form(&trace, row, at);
		end_capture(file, kept, text, sizeof(text));
		assert_true(modem_recorder_read(recorder, &out));
		check(buf_string(&out), (const char *const[]){ "0.000 > AT", "0.000 < OK" }, 2,
		      secret);
		/* The numbers of the events are not of the module. */
		while ((events = strstr(text, "MESSAGE_ID=")) != NULL)
			memset(events, '.', strcspn(events, "\n"));
		check(text, (const char *const[]){ "gsm0 > AT", "gsm0 < OK" }, 2, secret);
		buf_clear(&out);
		modem_recorder_free(recorder);
	}
}

int main(void)
{
	struct rows rows = { .count = 0 };

	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_LEVEL_DEBUG);
	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD_TABLE(&rows, secret_table, test_secret);
	return rows_run(&rows, "modem_trace");
}
