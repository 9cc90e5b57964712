/* SPDX-License-Identifier: ISC */
#include "io/compose_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "io/child.h"
#include "mail/transaction.h"

#define ARGUMENTS_MAX 64
#define SAID_MAX 4096		/* octets of its standard error that are looked at */
#define SAID_SHOWN_MAX 160	/* octets of that in the phrase */
#define READ_SIZE 65536

/* One of its outputs. */
struct stream {
	int fd;				/* -1 when closed */
	struct event *event;
	struct buf text;
};

struct compose_run {
	pid_t pid;
	int pidfd;
	struct event *ended, *late;
	struct stream output, said;
	int64_t limit_ms;
	const char *why_killed;		/* "" when for its time; NULL when it was not */
	compose_run_done done;
	void *context;
};

static void close_stream(struct stream *stream)
{
	if (stream->event)
		event_free(stream->event);
	if (stream->fd >= 0)
		close(stream->fd);
	stream->event = NULL;
	stream->fd = -1;
}

static void free_run(struct compose_run *run)
{
	close_stream(&run->output);
	close_stream(&run->said);
	buf_clear(&run->output.text);
	buf_clear(&run->said.text);
	if (run->ended)
		event_free(run->ended);
	if (run->late)
		event_free(run->late);
	if (run->pidfd >= 0)
		close(run->pidfd);
	free(run);
}

/* Its whole group. Until it is waited for, its number cannot become another's. */
static void kill_run(struct compose_run *run, const char *why)
{
	if (run->why_killed == NULL)
		run->why_killed = why;
	kill(-run->pid, SIGKILL);
}

/* Takes what is there now. False at the end of the stream. */
static bool read_stream(struct compose_run *run, struct stream *stream)
{
	char octets[READ_SIZE];
	ssize_t count = read(stream->fd, octets, sizeof(octets));

	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	if (count == 0)
		return false;
	if (stream == &run->said) {
		/* The rest is dropped, but read: a full pipe would stop it. */
		buf_put(&stream->text, span_take(span_make(octets, (size_t)count),
						 SAID_MAX - stream->text.length));
	} else if (!buf_put(&stream->text, span_make(octets, (size_t)count))) {
		kill_run(run, "killed since it wrote too much");
	}
	return true;
}

static void on_output(evutil_socket_t fd, short what, void *context)
{
	struct compose_run *run = context;

	(void)fd, (void)what;
	if (!read_stream(run, &run->output))
		close_stream(&run->output);
}

static void on_said(evutil_socket_t fd, short what, void *context)
{
	struct compose_run *run = context;

	(void)fd, (void)what;
	if (!read_stream(run, &run->said))
		close_stream(&run->said);
}

static void on_late(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	kill_run(context, "");
}

/* What a pipe still held when the process ended; nobody's end is waited for. */
static void drain(struct compose_run *run, struct stream *stream)
{
	size_t before;

	do
		before = stream->text.length;
	while (stream->fd >= 0 && read_stream(run, stream) && stream->text.length > before);
}

/* ": " and the first line of what it said, made safe for a log; or "". */
static void format_said(struct span said, char *out, size_t size)
{
	struct span line = span_trim(span_take(said, span_index(said, '\n')));
	bool utf8 = utf8_is_valid(line);
	size_t length;

	line = utf8 ? utf8_take(line, SAID_SHOWN_MAX) : span_take(line, SAID_SHOWN_MAX);
	snprintf(out, size, "%s%.*s", line.length ? ": " : "", SPAN_ARG(line));
	length = strlen(out);
	for (size_t i = 0; i < length; i++) {
		unsigned char octet = (unsigned char)out[i];

		if (octet < 0x20 || octet == 0x7f || (octet >= 0x80 && !utf8))
			out[i] = '?';
	}
}

/* NULL when it ended well. */
static const char *format_failure(const struct compose_run *run, const siginfo_t *end, char *out,
				  size_t size)
{
	char said[SAID_SHOWN_MAX + 8], limit[TIME_TEXT_SIZE];

	format_said(buf_span(&run->said.text), said, sizeof(said));
	if (run->why_killed && *run->why_killed)
		snprintf(out, size, "%s", run->why_killed);
	else if (run->why_killed)
		snprintf(out, size, "killed after %s", time_text_duration(run->limit_ms, limit));
	else if (run->output.text.failed)
		snprintf(out, size, "it wrote too much");
	else if (end->si_code != CLD_EXITED)
		snprintf(out, size, "ended by signal %d%s", end->si_status, said);
	else if (end->si_status != 0)
		snprintf(out, size, "ended with status %d%s", end->si_status, said);
	else
		return NULL;
	return out;
}

