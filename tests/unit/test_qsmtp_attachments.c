/* SPDX-License-Identifier: ISC */
/* Attachments by line and by store, and the limits that grow with what is sent. */
#include "qsmtp/qsmtp_attachments.h"

#include "qsmtp_bench.h"

/* Of a module with a file store. */
static const struct modem_basis store = { .has_store = true, .store_free_octets = 180224 };

struct timeout_row {
	const char *name;
	unsigned configured;
	struct modem_basis basis;
	int64_t timeout_s;	/* 100 KB: four times the line's, rounded up, and the margin */
};

static const struct timeout_row timeouts[] = {
	{ "no line", 0, { .baud = 0 }, 60 },
	{ "300 baud", 300, { .baud = 0 }, 4 * (3413 + 1) + 60 },
	{ "115200 baud", 115200, { .baud = 0 }, 4 * (8 + 1) + 60 },
	{ "found at 9600 where 115200 is configured", 115200, { .baud = 9600 },
	  4 * (106 + 1) + 60 },
	{ "by the store at 9600", 9600, { .has_store = true, .store_free_octets = 4000000 },
	  4 * (106 + 1) + 5 },
};

/* The last number of the command that carries the octets. What it puts into its
 * flash it may answer later. */
static int64_t told_timeout_s(const struct at_script *script)
{
	int64_t timeout_s = 0;

	for (size_t i = 0; i < script->count; i++) {
		struct span line = script->steps[i].line;
		size_t comma;

		if (!script->steps[i].data || script->steps[i].payload.length != 102400)
			continue;
		assert_true(script->steps[i].result_ms >= 2 * ANSWER_MS + 102400 / 20);
		while ((comma = span_index(line, ',')) < line.length)
			line = span_skip(line, comma + 1);
		assert_true(span_number(line, 1, 48000, &timeout_s));
	}
	return timeout_s;
}

static void test_data_timeout(void **state)
{
	const struct timeout_row *row = *state;
	static char octets[102400];
	struct transaction_attachment file = { S("file"), { octets, sizeof(octets) } };
	struct transaction transaction = {
		TO_ONE, .subject = S("x"), BODY, .attachments = &file, .attachment_count = 1,
	};
	struct qsmtp_plan_options options = *plan_options(false);
	struct at_script script;

	options.baud = row->configured;
	at_script_init(&script);
	assert_null(qsmtp_plan_build(&options, &row->basis, &account, &transaction, 0, 1, &script));
	assert_int_equal(told_timeout_s(&script), row->timeout_s);
	at_script_clear(&script);
}

/* The command and its data are a round trip each. */
static size_t count_round_trips(const struct at_script *script)
{
	size_t count = 0;

	for (size_t i = 0; i < script->count; i++)
		count += script->steps[i].data ? 2 : 1;
	return count;
}

static void test_round_trips(void **state)
{
	static char body[2048];
	const struct modem_basis burst = { .session_set = true };
	struct transaction transaction = {
		TO_ONE, .subject = S("Disk"), .body = { body, sizeof(body) },
	};
	struct at_script script;

	(void)state;
	memset(body, 'x', sizeof(body));
	memcpy(body + sizeof(body) - 2, "\r\n", 2);
	at_script_init(&script);
	assert_null(qsmtp_plan_build(plan_options(true), &burst, &account, &transaction, 0, 1,
				     &script));
	assert_true(count_round_trips(&script) <= 8);
	assert_true(script.leaves_session);
	at_script_clear(&script);
}

struct room_row {
	const char *name;
	enum qsmtp_attachments attachments;
	struct modem_basis basis;
	size_t max;
};

#define STORE_OF(octets) { .has_store = true, .store_free_octets = (octets) }

static const struct room_row room_rows[] = {
	{ "no store: the line", QSMTP_ATTACHMENTS_AUTO, { .store_free_octets = 9999999 }, 102400 },
	{ "a store of 4 MB: 1 MB", QSMTP_ATTACHMENTS_AUTO, STORE_OF(4000000), 1048576 },
	{ "a store of 500 KB: less a tenth and ten blocks", QSMTP_ATTACHMENTS_AUTO,
	  STORE_OF(512000), 512000 - 51200 - 40960 },
	{ "a store smaller than the line: the line", QSMTP_ATTACHMENTS_AUTO, STORE_OF(150000), 102400 },
	{ "a full store: the line", QSMTP_ATTACHMENTS_AUTO, STORE_OF(0), 102400 },
	{ "a store of nonsense: the line", QSMTP_ATTACHMENTS_AUTO, STORE_OF(INT64_MIN), 102400 },
	{ "a store beyond all measure: 1 MB", QSMTP_ATTACHMENTS_AUTO, STORE_OF(INT64_MAX), 1048576 },
	{ "the line alone", QSMTP_ATTACHMENTS_LINE, STORE_OF(4000000), 102400 },
	{ "the store alone", QSMTP_ATTACHMENTS_STORE, STORE_OF(150000), 150000 - 15000 - 40960 },
	{ "the store alone, and there is none", QSMTP_ATTACHMENTS_STORE, { .has_store = false }, 0 },
	{ "the store alone, and it is full", QSMTP_ATTACHMENTS_STORE, STORE_OF(40000), 0 },
};

