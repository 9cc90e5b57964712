/* SPDX-License-Identifier: ISC */
/* Whether the wall's clock may be believed. A gateway may have no battery for it
 * and begin in 1970, or be set years off by a broken time server; what is deleted
 * or given up for its age waits until that is sorted out. The other clock counts
 * from the machine's start, suspended time included, and never steps: ages within a
 * run are its. Pure: readings come in. */
#ifndef QUEUE_CLOCK_TRUST_H
#define QUEUE_CLOCK_TRUST_H

#include <stdbool.h>
#include <stdint.h>

/* A step of at most this much is a clock being put right. */
#define CLOCK_TRUST_STEP_MAX_MS (INT64_C(24) * 3600 * 1000)

/* No gateway was off for longer with its mail still to be sent: what looks like it
 * is a clock that is wrong. */
#define CLOCK_TRUST_GAP_MAX_MS (INT64_C(30) * 24 * 3600 * 1000)

/* How long a clock in doubt has to go on steadily to be believed after all. */
#define CLOCK_TRUST_STEADY_MS (INT64_C(24) * 3600 * 1000)

/* All zero knows nothing. */
struct clock_trust {
	int64_t known_s;	/* the latest time that the disk tells of; 0: none */
	bool plausible;		/* the last reading was */
	int64_t offset_ms;	/* of that reading: the wall's clock less the other */
	bool doubted;
	int64_t doubted_ms;	/* since then, by the other clock */
};

/* A time that something on the disk was marked with. */
void clock_trust_learn(struct clock_trust *trust, int64_t known_s);

/* Takes a reading of both clocks; true when the wall's may be believed now. */
bool clock_trust_look(struct clock_trust *trust, int64_t wall_ms, int64_t boot_ms);

/* Whether a clock that shows this may be right: gsmtpd is written, and in use. */
bool clock_trust_is_plausible(int64_t wall_s);

/* How much time passed since something was marked with a time, perhaps in another
 * run: never more than is certain, so 0 where a clock must have been wrong. */
int64_t clock_trust_passed_ms(int64_t since_s, int64_t now_s);

#endif
