/* SPDX-License-Identifier: ISC */
/* The transactions of one message for its pending recipients: by running
 * gsmtpd-compose, or, when that fails, as a plain excerpt with a note. An alert
 * is never lost to its own form. */
#ifndef APP_COMPOSITION_H
#define APP_COMPOSITION_H

#include "conf/conf.h"
#include "mail/transaction.h"
#include "queue/queue.h"

struct event_base;
struct spool;
struct composition;

struct composition_options {
	struct event_base *base;
	struct spool *spool;
	const struct conf *conf;
	const char *compose_program;
	size_t attachments_octets_max;	/* what the modem takes in one mail now */
};

enum composition_result {
	COMPOSITION_MADE,	/* the list (the composition's own) serves every wanted recipient */
	COMPOSITION_REJECTED,	/* too large, and `oversize = reject` */
	COMPOSITION_FAILED,	/* not even an excerpt could be made; it was logged */
};

typedef void (*composition_done)(void *context, enum composition_result result,
				 const struct transaction_list *list);

/* Starts; `done` is called once, never from within. NULL with errno set when it
 * cannot be started. The entry must stay until then. */
struct composition *composition_start(const struct composition_options *options,
				      const struct queue_entry *entry, composition_done done,
				      void *context);

/* Ends it whether done or not; the list goes with it. */
void composition_free(struct composition *composition);

#endif