/* As much as is promised can be planned, whole or in ten files, and not one more. */
static void test_room(void **state)
{
	const struct room_row *row = *state;
	static char octets[MODEM_STORE_FILE_MAX + 1];
	struct qsmtp_plan_options options = *plan_options(true);
	struct transaction_attachment files[TRANSACTION_ATTACHMENTS_MAX];
	struct transaction transaction = { TO_ONE, .subject = S("x"), BODY, .attachments = files };
	struct at_script script;

	memset(octets, 'x', sizeof(octets));
	options.attachments = row->attachments;
	assert_int_equal(qsmtp_plan_attachments_max(&options, &row->basis), row->max);
	for (size_t count = 1; count <= TRANSACTION_ATTACHMENTS_MAX; count += 9) {
		transaction.attachment_count = count;
		for (size_t i = 0; i < count; i++)
			files[i] = (struct transaction_attachment){
				S("file"), { octets, row->max / count },
			};
		files[0].octets.length += row->max % count;
		at_script_init(&script);
		assert_null(qsmtp_plan_build(&options, &row->basis, &account, &transaction, 0, 1,
					     &script));
		check_safe(&script);
		assert_false(script.leaves_session);
		at_script_clear(&script);
		files[0].octets.length++;
		assert_ptr_equal(qsmtp_plan_build(&options, &row->basis, &account, &transaction, 0, 1,
						  &script),
				 qsmtp_plan_no_room);
		at_script_clear(&script);
	}
}

/* Names that the store would take for one another are told apart, and no file that
 * was not uploaded is attached or deleted. */
static void test_stored_names(void **state)
{
	static const char long_name[] =
		"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij";
	struct transaction_attachment files[] = {
		{ { long_name, 60 }, S("1") }, { { long_name, 59 }, S("22") },
		{ { long_name, 58 }, S("333") }, { S("a.txt"), S("4444") }, { S("A.TXT"), S("55555") },
		{ S("a-2.txt"), S("666666") },
	};
	const size_t count = sizeof(files) / sizeof(files[0]);
	struct transaction transaction = {
		TO_ONE, .subject = S("x"), BODY, .attachments = files, .attachment_count = count,
	};
	struct span names[sizeof(files) / sizeof(files[0])];
	struct at_script script;
	size_t uploads = 0, attached = 0, deleted = 0;

	(void)state;
	at_script_init(&script);
	assert_null(qsmtp_plan_build(plan_options(true), &store, &account, &transaction, 0, 1, &script));
	for (size_t i = 0; i < script.count; i++) {
		struct span name = span_skip(script.steps[i].line, span_index(script.steps[i].line, '"'));

		name = span_skip(name, 1 + strlen("UFS:"));
		if (strcmp(script.steps[i].label, "QFUPL") == 0) {
			name = span_take(name, span_index(name, '"'));
			for (size_t k = 0; k < uploads; k++)
				assert_false(span_equal_nocase(name, names[k]));
			names[uploads++] = name;
			assert_true(name.length <= MODEM_STORE_NAME_MAX);
		} else if (strcmp(script.steps[i].label, "QSMTPATT/UFS") == 0) {
			name = span_skip(name, 1);
			name = span_take(name, span_index(name, '"'));
			assert_true(span_equal(name, names[attached++]));
		} else if (strcmp(script.steps[i].label, "QFDEL") == 0 && attached == count) {
			name = span_take(name, span_index(name, '"'));
			assert_true(span_equal(name, names[deleted++]));
		}
	}
	assert_int_equal(uploads, count);
	assert_int_equal(attached, count);
	assert_int_equal(deleted, count);
	at_script_clear(&script);
}

struct put_row {
	const char *name;
	size_t octets;
	int64_t send_timeout_s, timeout_s;
};

static const struct put_row put_rows[] = {
	{ "100 KB keep the send time-out", 102400, 100, 100 },
	{ "more than that has the time of a slow network", 102401, 100, 120 + 136535 / 1500 },
	{ "1 MB", 1000000, 300, 120 + 1333333 / 1500 },
	{ "a longer send time-out stays", 200000, 600, 600 },
};

static void test_put_timeout(void **state)
{
	const struct put_row *row = *state;
	static char octets[MODEM_STORE_FILE_MAX];
	const struct modem_basis large = STORE_OF(4000000);
	struct qsmtp_plan_options options = *plan_options(true);
	struct transaction_attachment file = { S("file"), { octets, row->octets } };
	struct transaction transaction = {
		TO_ONE, .subject = S("x"), BODY, .attachments = &file, .attachment_count = 1,
	};
	struct at_script script;
	const struct at_step *put;
	int64_t timeout_s = 0;

	options.send_timeout_s = row->send_timeout_s;
	at_script_init(&script);
	assert_null(qsmtp_plan_build(&options, &large, &account, &transaction, 0, 1, &script));
	put = &script.steps[script.count - 2];
	assert_true(span_starts(put->line, "AT+QSMTPPUT="));
	assert_true(span_number(span_skip(put->line, strlen("AT+QSMTPPUT=")), 100, 48000, &timeout_s));
	assert_int_equal(timeout_s, row->timeout_s);
	assert_true(put->result_ms > timeout_s * 1000);
	at_script_clear(&script);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, timeouts, test_data_timeout);
	ROWS_ADD(&rows, "a 2 KB mail to another recipient takes 8 round trips", test_round_trips);
	ROWS_ADD_TABLE(&rows, room_rows, test_room);
	ROWS_ADD(&rows, "stored files of one mail have names of their own", test_stored_names);
	ROWS_ADD_TABLE(&rows, put_rows, test_put_timeout);
	return rows_run(&rows, "qsmtp_attachments");
}
