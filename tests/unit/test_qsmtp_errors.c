/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_errors.h"

#include <string.h>

#include "qsmtp/qsmtp_plan.h"
#include "rows.h"

struct code_row {
	const char *name;
	int code;
	enum verdict_class class;
	const char *status;
};

/* The contract's table, read off it again: interface.md, "What becomes of an
 * outcome". */
static const struct code_row codes[] = {
	{ "0 is delivered", 0, VERDICT_DELIVERED, "2" },
	{ "-1 unknown is later", -1, VERDICT_LATER, "4" },
	{ "-3 busy is busy", -3, VERDICT_BUSY, "4" },
	{ "-4 no address is link", -4, VERDICT_LINK, "4" },
	{ "-5 network is link", -5, VERDICT_LINK, "4" },
	{ "-6 no way to log in is account", -6, VERDICT_ACCOUNT, "4" },
	{ "-7 closed by peer is later", -7, VERDICT_LATER, "4" },
	{ "-8 context gone is link", -8, VERDICT_LINK, "4" },
	{ "-9 timeout is uncertain", -9, VERDICT_UNCERTAIN, "4" },
	{ "-10 no recipient is ours", -10, VERDICT_OURS, "5" },
	{ "-11 failed to send is later", -11, VERDICT_LATER, "4" },
	{ "-12 cannot open is content", -12, VERDICT_CONTENT, "5" },
	{ "-13 no memory is content", -13, VERDICT_CONTENT, "5" },
	{ "-14 cannot save is content", -14, VERDICT_CONTENT, "5" },
	{ "-15 wrong parameter is ours", -15, VERDICT_OURS, "5" },
	{ "-421 is later", -421, VERDICT_LATER, "4" },
	{ "-450 is later", -450, VERDICT_LATER, "4" },
	{ "-451 is later", -451, VERDICT_LATER, "4" },
	{ "-452 is later", -452, VERDICT_LATER, "4" },
	{ "-500 is ours", -500, VERDICT_OURS, "5" },
	{ "-501 is ours", -501, VERDICT_OURS, "5" },
	{ "-502 is ours", -502, VERDICT_OURS, "5" },
	{ "-503 is ours", -503, VERDICT_OURS, "5" },
	{ "-504 is ours", -504, VERDICT_OURS, "5" },
	{ "-521 is recipient", -521, VERDICT_RECIPIENT, "5" },
	{ "-530 is account", -530, VERDICT_ACCOUNT, "4" },
	{ "-535 is account", -535, VERDICT_ACCOUNT, "4" },
	{ "-550 is recipient", -550, VERDICT_RECIPIENT, "5" },
	{ "-551 is recipient", -551, VERDICT_RECIPIENT, "5" },
	{ "-552 is content", -552, VERDICT_CONTENT, "5" },
	{ "-553 is recipient", -553, VERDICT_RECIPIENT, "5" },
	{ "-554 is never", -554, VERDICT_NEVER, "5" },
};

static const struct code_row unknown[] = {
	{ "-2 does not exist: as -1", -2, VERDICT_LATER, "4" },
	{ "-16 is unknown: as -1", -16, VERDICT_LATER, "4" },
	{ "-399 is unknown: as -1", -399, VERDICT_LATER, "4" },
	{ "-400 is later", -400, VERDICT_LATER, "4" },
	{ "-499 is later", -499, VERDICT_LATER, "4" },
	{ "-505 is never", -505, VERDICT_NEVER, "5" },
	{ "-556 is never", -556, VERDICT_NEVER, "5" },
	{ "-599 is never", -599, VERDICT_NEVER, "5" },
	{ "-600 is unknown: as -1", -600, VERDICT_LATER, "4" },
	{ "7 is no success: as -1", 7, VERDICT_LATER, "4" },
	{ "the least number is unknown: as -1", INT32_MIN, VERDICT_LATER, "4" },
};

static void check_texts(const struct verdict *verdict)
{
	assert_non_null(verdict->status);
	assert_int_equal(strlen(verdict->status), 5);
	assert_true(verdict->status[1] == '.' && verdict->status[3] == '.');
	assert_non_null(verdict->text);
	assert_true(strlen(verdict->text) > 10);
}

static void test_code(void **state)
{
	const struct code_row *row = *state;
	struct verdict verdict = qsmtp_errors_verdict(row->code);

	assert_string_equal(verdict_class_name(verdict.class), verdict_class_name(row->class));
	assert_true(verdict.has_code);
	assert_int_equal(verdict.code, row->code);
	assert_int_equal(verdict.status[0], row->status[0]);
	check_texts(&verdict);
}

