/* SPDX-License-Identifier: ISC */
/* What of a dialogue is told, row by row; and that nothing that a mail, an account or a
 * SIM is told in confidence ever is, whatever the module echoes. */
#include "modem/modem_redact.h"

#include <stdio.h>
#include <string.h>

#include "at/at_chat.h"
#include "qsmtp/qsmtp_plan.h"
#include "rows.h"

enum way { SENT = 1, SECRET, DATA, CAME, UNASKED };

struct part {
	enum way way;
	const char *octets;
};

struct row {
	const char *name;
	struct part parts[6];
	const char *told;	/* all lines, each with its LF */
};

static const struct row table[] = {
	{ "a question and its answer", { { SENT, "AT+CSQ\r" }, { CAME, "\r\n+CSQ: 21,0\r\n\r\nOK\r\n" } },
	  "AT+CSQ\n+CSQ: 21,0\nOK\n" },
	{ "addresses", { { SENT, "AT+QSMTPDST?\r" }, { CAME, "+QSMTPDST: 1,1,\"a@example.org\"\r\n" } },
	  "AT+QSMTPDST?\n+QSMTPDST: 1,1,\"a@example.org\"\n" },
	{ "a bare answer to a question that has one",
	  { { SENT, "AT+CGMR\r" }, { CAME, "Revision: M95FAR02A04\r\n" } },
	  "AT+CGMR\nRevision: M95FAR02A04\n" },
	{ "an echo of the question", { { SENT, "AT+QSMTPDST?\r" }, { CAME, "AT+QSMTPDST?\r\r\n" } },
	  "AT+QSMTPDST?\nAT+QSMTPDST?\n" },
	{ "an error", { { SENT, "AT+CPIN?\r" }, { CAME, "+CME ERROR: 10\r\n" } },
	  "AT+CPIN?\n+CME ERROR: 10\n" },
	{ "what a module says by itself",
	  { { CAME, "RDY\r\n+CFUN: 1\r\nCall Ready\r\n+PDP DEACT\r\n+CMTI: \"SM\",3\r\nRING\r\n" } },
	  "RDY\n+CFUN: 1\nCall Ready\n+PDP DEACT\n+CMTI: \"SM\",3\nRING\n" },
	{ "the escape", { { SENT, "+++" } }, "+++\n" },
	{ "an end of line by itself", { { SENT, "\r" } }, "" },

	{ "a secret command", { { SECRET, "AT+QICSGP=1,\"apn\",\"hidden\",\"hidden\"\r" } },
	  "AT+QICSGP=(hidden)\n" },
	{ "a command that is known to be secret",
	  { { SENT, "AT+QSMTPPWD=\"hidden\"\r" }, { SENT, "AT+CPIN=\"hidden\"\r" } },
	  "AT+QSMTPPWD=(hidden)\nAT+CPIN=(hidden)\n" },
	{ "a test command, which holds nothing",
	  { { SENT, "AT+QFUPL=?\r" }, { CAME, "AT+QFUPL=?\r\r\nOK\r\n" }, { SECRET, "AT+QICSGP=?\r" },
	    { SECRET, "AT+QICSGP=?hidden\r" } },
	  "AT+QFUPL=?\nAT+QFUPL=(hidden)\nOK\nAT+QICSGP=?\nAT+QICSGP=(hidden)\n" },
	{ "an echo in pieces", { { CAME, "AT+QSMTP" }, { CAME, "PWD=\"hid" }, { CAME, "den\"\r" } },
	  "AT+QSMTPPWD=(hidden)\n" },
	{ "an echo without its beginning", { { CAME, "+QSMTPPWD=\"hidden\"\r\"hidden\"\r" } },
	  "+QSMTPPWD=(hidden)\n(hidden)\n" },
	{ "an echo that lost more", { { CAME, "PWD=\"hidden\"\r" }, { SENT, "AT\r" }, { CAME, "HID=DEN\r" } },
	  "(a text)\nAT\n(a text)\n" },
	{ "an echo that lost what marks it",
	  { { CAME, "hidden\"\r" }, { SENT, "AT\r" }, { CAME, "+QSMTPPWDhidden\r" }, { SENT, "AT\r" },
	    { CAME, "+QSMTPPWD hidden=hidden\r" }, },
	  "(a text)\nAT\n(a text)\nAT\n(a text)\n" },
	{ "a long number in an echo", { { CAME, "AT+X123456789012345=1\r" } }, "AT+X(hidden)\n" },
	{ "bare words that only begin like those of a module", { { CAME, "RING hidden\r" } },
	  "(a text)\n" },
	{ "what a module answers in confidence",
	  { { CAME, "+QSMTPPWD: \"hidden\"\r\n+QSMTPUSER: 123456\r\n+QICSGP: 1,\"a\",\"hidden\"\r\n" } },
	  "+QSMTPPWD:(hidden)\n+QSMTPUSER:(hidden)\n+QICSGP: 1,(hidden)\n" },
	{ "names of attachments and files",
	  { { CAME, "+QSMTPATT: 1,\"hidden.pdf\",9\r\n+QFLST: \"UFS:gsmtpd-hidden.pdf\",9\r\n"
		    "+QSMTPATT: 1,dead.pdf\r\n" } },
	  "+QSMTPATT: 1,(hidden)\n+QFLST: (hidden)\n+QSMTPATT: 1,(hidden)\n" },
	{ "lengths and sums", { { CAME, "+QSMTPATT: 512\r\n+QFUPL: 300,B34A\r\n" } },
	  "+QSMTPATT: 512\n+QFUPL: 300,B34A\n" },
	{ "the number of a SIM",
	  { { SENT, "AT+QCCID\r" }, { CAME, "89490200001234567890\r\n+QCCID: 8949A2F\r\n" } },
	  "AT+QCCID\n(hidden)\n+QCCID:(hidden)\n" },
	{ "a long number before a quote", { { SENT, "AT+CGMR\r" }, { CAME, "866425031234567,\"x\"\r\n" } },
	  "AT+CGMR\n(hidden)\n" },
	{ "the number of a device among other words", { { CAME, "+GSN: \"866425031234567\"\r\n" } },
	  "+GSN: \"(hidden)\n" },

	{ "a short message of several lines, and what is told after the next command",
	  { { CAME, "+CMT: \"+49170\",,\"x\"\r\nhidden\r\n+HIDDEN: hidden\r\n" },
	    { SENT, "AT+CSQ\r" }, { CAME, "+CSQ: 1,0\r\n+CMTI: \"SM\",1\r\n" } },
	  "+CMT:(hidden)\n(a text)\n(a text)\nAT+CSQ\n+CSQ: 1,0\n+CMTI: \"SM\",1\n" },
	{ "a short message unasked", { { CAME, "+CMT: 1\r\n+HI: hidden\r\n" }, { UNASKED, "+HI: hidden" } },
	  "+CMT:(hidden)\n(a text)\n(a text)\n" },
	{ "a bare line unasked, whatever was asked",
	  { { SENT, "AT+CGMM\r" }, { UNASKED, "hidden" }, { UNASKED, "RING" } },
	  "AT+CGMM\n(a text)\nRING\n" },
	{ "content that is echoed",
	  { { SENT, "AT+QSMTPBODY=1,60\r" }, { CAME, "CONNECT\r\n" }, { DATA, "hidden" },
	    { CAME, "hidden\r\n+HIDDEN: hidden\r\n+CPIN: 1234\r\nAT+X=1\r\n" }, { SENT, "+++" },
	    { CAME, "+QSMTPBODY: 6\r\n" } },
	  "AT+QSMTPBODY=1,60\nCONNECT\n(a text)\n(a text)\n(a text)\n(a text)\n+++\n"
	  "+QSMTPBODY: 6\n" },
	{ "content that comes behind its own result",
	  { { SENT, "AT+QSMTPBODY=1,60\r" }, { DATA, "x" }, { CAME, "+QSMTPBODY: 6\r\n+HI: hidden\r\n" },
	    { UNASKED, "+HI: hidden" }, { SENT, "AT+CSQ\r" }, { CAME, "+CREG: 1\r\n" } },
	  "AT+QSMTPBODY=1,60\n+QSMTPBODY: 6\n(a text)\n(a text)\nAT+CSQ\n+CREG: 1\n" },
	{ "content until a named answer proves that it is over",
	  { { SENT, "AT+QSMTPBODY=1,60\r" }, { DATA, "x" }, { SENT, "AT\r" },
	    { CAME, "+HI: hidden\r\nOK\r\n" }, { SENT, "AT+CSQ\r" }, { CAME, "+HI: x\r\n+CSQ: 3,0\r\n" } },
	  "AT+QSMTPBODY=1,60\nAT\n(a text)\nOK\nAT+CSQ\n(a text)\n+CSQ: 3,0\n" },
	{ "an error in words behind content",
	  { { SENT, "AT+QSMTPBODY=1,60\r" }, { DATA, "x" },
	    { CAME, "+CME ERROR: hidden\r\n+CME ERROR: 5\r\n" } },
	  "AT+QSMTPBODY=1,60\n(a text)\n+CME ERROR: 5\n" },
	{ "a line without end",
	  { { CAME, "+X: 11111111111111111111111111111111111111111111111111111111111111111111111111"
		    "111111111111111111111111111111111111111111111111111111111111111111111\r\n" } },
	  "(a text)\n" },
};

