/* SPDX-License-Identifier: ISC */
/* Runs gsmtpd-compose over one message file and hands its text back; bounded
 * in time and output. What the text means is mail/transaction's business. */
#ifndef IO_COMPOSE_RUNNER_H
#define IO_COMPOSE_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct event_base;
struct compose_run;

struct compose_runner_options {
	const char *program;	/* path of gsmtpd-compose */
	int64_t limit_ms;	/* killed when it takes longer */
};

/* `output` is valid only during the call. exit_status is its own, or -1 when it did
 * not end by itself. failure NULL: it ended well; else a
 * phrase ("killed after 20 s", "ended by signal 11", "ended with status 65: no
 * memory", where the last part is what it said itself, cut and made safe). */
typedef void (*compose_run_done)(void *context, struct span output, const char *failure,
				 int exit_status);

/* Starts it with the message on standard input (the descriptor is taken over,
 * also when it fails) and these arguments (NULL-ended, without the program). NULL with errno set
 * when it cannot be started; `done` is never called from within. */
struct compose_run *compose_runner_start(struct event_base *base,
					 const struct compose_runner_options *options,
					 int message_fd, const char *const *arguments,
					 compose_run_done done, void *context);

/* Ends it without calling `done`: kills it and waits for its end, which is
 * a moment away. */
void compose_run_cancel(struct compose_run *run);

#endif
