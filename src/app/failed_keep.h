/* SPDX-License-Identifier: ISC */
/* Mails that failed leave the spool `failed-keep` after they did; by a wall's clock that
 * is not believed none does. */
#ifndef APP_FAILED_KEEP_H
#define APP_FAILED_KEEP_H

#include <stdint.h>

#include "queue/clock_trust.h"
#include "queue/queue.h"

struct event_base;
struct failed_keep;
struct spool;

struct failed_keep_options {
	struct event_base *base;
	struct spool *spool;
	struct queue *queue;
	struct clock_trust *trust;	/* shared; looked at */
	/* Mails are gone. */
	void (*removed)(void *context);
	void *context;
};

/* Copies the options. NULL when out of memory. */
struct failed_keep *failed_keep_new(const struct failed_keep_options *options);
void failed_keep_free(struct failed_keep *keep);

/* Another time to keep them. */
void failed_keep_set_ms(struct failed_keep *keep, int64_t keep_ms);

/* One more mail is FAILED. */
void failed_keep_add(struct failed_keep *keep);

#endif
