/* SPDX-License-Identifier: ISC */
/* How messages get into the queue: newly accepted ones, and at a start those
 * that the spool still holds, with what their journals say. */
#ifndef APP_INTAKE_H
#define APP_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/envelope.h"
#include "queue/queue.h"
#include "queue/retry.h"

struct clock_trust;
struct reporter;
struct settlement;
struct spool;

struct intake_counts {
	size_t messages, in_flight, failed;
};

/* Where they go; borrowed. */
struct intake_options {
	struct spool *spool;
	struct queue *queue;
	struct settlement *settlement;
	struct reporter *reporter;
	struct clock_trust *trust;
	const struct retry_policy *retry;
};

/* Reads the whole spool into the queue. 0, or a negative errno. Messages whose
 * journal says that all is done are handed to the reporter, those in flight to the
 * settlement. */
int intake_load(const struct intake_options *options, struct intake_counts *counts);

/* A message that is durable; logs the one line of its acceptance. */
void intake_accept(struct queue *queue, const char *id, int64_t size_octets,
		   const struct envelope *envelope);

#endif
