/* SPDX-License-Identifier: ISC */
/* Scripts as text, compared with tests/data/plan/<file>.plan: a step a line, the
 * command first, then in brackets what the chat is told about it. */
#include "qsmtp/qsmtp_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/wire_text.h"
#include "rows.h"

#define GOLDEN_MAX (64 * 1024)
#define ANSWER_MS 10000

#define S(text) { (text), sizeof(text) - 1 }

static const struct qsmtp_account account = {
	.server = S("smtp.example.net"),
	.port = 25,
	.authenticate = true,
	.user = S("gw1"),
	.password = S("pass word"),
	.address = S("gw1@example.net"),
	.name = S("Gateway 1"),
	.apn = S("internet"),
};

static struct transaction_recipient one[] = {
	{ TRANSACTION_TO, 0, S("admin@example.org") },
};

static struct transaction_recipient three[] = {
	{ TRANSACTION_TO, 0, S("a@example.org") },
	{ TRANSACTION_CC, 1, S("b@example.org") },
	{ TRANSACTION_BCC, 2, S("c@example.org") },
};

static struct transaction_attachment two_files[] = {
	{ S("log.txt.gz"), S("0123456789") },
	{ S("empty.bin"), S("") },
};

static const struct qsmtp_plan_options *plan_options(bool verify)
{
	static struct qsmtp_plan_options options;

	options = (struct qsmtp_plan_options){
		.dialect = modem_dialect_find("gsm"), .baud = 9600,
		.command_timeout_ms = ANSWER_MS, .send_timeout_s = 300, .verify = verify,
	};
	return &options;
}

static void show_step(const struct at_step *step, struct buf *out)
{
	buf_format(out, "%.*s\t[%s", SPAN_ARG(step->line), step->label);
	if (step->secret)
		buf_text(out, ", secret");
	if (step->info != NULL)
		buf_format(out, ", info %s", step->info);
	if (step->data)
		buf_format(out, ", data %zu octets", step->payload.length);
	if (step->self_ending_ms > 0)
		buf_format(out, ", may end itself in %d ms", (int)step->self_ending_ms);
	if (step->result != NULL)
		buf_format(out, ", result %s in %d ms", step->result, (int)step->result_ms);
	if (step->result_is_length)
		buf_text(out, ", is length");
	if (step->hold)
		buf_text(out, ", hold");
	if (step->commits)
		buf_text(out, ", commits");
	if (step->on_error == AT_ON_ERROR_GO_ON)
		buf_text(out, ", goes on");
	if (step->answer_ms != ANSWER_MS || step->wait_before_ms != 0)
		buf_text(out, ", odd limits");
	buf_text(out, "]\n");
	for (size_t i = 0; step->verify_expected && i < step->expected_count; i++)
		buf_format(out, "\texpects %.*s\n", SPAN_ARG(step->expected[i]));
}

static void show(const struct at_script *script, struct buf *out)
{
	for (size_t i = 0; i < script->count; i++)
		show_step(&script->steps[i], out);
}

/* Every invariant of the line, whatever the plan. */
static void check_safe(const struct at_script *script)
{
	size_t commits = 0;

	for (size_t i = 0; i < script->count; i++) {
		const struct at_step *step = &script->steps[i];

		assert_true(span_starts(step->line, "AT+Q"));
		for (size_t k = 0; k < step->line.length; k++)
			assert_true(step->line.at[k] >= 0x20 && step->line.at[k] <= 0x7e);
		if (step->data)
			assert_null(wire_text_octets_fault(step->payload));
		if (step->commits) {
			commits++;
			assert_true(step->hold);
			assert_string_equal(step->label, "QSMTPPUT");
		}
		assert_true(step->result == NULL || step->result_ms > 0);
	}
	assert_int_equal(commits, 1);
}

static void read_golden(const char *file, struct buf *out)
{
	char path[512];
	FILE *stream;
	char *room = buf_room(out, GOLDEN_MAX);

	assert_non_null(room);
	snprintf(path, sizeof(path), "%s/plan/%s.plan", TEST_DATA, file);
	stream = fopen(path, "r");
	if (stream == NULL)
		fail_msg("%s is missing", path);
	buf_grew(out, fread(room, 1, GOLDEN_MAX, stream));
	fclose(stream);
}

struct golden_row {
	const char *name;
	const char *file;
	struct transaction transaction;
	size_t first, count;
	bool quick;		/* nothing is read back */
	bool open_relay;	/* no auth */
	struct span sender_name;
	struct span apn, apn_user, apn_password;
	int64_t send_timeout_s;
	unsigned baud;
};

