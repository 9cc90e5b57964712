/* SPDX-License-Identifier: ISC */
/* Plans run by the chat against a module that answers as the reference says, but
 * for what a row says: read-back and proof before PUT, to the verdict. */
#include <stdio.h>

#include "at/at_chat.h"
#include "qsmtp/qsmtp_errors.h"
#include "qsmtp_bench.h"

#define PATIENCE 2000
#define ATTACHMENT "0123456789"
#define SUM "3839"

static struct transaction_attachment files[] = {
	{ S("log.txt.gz"), S(ATTACHMENT) },
	{ S("empty.bin"), S("") },
};

struct row {
	const char *name;
	struct modem_basis basis;
	size_t files;			/* how many of them */
	const char *recipients;		/* read back; NULL: what was set */
	const char *attachments;	/* read back */
	const char *upload, *attached;	/* numbers of +QFUPL and of the stored +QSMTPATT */
	const char *deleted;		/* of the recipients before; NULL: 0 */
	const char *refused;		/* front of a command that gets ERROR */
	enum verdict_class class;
	bool put;			/* AT+QSMTPPUT was given */
};

#define STORE .basis = { .has_store = true, .store_free_octets = 180224 }, .files = 2
#define EMPTY_BIN "+QSMTPATT: 2,\"empty.bin\",0\r\n"
#define LISTED .attachments = "+QSMTPATT: 1,\"/UFS/gsmtpd-log.txt.gz\",10\r\n" EMPTY_BIN
#define STALE "+QSMTPATT: 1,\"old.txt\",5\r\n"

