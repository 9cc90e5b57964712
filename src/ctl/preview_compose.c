/* SPDX-License-Identifier: ISC */
#include "ctl/preview_compose.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ctl/ctl_text.h"
#include "io/child.h"

#define LIMIT_MS 30000		/* the daemon's own: app/composition.c */
#define SAID_MAX 4096		/* octets of its standard error that are kept */
#define SAID_SHOWN_MAX 160
#define READ_SIZE 65536

struct run {
	pid_t pid;
	int ended;			/* a descriptor that is readable when it is over */
	int output_fd, said_fd;		/* -1 when at their end */
	struct buf *output, said;
	bool too_late;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_if_open(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The message as a file, which is what the daemon gives it too: nothing has to be
 * fed while its output is read. */
static int make_file(struct span octets)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	while (fd >= 0 && octets.length > 0) {
		ssize_t put = write(fd, octets.at, octets.length);

		if (put < 0 && errno != EINTR) {
			close_if_open(&fd);
			break;
		}
		octets = span_skip(octets, put > 0 ? (size_t)put : 0);
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* 0, or a negative errno. */
static int start(struct run *run, const char *const *words, struct span message_file)
{
	int output[2] = { -1, -1 }, said[2] = { -1, -1 }, result = -EMFILE;
	int message = make_file(message_file);

	if (message >= 0 && pipe2(output, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0)
		result = child_start(words, (int[3]){ message, output[1], said[1] }, &run->pid);
	close_if_open(&message);
	close_if_open(&output[1]);
	close_if_open(&said[1]);
	run->output_fd = output[0];
	run->said_fd = said[0];
	if (result < 0)
		return result;
	fcntl(run->output_fd, F_SETFL, O_NONBLOCK);
	fcntl(run->said_fd, F_SETFL, O_NONBLOCK);
	run->ended = pidfd_open(run->pid, 0);
	return run->ended < 0 ? -errno : 0;
}

/* What is beyond the buffer's maximum is dropped. */
static void keep(struct span octets, struct buf *out)
{
	struct span kept = span_take(octets, out->max - out->length);

	buf_put(out, kept);
	out->failed = out->failed || kept.length < octets.length;
}

/* Takes what is there, all of it, as a full pipe would stop the program; the
 * descriptor is closed at its end. */
static void take(int *fd, struct buf *out)
{
	char octets[READ_SIZE];
	ssize_t got = 1;

	while (*fd >= 0 && got > 0) {
		got = read(*fd, octets, sizeof octets);
		if (got > 0)
			keep(span_make(octets, (size_t)got), out);
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
			close_if_open(fd);
	}
}

/* Until it is over, or its time is. */
static void attend(struct run *run)
{
	int64_t due_ms = now_ms() + LIMIT_MS;

	for (;;) {
		struct pollfd polled[] = {
			{ run->ended, POLLIN, 0 },
			{ run->output_fd, POLLIN, 0 },
			{ run->said_fd, POLLIN, 0 },
		};
		int64_t left_ms = due_ms - now_ms();

		run->too_late = left_ms <= 0;
		if (run->too_late || (poll(polled, 3, (int)left_ms) < 0 && errno != EINTR))
			return;
		take(&run->output_fd, run->output);
		take(&run->said_fd, &run->said);
		if (polled[0].revents)
			return;
	}
}

static void tell_end(const struct run *run, int status, struct preview_compose_end *end)
{
	struct span line = span_trim(span_take(buf_span(&run->said),
					       span_index(buf_span(&run->said), '\n')));
	struct buf said = BUF_INIT(4 * SAID_SHOWN_MAX);

	if (line.length > 0)
		buf_text(&said, ": ");
	ctl_text_escape(span_take(line, SAID_SHOWN_MAX), &said);
	end->exit_status = WIFEXITED(status) && !run->too_late ? WEXITSTATUS(status) : -1;
	if (run->too_late)
		snprintf(end->failure, sizeof end->failure, "killed after %d s", LIMIT_MS / 1000);
	else if (run->output->failed)
		snprintf(end->failure, sizeof end->failure, "it wrote too much");
	else if (!WIFEXITED(status))
		snprintf(end->failure, sizeof end->failure, "ended by signal %d%s",
			 WTERMSIG(status), buf_string(&said));
	else if (WEXITSTATUS(status) != 0)
		snprintf(end->failure, sizeof end->failure, "ended with status %d%s",
			 WEXITSTATUS(status), buf_string(&said));
	buf_clear(&said);
}

/* Its whole group goes: what it left running would hold our pipes. */
static void finish(struct run *run, struct preview_compose_end *end)
{
	int status = 0;

	kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	take(&run->output_fd, run->output);
	take(&run->said_fd, &run->said);
	tell_end(run, status, end);
}

void preview_compose_run(const char *const *words, struct span message_file, struct buf *output,
			 struct preview_compose_end *end)
{
	struct run run = { .ended = -1, .output = output, .said = BUF_INIT(SAID_MAX) };
	int result = start(&run, words, message_file);

	*end = (struct preview_compose_end){ .exit_status = -1 };
	if (result == 0)
		attend(&run);
	else
		snprintf(end->failure, sizeof end->failure, "%.120s cannot be started: %s",
			 words[0], strerror(-result));
	if (run.pid > 0)
		finish(&run, end);
	close_if_open(&run.ended);
	close_if_open(&run.output_fd);
	close_if_open(&run.said_fd);
	buf_clear(&run.said);
}
