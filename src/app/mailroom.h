/* SPDX-License-Identifier: ISC */
/* The mails that the daemon has: the spool, the queue that was read from it, and those
 * who look after mails that are not to be sent just now. */
#ifndef APP_MAILROOM_H
#define APP_MAILROOM_H

#include <stdint.h>

#include "app/settings.h"
#include "mail/envelope.h"
#include "queue/clock_trust.h"
#include "queue/queue.h"

struct event_base;
struct failed_keep;
struct reporter;
struct settlement;
struct spool;
struct sync_pool;

struct mailroom_events {
	/* A report of its own is to be queued. */
	void (*accepted)(void *context, const char *id, int64_t size_octets,
			 const struct envelope *envelope);
	/* A mail in flight from before has its outcome. */
	void (*settled)(void *context);
	/* Something that STATUS tells has changed. */
	void (*changed)(void *context);
	void *context;
};

/* All zero is closed. */
struct mailroom {
	struct sync_pool *pool;
	struct spool *spool;
	struct queue *queue;
	struct clock_trust trust;
	struct reporter *reporter;
	struct failed_keep *failed_keep;
	struct settlement *settlement;
	struct mailroom_events events;
};

/* Opens the spool and reads it; the settings are borrowed until others come. 0, or a
 * status of sysexits.h and the log says why. Close it in any case: first its writing is
 * ended, and then nobody may use it any more. */
int mailroom_open(struct mailroom *room, struct event_base *base, const struct settings *settings,
		  const struct mailroom_events *events);
void mailroom_end_writing(struct mailroom *room);
void mailroom_close(struct mailroom *room);

/* After a reload. */
void mailroom_set_settings(struct mailroom *room, const struct settings *settings);

#endif
