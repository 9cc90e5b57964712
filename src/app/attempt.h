/* SPDX-License-Identifier: ISC */
/* One attempt at one message on one modem: compose it, send each transaction,
 * judge what came of it, write that down, and leave the queue entry in the
 * state that follows. The steps and their order are docs/ARCHITECTURE.md's "way
 * of a message", 4 and 5. */
#ifndef APP_ATTEMPT_H
#define APP_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "app/settings.h"
#include "at/at_chat.h"
#include "io/modem_driver.h"
#include "queue/clock_trust.h"
#include "queue/queue.h"
#include "queue/refusals.h"
#include "queue/verdict.h"
#include "queue/verdict_memory.h"

struct event_base;
struct reporter;
struct spool;
struct attempt;

/* What all attempts share; borrowed. */
struct attempt_context {
	struct event_base *base;
	struct spool *spool;
	struct queue *queue;
	const struct settings *settings;
	struct reporter *reporter;
	struct clock_trust *trust;
	struct refusals *refusals;	/* of the modem's account, as is ... */
	struct verdict_memory *memory;	/* ... this */
	bool has_other_account;		/* that could take what this one refuses to all */
	const char *compose_program;
	/* A verdict about this modem's link or account, after each transaction. */
	void (*judged)(void *context, struct modem_driver *driver, const struct verdict *verdict);
	/* The attempt is over and freed; the entry may be gone. */
	void (*ended)(void *context, struct modem_driver *driver);
	void *context;
};

/* Begins; the entry becomes ACTIVE. NULL with errno set when it cannot be
 * begun (the entry keeps its state). `ended` is never called from within. */
struct attempt *attempt_start(const struct attempt_context *context, struct queue_entry *entry,
			      struct modem_driver *driver, const struct settings_modem *modem);

/* From the driver's events. */
void attempt_on_held(struct attempt *attempt);
void attempt_on_sent(struct attempt *attempt, const struct at_chat_result *result);

/* Ends as soon as that is safe; `ended` follows. */
void attempt_stop(struct attempt *attempt);

/* Ends at once, without `ended`: only when the daemon gives up waiting. */
void attempt_abandon(struct attempt *attempt);

#endif
