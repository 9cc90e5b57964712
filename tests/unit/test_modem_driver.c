/* SPDX-License-Identifier: ISC */
/* A driver in a real loop with a module at the other end of a pty: as much of one as is
 * needed, it answers each command at once. */
#include "io/modem_driver.h"

#include <fcntl.h>
#include <pty.h>
#include <termios.h>

#include <event2/event.h>

#include "at/at_line.h"
#include "io/clock.h"
#include "io/log.h"
#include "state_scratch.h"

#define LIMIT_MS 20000		/* of a test */
#define SECRET "Zx7Qp"

struct bench {
	struct event_base *base;
	struct modem_driver *driver;
	struct event *heard;
	int module;
	char path[100], link[600];
	struct at_line lines;
	const char *mute;		/* to commands that begin so it says nothing */
	unsigned commands;
	speed_t rate;			/* at the last command */
	struct at_script script;
	struct at_chat_result sent, settled;
	unsigned sents, settleds, helds;
	int64_t until_ms;
};

static void say(const struct bench *bench, const char *text)
{
	assert_int_equal(write(bench->module, text, strlen(text)), (ssize_t)strlen(text));
}

static const struct {
	const char *command, *answer;
} answers[] = {
	{ "AT+QSMTPCFG=?", "+QSMTPCFG: (1,2),(0-1)" }, { "AT+CSQ", "+CSQ: 21,0" },
	{ "AT+CMEE?", "+CMEE: 1" }, { "AT+CPIN?", "+CPIN: READY" },
	{ "AT+CREG?", "+CREG: 0,1" }, { "AT+CGREG?", "+CGREG: 0,1" },
	{ "AT+CGMM", "Quectel_M95" }, { "AT+CGMR", "M95FAR02A04" },
	{ "AT+COPS?", "+COPS: 0,0,\"Example\"" },
};

static void answer(struct bench *bench, struct span line)
{
	struct termios mode;

	bench->commands++;
	if (tcgetattr(bench->module, &mode) == 0)
		bench->rate = cfgetospeed(&mode);
	if (bench->mute != NULL && span_starts(line, bench->mute))
		return;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (span_is(line, answers[i].command)) {
			say(bench, "\r\n");
			say(bench, answers[i].answer);
			say(bench, "\r\n");
		}
	say(bench, "\r\nOK\r\n");
}

static void on_heard(evutil_socket_t fd, short what, void *context)
{
	struct bench *bench = context;
	struct span octets, line;
	char text[4096];
	ssize_t count = read(fd, text, sizeof(text));

	(void)what;
	octets = span_make(text, count > 0 ? (size_t)count : 0);
	while (at_line_next(&bench->lines, &octets, &line) == AT_TOKEN_LINE)
		if (span_starts(line, "AT"))
			answer(bench, line);
}

static void on_changed(void *context, struct modem_driver *driver)
{
	(void)context, (void)driver;
}

static void on_held(void *context, struct modem_driver *driver)
{
	struct bench *bench = context;

	bench->helds++;
	modem_driver_release(driver);
}

static void on_settled(void *context, struct modem_driver *driver,
		       const struct at_chat_result *result)
{
	struct bench *bench = context;

	(void)driver;
	bench->settled = *result;
	bench->settleds++;
}

/* The script is ours again: it goes at once, as delivery does. */
static void on_sent(void *context, struct modem_driver *driver, const struct at_chat_result *result)
{
	struct bench *bench = context;

	(void)driver;
	bench->sent = *result;
	bench->sents++;
	at_script_clear(&bench->script);
}

static void start(struct bench *bench, const char *state_folder)
{
	const struct modem_driver_options options = {
		.name = "gsm0", .device = bench->link, .wire = { 115200, false, true },
		.life = {
			.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 2000,
			.register_timeout_ms = 60000, .baud = 115200,
		},
		.state_folder = state_folder,
	};
	const struct modem_driver_events events = {
		on_changed, on_held, on_settled, on_sent, bench,
	};

	bench->driver = modem_driver_new(bench->base, &options, &events);
	assert_non_null(bench->driver);
}

static void plug(struct bench *bench)
{
	int slave;

	assert_int_equal(openpty(&bench->module, &slave, bench->path, NULL, NULL), 0);
	close(slave);
	assert_int_equal(fcntl(bench->module, F_SETFL, O_NONBLOCK), 0);
	unlink(bench->link);
	assert_int_equal(symlink(bench->path, bench->link), 0);
	bench->heard = event_new(bench->base, bench->module, EV_READ | EV_PERSIST, on_heard, bench);
	event_add(bench->heard, NULL);
}

static int bench_open(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	assert_int_equal(scratch_make(state), 0);
	bench->base = event_base_new();
	bench->until_ms = clock_boot_ms() + LIMIT_MS;
	at_line_init(&bench->lines);
	at_script_init(&bench->script);
	snprintf(bench->link, sizeof(bench->link), "%s", scratch_path("device"));
	plug(bench);
	*state = bench;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *bench = *state;

	modem_driver_free(bench->driver);
	event_free(bench->heard);
	event_base_free(bench->base);
	at_script_clear(&bench->script);
	close(bench->module);
	free(bench);
	return scratch_drop(state);
}

