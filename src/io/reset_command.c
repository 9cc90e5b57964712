/* SPDX-License-Identifier: ISC */
#include "io/reset_command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/span.h"
#include "io/child.h"

struct reset_command {
	pid_t pid;
	int pidfd;
	bool late;
	struct event *ended, *limit;
	reset_command_done done;
	void *context;
};

static void free_command(struct reset_command *command)
{
	if (command->ended)
		event_free(command->ended);
	if (command->limit)
		event_free(command->limit);
	if (command->pidfd >= 0)
		close(command->pidfd);
	free(command);
}

static void on_limit(evutil_socket_t fd, short what, void *context)
{
	struct reset_command *command = context;

	(void)fd, (void)what;
	command->late = true;
	kill(-command->pid, SIGKILL);
}

static void on_ended(evutil_socket_t fd, short what, void *context)
{
	struct reset_command *command = context;
	siginfo_t end = { 0 };
	char said[64];

	(void)what;
	if (waitid(P_PIDFD, (id_t)fd, &end, WEXITED | WNOHANG) < 0 || end.si_pid == 0)
		return;
	if (command->late)
		snprintf(said, sizeof(said), "killed after %d s", RESET_COMMAND_LIMIT_MS / 1000);
	else if (end.si_code == CLD_EXITED)
		snprintf(said, sizeof(said), "ended with status %d", end.si_status);
	else
		snprintf(said, sizeof(said), "ended by signal %d", end.si_status);
	command->done(command->context, end.si_code == CLD_EXITED && end.si_status == 0, said);
	free_command(command);
}

/* Cuts `text` into words in place. False when there is none or there are too many. */
static bool split(char *text, const char *words[static RESET_COMMAND_WORDS_MAX + 1])
{
	size_t count = 0;
	char *rest = text;

	for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
		if (*word == '\0')
			continue;
		if (count == RESET_COMMAND_WORDS_MAX)
			return false;
		words[count++] = word;
	}
	words[count] = NULL;
	return count > 0;
}

static int spawn(const char *line, pid_t *pid)
{
	const char *words[RESET_COMMAND_WORDS_MAX + 1];
	char *text = span_dup(span_of(line));
	int result = text ? -EINVAL : -ENOMEM;

	if (text && split(text, words))
		result = child_start(words, NULL, pid);
	free(text);
	return result;
}

static int start_events(struct reset_command *command, struct event_base *base)
{
	static const struct timeval limit = { RESET_COMMAND_LIMIT_MS / 1000, 0 };

	command->pidfd = pidfd_open(command->pid, 0);
	if (command->pidfd < 0)
		return -errno;
	command->ended = event_new(base, command->pidfd, EV_READ | EV_PERSIST, on_ended, command);
	command->limit = evtimer_new(base, on_limit, command);
	if (command->ended == NULL || command->limit == NULL ||
	    event_add(command->ended, NULL) < 0 || event_add(command->limit, &limit) < 0)
		return -ENOMEM;
	return 0;
}

struct reset_command *reset_command_start(struct event_base *base, const char *line,
					  reset_command_done done, void *context)
{
	struct reset_command *command = calloc(1, sizeof(*command));
	int result;

	if (command == NULL)
		return NULL;
	command->pidfd = -1;
	command->done = done;
	command->context = context;
	result = spawn(line, &command->pid);
	if (result < 0) {
		free_command(command);
		errno = -result;
		return NULL;
	}
	result = start_events(command, base);
	if (result < 0) {
		reset_command_cancel(command);
		errno = -result;
		return NULL;
	}
	return command;
}

void reset_command_cancel(struct reset_command *command)
{
	if (command == NULL)
		return;
	kill(-command->pid, SIGKILL);
	while (waitpid(command->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free_command(command);
}
