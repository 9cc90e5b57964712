/* SPDX-License-Identifier: ISC */
/* Mails that the module was told to send and whose outcome the daemon before
 * this one did not live to see: their journals end in flight. As long as the
 * module may still tell, such a mail is ACTIVE without an attempt; then it is
 * sent, or to be sent again, or uncertain. A reload or a stop writes nothing:
 * what the journal says stays true. docs/SPOOL.md, "A journal". */
#ifndef APP_SETTLEMENT_H
#define APP_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "at/at_chat.h"
#include "queue/queue.h"
#include "queue/queue_replay.h"
#include "queue/retry.h"

struct event_base;
struct reporter;
struct spool;
struct settlement;

struct settlement_options {
	struct event_base *base;
	struct spool *spool;
	struct queue *queue;
	struct reporter *reporter;
	/* A mail was settled: another state, or gone. From the loop only. */
	void (*settled)(void *context);
	void *context;
};

/* Copies the options. NULL when out of memory. */
struct settlement *settlement_new(const struct settlement_options *options);

/* Notes under way must have ended: free the sync_pool first. */
void settlement_free(struct settlement *settlement);

/* A start has found the entry with recipients in flight: takes care of it from
 * here on. What nobody can tell any more is uncertain at once, and the entry may
 * be gone. */
void settlement_add(struct settlement *settlement, struct queue_entry *entry,
		    const struct queue_replay *replay, const struct retry_policy *retry);

/* New settings: between begin and end each modem in use is claimed for. `retry` is
 * copied. What no modem was claimed for is uncertain at the end. */
void settlement_begin(struct settlement *settlement, const struct retry_policy *retry);

/* Whether the modem of this name is to be listened to, and until when (boot clock). */
bool settlement_claim(struct settlement *settlement, const char *modem, int64_t *until_ms);
void settlement_end(struct settlement *settlement);

/* What the modem that was claimed for told; see modem_life_settle(). */
void settlement_on_told(struct settlement *settlement, const char *modem,
			const struct at_chat_result *result);

#endif
