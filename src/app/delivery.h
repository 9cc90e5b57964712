/* SPDX-License-Identifier: ISC */
/* The loop between queue and modems: gives the message that is due to the
 * healthiest modem that is ready, and lets breakers and the accounts' gates say
 * when nothing is given. */
#ifndef APP_DELIVERY_H
#define APP_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/settings.h"
#include "control/control_json.h"
#include "queue/queue.h"

struct clock_trust;
struct event_base;
struct reporter;
struct settlement;
struct spool;
struct delivery;

struct delivery_options {
	struct event_base *base;
	struct spool *spool;
	struct queue *queue;
	struct settlement *settlement;
	struct reporter *reporter;
	struct clock_trust *trust;
	const char *compose_program;
	/* Something that STATUS tells has changed. */
	void (*changed)(void *context);
	void *context;
};

/* Copies the options; has no modems yet. NULL when out of memory. */
struct delivery *delivery_new(const struct delivery_options *options);

/* At once, whatever runs. */
void delivery_free(struct delivery *delivery);

/* Takes these settings (borrowed until the next call) and starts their modems.
 * Only while idle; the modems there were are closed. False when out of memory. */
bool delivery_configure(struct delivery *delivery, const struct settings *settings);

/* Something may be due: a new message, a retry. */
void delivery_kick(struct delivery *delivery);

/* Begins no attempt any more and ends those that run as soon as that is safe;
 * `idle` is called once when there is none left, perhaps from within. */
void delivery_quiesce(struct delivery *delivery, void (*idle)(void *context), void *context);

/* False when there is no modem of that name in use. */
bool delivery_reset_modem(struct delivery *delivery, const char *name);

/* Views for the control API, borrowed until the next event. */
size_t delivery_modem_count(const struct delivery *delivery);
struct control_modem_view delivery_modem_view(const struct delivery *delivery, size_t i);
size_t delivery_account_count(const struct delivery *delivery);
struct control_account_view delivery_account_view(const struct delivery *delivery, size_t i);

/* Boot clock: no modem is given a mail before, as its link or its account rests; 0: one may
 * be at any time, or nobody knows. */
int64_t delivery_opens_ms(const struct delivery *delivery);

/* Boot clock; 0: none since the start. */
int64_t delivery_last_sent_ms(const struct delivery *delivery);

#endif