static void put(struct buf *out, const struct modem_told *told)
{
	if (told->line.length > 0 || told->rest[0] != '\0')
		buf_format(out, "%.*s%s\n", SPAN_ARG(told->line), told->rest);
}

static void put_came(struct modem_redact *redact, struct span octets, struct buf *out)
{
	struct modem_told told;

	while (modem_redact_came(redact, &octets, &told))
		put(out, &told);
}

static void feed(struct modem_redact *redact, const struct part *part, struct buf *out)
{
	struct span octets = span_of(part->octets);
	struct modem_told told;

	switch (part->way) {
	case DATA:
		modem_redact_sent_data(redact);
		return;
	case CAME:
		put_came(redact, octets, out);
		return;
	case UNASKED:
		told = modem_redact_unasked(redact, octets);
		break;
	case SENT:
	case SECRET:
		told = modem_redact_sent(redact, octets, part->way == SECRET);
		break;
	}
	put(out, &told);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(4096);
	struct modem_redact redact;

	modem_redact_init(&redact);
	for (size_t i = 0; i < 6 && row->parts[i].way != 0; i++)
		feed(&redact, &row->parts[i], &out);
	assert_string_equal(buf_string(&out), row->told);
	buf_clear(&out);
}

#define CONFIDED "Zx7Qp"	/* in everything that must never be told */
#define CONFIDED_HEX "5a78375170"

