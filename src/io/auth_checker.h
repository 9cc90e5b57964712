/* SPDX-License-Identifier: ISC */
/* Whether a password is a user's: crypt(3) takes its time, so it runs in a thread of its
 * own, one at a time (yescrypt works in 16 MiB of memory), and the loop goes on. For a
 * name that is not there it takes as long. How often an address may guess is settled
 * here, too. */
#ifndef IO_AUTH_CHECKER_H
#define IO_AUTH_CHECKER_H

#include <stddef.h>

#include "base/span.h"

struct event_base;
struct smtp_users;
struct auth_checker;
struct auth_check;

#define AUTH_CHECKER_WAITING_MAX 32	/* checks that the thread has or will have */

enum auth_verdict {
	AUTH_RIGHT,
	AUTH_WRONG,
	AUTH_BUSY,	/* nothing was looked at: too many are waiting, or no memory */
	AUTH_CUT_OFF,	/* the address has guessed wrong too often */
};

struct auth_question {
	const char *address;	/* of the client, numeric; as all else copied */
	struct span user, password;
	void (*answered)(void *context, enum auth_verdict verdict);
	void *context;
};

/* NULL when a thread cannot be had; errno tells. */
struct auth_checker *auth_checker_new(struct event_base *base);

/* Waits for the checks that the thread has. All must be forgotten or answered before. */
void auth_checker_free(struct auth_checker *checker);

/* Asks. `answered` is called later, never from within, unless it is forgotten; the
 * check is gone then. The users are not looked at any more when this returns. NULL when
 * out of memory. */
struct auth_check *auth_checker_ask(struct auth_checker *checker, const struct smtp_users *users,
				    const struct auth_question *question);

/* The client is gone: no answer is wanted. */
void auth_checker_forget(struct auth_check *check);

#endif
