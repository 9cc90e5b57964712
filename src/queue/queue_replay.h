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
#include "queue/queue.h"

struct queue_replay {
	bool held;		/* by the operator */
	bool in_flight;		/* some recipients were in flight: marked uncertain now */
	int64_t wait_ms;	/* remaining delay as last written; 0 none */
	size_t strange;		/* lines that are no record */
};

/* The entry's recipients and attempts are changed; its state is left to the
 * caller. False when out of memory. */
bool queue_replay_journal(struct queue_entry *entry, struct span journal,
			  struct queue_replay *replay);

#endif
