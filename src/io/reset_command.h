/* SPDX-License-Identifier: ISC */
/* Runs the operator's reset-command: its words are given to the program as they
 * are, no shell looks at them. It may run for a minute, then its whole group is
 * killed. */
#ifndef IO_RESET_COMMAND_H
#define IO_RESET_COMMAND_H

#include <stdbool.h>

#define RESET_COMMAND_LIMIT_MS 60000
#define RESET_COMMAND_WORDS_MAX 32

struct event_base;
struct reset_command;

/* `well`: it ended by itself with status 0. `said` is a phrase for people. */
typedef void (*reset_command_done)(void *context, bool well, const char *said);

/* `line` is split at blanks; its first word is looked for in PATH. NULL with
 * errno when it cannot be started. `done` is called once, never from within. */
struct reset_command *reset_command_start(struct event_base *base, const char *line,
					  reset_command_done done, void *context);

/* Kills it; `done` is not called any more. */
void reset_command_cancel(struct reset_command *command);

#endif
