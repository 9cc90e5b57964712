/* SPDX-License-Identifier: ISC */
/* What the files of delivery share: delivery.c has the modems, delivery_feed.c
 * gives them mails, delivery_view.c tells about them. Nobody else includes
 * this. */
#ifndef APP_DELIVERY_INSIDE_H
#define APP_DELIVERY_INSIDE_H

#include "app/attempt.h"
#include "app/delivery.h"
#include "app/health.h"
#include "queue/pool.h"

struct event;

struct delivery_modem {
	struct delivery *delivery;
	const struct settings_modem *settings;
	struct health_account *account;	/* that it logs in to; others may share it */
	struct modem_driver *driver;	/* NULL when the modem has a problem */
	struct breaker breaker;
	struct attempt *attempt;
	bool probes_account;	/* the attempt is the one that tries the held account */
	bool was_ready;
	bool own_outage;	/* it left readiness by an attempt, not by itself */
};

struct delivery {
	struct delivery_options options;
	const struct settings *settings;
	struct delivery_modem *modems;
	struct pool_member *members;	/* room for as many: delivery_feed.c's */
	size_t modem_count;
	struct health_account *accounts;	/* as the configuration has them */
	size_t account_count;
	struct event *timer;
	int64_t pause_until_ms;
	int64_t last_sent_ms;
	bool quiescing;
	bool kicking;
	void (*idle)(void *context);
	void *idle_context;
};

/* What an attempt by this modem did not answer is open to the next one. */
void delivery_return_probes(struct delivery_modem *modem);

/* Of delivery.c: what all attempts by this modem are told. */
struct attempt_context delivery_attempt_context(const struct delivery_modem *modem);

#endif
