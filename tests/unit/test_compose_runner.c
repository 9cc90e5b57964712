/* SPDX-License-Identifier: ISC */
#include "io/compose_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/buf.h"
#include "rows.h"

#define PATIENT_MS 60000	/* never reached */
#define LONG_40 "0123456789012345678901234567890123456789"

struct outcome {
	bool came;
	struct buf output;
	char failure[512];	/* "" when it ended well */
	int exit_status;
};

static void on_composed(void *context, struct span output, const char *failure, int exit_status)
{
	struct outcome *outcome = context;

	assert_false(outcome->came);
	outcome->came = true;
	assert_true(buf_put(&outcome->output, output));
	snprintf(outcome->failure, sizeof(outcome->failure), "%s", failure ? failure : "");
	outcome->exit_status = exit_status;
}

/* The status that the phrase tells of; none when it was killed. */
static int told_status(const char *failure)
{
	int status = *failure ? -1 : 0;

	sscanf(failure, "ended with status %d", &status);
	return status;
}

static int message(struct span text)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.length ? text.at : "", text.length), text.length);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Runs a shell's command over a message to its end. */
static void run(const char *command, struct span text, int64_t limit_ms, struct outcome *outcome)
{
	struct compose_runner_options options = { "/bin/sh", limit_ms };
	const char *arguments[] = { "-c", command, NULL };
	struct event_base *base = event_base_new();

	*outcome = (struct outcome){ .output = BUF_INIT(1 << 26) };
	assert_non_null(compose_runner_start(base, &options, message(text), arguments, on_composed,
					     outcome));
	assert_false(outcome->came);
	while (!outcome->came)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	event_base_free(base);
	assert_int_equal(outcome->exit_status, told_status(outcome->failure));
	/* Nothing of it is left to be waited for. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

struct row {
	const char *name;
	const char *command;
	const char *output;
	const char *failure;
	int64_t limit_ms;
};

static const struct row table[] = {
	{ "the message is its standard input", "cat", "a mail\r\n", "", PATIENT_MS },
	{ "output without input", "printf text", "text", "", PATIENT_MS },
	{ "no output is good as well", "true", "", "", PATIENT_MS },
	{ "what it says is not its output", "echo warning >&2; echo text", "text\n", "", PATIENT_MS },
	{ "a status is a failure, with the first thing it said",
	  "echo text; printf 'no memory\\nmore\\n' >&2; exit 65", "", "ended with status 65: no memory",
	  PATIENT_MS },
	{ "a silent failure", "exit 1", "", "ended with status 1", PATIENT_MS },
	{ "a signal is a failure", "kill -SEGV $$", "", "ended by signal 11", PATIENT_MS },
	{ "one that hangs is killed", "kill -STOP $$", "", "killed after 50 ms", 50 },
	{ "one that writes and hangs is killed", "echo text; kill -STOP $$", "", "killed after 50 ms", 50 },
	{ "one that closes its output first is waited for",
	  "exec >&- 2>&-; exit 3", "", "ended with status 3", PATIENT_MS },
	{ "what it leaves running is not waited for", "sleep 1000 & echo text", "text\n", "", PATIENT_MS },
	{ "one that writes without end is killed", "exec yes " LONG_40 LONG_40 LONG_40 LONG_40, "",
	  "killed since it wrote too much", PATIENT_MS },
	{ "escapes and other controls do not reach the log",
	  "printf 'a\\033[31mb\\tc\\377\\n' >&2; exit 1", "", "ended with status 1: a?[31mb?c?",
	  PATIENT_MS },
	{ "UTF-8 does", "printf 'gr\\303\\274n' >&2; exit 1", "", "ended with status 1: gr\xc3\xbcn",
	  PATIENT_MS },
	{ "one that says much does not stop for it, and is cut short",
	  "yes " LONG_40 LONG_40 LONG_40 LONG_40 "x | head -c 300000 >&2; exit 1", "",
	  "ended with status 1: " LONG_40 LONG_40 LONG_40 LONG_40, PATIENT_MS },
	{ "its signals are as usual", "kill -TERM $$", "", "ended by signal 15", PATIENT_MS },
	{ "no descriptor but the three", "for fd in 77 78; do test -e /proc/self/fd/$fd && echo leak; done; :",
	  "", "", PATIENT_MS },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct outcome outcome;

	run(row->command, span_of("a mail\r\n"), row->limit_ms, &outcome);
	assert_string_equal(outcome.failure, row->failure);
	assert_string_equal(buf_string(&outcome.output), row->output);
	buf_clear(&outcome.output);
}

static void test_large(void **state)
{
	struct buf text = BUF_INIT(1 << 24);
	struct outcome outcome;

	(void)state;
	while (text.length < 3000000)
		buf_format(&text, "line at %zu\r\n", text.length);
	run("cat", buf_span(&text), PATIENT_MS, &outcome);
	assert_string_equal(outcome.failure, "");
	assert_true(span_equal(buf_span(&text), buf_span(&outcome.output)));
	buf_clear(&text);
	buf_clear(&outcome.output);
}

/* With this process as the one who inherits orphans, the end of one shows. */
static void test_orphan(void **state)
{
	struct compose_runner_options options = { "/bin/sh", PATIENT_MS };
	struct outcome outcome = { .output = BUF_INIT(4096) };
	static const char *const arguments[] = { "-c", "sleep 20 & echo $!", NULL };
	struct event_base *base = event_base_new();
	int status = 0;
	pid_t orphan;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	assert_non_null(compose_runner_start(base, &options, message(span_of("")), arguments, on_composed,
					     &outcome));
	while (!outcome.came)
		event_base_loop(base, EVLOOP_ONCE);
	orphan = (pid_t)atoi(buf_string(&outcome.output));
	assert_true(orphan > 0);
	assert_int_equal(waitpid(orphan, &status, 0), orphan);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	event_base_free(base);
	buf_clear(&outcome.output);
}

static void test_environment(void **state)
{
	struct compose_runner_options options = { "/usr/bin/env", PATIENT_MS };
	static const char *const arguments[] = { NULL };
	struct event_base *base = event_base_new();
	struct outcome outcome = { .output = BUF_INIT(4096) };

	(void)state;
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
	assert_non_null(compose_runner_start(base, &options, message(span_of("")), arguments, on_composed,
					     &outcome));
	while (!outcome.came)
		event_base_loop(base, EVLOOP_ONCE);
	assert_string_equal(buf_string(&outcome.output),
			    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C.UTF-8\n");
	event_base_free(base);
	buf_clear(&outcome.output);
}

static void test_missing_program(void **state)
{
	struct compose_runner_options options = { "/nonexistent/gsmtpd-compose", PATIENT_MS };
	static const char *const arguments[] = { NULL };
	struct event_base *base = event_base_new();
	struct outcome outcome = { .output = BUF_INIT(4096) };
	int fd = message(span_of(""));

	(void)state;
	errno = 0;
	assert_null(compose_runner_start(base, &options, fd, arguments, on_composed, &outcome));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(event_base_loop(base, EVLOOP_NONBLOCK), 1);
	assert_false(outcome.came);
	event_base_free(base);
}

static void test_cancel(void **state)
{
	struct compose_runner_options options = { "/bin/sh", PATIENT_MS };
	static const char *const arguments[] = { "-c", "kill -STOP $$", NULL };
	struct event_base *base = event_base_new();
	struct outcome outcome = { .output = BUF_INIT(4096) };
	struct compose_run *running;

	(void)state;
	running = compose_runner_start(base, &options, message(span_of("")), arguments, on_composed,
				       &outcome);
	assert_non_null(running);
	compose_run_cancel(running);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(event_base_loop(base, EVLOOP_NONBLOCK), 1);
	assert_false(outcome.came);
	event_base_free(base);
}

static void test_side_by_side(void **state)
{
	struct compose_runner_options options = { "/bin/cat", PATIENT_MS };
	static const char *const arguments[] = { "-", NULL };
	struct event_base *base = event_base_new();
	struct outcome outcomes[5] = { 0 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char text[] = { (char)('a' + i), '\0' };

		buf_init(&outcomes[i].output, 4096);
		assert_non_null(compose_runner_start(base, &options, message(span_of(text)), arguments,
						     on_composed, &outcomes[i]));
	}
	for (size_t i = 0; i < 5; i++) {
		char text[] = { (char)('a' + i), '\0' };

		while (!outcomes[i].came)
			event_base_loop(base, EVLOOP_ONCE);
		assert_string_equal(outcomes[i].failure, "");
		assert_string_equal(buf_string(&outcomes[i].output), text);
		buf_clear(&outcomes[i].output);
	}
	event_base_free(base);
}

int main(void)
{
	static struct rows rows;

	/* As the daemon may be when a library forgot a flag, or has its signals. */
	dup2(STDOUT_FILENO, 77);
	dup2(STDOUT_FILENO, 78);
	signal(SIGTERM, SIG_IGN);
	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a message larger than any pipe goes through", test_large);
	ROWS_ADD(&rows, "what it leaves running is killed", test_orphan);
	ROWS_ADD(&rows, "nothing of the daemon's environment is handed on", test_environment);
	ROWS_ADD(&rows, "a missing program is told at once", test_missing_program);
	ROWS_ADD(&rows, "a cancelled one leaves nothing and says nothing", test_cancel);
	ROWS_ADD(&rows, "five run side by side", test_side_by_side);
	return rows_run(&rows, "compose_runner");
}