static void on_ended(evutil_socket_t fd, short what, void *context)
{
	struct compose_run *run = context;
	siginfo_t end = { 0 };
	char phrase[SAID_SHOWN_MAX + 64];
	const char *failure;

	(void)what;
	/* What it left running in its group holds our pipes. Its number is its own
	 * until it was waited for. */
	kill(-run->pid, SIGKILL);
	if (waitid(P_PIDFD, (id_t)fd, &end, WEXITED | WNOHANG) < 0 || end.si_pid == 0)
		return;
	drain(run, &run->output);
	drain(run, &run->said);
	failure = format_failure(run, &end, phrase, sizeof(phrase));
	run->done(run->context, failure ? span_of("") : buf_span(&run->output.text), failure,
		  run->why_killed == NULL && end.si_code == CLD_EXITED ? end.si_status : -1);
	free_run(run);
}

static int start_stream(struct event_base *base, struct stream *stream, event_callback_fn callback,
			void *context)
{
	int flags = fcntl(stream->fd, F_GETFL);

	if (flags < 0 || fcntl(stream->fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	stream->event = event_new(base, stream->fd, EV_READ | EV_PERSIST, callback, context);
	return stream->event && event_add(stream->event, NULL) == 0 ? 0 : -ENOMEM;
}

static int start_events(struct compose_run *run, struct event_base *base)
{
	struct timeval limit = { run->limit_ms / 1000, run->limit_ms % 1000 * 1000 };
	int result = start_stream(base, &run->output, on_output, run);

	if (result == 0)
		result = start_stream(base, &run->said, on_said, run);
	if (result < 0)
		return result;
	run->pidfd = pidfd_open(run->pid, 0);
	if (run->pidfd < 0)
		return -errno;
	run->ended = event_new(base, run->pidfd, EV_READ | EV_PERSIST, on_ended, run);
	run->late = evtimer_new(base, on_late, run);
	if (run->ended == NULL || run->late == NULL || event_add(run->ended, NULL) < 0 ||
	    event_add(run->late, &limit) < 0)
		return -ENOMEM;
	return 0;
}

static int spawn(const char *program, const char *const *arguments, const int descriptors[3],
		 pid_t *pid)
{
	const char *words[ARGUMENTS_MAX + 2] = { program };

	for (size_t i = 0; arguments[i]; i++) {
		if (i == ARGUMENTS_MAX)
			return -E2BIG;
		words[i + 1] = arguments[i];
	}
	return child_start(words, descriptors, pid);
}

/* Spawns it with both pipes; the run keeps the ends to read from. */
static int spawn_with_pipes(struct compose_run *run, const char *program, int message_fd,
			    const char *const *arguments)
{
	int output[2] = { -1, -1 }, said[2] = { -1, -1 };
	int result = -EINVAL;

	/* A message that came as descriptor 1 or 2 would be overwritten by the pipes. */
	if (message_fd == STDOUT_FILENO || message_fd == STDERR_FILENO)
		return result;
	if (pipe2(output, O_CLOEXEC) < 0 || pipe2(said, O_CLOEXEC) < 0) {
		result = -errno;
	} else {
		int descriptors[3] = { message_fd, output[1], said[1] };

		result = spawn(program, arguments, descriptors, &run->pid);
	}
	if (output[1] >= 0)
		close(output[1]);
	if (said[1] >= 0)
		close(said[1]);
	run->output.fd = output[0];
	run->said.fd = said[0];
	return result;
}

struct compose_run *compose_runner_start(struct event_base *base,
					 const struct compose_runner_options *options,
					 int message_fd, const char *const *arguments,
					 compose_run_done done, void *context)
{
	struct compose_run *run = calloc(1, sizeof(*run));
	int result = -ENOMEM;

	if (run) {
		run->pidfd = -1;
		run->limit_ms = options->limit_ms;
		run->done = done;
		run->context = context;
		buf_init(&run->output.text, TRANSACTION_TEXT_MAX);
		buf_init(&run->said.text, SAID_MAX);
		result = spawn_with_pipes(run, options->program, message_fd, arguments);
	}
	close(message_fd);
	if (result == 0) {
		result = start_events(run, base);
		if (result == 0)
			return run;
		compose_run_cancel(run);
	} else if (run) {
		free_run(run);
	}
	errno = -result;
	return NULL;
}

void compose_run_cancel(struct compose_run *run)
{
	kill_run(run, "cancelled");
	while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free_run(run);
}
