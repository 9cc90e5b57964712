/* SPDX-License-Identifier: ISC */
/* The command line of gsmtpd-compose for one message: docs/COMPOSE.md. */
#ifndef APP_COMPOSE_REQUEST_H
#define APP_COMPOSE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "queue/queue.h"

#define COMPOSE_REQUEST_ARGUMENTS 32

/* Owns its texts. */
struct compose_request {
	struct buf text;	/* the arguments, each ended by NUL */
	const char *arguments[COMPOSE_REQUEST_ARGUMENTS];	/* NULL-ended */
};

/* Whether this recipient is to be composed for: those that pend, and of them
 * first the uncertain ones by themselves, as their copy is marked. */
bool compose_request_wants(const struct queue_entry *entry, size_t recipient);

/* `attachments_max` octets of attachments are what the modem takes in one mail
 * now. False when out of memory. */
bool compose_request_make(const struct conf *conf, const struct queue_entry *entry, int64_t now_s,
			  size_t attachments_max, struct compose_request *request);
void compose_request_clear(struct compose_request *request);

#endif
