/* SPDX-License-Identifier: ISC */
#include "app/intake.h"

#include <errno.h>
#include <stdio.h>

#include "app/reporter.h"
#include "app/settlement.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"
#include "queue/queue_replay.h"

struct load {
	struct intake_options to;
	struct intake_counts *counts;
	int64_t now_ms, now_s;
	bool out_of_memory;
};

static void place_waiting(struct load *load, struct queue_entry *entry,
			  const struct queue_replay *replay)
{
	int64_t wait_ms = queue_replay_rest_ms(replay, load->now_s);

	if (replay->held)
		queue_set_state(load->to.queue, entry, QUEUE_HELD, 0);
	else if (queue_has_uncertain(entry))
		queue_set_state(load->to.queue, entry, QUEUE_UNCERTAIN, load->now_ms + wait_ms);
	else if (wait_ms > 0)
		queue_set_state(load->to.queue, entry, QUEUE_DEFERRED, load->now_ms + wait_ms);
}

/* In each case somebody may still have to be told of those that failed. */
static void place(struct load *load, struct queue_entry *entry, const struct queue_replay *replay)
{
	if (queue_has_in_flight(entry)) {
		load->counts->in_flight++;
		settlement_add(load->to.settlement, entry, replay, load->to.retry);
		return;
	}
	if (queue_pending(entry) > 0)
		place_waiting(load, entry, replay);
	reporter_settle(load->to.reporter, entry);
}

/* A mark on the disk may be anything. */
static int64_t failed_ms(const struct queue_replay *replay)
{
	return clock_trust_is_plausible(replay->failed_s) ? replay->failed_s * 1000 : 0;
}

static void on_found(void *context, const struct spool_found *message)
{
	struct load *load = context;
	struct log_fields fields = { .queue_id = message->id };
	struct queue_replay replay;
	struct queue_entry *entry;

	entry = queue_add(load->to.queue, message->id, message->size_octets, message->envelope,
			  load->now_ms);
	if (entry == NULL || !queue_replay_journal(entry, message->journal, &replay)) {
		load->out_of_memory = true;
		return;
	}
	load->counts->messages++;
	entry->arrived_ms = load->now_ms - queue_replay_age_ms(&replay, load->now_s);
	clock_trust_learn(load->to.trust, message->envelope->arrived_s);
	clock_trust_learn(load->to.trust, replay.latest_s);
	if (replay.strange > 0)
		log_write(LOG_WARNING, &fields, "%s: %zu lines of its journal make no sense and are passed over",
			  message->id, replay.strange);
	if (message->failed) {
		load->counts->failed++;
		queue_set_state(load->to.queue, entry, QUEUE_FAILED, failed_ms(&replay));
		return;
	}
	place(load, entry, &replay);
}

int intake_load(const struct intake_options *options, struct intake_counts *counts)
{
	struct load load = {
		.to = *options,
		.counts = counts,
		.now_ms = clock_boot_ms(),
		.now_s = clock_wall_s(),
	};
	int result;

	*counts = (struct intake_counts){ 0 };
	result = spool_load(options->spool, on_found, &load);
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
