/* SPDX-License-Identifier: ISC */
#include "app/failed_keep.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"

/* The clock may be put right at any time, so no wait for it is longer. */
#define LOOK_MAX_MS (INT64_C(3600) * 1000)

/* The loop is not held up by more removals than this; then it gets a breath. */
#define AT_ONCE_MAX 200
#define BREATH_MS 100

struct failed_keep {
	struct failed_keep_options options;
	struct event *timer;
	int64_t keep_ms;
	int64_t due_ms;		/* of the timer, by the boot clock */
};

static void look(struct failed_keep *keep);

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	look(context);
}

struct failed_keep *failed_keep_new(const struct failed_keep_options *options)
{
	struct failed_keep *keep = calloc(1, sizeof *keep);

	if (keep == NULL)
		return NULL;
	keep->options = *options;
	keep->timer = event_new(options->base, -1, 0, on_timer, keep);
	if (keep->timer == NULL) {
		free(keep);
		return NULL;
	}
	return keep;
}

void failed_keep_free(struct failed_keep *keep)
{
	if (keep == NULL)
		return;
	event_free(keep->timer);
	free(keep);
}

/* False when it stays. */
static bool forget(struct failed_keep *keep, struct queue_entry *entry)
{
	struct log_fields fields = { .queue_id = entry->id };
	int result = spool_remove(keep->options.spool, entry->id);
	char kept[TIME_TEXT_SIZE];

	if (result < 0) {
		/* Not each hour again. */
		entry->next_ms = clock_wall_ms();
		log_write(LOG_TROUBLE, &fields, "%s: failed long ago and cannot be removed: %s",
			  entry->id, strerror(-result));
		return false;
	}
	log_write(LOG_FORGOTTEN, &fields, "%s: removed, it failed more than %s ago (failed-keep)",
		  entry->id, time_text_duration(keep->keep_ms, kept));
	queue_remove(keep->options.queue, entry);
	return true;
}

/* Since when it is kept. What it was marked with, by a clock that was wrong then, tells
 * nothing: the time counts from now on. */
static int64_t kept_since_ms(struct queue_entry *entry, int64_t wall_ms)
{
	if (!clock_trust_is_plausible(entry->next_ms / 1000) || entry->next_ms > wall_ms)
		entry->next_ms = wall_ms;
	return entry->next_ms;
}

/* How long the entry still stays; with failed-keep = 0 no clock has to be right. */
static int64_t rest_ms(const struct failed_keep *keep, struct queue_entry *entry, bool trusted,
		       int64_t wall_ms)
{
	if (keep->keep_ms == 0)
		return 0;
	if (!trusted)
		return LOOK_MAX_MS;
	return kept_since_ms(entry, wall_ms) + keep->keep_ms - wall_ms;
}

/* Removes what is over, and returns how long the next one stays. */
static int64_t sweep(struct failed_keep *keep, bool trusted, int64_t wall_ms)
{
	struct queue *queue = keep->options.queue;
	struct queue_entry *entry, *next = queue_walk(queue, NULL);
	int64_t wait_ms = LOOK_MAX_MS;
	size_t removed = 0;

	while ((entry = next) && removed < AT_ONCE_MAX) {
		int64_t entry_ms;

		next = queue_walk(queue, entry);
		if (entry->state != QUEUE_FAILED || entry->reporting)
			continue;
		entry_ms = rest_ms(keep, entry, trusted, wall_ms);
		if (entry_ms <= 0)
			removed += forget(keep, entry);
		else if (entry_ms < wait_ms)
			wait_ms = entry_ms;
	}
	return removed < AT_ONCE_MAX ? wait_ms : BREATH_MS;
}

static void arm(struct failed_keep *keep, int64_t wait_ms)
{
	keep->due_ms = clock_boot_ms() + wait_ms;
	event_add(keep->timer, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

static void look(struct failed_keep *keep)
{
	int64_t wall_ms = clock_wall_ms();
	bool trusted = clock_trust_look(keep->options.trust, wall_ms, clock_boot_ms());
	size_t before = queue_count(keep->options.queue, QUEUE_FAILED);

	arm(keep, before > 0 ? sweep(keep, trusted, wall_ms) : LOOK_MAX_MS);
	if (queue_count(keep->options.queue, QUEUE_FAILED) < before)
		keep->options.removed(keep->options.context);
}

void failed_keep_set_ms(struct failed_keep *keep, int64_t keep_ms)
{
	keep->keep_ms = keep_ms;
	arm(keep, 0);
}

void failed_keep_add(struct failed_keep *keep)
{
	if (clock_boot_ms() + keep->keep_ms < keep->due_ms)
		arm(keep, keep->keep_ms);
}