static void turn(const struct bench *bench)
{
	assert_true(event_base_loop(bench->base, EVLOOP_ONCE) >= 0);
	assert_true(clock_boot_ms() < bench->until_ms);
}

static void await_ready(const struct bench *bench)
{
	while (!modem_driver_is_ready(bench->driver))
		turn(bench);
}

static void send_mail(struct bench *bench, const char *line, int64_t answer_ms)
{
	struct at_step *step = at_script_add(&bench->script, "QSMTPSUB");

	step->line = span_of(line);
	step->secret = true;
	step->answer_ms = answer_ms;
	modem_driver_send(bench->driver, &bench->script);
}

static void test_ready(void **state)
{
	struct bench *bench = *state;

	start(bench, scratch);
	await_ready(bench);
	assert_int_equal(modem_driver_state(bench->driver), MODEM_READY);
	assert_string_equal(modem_driver_facts(bench->driver)->model, "Quectel_M95");
	/* What was found out about it is on disk, and nothing has failed. */
	assert_non_null(strstr(scratch_read("modem-gsm0"), "baud 115200\n"));
	assert_int_equal(scratch_mode("modem-gsm0"), 0600);
	assert_int_not_equal(access(scratch_path("flight-gsm0-0.log"), F_OK), 0);
}

static void test_mail(void **state)
{
	struct bench *bench = *state;

	start(bench, scratch);
	await_ready(bench);
	at_script_add(&bench->script, "QSMTPDST")->line = span_of("AT+QSMTPDST=1,1,\"a@x.org\"");
	bench->script.steps[0].answer_ms = 2000;
	bench->script.steps[0].hold = true;
	modem_driver_send(bench->driver, &bench->script);
	assert_int_equal(bench->helds + bench->sents, 0);
	while (bench->sents == 0)
		turn(bench);
	assert_int_equal(bench->helds, 1);
	assert_int_equal(bench->sent.outcome, AT_CHAT_OK);
	await_ready(bench);
	assert_int_equal(bench->sents, 1);
}

/* The mail is told to have failed while the line is still put in order; its script is
 * gone by then. */
static void test_failed_mail(void **state)
{
	struct bench *bench = *state;
	const char *flight;

	start(bench, scratch);
	await_ready(bench);
	bench->mute = "AT+QSMTPSUB";
	send_mail(bench, "AT+QSMTPSUB=0,\"" SECRET "\"", 50);
	while (bench->sents == 0)
		turn(bench);
	assert_int_equal(bench->sent.outcome, AT_CHAT_TIMEOUT);
	assert_string_equal(bench->sent.label, "QSMTPSUB");
	assert_false(modem_driver_is_ready(bench->driver));
	say(bench, "\r\nAT+QSMTPSUB=0,\"" SECRET "\"\r\n+QSMTPSUB: 0\r\nOK\r\n+QSMTPPUT: 0\r\n");
	await_ready(bench);
	assert_int_equal(bench->sents, 1);
	flight = scratch_read("flight-gsm0-0.log");
	assert_int_equal(scratch_mode("flight-gsm0-0.log"), 0600);
	assert_non_null(strstr(flight, "# model Quectel_M95\n# firmware M95FAR02A04\n"));
	assert_non_null(strstr(flight, " > AT+QSMTPSUB=(hidden)\n"));
	assert_non_null(strstr(flight, " = ready"));
	assert_non_null(strstr(flight, " = script: ok\n"));
	assert_non_null(strstr(flight, " = mail: time-out at QSMTPSUB\n"));
	assert_null(strstr(flight, SECRET));
	/* It was written as soon as the mail had failed. */
	assert_null(strstr(flight, " = recovering"));
	assert_int_not_equal(access(scratch_path("flight-gsm0-1.log"), F_OK), 0);
}

/* Whoever watches over it has waited long enough. */
static void test_given_up(void **state)
{
	struct bench *bench = *state;
	unsigned before;

	start(bench, scratch);
	await_ready(bench);
	before = bench->commands;
	bench->mute = "AT+QSMTPPUT";
	at_script_add(&bench->script, "QSMTPPUT")->line = span_of("AT+QSMTPPUT=300");
	bench->script.steps[0].answer_ms = 3600000;
	bench->script.steps[0].commits = true;
	modem_driver_send(bench->driver, &bench->script);
	while (bench->commands == before)
		turn(bench);
	modem_driver_give_up(bench->driver);
	while (bench->sents == 0)
		turn(bench);
	assert_int_equal(bench->sent.outcome, AT_CHAT_LOST);
	assert_true(bench->sent.committed);
	await_ready(bench);
	assert_int_equal(bench->sents, 1);
}