/* A whole mail as the plan makes it, by a module that echoes everything, also what it
 * got in data mode, in pieces of any length. */
static void tell_mail(enum qsmtp_attachments way, size_t piece, struct buf *out)
{
	struct transaction_recipient to = { TRANSACTION_TO, 0, span_of("a@example.org") };
	struct transaction_attachment file = {
		span_of(CONFIDED ".txt"),
		span_of(CONFIDED " in a file\r\n+QSMTPATT: " CONFIDED),
	};
	struct transaction transaction = {
		.recipients = &to, .recipient_count = 1,
		.subject = span_of(CONFIDED " subject"), .body = span_of(CONFIDED "\r\n+CMT: " CONFIDED "\r\n"),
		.attachments = &file, .attachment_count = 1,
	};
	const struct qsmtp_account account = {
		.server = span_of("mail.example.org"), .port = 25, .authenticate = true,
		.user = span_of(CONFIDED "-user"), .password = span_of(CONFIDED "-password"),
		.address = span_of("gw@example.org"), .name = span_of("Gateway"),
		.apn = span_of("internet"), .apn_user = span_of(CONFIDED "-apn"),
		.apn_password = span_of(CONFIDED "-apn-password"),
	};
	const struct qsmtp_plan_options options = {
		.dialect = modem_dialect_find("gsm"), .baud = 115200,
		.command_timeout_ms = 1000, .send_timeout_s = 300, .verify = true,
		.attachments = way,
	};
	const struct modem_basis basis = { .has_store = true, .store_free_octets = 1000000 };
	struct at_script script;
	struct modem_redact redact;
	const char *fault;

	at_script_init(&script);
	modem_redact_init(&redact);
	fault = qsmtp_plan_build(&options, &basis, &account, &transaction, 0, 1, &script);
	if (fault != NULL)
		fail_msg("%s", fault);
	for (size_t i = 0; i < script.count; i++) {
		const struct at_step *step = &script.steps[i];
		struct modem_told told = modem_redact_sent(&redact, step->line, step->secret);
		struct buf echo = BUF_INIT(4096);

		put(out, &told);
		if (step->data)
			modem_redact_sent_data(&redact);
		buf_put(&echo, step->line);
		buf_text(&echo, "\r\r\n");
		if (step->data)
			buf_put(&echo, step->payload);
		for (size_t j = 0; j < step->expected_count; j++) {
			buf_put(&echo, step->expected[j]);
			buf_text(&echo, "\r\n");
		}
		buf_text(&echo, "\r\nOK\r\n");
		for (struct span rest = buf_span(&echo); rest.length > 0;
		     rest = span_skip(rest, piece))
			put_came(&redact, span_take(rest, piece), out);
		buf_clear(&echo);
	}
	at_script_clear(&script);
}

static void test_mail(void **state)
{
	(void)state;
	for (int store = 0; store < 2; store++)
		for (size_t piece = 1; piece < 200; piece += 13) {
			struct buf out = BUF_INIT(65536);

			tell_mail(store ? QSMTP_ATTACHMENTS_STORE : QSMTP_ATTACHMENTS_LINE, piece,
				  &out);
			assert_false(out.failed);
			assert_null(strstr(buf_string(&out), CONFIDED));
			assert_null(strcasestr(buf_string(&out), CONFIDED_HEX));
			/* What may be told is, so that the test is one. */
			assert_non_null(strstr(buf_string(&out), "a@example.org"));
			assert_non_null(strstr(buf_string(&out), "AT+QSMTPPWD=(hidden)"));
			assert_non_null(strstr(buf_string(&out), "AT+QSMTPPUT=300"));
			buf_clear(&out);
		}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a whole mail that the module echoes tells nothing", test_mail);
	return rows_run(&rows, "modem_redact");
}
