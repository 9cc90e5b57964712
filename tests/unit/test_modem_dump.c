/* SPDX-License-Identifier: ISC */
#include "io/modem_dump.h"

#include <sys/time.h>

#include "base/time_text.h"
#include "emulator/emulator_tape.h"
#include "io/log.h"
#include "io/modem_trace.h"
#include "state_scratch.h"

#define MINUTE_MS 60000

static const struct modem_facts facts = { .model = "Quectel_M95", .firmware = "M95FAR02A04" };

static struct modem_recorder *record(const char *text)
{
	struct modem_recorder *recorder = modem_recorder_new(0);

	assert_non_null(recorder);
	modem_recorder_add(recorder, MODEM_RECORDER_SENT, span_of("AT"), 43);
	modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of(text), 60);
	return recorder;
}

/* What was logged meanwhile; valid until the next call. */
static const char *write_dump(struct modem_dump *dump, const char *text, int64_t now_ms)
{
	static char said[2048];
	struct modem_recorder *recorder = record(text);
	int kept = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	ssize_t length;

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	modem_dump_write(dump, recorder, &facts, "mail: time-out at QSMTPBODY", now_ms);
	dup2(kept, STDERR_FILENO);
	close(kept);
	length = pread(fileno(file), said, sizeof(said) - 1, 0);
	assert_true(length >= 0);
	said[length] = '\0';
	fclose(file);
	modem_recorder_free(recorder);
	return said;
}

static void test_form(void **state)
{
	static const char head[] = "# gsmtpd flight recorder 1\n# modem gsm0\n"
				   "# model Quectel_M95\n# firmware M95FAR02A04\n# time ";
	struct modem_dump dump;
	const char *said, *text;
	int64_t time_s;

	(void)state;
	modem_dump_init(&dump, scratch, "gsm0");
	said = write_dump(&dump, "OK", 0);
	assert_non_null(strstr(said, "mail: time-out at QSMTPBODY"));
	assert_non_null(strstr(said, scratch_path("flight-gsm0-0.log")));
	assert_non_null(strstr(said, "gsmtp-emulator --replay"));
	assert_non_null(strstr(said, "GSMTPD_EVENT=flight"));
	text = scratch_read("flight-gsm0-0.log");
	assert_memory_equal(text, head, strlen(head));
	text += strlen(head);
	assert_true(time_text_parse_rfc3339(span_make(text, strcspn(text, "\n")), &time_s));
	assert_string_equal(strchr(text, '\n'), "\n0.043 > AT\n0.060 < OK\n");
	assert_int_equal(scratch_mode("flight-gsm0-0.log"), 0600);
	assert_int_equal(scratch_count(), 1);
}

static void test_pause(void **state)
{
	struct modem_dump dump;

	(void)state;
	modem_dump_init(&dump, scratch, "gsm0");
	write_dump(&dump, "first", 1000);
	assert_string_equal(write_dump(&dump, "second", 1000 + 5 * MINUTE_MS - 1), "");
	assert_int_equal(scratch_count(), 1);
	write_dump(&dump, "third", 1000 + 5 * MINUTE_MS);
	assert_int_equal(scratch_count(), 2);
	assert_non_null(strstr(scratch_read("flight-gsm0-1.log"), "third"));
}

static void test_turns(void **state)
{
	struct modem_dump dump;
	char text[20];

	(void)state;
	modem_dump_init(&dump, scratch, "gsm0");
	for (int i = 0; i < 7; i++) {
		snprintf(text, sizeof(text), "number %d", i);
		write_dump(&dump, text, (int64_t)i * 5 * MINUTE_MS);
	}
	assert_int_equal(scratch_count(), 5);
	assert_non_null(strstr(scratch_read("flight-gsm0-0.log"), "number 5"));
	assert_non_null(strstr(scratch_read("flight-gsm0-1.log"), "number 6"));
	assert_non_null(strstr(scratch_read("flight-gsm0-2.log"), "number 2"));
}

