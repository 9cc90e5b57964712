/* SPDX-License-Identifier: ISC */
/* Scripts as text, compared with tests/data/plan/<file>.plan: a step a line, the
 * command first, then in brackets what the chat is told about it. */
#include "qsmtp/qsmtp_plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "qsmtp_bench.h"

#define GOLDEN_MAX (64 * 1024)

static struct transaction_recipient three[] = {
	{ TRANSACTION_TO, 0, S("a@example.org") },
	{ TRANSACTION_CC, 1, S("b@example.org") },
	{ TRANSACTION_BCC, 2, S("c@example.org") },
};

static struct transaction_attachment two_files[] = {
	{ S("log.txt.gz"), S("0123456789") },
	{ S("empty.bin"), S("") },
};

#define APN .apn = S("internet")
#define TO_THREE .recipients = three, .recipient_count = 3
#define FILES .subject = S("Disk"), .attachments = two_files, .attachment_count = 2

static const char *end_name(enum at_data_end end)
{
	switch (end) {
	case AT_DATA_ESCAPED:
		return "escaped";
	case AT_DATA_SIZED:
		return "sized";
	case AT_DATA_COUNTED:
		return "counted";
	case AT_DATA_PROBED:
		break;
	}
	return "probed";
}

static void show_data(const struct at_step *step, struct buf *out)
{
	buf_format(out, ", data %zu octets %s", step->payload.length, end_name(step->data_end));
	if (step->self_ending_ms > 0)
		buf_format(out, ", may end itself in %d ms", (int)step->self_ending_ms);
	if (step->has_checksum)
		buf_format(out, ", sum %x", step->checksum);
}

/* A plain command has command-timeout, and as much since the last octet. */
static void show_limits(const struct at_step *step, struct buf *out)
{
	if (step->answer_ms != ANSWER_MS)
		buf_format(out, ", answer in %d ms", (int)step->answer_ms);
	if (step->idle_ms == 0)
		buf_text(out, ", may be silent");
	else if (step->idle_ms != ANSWER_MS)
		buf_text(out, ", odd silence");
	if (step->wait_before_ms > 0)
		buf_format(out, ", after %d ms", (int)step->wait_before_ms);
}

static void show_step(const struct at_step *step, struct buf *out)
{
	buf_format(out, "%.*s\t[%s", SPAN_ARG(step->line), step->label);
	if (step->secret)
		buf_text(out, ", secret");
	if (step->info != NULL)
		buf_format(out, ", info %s", step->info);
	if (step->data)
		show_data(step, out);
	if (step->result != NULL)
		buf_format(out, ", result %s in %d ms", step->result, (int)step->result_ms);
	if (step->result_is_length)
		buf_format(out, ", is %zu", step->payload.length);
	if (step->any_result)
		buf_text(out, ", any");
	if (step->hold)
		buf_text(out, ", hold");
	if (step->commits)
		buf_text(out, ", commits");
	if (step->on_error == AT_ON_ERROR_GO_ON)
		buf_text(out, ", goes on");
	show_limits(step, out);
	if (step->expected_spellings > 1 && step->expected_count > 0)
		buf_format(out, ", %zu spellings", step->expected_spellings);
	if (step->verify_expected && step->expected_count == 0)
		buf_text(out, ", expects nothing");
	buf_text(out, "]\n");
	for (size_t i = 0; step->verify_expected && i < step->expected_count; i++)
		buf_format(out, "\texpects %.*s\n", SPAN_ARG(step->expected[i]));
}

static void show(const struct at_script *script, struct buf *out)
{
	for (size_t i = 0; i < script->count; i++)
		show_step(&script->steps[i], out);
	buf_text(out, script->leaves_session ? "leaves the session\n" : "leaves no session\n");
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
	struct modem_basis basis;
	enum qsmtp_attachments attachments;
};

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
	{ .name = "a session that stands takes the draft alone", .file = "burst", .count = 1, APN,
	  .basis = { .session_set = true },
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a session that stands, quick", .file = "burstquick", .count = 1, APN, .quick = true,
	  .basis = { .session_set = true },
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a session that stands, with attachments", .file = "burstrich", .count = 1, APN,
	  .basis = { .session_set = true }, .transaction = { TO_ONE, FILES, BODY } },
	{ .name = "a bearer that PUT did not bring up", .file = "bearer", .count = 1, APN,
	  .basis = { .bring_bearer_up = true },
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a bearer without an APN", .file = "bearerplain", .count = 1,
	  .basis = { .bring_bearer_up = true },
	  .transaction = { TO_ONE, .subject = S("Disk"), BODY } },
	{ .name = "a size that ends the data", .file = "sizeyes", .count = 1, APN,
	  .basis = { .size_ends_data = AT_YES }, .transaction = { TO_ONE, FILES, BODY } },
	{ .name = "a size that does not: escaped at once", .file = "sizeno", .count = 1, APN,
	  .basis = { .size_ends_data = AT_NO }, .transaction = { TO_ONE, FILES, BODY } },
	{ .name = "by the store, but what is empty", .file = "store", .count = 1, APN,
	  .basis = { .has_store = true, .store_free_octets = 180224 },
	  .transaction = { TO_ONE, FILES, BODY } },
	{ .name = "by the store in a session that stands", .file = "burststore", .count = 1, APN,
	  .basis = { .session_set = true, .has_store = true, .store_free_octets = 180224 },
	  .attachments = QSMTP_ATTACHMENTS_STORE, .transaction = { TO_ONE, FILES, BODY } },
	{ .name = "by the line where the store has no room", .file = "rich", .count = 3, APN,
	  .basis = { .has_store = true, .store_free_octets = 45000 },
	  .transaction = { TO_THREE, .subject_charset = TRANSACTION_UTF8,
			   .subject = S("\xc3\x9c" "ber"), .body_charset = TRANSACTION_UTF8,
			   .body = S("Gr\xc3\xbc\xc3\x9f" "e\r\n"), .attachments = two_files,
			   .attachment_count = 2 } },
	{ .name = "by the line where that is wished", .file = "rich", .count = 3, APN,
	  .basis = { .has_store = true, .store_free_octets = 180224 },
	  .attachments = QSMTP_ATTACHMENTS_LINE,
	  .transaction = { TO_THREE, .subject_charset = TRANSACTION_UTF8,
			   .subject = S("\xc3\x9c" "ber"), .body_charset = TRANSACTION_UTF8,
			   .body = S("Gr\xc3\xbc\xc3\x9f" "e\r\n"), .attachments = two_files,
			   .attachment_count = 2 } },
};

static void test_golden(void **state)
{
	const struct golden_row *row = *state;
	struct qsmtp_plan_options options = *plan_options(!row->quick);
	struct qsmtp_account from = account;
	struct buf got = BUF_INIT(GOLDEN_MAX), golden = BUF_INIT(GOLDEN_MAX);
	struct at_script script;

	options.attachments = row->attachments;
	from.authenticate = !row->open_relay;
	from.apn = row->apn;
	from.apn_user = row->apn_user;
	from.apn_password = row->apn_password;
	if (row->sender_name.length > 0)
		from.name = row->sender_name;
	if (row->send_timeout_s > 0)
		options.send_timeout_s = row->send_timeout_s;
	at_script_init(&script);
	assert_null(qsmtp_plan_build(&options, &row->basis, &from, &row->transaction, row->first,
				     row->count, &script));
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

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, goldens, test_golden);
	return rows_run(&rows, "qsmtp_plan");
}
