/* SPDX-License-Identifier: ISC */
/* What a module cannot carry is never planned. */
#include "qsmtp/qsmtp_fault.h"

#include "qsmtp_bench.h"

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
	fault = qsmtp_plan_build(plan_options(true), &basis, &from, &transaction, row->beyond ? 1 : 0,
				 row->nobody ? 0 : 1, &script);
	assert_non_null(fault);
	if (strstr(fault, row->fault) == NULL)
		fail_msg("the fault is \"%s\"", fault);
	assert_int_equal(script.count, 0);
	assert_non_null(script.fault);
	at_script_clear(&script);
}

#define LINE_MAX_OCTETS 102400

/* The most that a transaction over the line may be. */
static void test_largest(void **state)
{
	static char octets[LINE_MAX_OCTETS + 1], body[TRANSACTION_BODY_MAX + 1];
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
			S("file"), { octets, LINE_MAX_OCTETS / 10 },
		};
	at_script_init(&script);
	assert_null(qsmtp_plan_build(plan_options(true), &basis, &account, &transaction, 0,
				     TRANSACTION_RECIPIENTS_MAX, &script));
	check_safe(&script);
	at_script_clear(&script);
	files[9].octets.length++;
	assert_ptr_equal(qsmtp_plan_build(plan_options(true), &basis, &account, &transaction, 0, 1,
					  &script),
			 qsmtp_plan_no_room);
	at_script_clear(&script);
	transaction.attachment_count = TRANSACTION_ATTACHMENTS_MAX + 1;
	assert_string_equal(qsmtp_plan_build(plan_options(true), &basis, &account, &transaction, 0, 1,
					     &script),
			    "more attachments than the module takes");
	at_script_clear(&script);
	transaction.attachment_count = 0;
	transaction.recipient_count = TRANSACTION_RECIPIENTS_MAX + 1;
	assert_string_equal(qsmtp_plan_build(plan_options(true), &basis, &account, &transaction, 0,
					     TRANSACTION_RECIPIENTS_MAX + 1, &script),
			    "more recipients than the module takes");
	at_script_clear(&script);
}

/* A random text of what is dangerous somewhere, or of what is harmless. */
static struct span draw_text(unsigned *seed, char *out, size_t max)
{
	static const char octets[] = "aA1.@-_+ \"\r\n,;=/?\x1a\x1b\0\x7f\xc3\xa4";
	bool harmless = rand_r(seed) % 8 != 0;
	size_t length = (size_t)rand_r(seed) % (max + 1);

	for (size_t i = 0; i < length; i++)
		out[i] = octets[(size_t)rand_r(seed) % (harmless ? 7 : sizeof(octets))];
	return span_make(out, length);
}

struct drawn {
	char texts[10][120], names[3][70], contents[3][50], addresses[3][60], body[100];
	struct transaction_recipient recipients[3];
	struct transaction_attachment attachments[3];
	struct qsmtp_account from;
	struct transaction transaction;
	struct modem_basis basis;
};

static void draw(unsigned *seed, struct drawn *drawn)
{
	char (*texts)[120] = drawn->texts;

	drawn->from = (struct qsmtp_account){
		draw_text(seed, texts[0], 60), 25, rand_r(seed) % 2,
		draw_text(seed, texts[1], 52), draw_text(seed, texts[2], 52),
		draw_text(seed, texts[3], 60), draw_text(seed, texts[4], 120),
		draw_text(seed, texts[5], 20), draw_text(seed, texts[6], 20),
		draw_text(seed, texts[7], 20),
	};
	for (size_t i = 0; i < 3; i++) {
		drawn->recipients[i] = (struct transaction_recipient){
			TRANSACTION_TO, i, draw_text(seed, drawn->addresses[i], 60),
		};
		drawn->attachments[i] = (struct transaction_attachment){
			draw_text(seed, drawn->names[i], 65), draw_text(seed, drawn->contents[i], 50),
		};
	}
	drawn->transaction = (struct transaction){
		drawn->recipients, 1 + (size_t)rand_r(seed) % 3, TRANSACTION_ASCII,
		draw_text(seed, texts[8], 102), TRANSACTION_ASCII, draw_text(seed, drawn->body, 98),
		drawn->attachments, (size_t)rand_r(seed) % 4, S(""),
	};
	if (drawn->transaction.body.length < 98) {
		memcpy(drawn->body + drawn->transaction.body.length, "\r\n", 2);
		drawn->transaction.body.length += 2;
	}
	drawn->basis = (struct modem_basis){
		.session_set = rand_r(seed) % 2, .bring_bearer_up = rand_r(seed) % 2,
		.has_store = rand_r(seed) % 2, .store_free_octets = 180224,
	};
}

static void test_any_plan(void **state)
{
	static struct drawn drawn;
	unsigned seed = 1;
	size_t planned = 0, refused = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct at_script script;

		draw(&seed, &drawn);
		at_script_init(&script);
		if (qsmtp_plan_build(plan_options(i % 2), &drawn.basis, &drawn.from,
				     &drawn.transaction, 0, drawn.transaction.recipient_count,
				     &script) == NULL) {
			check_safe(&script);
			planned++;
		} else {
			assert_int_equal(script.count, 0);
			refused++;
		}
		at_script_clear(&script);
	}
	assert_true(planned > 1000 && refused > 1000);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, faults, test_fault);
	ROWS_ADD(&rows, "the largest transaction fits, one more of anything does not",
		 test_largest);
	ROWS_ADD(&rows, "no plan carries a quote or a control in a parameter", test_any_plan);
	return rows_run(&rows, "qsmtp_fault");
}
