/* SPDX-License-Identifier: ISC */
/* What the module says of a delivery: from the way it ended and the last reply
 * of the server to a number of the reference's table, never another. Pure. */
#ifndef EMULATOR_EMULATOR_OUTCOME_H
#define EMULATOR_EMULATOR_OUTCOME_H

#include <stdbool.h>

enum emulator_way {
	EMULATOR_WAY_SENT,
	EMULATOR_WAY_NO_NAME,		/* the name has no address */
	EMULATOR_WAY_NO_CONNECTION,	/* refused, unreachable */
	EMULATOR_WAY_NO_MECHANISM,	/* authentication wanted, and no AUTH LOGIN or PLAIN */
	EMULATOR_WAY_CLOSED,		/* by the peer */
	EMULATOR_WAY_TIMEOUT,
	EMULATOR_WAY_OTHER,
};

/* `reply` is the last code that the server gave, 0 when it gave none;
 * `authenticating` tells that it was an answer to AUTH. */
int emulator_outcome(enum emulator_way way, int reply, bool authenticating);

#endif
