/* SPDX-License-Identifier: ISC */
#include "app/mailroom.h"

#include <string.h>
#include <sysexits.h>

#include "app/door.h"
#include "app/failed_keep.h"
#include "app/intake.h"
#include "app/reporter.h"
#include "app/settlement.h"
#include "io/log.h"
#include "io/spool.h"
#include "io/sync_pool.h"

/* Threads that wait for the disk: enough to share its commits, few enough for a
 * small gateway (performance.md, section 6). */
#define SYNC_THREADS 8

static void on_failed(void *context)
{
	struct mailroom *room = context;

	failed_keep_add(room->failed_keep);
	room->events.changed(room->events.context);
}

static bool open_keepers(struct mailroom *room, struct event_base *base,
			 const struct settings *settings)
{
	struct reporter_options reporter = {
		.base = base,
		.spool = room->spool,
		.queue = room->queue,
		.trust = &room->trust,
		.accepted = room->events.accepted,
		.accepted_context = room->events.context,
		.failed = on_failed,
		.failed_context = room,
	};
	struct failed_keep_options failed_keep = {
		.base = base,
		.spool = room->spool,
		.queue = room->queue,
		.trust = &room->trust,
		.removed = room->events.changed,
		.context = room->events.context,
	};
	struct settlement_options settlement = {
		.base = base,
		.spool = room->spool,
		.queue = room->queue,
		.settled = room->events.settled,
		.context = room->events.context,
	};

	room->reporter = reporter_new(&reporter, settings);
	room->failed_keep = failed_keep_new(&failed_keep);
	settlement.reporter = room->reporter;
	room->settlement = settlement_new(&settlement);
	return room->reporter && room->failed_keep && room->settlement;
}

static int open_spool(struct mailroom *room, const struct conf *conf)
{
	struct spool_options options = {
		.folder = conf->daemon.spool,
		.min_free_octets = conf->queue.min_free_octets,
		.max_message_octets = door_largest_octets(&conf->smtp),
	};
	char why[SPOOL_WHY_SIZE];

	if (spool_open(&options, room->pool, &room->spool, why) == 0)
		return 0;
	log_write(LOG_TROUBLE, NULL, "cannot use the spool: %s", why);
	return EX_IOERR;
}

static int read_spool(struct mailroom *room, const struct settings *settings)
{
	struct intake_options options = {
		.spool = room->spool,
		.queue = room->queue,
		.settlement = room->settlement,
		.reporter = room->reporter,
		.trust = &room->trust,
		.retry = &settings->retry,
	};
	struct intake_counts counts;
	int result = intake_load(&options, &counts);

	failed_keep_set_ms(room->failed_keep, settings->conf.queue.failed_keep_ms);
	if (result == 0)
		return 0;
	log_write(LOG_TROUBLE, NULL, "cannot read the spool %s: %s", settings->conf.daemon.spool,
		  strerror(-result));
	return EX_IOERR;
}

int mailroom_open(struct mailroom *room, struct event_base *base, const struct settings *settings,
		  const struct mailroom_events *events)
{
	int status;

	room->events = *events;
	room->pool = sync_pool_new(base, SYNC_THREADS);
	room->queue = queue_new();
	if (room->pool == NULL || room->queue == NULL)
		return EX_OSERR;
	status = open_spool(room, &settings->conf);
	if (status != 0)
		return status;
	return open_keepers(room, base, settings) ? read_spool(room, settings) : EX_OSERR;
}

void mailroom_end_writing(struct mailroom *room)
{
	sync_pool_free(room->pool);
	room->pool = NULL;
}

void mailroom_close(struct mailroom *room)
{
	settlement_free(room->settlement);
	failed_keep_free(room->failed_keep);
	reporter_free(room->reporter);
	spool_close(room->spool);
	queue_free(room->queue);
}

void mailroom_set_settings(struct mailroom *room, const struct settings *settings)
{
	spool_set_limits(room->spool, settings->conf.queue.min_free_octets,
			 door_largest_octets(&settings->conf.smtp));
	reporter_set_settings(room->reporter, settings);
	failed_keep_set_ms(room->failed_keep, settings->conf.queue.failed_keep_ms);
}
