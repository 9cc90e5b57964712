/* SPDX-License-Identifier: ISC */
/* What a journal says, applied to a queue entry after a start: which recipients
 * are served, how many attempts were counted, whether the daemon went down
 * while the module was sending. Pure. */
#ifndef QUEUE_QUEUE_REPLAY_H
#define QUEUE_QUEUE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "queue/journal.h"
#include "queue/queue.h"

/* A modem that was told to send and may still say what came of it. */
struct queue_flight {
	char modem[JOURNAL_MODEM_MAX + 1];	/* ""; nobody will tell */
	int64_t at_s;				/* Unix time of the order */
	int64_t limit_ms;			/* from then on */
	unsigned page, pages;			/* which of how many; 0 of 0: it is all of the mail */
	size_t room_octets;			/* ... and what each was made for */
};

struct queue_replay {
	bool held;		/* by the operator */
	struct queue_flight flight;	/* of the recipients that are in flight */
	int64_t wait_ms;	/* the delay as last written; 0 none */
	int64_t wait_since_s;	/* Unix time of that */
	int64_t age_ms;		/* of the mail as last written ... */
	int64_t age_at_s;	/* ... at this Unix time */
	int64_t latest_s;	/* Unix time of the last record */
	int64_t failed_s;	/* Unix time of the last recipient that failed; 0: none did */
	size_t strange;		/* lines that are no record */
};

/* The entry's recipients and attempts are changed; its state is left to the
 * caller. False when out of memory. */
bool queue_replay_journal(struct queue_entry *entry, struct span journal,
			  struct queue_replay *replay);

/* How much of the delay is left. A clock that was wrong, now or then, tells nothing:
 * then it is no more than a few minutes, so that a gateway that starts anew all the
 * time still tries what waits for longer. */
int64_t queue_replay_rest_ms(const struct queue_replay *replay, int64_t now_s);

/* How old the mail is for certain: what was measured, and what passed since. */
int64_t queue_replay_age_ms(const struct queue_replay *replay, int64_t now_s);

/* How much of the flight's limit is left by the wall clock; 0 when it is over.
 * A clock that went back, as one without a battery does, tells nothing: then the
 * whole limit is. */
int64_t queue_flight_rest_ms(const struct queue_flight *flight, int64_t now_s);

#endif
