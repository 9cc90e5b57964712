/* SPDX-License-Identifier: ISC */
/* Watches for a server that refuses everybody: three different messages in a
 * row refused with one and the same -554 are the account's trouble, not the
 * messages' (interface.md, "What becomes of an outcome", account). Pure. */
#ifndef QUEUE_REFUSALS_H
#define QUEUE_REFUSALS_H

#include <stdbool.h>

#include "queue/queue.h"
#include "queue/verdict.h"

#define REFUSALS_IN_A_ROW 3

/* Of all permanent codes only this one says nothing about the message: it is
 * also the greeting of a server that does not want us at all (RFC 5321, 3.1). */
#define REFUSALS_CODE (-554)

struct refusals {
	unsigned count;		/* different messages, in a row */
	char last_id[QUEUE_ID_SIZE];
};

/* Takes note of a verdict about a message. True when it is the third in a row:
 * then it is to be taken as an account verdict. Anything but a -554 starts the
 * count anew, but for verdicts that say nothing of the server (busy, link). */
bool refusals_note(struct refusals *refusals, const char *id, const struct verdict *verdict);

#endif
