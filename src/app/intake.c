/* SPDX-License-Identifier: ISC */
#include "app/intake.h"

#include <errno.h>
#include <stdio.h>

#include "app/outcome.h"
#include "app/settlement.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"
#include "queue/queue_replay.h"

struct load {
	struct spool *spool;
	struct queue *queue;
	struct settlement *settlement;
	const struct retry_policy *retry;
	struct intake_counts *counts;
	int64_t now_ms, now_s;
	bool out_of_memory;
};

/* A journal comes from the disk: no wait in it is longer than any schedule's. */
#define WAIT_MAX_MS (INT64_C(30) * 24 * 3600 * 1000)

static void place(struct load *load, struct queue_entry *entry, const struct queue_replay *replay)
{
	int64_t wait_ms = replay->wait_ms < WAIT_MAX_MS ? replay->wait_ms : WAIT_MAX_MS;

	if (queue_pending(entry) == 0) {
		outcome_settle_message(load->spool, load->queue, entry);
	} else if (queue_has_in_flight(entry)) {
		load->counts->in_flight++;
		settlement_add(load->settlement, entry, replay, load->retry);
	} else if (replay->held) {
		queue_set_state(load->queue, entry, QUEUE_HELD, 0);
	} else if (queue_has_uncertain(entry)) {
		queue_set_state(load->queue, entry, QUEUE_UNCERTAIN, load->now_ms + wait_ms);
	} else if (wait_ms > 0) {
		queue_set_state(load->queue, entry, QUEUE_DEFERRED, load->now_ms + wait_ms);
	}
}

static void on_found(void *context, const struct spool_found *message)
{
	struct load *load = context;
	struct log_fields fields = { .queue_id = message->id };
	struct queue_replay replay;
	struct queue_entry *entry;
	int64_t age_s = load->now_s - message->envelope->arrived_s;

	entry = queue_add(load->queue, message->id, message->size_octets, message->envelope,
			  load->now_ms - (age_s > 0 ? age_s * 1000 : 0));
	if (entry == NULL || !queue_replay_journal(entry, message->journal, &replay)) {
		load->out_of_memory = true;
		return;
	}
	load->counts->messages++;
	if (replay.strange > 0)
		log_write(LOG_WARNING, &fields, "%s: %zu lines of its journal make no sense and are passed over",
			  message->id, replay.strange);
	if (message->failed) {
		load->counts->failed++;
		queue_set_state(load->queue, entry, QUEUE_FAILED, 0);
		return;
	}
	place(load, entry, &replay);
}

int intake_load(struct spool *spool, struct queue *queue, struct settlement *settlement,
		const struct retry_policy *retry, struct intake_counts *counts)
{
	struct load load = {
		.spool = spool,
		.queue = queue,
		.settlement = settlement,
		.retry = retry,
		.counts = counts,
		.now_ms = clock_boot_ms(),
		.now_s = clock_wall_s(),
	};
	int result;

	*counts = (struct intake_counts){ 0 };
	result = spool_load(spool, on_found, &load);
	return result == 0 && load.out_of_memory ? -ENOMEM : result;
}

void intake_accept(struct queue *queue, const char *id, int64_t size_octets,
		   const struct envelope *envelope)
{
	struct log_fields fields = { .queue_id = id, .recipient = envelope->recipients[0].address };
	char more[32] = "";

	if (envelope->recipient_count > 1)
		snprintf(more, sizeof more, " and %zu more", envelope->recipient_count - 1);
	log_write(LOG_ACCEPTED, &fields, "%s: accepted from <%s> (%s) for <%s>%s, %lld octets", id,
		  envelope->sender, envelope->client ? envelope->client : "unknown client",
		  envelope->recipients[0].address, more, (long long)size_octets);
	if (queue_add(queue, id, size_octets, envelope, clock_boot_ms()) == NULL)
		log_write(LOG_TROUBLE, &fields,
			  "%s: is in the spool but not in the queue (out of memory): it is sent after a restart",
			  id);
}
