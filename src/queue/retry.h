/* SPDX-License-Identifier: ISC */
/* When again, or never: the schedule of a message and what its verdict means
 * for it. Pure; times are milliseconds of a clock that never steps. */
#ifndef QUEUE_RETRY_H
#define QUEUE_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queue/verdict.h"

#define RETRY_STEPS_MAX 32

struct retry_policy {
	int64_t waits_ms[RETRY_STEPS_MAX];	/* the last repeats */
	size_t wait_count;			/* at least 1 */
	int64_t expire_ms;			/* age at which a message is given up; 0 never */
	bool resend_uncertain;
};

/* What a message went through so far. */
struct retry_history {
	unsigned attempts;	/* counted ones */
	unsigned ours_tries;	/* verdicts "ours" in a row */
	bool degraded;		/* it was composed without attachments already */
	int64_t age_ms;		/* certain: it may be more */
	bool clock_doubted;	/* queue/clock_trust.h: nothing is given up for its age then, as long
				 * as that is anything that an operator may still care about */
};

enum retry_action {
	RETRY_DONE,		/* these recipients are served */
	RETRY_NOW,		/* after wait_ms (seconds at most), nothing counted */
	RETRY_AFTER,		/* after wait_ms, attempt counted */
	RETRY_DEGRADE,		/* compose again with less, then at once */
	RETRY_FAIL,		/* never: report it */
	RETRY_HOLD_ACCOUNT,	/* message stays as it is; output is held */
	RETRY_OPEN_BREAKER,	/* message stays as it is; the modem rests */
	RETRY_RESEND_MARKED,	/* after wait_ms, marked as a possible duplicate */
};

struct retry_decision {
	enum retry_action action;
	int64_t wait_ms;
	bool expired;		/* RETRY_FAIL because of its age */
};

/* `jitter_permille` 0-999 is the caller's dice: a wait is stretched by up to a
 * tenth of itself, never shortened. */
struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct retry_history *history,
				   const struct verdict *verdict, unsigned jitter_permille);

/* Whether a part of several recipients is to be tried in halves instead: what may
 * be one recipient's fault is not believed of several; what helps without that
 * (degrading, setting up anew) comes first. */
bool retry_wants_split(const struct retry_decision *decision, const struct verdict *verdict,
		       size_t recipients);

#endif
