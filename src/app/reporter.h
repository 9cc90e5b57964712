/* SPDX-License-Identifier: ISC */
/* Tells people of mails that failed or are late, by mails of its own through the same
 * queue (RFC 3464); and lets mails leave the queue when nothing is left to be done for
 * them. A mail that failed stays in queue/ until its report is in the spool, so that no
 * crash loses it; docs/SPOOL.md. Never more than a few an hour, never about a report. */
#ifndef APP_REPORTER_H
#define APP_REPORTER_H

#include <stdint.h>

#include "app/settings.h"
#include "mail/envelope.h"
#include "queue/clock_trust.h"
#include "queue/queue.h"

struct event_base;
struct reporter;
struct spool;

struct reporter_options {
	struct event_base *base;
	struct spool *spool;
	struct queue *queue;
	struct clock_trust *trust;	/* shared; looked at */
	/* A report is in the spool and is to be queued. */
	void (*accepted)(void *context, const char *id, int64_t size_octets,
			 const struct envelope *envelope);
	void *accepted_context;
	/* A mail is FAILED, and nothing is left to be done about it. */
	void (*failed)(void *context);
	void *failed_context;
};

/* Copies the options; the settings are borrowed until others come. NULL when out of
 * memory. */
struct reporter *reporter_new(const struct reporter_options *options,
			      const struct settings *settings);
void reporter_set_settings(struct reporter *reporter, const struct settings *settings);

/* Reports being written must have ended: free the sync_pool first. */
void reporter_free(struct reporter *reporter);

/* Something became of recipients: who is to be told of those that failed will be. A
 * mail of which nobody waits any more leaves the queue, or is FAILED from here on; the
 * entry may be gone. Its journal says so on disk already. */
void reporter_settle(struct reporter *reporter, struct queue_entry *entry);

/* A mail was put off by what a server or its own content said: its sender is told once
 * when it is older than `warn`. Not for trouble of the link, by which the notice would
 * have to go. */
void reporter_put_off(struct reporter *reporter, struct queue_entry *entry);

#endif