#define BODY .body = S("Disk failed.\r\n")
#define TO_ONE .recipients = one, .recipient_count = 1
#define TO_THREE .recipients = three, .recipient_count = 3
#define APN .apn = S("internet")

static const struct golden_row goldens[] = {
	{ .name = "a plain mail", .file = "plain", .count = 1, APN,
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "three kinds of recipients, UTF-8 and attachments", .file = "rich", .count = 3, APN,
	  .transaction = { TO_THREE, .subject_charset = TRANSACTION_UTF8,
			   .subject = S("\xc3\x9c" "ber"), .body_charset = TRANSACTION_UTF8,
			   .body = S("Gr\xc3\xbc\xc3\x9f" "e\r\n"), .attachments = two_files,
			   .attachment_count = 2 } },
	{ .name = "one of them apart: hidden alone is To", .file = "apart", .first = 2, .count = 1,
	  APN, .transaction = { TO_THREE, .subject = S("Disk"), BODY } },
	{ .name = "two of them", .file = "half", .first = 1, .count = 2, APN,
	  .transaction = { TO_THREE, .subject = S("Disk"), BODY } },
	{ .name = "nothing is read back unless wished", .file = "quick", .count = 1, APN, .quick = true,
	  .transaction = { TO_ONE, .subject = S(""), BODY } },
	{ .name = "no auth and no APN", .file = "open", .count = 1, .open_relay = true,
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "an APN with a password is secret", .file = "apn", .count = 1,
	  APN, .apn_user = S("web"), .apn_password = S("apn-pass"),
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a quote in an ASCII subject makes it hexadecimal", .file = "quote", .count = 1, APN,
	  .transaction = { TO_ONE, .subject = S("say \"no\""), BODY } },
	{ .name = "octets above 127 are never called ASCII", .file = "eightbit", .count = 1, APN,
	  .transaction = { TO_ONE, .subject = S("\xc3\xa9"), .body = S("\xc3\xa9\r\n") } },
	{ .name = "the sender's name is reduced", .file = "name", .count = 1, APN,
	  .sender_name = S(" G\xc3\xa4te \"<way>\"\\\r\nAT+CMGS=1 "),
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a sender's name of which nothing is left is left out", .file = "noname", .count = 1,
	  APN, .sender_name = S("\xe4\xb8\xad"),
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a send time-out too short is the shortest", .file = "shortput", .count = 1, APN,
	  .send_timeout_s = 5, .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a send time-out too long is the longest", .file = "longput", .count = 1, APN,
	  .send_timeout_s = 1000000, .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
};

static void test_golden(void **state)
{
	const struct golden_row *row = *state;
	struct qsmtp_plan_options options = *plan_options(!row->quick);
	struct qsmtp_account from = account;
	struct buf got = BUF_INIT(GOLDEN_MAX), golden = BUF_INIT(GOLDEN_MAX);
	struct at_script script;

	from.authenticate = !row->open_relay;
	from.apn = row->apn;
	from.apn_user = row->apn_user;
	from.apn_password = row->apn_password;
	if (row->sender_name.length > 0)
		from.name = row->sender_name;
	if (row->send_timeout_s > 0)
		options.send_timeout_s = row->send_timeout_s;
	at_script_init(&script);
	assert_null(qsmtp_plan_build(&options, &from, &row->transaction, row->first, row->count,
				     &script));
	check_safe(&script);
	show(&script, &got);
	if (getenv("PLAN_SHOW") != NULL)
		fprintf(stderr, "== %s\n%s", row->file, buf_string(&got));
	read_golden(row->file, &golden);
	assert_string_equal(buf_string(&got), buf_string(&golden));
	at_script_clear(&script);
	buf_clear(&got);
	buf_clear(&golden);
}

struct fault_row {
	const char *name;
	const char *fault;		/* part of the phrase */
	struct qsmtp_account from;	/* what is set here replaces the good account's */
	struct span subject, body, address;
	struct span file_name, file_octets;
	enum transaction_charset charset;
	bool nobody, beyond;
};

static const char sixty[] = "012345678901234567890123456789012345678901234567890123456789";
#define SIXTY { sixty, 60 }
#define FIFTY_ONE { sixty, 51 }

static const struct fault_row faults[] = {
	{ .name = "a user of 51", .fault = "user is longer than 50", .from.user = FIFTY_ONE },
	{ .name = "a password of 51", .fault = "password is longer than 50",
	  .from.password = FIFTY_ONE },
	{ .name = "a quote in the user", .fault = "user", .from.user = S("a\"b") },
	{ .name = "a quote in the password", .fault = "password", .from.password = S("a\",1") },
	{ .name = "a line end in the password", .fault = "password",
	  .from.password = S("a\rAT+CMGS=1") },
	{ .name = "a NUL in the password", .fault = "password", .from.password = S("a\0b") },
	{ .name = "an umlaut in the password", .fault = "password", .from.password = S("\xc3\xa4") },
	{ .name = "a quote in the server", .fault = "server", .from.server = S("a\",25\rATD") },
	{ .name = "a line end in the sender", .fault = "address",
	  .from.address = S("a@b\r\nATD112;") },
	{ .name = "an escape in the APN", .fault = "apn", .from.apn = S("a\x1b") },
	{ .name = "a quote in the APN's user", .fault = "apn", .from.apn_user = S("\"") },
	{ .name = "a quote in the APN's password", .fault = "apn", .from.apn_password = S("\"") },
	{ .name = "port 70000", .fault = "port", .from.port = 70000 },
	{ .name = "a quote in a recipient", .fault = "an address", .address = S("a\"@b") },
	{ .name = "a line end in a recipient", .fault = "an address",
	  .address = S("a@b\"\rAT+CMGS=\"1\"\rx\x1a") },
	{ .name = "an empty recipient", .fault = "an address", .address = S("") },
	{ .name = "an umlaut in a recipient", .fault = "an address", .address = S("\xc3\xa4@b") },
	{ .name = "no recipient", .fault = "no recipient", .nobody = true },
	{ .name = "a part beyond the recipients", .fault = "no recipient", .beyond = true },
	{ .name = "a line end in the subject", .fault = "control", .subject = S("a\r\nBcc: x@y") },
	{ .name = "a line end in a UTF-8 subject", .fault = "control",
	  .charset = TRANSACTION_UTF8, .subject = S("\xc3\xa4\nBcc: x@y") },
	{ .name = "a subject of 101", .fault = "longer",
	  .subject = S("0123456789012345678901234567890123456789012345678901234567890123456789"
		       "0123456789012345678901234567890") },
	{ .name = "plus signs in the body", .fault = "body", .body = S("a\r\n+++ b/file\r\n") },
	{ .name = "plus signs at the end of the body", .fault = "body", .body = S("a\r\n+") },
	{ .name = "a command in the body", .fault = "body", .body = S("x\r\natd112;\r\n") },
	{ .name = "a dot in the body", .fault = "body", .body = S("x\r\n.\r\n") },
	{ .name = "an empty body", .fault = "body", .body = S("") },
	{ .name = "a file of the module's store", .fault = "name of an attachment",
	  .file_name = S("/UFS/secret"), .file_octets = S("x") },
	{ .name = "a quote in a file's name", .fault = "name of an attachment",
	  .file_name = S("a\",1,1\rATD"), .file_octets = S("x") },
	{ .name = "plus signs in an attachment", .fault = "an attachment", .file_name = S("a"),
	  .file_octets = S("x+++y") },
	{ .name = "a plus sign at the end of an attachment", .fault = "an attachment",
	  .file_name = S("a"), .file_octets = S("x+") },
};

static struct span either(struct span wanted, struct span usual)
{
	return wanted.at != NULL ? wanted : usual;
}

static void test_fault(void **state)
{
	const struct fault_row *row = *state;
	struct qsmtp_account from = {
		.server = either(row->from.server, account.server),
		.port = row->from.port ? row->from.port : account.port,
		.authenticate = true,
		.user = either(row->from.user, account.user),
		.password = either(row->from.password, account.password),
		.address = either(row->from.address, account.address),
		.apn = either(row->from.apn, account.apn),
		.apn_user = row->from.apn_user,
		.apn_password = row->from.apn_password,
	};
	struct transaction_recipient recipient = {
		TRANSACTION_TO, 0, either(row->address, one[0].address),
	};
	struct transaction_attachment file = { row->file_name, row->file_octets };
	struct transaction transaction = {
		.recipients = &recipient, .recipient_count = 1,
		.subject_charset = row->charset, .subject = row->subject,
		.body = either(row->body, span_of("x\r\n")),
		.attachments = &file, .attachment_count = row->file_name.at != NULL,
	};
	struct at_script script;
	const char *fault;

	at_script_init(&script);
	fault = qsmtp_plan_build(plan_options(true), &from, &transaction, row->beyond ? 1 : 0,
				 row->nobody ? 0 : 1, &script);
	assert_non_null(fault);
	if (strstr(fault, row->fault) == NULL)
		fail_msg("the fault is \"%s\"", fault);
	assert_int_equal(script.count, 0);
	assert_non_null(script.fault);
	at_script_clear(&script);
}

/* The most that a transaction may be. */
static void test_largest(void **state)
{
	static char octets[TRANSACTION_ATTACHMENTS_OCTETS_MAX + 1], body[TRANSACTION_BODY_MAX + 1];
	struct transaction_recipient many[TRANSACTION_RECIPIENTS_MAX + 1];
	struct transaction_attachment files[TRANSACTION_ATTACHMENTS_MAX + 1];
	struct transaction transaction = {
		.recipients = many, .recipient_count = TRANSACTION_RECIPIENTS_MAX,
		.subject = S("x"), .body = { body, TRANSACTION_BODY_MAX },
		.attachments = files, .attachment_count = TRANSACTION_ATTACHMENTS_MAX,
	};
	struct at_script script;

	(void)state;
	memset(octets, 'x', sizeof(octets));
	memset(body, 'x', sizeof(body));
	memcpy(body + TRANSACTION_BODY_MAX - 2, "\r\n", 2);
	for (size_t i = 0; i < TRANSACTION_RECIPIENTS_MAX + 1; i++)
		many[i] = one[0];
	for (size_t i = 0; i < TRANSACTION_ATTACHMENTS_MAX + 1; i++)
		files[i] = (struct transaction_attachment){
			S("file"), { octets, TRANSACTION_ATTACHMENTS_OCTETS_MAX / 10 },
		};
	at_script_init(&script);
	assert_null(qsmtp_plan_build(plan_options(true), &account, &transaction, 0,
				     TRANSACTION_RECIPIENTS_MAX, &script));
	check_safe(&script);
	at_script_clear(&script);
	files[9].octets.length++;
	assert_string_equal(qsmtp_plan_build(plan_options(true), &account, &transaction, 0, 1,
					     &script),
			    "the attachments are larger than the line takes");
	at_script_clear(&script);
	transaction.attachment_count = TRANSACTION_ATTACHMENTS_MAX + 1;
	assert_string_equal(qsmtp_plan_build(plan_options(true), &account, &transaction, 0, 1,
					     &script),
			    "more attachments than the module takes");
	at_script_clear(&script);
	transaction.attachment_count = 0;
	transaction.recipient_count = TRANSACTION_RECIPIENTS_MAX + 1;
	assert_string_equal(qsmtp_plan_build(plan_options(true), &account, &transaction, 0,
					     TRANSACTION_RECIPIENTS_MAX + 1, &script),
			    "more recipients than the module takes");
	at_script_clear(&script);
}

/* At least four times what the line needs, however slow or unknown it is. */
static void test_data_timeouts(void **state)
{
	static const unsigned bauds[] = { 0, 300, 9600, 115200 };
	static char octets[102400];
	struct transaction_attachment file = { S("file"), { octets, sizeof(octets) } };
	struct transaction transaction = {
		TO_ONE, .subject = S("x"), BODY, .attachments = &file, .attachment_count = 1,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		struct qsmtp_plan_options options = *plan_options(false);
		struct at_script script;
		int64_t wire_s = bauds[i] ? INT64_C(1024000) / bauds[i] : 0;
		int64_t timeout_s = 0;

		options.baud = bauds[i];
		at_script_init(&script);
		assert_null(qsmtp_plan_build(&options, &account, &transaction, 0, 1, &script));
		for (size_t k = 0; k < script.count; k++) {
			struct span line = script.steps[k].line;
			size_t comma;

			if (strcmp(script.steps[k].label, "QSMTPATT") != 0)
				continue;
			while ((comma = span_index(line, ',')) < line.length)
				line = span_skip(line, comma + 1);
			assert_true(span_number(line, 1, 48000, &timeout_s));
		}
		assert_true(timeout_s >= 4 * wire_s + 60);
		at_script_clear(&script);
	}
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, goldens, test_golden);
	ROWS_ADD_TABLE(&rows, faults, test_fault);
	ROWS_ADD(&rows, "the largest transaction fits, one more of anything does not",
		 test_largest);
	ROWS_ADD(&rows, "data may take four times what the line needs", test_data_timeouts);
	return rows_run(&rows, "qsmtp_plan");
}