/* Another daemon goes on where the one before was, whatever the numbers say. */
static void test_restart(void **state)
{
	struct timeval times[2] = { { 1000, 0 }, { 1000, 0 } };
	struct modem_dump dump;
	char name[] = "flight-gsm0-0.log";

	(void)state;
	for (int i = 0; i < 5; i++) {
		name[12] = (char)('0' + i);
		scratch_write(name, "old\n");
		times[1].tv_sec = i == 3 ? 5000 : 1000 + i;
		assert_int_equal(utimes(scratch_path(name), times), 0);
	}
	modem_dump_init(&dump, scratch, "gsm0");
	write_dump(&dump, "next", 0);
	assert_non_null(strstr(scratch_read("flight-gsm0-4.log"), "next"));
	write_dump(&dump, "after", 5 * MINUTE_MS);
	assert_non_null(strstr(scratch_read("flight-gsm0-0.log"), "after"));
	assert_string_equal(scratch_read("flight-gsm0-3.log"), "old\n");
}

static void test_trouble(void **state)
{
	static const char gone[] = "cannot be written to ";
	char folder[400], file[500];
	struct modem_dump dump;
	const char *said;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/gone", scratch);
	snprintf(file, sizeof(file), "%s/flight-gsm0-0.log", folder);
	modem_dump_init(&dump, folder, "gsm0");
	said = write_dump(&dump, "x", 0);
	assert_non_null(strstr(said, gone));
	assert_non_null(strstr(said, file));
	assert_non_null(strstr(said, "No such file or directory"));
	assert_string_equal(write_dump(&dump, "x", 5 * MINUTE_MS), "");
	/* Once there is a folder the first file is the first; then it is news again. */
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_non_null(strstr(write_dump(&dump, "x", 10 * MINUTE_MS), file));
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_non_null(strstr(write_dump(&dump, "x", 15 * MINUTE_MS), gone));
	assert_string_equal(write_dump(&dump, "x", 20 * MINUTE_MS), "");
}

/* What the module made of a secret does not get as far as the disk, and what does is
 * what gsmtp-emulator plays. */
static void test_no_secret(void **state)
{
	static const char secret[] = "Zx7Qp";
	static const struct at_chat_event events[] = {
		{ .octets = { "AT+QSMTPPWD=\"Zx7Qp\"\r", 20 }, .secret = true },
		{ .octets = { "AT+QSMTPDST=1,1,\"a@example.org\"\r", 32 } },
		{ .octets = { "AT+QSMTPBODY=1,60\r", 18 } },
		{ .octets = { "Zx7Qp", 5 }, .data = true },
		{ .octets = { "+++", 3 } },
	};
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct buf why = BUF_INIT(200);
	struct emulator_tape tape;
	struct modem_trace trace;
	struct modem_dump dump;

	(void)state;
	modem_trace_init(&trace, "gsm0", recorder, false);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		modem_trace_sent(&trace, &events[i], (int64_t)i);
		modem_trace_came(&trace, events[i].octets, (int64_t)i);
		modem_trace_came(&trace, span_of("\r\nOK\r\n"), (int64_t)i);
	}
	modem_trace_note(&trace, 9, "recovering: the module does not answer");
	modem_dump_init(&dump, scratch, "gsm0");
	modem_dump_write(&dump, recorder, &facts, "x", 0);
	assert_null(strstr(scratch_read("flight-gsm0-0.log"), secret));
	assert_true(emulator_tape_parse(&tape, span_of(scratch_read("flight-gsm0-0.log")), &why));
	assert_string_equal(tape.entries[0].text, "AT+QSMTPPWD=(hidden)");
	assert_int_equal(tape.entries[0].kind, EMULATOR_TAPE_SENT);
	emulator_tape_clear(&tape);
	modem_recorder_free(recorder);
	buf_clear(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "head and records are in a file, and a line says so", test_form, scratch_make,
		  scratch_drop, NULL },
		{ "in five minutes only one is written", test_pause, scratch_make, scratch_drop,
		  NULL },
		{ "five files are written in turn", test_turns, scratch_make, scratch_drop, NULL },
		{ "after a restart the oldest is next", test_restart, scratch_make, scratch_drop,
		  NULL },
		{ "a folder that cannot be written is told once", test_trouble, scratch_make,
		  scratch_drop, NULL },
		{ "no secret gets to the disk, and the emulator can read what does", test_no_secret,
		  scratch_make, scratch_drop, NULL },
	};

	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_LEVEL_DEBUG);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("modem_dump", tests, NULL, NULL);
}