/* The loop was busy elsewhere; the answer has been in the kernel all the time. */
static void test_late_loop(void **state)
{
	struct bench *bench = *state;
	unsigned before;
	int64_t late_ms;

	start(bench, scratch);
	await_ready(bench);
	before = bench->commands;
	send_mail(bench, "AT+QSMTPSUB=0,\"x\"", 50);
	while (bench->commands == before)
		turn(bench);
	late_ms = clock_boot_ms() + 100;
	while (clock_boot_ms() < late_ms)
		;
	/* This looks at the limits, and not at the line first. */
	modem_driver_cancel(bench->driver);
	while (bench->sents == 0)
		turn(bench);
	assert_int_not_equal(bench->sent.outcome, AT_CHAT_TIMEOUT);
}

static void test_settle(void **state)
{
	struct bench *bench = *state;

	start(bench, scratch);
	modem_driver_settle(bench->driver, clock_boot_ms() + 60000);
	say(bench, "\r\n+QSMTPPUT: 0\r\n");
	while (bench->settleds == 0)
		turn(bench);
	assert_int_equal(bench->settled.outcome, AT_CHAT_OK);
	/* Until then it was listened to and not disturbed. */
	assert_int_equal(bench->commands, 0);
	await_ready(bench);
	assert_int_equal(bench->settleds, 1);
}

static void test_rate(void **state)
{
	struct bench *bench = *state;

	scratch_write("modem-gsm0", "baud 57600\n");
	start(bench, scratch);
	while (bench->commands == 0)
		turn(bench);
	/* Where it answered last. */
	assert_int_equal(bench->rate, B57600);
	await_ready(bench);
	assert_int_equal(bench->rate, B115200);
	assert_int_equal(modem_driver_facts(bench->driver)->baud, 115200);
}

static void test_no_folder(void **state)
{
	struct bench *bench = *state;
	int kept = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	char said[4096];
	ssize_t length;

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	start(bench, "/nonexistent/folder");
	await_ready(bench);
	bench->mute = "AT+QSMTPSUB";
	send_mail(bench, "AT+QSMTPSUB=0,\"x\"", 50);
	while (bench->sents == 0)
		turn(bench);
	await_ready(bench);
	/* A reset is counted before it is done, and that is to be kept. */
	modem_driver_reset(bench->driver);
	while (modem_driver_state(bench->driver) == MODEM_READY)
		turn(bench);
	dup2(kept, STDERR_FILENO);
	close(kept);
	length = pread(fileno(file), said, sizeof(said) - 1, 0);
	said[length < 0 ? 0 : length] = '\0';
	fclose(file);
	assert_non_null(strstr(said, "what is known of the modem cannot be noted in"));
	assert_null(strstr(strstr(said, "what is known") + 1, "what is known"));
	assert_non_null(strstr(said, "cannot be written to /nonexistent/folder/flight-gsm0-0.log"));
}

/* The device's name leads to another one while the old line stays open and silent. */
static void test_moved(void **state)
{
	struct bench *bench = *state;
	int old = bench->module;
	int64_t moved_ms;

	start(bench, scratch);
	await_ready(bench);
	event_free(bench->heard);
	plug(bench);
	moved_ms = clock_boot_ms();
	bench->commands = 0;
	while (bench->commands == 0)
		turn(bench);
	assert_true(clock_boot_ms() - moved_ms < 5000);
	await_ready(bench);
	close(old);
}

/* The old one is unplugged and another one comes under the same name. */
static void test_replugged(void **state)
{
	struct bench *bench = *state;
	int64_t plugged_ms;

	start(bench, scratch);
	await_ready(bench);
	event_free(bench->heard);
	close(bench->module);
	unlink(bench->link);
	while (modem_driver_state(bench->driver) != MODEM_ABSENT)
		turn(bench);
	plug(bench);
	plugged_ms = clock_boot_ms();
	bench->commands = 0;
	while (bench->commands == 0)
		turn(bench);
	assert_true(clock_boot_ms() - plugged_ms < 5000);
	await_ready(bench);
}

static void test_freed_at_any_time(void **state)
{
	struct bench *bench = *state;

	for (unsigned turns = 0; turns < 40; turns += 5) {
		start(bench, scratch);
		for (unsigned i = 0; i < turns; i++)
			turn(bench);
		modem_driver_free(bench->driver);
		bench->driver = NULL;
	}
}

int main(void)
{
#define ON_PTY(sentence, function) { sentence, function, bench_open, bench_close, NULL }
	const struct CMUnitTest tests[] = {
		ON_PTY("a module that answers becomes ready", test_ready),
		ON_PTY("a mail is held, released and told", test_mail),
		ON_PTY("a mail that failed is told at once, and its script is let go",
		       test_failed_mail),
		ON_PTY("a mail that does not end is given up, and the module is used again", test_given_up),
		ON_PTY("an answer is not late because the loop was", test_late_loop),
		ON_PTY("a mail of a daemon before is settled without a command", test_settle),
		ON_PTY("the rate is the one that life wants", test_rate),
		ON_PTY("a state folder that is not there is told once and no more", test_no_folder),
		ON_PTY("a device's name that leads elsewhere is followed", test_moved),
		ON_PTY("a module that was replugged is back soon", test_replugged),
		ON_PTY("a driver can be freed at any time", test_freed_at_any_time),
	};

	unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_LEVEL_WARNING);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("modem_driver", tests, NULL, NULL);
}