static const struct row rows_table[] = {
	{ "a plain mail", .class = VERDICT_DELIVERED, .put = true },
	{ "a mail into a session that stands", .basis = { .session_set = true },
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a recipient of the mail before stops it",
	  .recipients = "+QSMTPDST: 1,\"admin@example.org\"\r\n+QSMTPDST: 1,\"old@example.org\"\r\n",
	  .class = VERDICT_LATER },
	{ "an attachment of the mail before stops it", .attachments = STALE, .class = VERDICT_LATER },
	{ "an attachment of the mail before stops the next of a burst",
	  .basis = { .session_set = true }, .attachments = STALE, .class = VERDICT_LATER },
	{ "attachments over the line", .files = 2,
	  .attachments = "+QSMTPATT: 1,\"log.txt.gz\",10\r\n" EMPTY_BIN,
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a stored file listed as it was given", STORE,
	  LISTED,
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a stored file listed by its name", STORE,
	  .attachments = "+QSMTPATT:1,\"gsmtpd-log.txt.gz\",10\r\n" EMPTY_BIN,
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a stored file listed as the file commands spell it", STORE,
	  .attachments = EMPTY_BIN "+QSMTPATT: 1,\"UFS:gsmtpd-log.txt.gz\",10\r\n",
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a stored file listed twice, in two spellings", STORE,
	  .attachments = "+QSMTPATT: 1,\"/UFS/gsmtpd-log.txt.gz\",10\r\n"
			 "+QSMTPATT: 1,\"gsmtpd-log.txt.gz\",10\r\n" EMPTY_BIN,
	  .class = VERDICT_LATER },
	{ "a stored file not listed", STORE, .attachments = EMPTY_BIN, .class = VERDICT_LATER },
	{ "a stored file listed with another size", STORE,
	  .attachments = "+QSMTPATT: 1,\"/UFS/gsmtpd-log.txt.gz\",9\r\n" EMPTY_BIN,
	  .class = VERDICT_LATER },
	{ "a stored file that is shorter", STORE, LISTED, .upload = "9," SUM,
	  .class = VERDICT_LATER },
	{ "a stored file with another sum", STORE, LISTED, .upload = "10,3838",
	  .class = VERDICT_LATER },
	{ "a stored file with zeros before its sum", STORE, .upload = "10,0000" SUM,
	  LISTED,
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a stored file without a sum", STORE, LISTED, .upload = "10", .class = VERDICT_LATER },
	{ "another file than was stored is attached", STORE, LISTED, .attached = "1939",
	  .class = VERDICT_LATER },
	{ "a stored file that cannot be opened", STORE, LISTED, .attached = "-12",
	  .class = VERDICT_CONTENT },
	{ "no file before that is in the way", STORE, .refused = "AT+QFDEL",
	  LISTED,
	  .class = VERDICT_DELIVERED, .put = true },
	{ "a store that takes nothing", STORE, .refused = "AT+QFUPL", .class = VERDICT_LATER },
	{ "a bearer that is up already", .basis = { .bring_bearer_up = true }, .refused = "AT+QIACT",
	  .class = VERDICT_DELIVERED, .put = true },
	{ "no recipients before that could be deleted", .basis = { .session_set = true },
	  .deleted = "-1", .class = VERDICT_DELIVERED, .put = true },
	{ "recipients that cannot be deleted", .basis = { .session_set = true },
	  .refused = "AT+QSMTPDST=0", .class = VERDICT_OURS },
};

/* The module, and the clock. */
struct module {
	const struct row *row;
	struct at_chat *chat;
	struct buf line, data, said;
	size_t awaited;		/* octets of data; 0: until the escape */
	const char *result;	/* of the data; NULL: no data mode */
	bool put;
	int64_t now_ms;
};

static void say(struct module *m, const char *front, const char *text, const char *back)
{
	buf_format(&m->said, "%s%s%s", front, text, back);
}

/* What was said comes once the host listens; or else its next limit passes. */
static void pass_time(struct module *m)
{
	if (m->said.length == 0) {
		m->now_ms = at_chat_deadline_ms(m->chat);
		return;
	}
	at_chat_feed(m->chat, buf_span(&m->said), m->now_ms);
	buf_reset(&m->said);
}

static void end_data(struct module *m, size_t octets)
{
	char number[40];

	snprintf(number, sizeof number, "%zu", octets);
	if (strcmp(m->result, "+QFUPL: ") == 0) {
		const char *told = m->row->upload ? m->row->upload : "10," SUM;

		assert_string_equal(buf_string(&m->data), ATTACHMENT);
		say(m, "\r\n+QFUPL: ", told, "\r\n\r\nOK\r\n");
	} else {
		say(m, "\r\n", m->result, number);
		say(m, "\r\n", "", "");
	}
	m->result = NULL;
	buf_reset(&m->data);
}

static void take_data(struct module *m, struct span octets)
{
	struct span escape = span_of("+++");

	buf_put(&m->data, octets);
	if (m->awaited > 0) {
		assert_true(m->data.length <= m->awaited);
		if (m->data.length == m->awaited)
			end_data(m, m->awaited);
	} else if (span_find(buf_span(&m->data), escape) < m->data.length) {
		end_data(m, m->data.length - escape.length);
	}
}

/* What follows OK. */
static const char *deferred(struct span line)
{
	if (span_starts(line, "AT+QSMTPDST="))
		return "\r\n+QSMTPDST: 0\r\n";
	return span_starts(line, "AT+QSMTPPUT=") ? "\r\n+QSMTPPUT:0\r\n" : "";
}

static void answer(struct module *m, struct span line)
{
	const struct row *row = m->row;

	m->put |= span_starts(line, "AT+QSMTPPUT");
	if (row->refused && span_starts(line, row->refused)) {
		say(m, "\r\n", "ERROR", "\r\n");
	} else if (span_starts(line, "AT+QSMTPBODY=")) {
		m->awaited = 0;
		m->result = "+QSMTPBODY: ";
		say(m, "\r\n", "OK\r\n\r\nCONNECT", "\r\n");
	} else if (span_starts(line, "AT+QFUPL=")) {
		m->awaited = strlen(ATTACHMENT);
		m->result = "+QFUPL: ";
		say(m, "\r\n", "CONNECT", "\r\n");
	} else if (span_starts(line, "AT+QSMTPATT=\"/UFS/")) {
		say(m, "\r\nOK\r\n\r\n+QSMTPATT: ", row->attached ? row->attached : "10", "\r\n");
	} else if (span_starts(line, "AT+QSMTPATT=")) {
		m->awaited = 0;
		m->result = "+QSMTPATT: ";
		say(m, "\r\n", "OK\r\n\r\nCONNECT", "\r\n");
	} else if (span_starts(line, "AT+QSMTPDST?")) {
		say(m, "\r\n", row->recipients ? row->recipients :
		    "+QSMTPDST: 1,\"admin@example.org\"\r\n", "\r\nOK\r\n");
	} else if (span_starts(line, "AT+QSMTPATT?")) {
		say(m, "\r\n", row->attachments ? row->attachments : "", "\r\nOK\r\n");
	} else if (row->deleted && span_starts(line, "AT+QSMTPDST=0")) {
		say(m, "\r\nOK\r\n\r\n+QSMTPDST: ", row->deleted, "\r\n");
	} else {
		say(m, "\r\nOK\r\n", deferred(line), "");
	}
}

static void hear(struct module *m, struct span octets)
{
	while (octets.length > 0 && m->result == NULL) {
		size_t end = span_index(octets, '\r');
		struct span line;

		buf_put(&m->line, span_take(octets, end));
		octets = span_skip(octets, end + 1);
		line = buf_span(&m->line);
		if (line.length > 0)
			answer(m, line);
		buf_reset(&m->line);
	}
	if (octets.length > 0)
		take_data(m, octets);
}

static void run(struct module *m, const struct at_script *script)
{
	struct at_chat_event event = { .kind = AT_CHAT_NONE };

	at_chat_start(m->chat, script->steps, script->count, m->now_ms);
	for (int i = 0; i < PATIENCE && event.kind != AT_CHAT_FINISHED; i++) {
		at_chat_next(m->chat, m->now_ms, &event);
		if (event.kind == AT_CHAT_SEND)
			hear(m, event.octets);
		else if (event.kind == AT_CHAT_HOLD)
			at_chat_release(m->chat, m->now_ms);
		else if (event.kind == AT_CHAT_NONE)
			pass_time(m);
	}
	assert_int_equal(event.kind, AT_CHAT_FINISHED);
}

static void test_dialogue(void **state)
{
	const struct row *row = *state;
	const struct at_chat_options chat_options = { .piece_octets = 512 };
	struct transaction transaction = {
		TO_ONE, .subject = S("Disk"), BODY, .attachments = files,
		.attachment_count = row->files,
	};
	struct module m = {
		.row = row, .chat = at_chat_new(&chat_options), .line = BUF_INIT(1000),
		.data = BUF_INIT(20000), .said = BUF_INIT(2000), .now_ms = 1000,
	};
	struct verdict verdict;
	struct at_script script;

	assert_non_null(m.chat);
	at_script_init(&script);
	assert_null(qsmtp_plan_build(plan_options(true), &row->basis, &account, &transaction, 0, 1,
				     &script));
	run(&m, &script);
	verdict = qsmtp_errors_judge(at_chat_result(m.chat));
	assert_string_equal(verdict_class_name(verdict.class), verdict_class_name(row->class));
	assert_int_equal(m.put, row->put);
	at_script_clear(&script);
	at_chat_free(m.chat);
	buf_clear(&m.line);
	buf_clear(&m.data);
	buf_clear(&m.said);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, rows_table, test_dialogue);
	return rows_run(&rows, "qsmtp_dialogue");
}