static void test_table_is_whole(void **state)
{
	struct verdict verdict;
	size_t count = 0;

	(void)state;
	while (qsmtp_errors_row(count, &verdict)) {
		struct verdict again = qsmtp_errors_verdict(verdict.code);

		assert_int_equal(again.class, verdict.class);
		assert_ptr_equal(again.text, verdict.text);
		count++;
	}
	/* 0 and the 31 codes of the reference. */
	assert_int_equal(count, 32);
	assert_int_equal(count, sizeof(codes) / sizeof(codes[0]));
}

struct judge_row {
	const char *name;
	struct at_chat_result result;
	enum verdict_class class;
};

#define AT_LABEL(outcome_name, text, ...) \
	{ .outcome = (outcome_name), .label = (text), .synced = true, __VA_ARGS__ }
#define CODE(number) .has_code = true, .code = (number)

static const struct judge_row ends[] = {
	{ "a script to its end is delivered",
	  { .outcome = AT_CHAT_OK, .synced = true, .committed = true, .commit_done = true },
	  VERDICT_DELIVERED },
	{ "an end without PUT is never delivered", { .outcome = AT_CHAT_OK, .synced = true },
	  VERDICT_OURS },
	{ "the clean-up failed, the mail is delivered",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPCLR", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },
	{ "the module restarted behind PUT's result: delivered",
	  AT_LABEL(AT_CHAT_RESET, "QSMTPCLR", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },
	{ "cancelled behind PUT's result: delivered",
	  AT_LABEL(AT_CHAT_CANCELLED, "QSMTPCLR", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },

	{ "ERROR to the first command is ours", AT_LABEL(AT_CHAT_ERROR, "QSMTPCLR", CODE(-1)),
	  VERDICT_OURS },
	{ "ERROR to a recipient is ours", AT_LABEL(AT_CHAT_ERROR, "QSMTPDST", CODE(-1)),
	  VERDICT_OURS },
	{ "ERROR to PUT is ours", AT_LABEL(AT_CHAT_ERROR, "QSMTPPUT", CODE(-1)), VERDICT_OURS },
	{ "CME ERROR 3 to a command is ours", AT_LABEL(AT_CHAT_ERROR, "QSMTPSUB", CODE(3)),
	  VERDICT_OURS },
	{ "CME ERROR 10, no SIM, is link", AT_LABEL(AT_CHAT_ERROR, "QSMTPPUT", CODE(10)),
	  VERDICT_LINK },
	{ "CME ERROR 30, no network, is link", AT_LABEL(AT_CHAT_ERROR, "QSMTPPUT", CODE(30)),
	  VERDICT_LINK },

	{ "-3 to a recipient is busy", AT_LABEL(AT_CHAT_RESULT, "QSMTPDST", CODE(-3)), VERDICT_BUSY },
	{ "-3 to the body is busy", AT_LABEL(AT_CHAT_RESULT, "QSMTPBODY", CODE(-3)), VERDICT_BUSY },
	{ "-3 to PUT is busy",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPPUT", CODE(-3), .committed = true), VERDICT_BUSY },
	{ "-15 to a recipient is ours: perhaps the line changed an octet of it",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPDST", CODE(-15)), VERDICT_OURS },
	{ "-1 to a recipient is ours", AT_LABEL(AT_CHAT_RESULT, "QSMTPDST", CODE(-1)), VERDICT_OURS },
	{ "-9 to the body is ours: nothing was sent",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPBODY", CODE(-9)), VERDICT_OURS },
	{ "-13 to an attachment is content", AT_LABEL(AT_CHAT_RESULT, "QSMTPATT", CODE(-13)),
	  VERDICT_CONTENT },
	{ "-450 to a recipient stays later", AT_LABEL(AT_CHAT_RESULT, "QSMTPDST", CODE(-450)),
	  VERDICT_LATER },
	{ "-8 to the body is link", AT_LABEL(AT_CHAT_RESULT, "QSMTPBODY", CODE(-8)), VERDICT_LINK },
	{ "-9 to PUT is uncertain",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPPUT", CODE(-9), .committed = true), VERDICT_UNCERTAIN },
	{ "-550 to PUT is recipient",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPPUT", CODE(-550), .committed = true), VERDICT_RECIPIENT },
	{ "-1 to PUT is later",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPPUT", CODE(-1), .committed = true), VERDICT_LATER },

	{ "a full store is later", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(403)), VERDICT_LATER },
	{ "no space for a file is later", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(420)),
	  VERDICT_LATER },
	{ "a file that cannot be written is later", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(409)),
	  VERDICT_LATER },
	{ "a file refused in words is later", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(-1)),
	  VERDICT_LATER },
	{ "a file of which octets were lost is later", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(421)),
	  VERDICT_LATER },
	{ "a file with another sum is later", AT_LABEL(AT_CHAT_MISMATCH, "QFUPL", CODE(10)),
	  VERDICT_LATER },
	{ "silence while a file goes is link", AT_LABEL(AT_CHAT_TIMEOUT, "QFUPL", .code = 0),
	  VERDICT_LINK },
	{ "no SIM while a file goes is link", AT_LABEL(AT_CHAT_ERROR, "QFUPL", CODE(10)),
	  VERDICT_LINK },
	{ "a stored file that QSMTPATT does not find is later",
	  AT_LABEL(AT_CHAT_ERROR, "QSMTPATT/UFS", CODE(405)), VERDICT_LATER },
	{ "a stored file that QSMTPATT refuses is later",
	  AT_LABEL(AT_CHAT_ERROR, "QSMTPATT/UFS", CODE(-1)), VERDICT_LATER },
	{ "-12 to a stored file is content", AT_LABEL(AT_CHAT_RESULT, "QSMTPATT/UFS", CODE(-12)),
	  VERDICT_CONTENT },
	{ "a stored file of another size is later",
	  AT_LABEL(AT_CHAT_MISMATCH, "QSMTPATT/UFS", CODE(7)), VERDICT_LATER },
	{ "CME ERROR 403 to an attachment over the line is content",
	  AT_LABEL(AT_CHAT_ERROR, "QSMTPATT", CODE(403)), VERDICT_CONTENT },
	{ "ERROR to an attachment over the line is ours",
	  AT_LABEL(AT_CHAT_ERROR, "QSMTPATT", CODE(-1)), VERDICT_OURS },
	{ "CME ERROR 403 to another command is ours", AT_LABEL(AT_CHAT_ERROR, "QSMTPSUB", CODE(403)),
	  VERDICT_OURS },
	{ "-3 to deleting recipients is busy", AT_LABEL(AT_CHAT_RESULT, "QSMTPDST=0", CODE(-3)),
	  VERDICT_BUSY },
	{ "-15 to deleting recipients is no recipient's fault",
	  AT_LABEL(AT_CHAT_RESULT, "QSMTPDST=0", CODE(-15)), VERDICT_OURS },
	{ "a bearer that does not come up in time is link",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QIACT", .code = 0), VERDICT_LINK },
	{ "a file was not deleted, the mail is delivered",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QFDEL", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },
	{ "the module restarted while a file was deleted: delivered",
	  AT_LABEL(AT_CHAT_RESET, "QFDEL", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },
	{ "the plug pulled while a file was deleted: delivered",
	  AT_LABEL(AT_CHAT_LOST, "QFDEL", .committed = true, .commit_done = true),
	  VERDICT_DELIVERED },

	{ "another recipient read back is later", AT_LABEL(AT_CHAT_MISMATCH, "QSMTPDST?", CODE(0)),
	  VERDICT_LATER },
	{ "another length than sent is later", AT_LABEL(AT_CHAT_MISMATCH, "QSMTPBODY", CODE(7)),
	  VERDICT_LATER },

	{ "silence before PUT is link", AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPSRV", .code = 0),
	  VERDICT_LINK },
	{ "no result of PUT is uncertain",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPPUT", .committed = true), VERDICT_UNCERTAIN },
	{ "a late refusal of PUT is believed",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPPUT", CODE(-550), .committed = true), VERDICT_RECIPIENT },
	{ "a late success of PUT is believed",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPPUT", CODE(0), .committed = true), VERDICT_DELIVERED },
	{ "a late result of a recipient does not make it sent",
	  AT_LABEL(AT_CHAT_TIMEOUT, "QSMTPDST", CODE(0)), VERDICT_LINK },
	{ "a restart before PUT is link", AT_LABEL(AT_CHAT_RESET, "QSMTPBODY", .code = 0),
	  VERDICT_LINK },
	{ "a restart after PUT is uncertain",
	  AT_LABEL(AT_CHAT_RESET, "QSMTPPUT", .committed = true), VERDICT_UNCERTAIN },
	{ "the plug pulled before PUT is link", AT_LABEL(AT_CHAT_LOST, "QSMTPPUT", .code = 0),
	  VERDICT_LINK },
	{ "the plug pulled after PUT is uncertain",
	  AT_LABEL(AT_CHAT_LOST, "QSMTPPUT", .committed = true), VERDICT_UNCERTAIN },
	{ "data mode left too early counts against the mail",
	  AT_LABEL(AT_CHAT_BROKEN_DATA, "QSMTPBODY", .code = 0), VERDICT_LATER },
	{ "data mode left with a result goes by the result",
	  AT_LABEL(AT_CHAT_BROKEN_DATA, "QSMTPATT", CODE(-13)), VERDICT_CONTENT },
	{ "cancelled before PUT costs nothing", AT_LABEL(AT_CHAT_CANCELLED, "QSMTPPUT", .code = 0),
	  VERDICT_BUSY },
	{ "cancelled after PUT is uncertain",
	  AT_LABEL(AT_CHAT_CANCELLED, "QSMTPPUT", .committed = true), VERDICT_UNCERTAIN },
	{ "unsafe content is ours", AT_LABEL(AT_CHAT_UNSAFE, "QSMTPBODY", .code = 0), VERDICT_OURS },
};

static void test_end(void **state)
{
	const struct judge_row *row = *state;
	struct verdict verdict = qsmtp_errors_judge(&row->result);

	assert_string_equal(verdict_class_name(verdict.class), verdict_class_name(row->class));
	check_texts(&verdict);
}

static const char *const labels[] = {
	NULL, "SYNC", "QSMTPCLR", "QSMTPSRV", "QSMTPDST", "QSMTPBODY", "QSMTPATT", "QSMTPDST?",
	"QSMTPPUT", "QSMTPDST=0", "QFDEL", "QFUPL", "QSMTPATT/UFS", "QIACT",
};

static void check_certainty(const struct at_chat_result *result)
{
	struct verdict verdict = qsmtp_errors_judge(result);
	bool has_result = result->outcome == AT_CHAT_RESULT || result->has_code;

	check_texts(&verdict);
	if (verdict.class == VERDICT_DELIVERED)
		assert_true(result->commit_done ||
			    (result->committed && result->has_code && result->code == 0));
	/* Told to send and no word: it must never count as not sent. */
	if (result->committed && !has_result && result->outcome >= AT_CHAT_TIMEOUT &&
	    result->outcome <= AT_CHAT_LOST && result->outcome != AT_CHAT_BROKEN_DATA)
		assert_int_equal(verdict.class, result->commit_done ? VERDICT_DELIVERED :
				 VERDICT_UNCERTAIN);
	if (!result->committed && !has_result)
		assert_int_not_equal(verdict.class, VERDICT_UNCERTAIN);
}

static void test_certainty(void **state)
{
	(void)state;
	for (int outcome = AT_CHAT_OK; outcome <= AT_CHAT_UNSAFE; outcome++)
		for (size_t label = 0; label < sizeof(labels) / sizeof(labels[0]); label++)
			for (unsigned bits = 0; bits < 8; bits++) {
				struct at_chat_result result = {
					.outcome = (enum at_chat_outcome)outcome,
					.label = labels[label],
					.committed = bits & 1,
					.commit_done = (bits & 3) == 3,
					.has_code = bits & 4,
					.code = bits & 4 ? -9 : 0,
				};

				check_certainty(&result);
			}
}

/* Whoever reads a report learns whether the store was full or broken. */
static void test_store_status(void **state)
{
	static const int full[] = { 403, 420, 423 };
	struct at_chat_result result = {
		.outcome = AT_CHAT_ERROR, .label = "QSMTPATT", .has_code = true, .code = 409,
	};

	(void)state;
	assert_string_equal(qsmtp_errors_judge(&result).status, "5.3.0");
	for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++) {
		result.code = full[i];
		assert_string_equal(qsmtp_errors_judge(&result).status, "5.3.4");
	}
}

static void test_unplanned(void **state)
{
	struct verdict verdict = qsmtp_errors_unplanned(qsmtp_plan_no_room);

	(void)state;
	assert_int_equal(verdict.class, VERDICT_LATER);
	assert_int_equal(verdict.status[0], '4');
	check_texts(&verdict);
	verdict = qsmtp_errors_unplanned("the account has no server");
	assert_int_equal(verdict.class, VERDICT_ACCOUNT);
	check_texts(&verdict);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, codes, test_code);
	ROWS_ADD_TABLE(&rows, unknown, test_code);
	ROWS_ADD(&rows, "the table has 0 and the 31 codes, each once", test_table_is_whole);
	ROWS_ADD_TABLE(&rows, ends, test_end);
	ROWS_ADD(&rows, "delivered needs proof, and what may be sent is never called unsent",
		 test_certainty);
	ROWS_ADD(&rows, "a full store has another status than a broken one", test_store_status);
	ROWS_ADD(&rows, "no room any more is later, anything else that cannot be planned the account",
		 test_unplanned);
	return rows_run(&rows, "qsmtp_errors");
}
