/* SPDX-License-Identifier: ISC */
#include "app/delivery_inside.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "io/clock.h"
#include "io/log.h"

/* After a failure that is ours (no memory, no process), how long to wait before
 * an attempt is begun again. */
#define START_PAUSE_MS 10000

static struct pool_member look_at(const struct delivery_modem *modem, int64_t now_ms)
{
	const struct breaker *link = &modem->breaker, *gate = &modem->account->gate;
	const struct modem_facts *facts;

	if (modem->driver == NULL || modem->attempt || !modem_driver_is_ready(modem->driver) ||
	    !breaker_would_allow(link, now_ms) || !breaker_would_allow(gate, now_ms))
		return (struct pool_member){ .usable = false };
	facts = modem_driver_facts(modem->driver);
	return (struct pool_member){
		.usable = true,
		.probes = link->state != BREAKER_CLOSED || gate->state != BREAKER_CLOSED,
		.failures = link->failures,
		.has_signal = facts->has_signal,
		.signal_dbm = facts->signal_dbm,
	};
}

/* NULL when no modem may be given a mail now. */
static struct delivery_modem *choose_modem(struct delivery *delivery, int64_t now_ms)
{
	size_t chosen;

	for (size_t i = 0; i < delivery->modem_count; i++)
		delivery->members[i] = look_at(&delivery->modems[i], now_ms);
	chosen = pool_choose(delivery->members, delivery->modem_count);
	return chosen < delivery->modem_count ? &delivery->modems[chosen] : NULL;
}

/* The others are not to wait for a message that cannot be read. */
static void put_off(struct delivery *delivery, struct queue_entry *entry, int error,
		    int64_t now_ms)
{
	log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
		  "%s: an attempt cannot be begun: %s", entry->id, strerror(error));
	queue_set_state(delivery->options.queue, entry,
			entry->state == QUEUE_UNCERTAIN ? QUEUE_UNCERTAIN : QUEUE_DEFERRED,
			now_ms + START_PAUSE_MS);
	if (error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN)
		delivery->pause_until_ms = now_ms + START_PAUSE_MS;
}

static void begin_attempt(struct delivery_modem *modem, struct queue_entry *entry, int64_t now_ms)
{
	struct attempt_context context = delivery_attempt_context(modem);

	/* The pool looked whether they allow it: now it is so. */
	modem->probes_account = modem->account->gate.state == BREAKER_OPEN;
	breaker_allows(&modem->breaker, now_ms);
	breaker_allows(&modem->account->gate, now_ms);
	modem->attempt = attempt_start(&context, entry, modem->driver, modem->settings);
	if (modem->attempt)
		return;
	put_off(modem->delivery, entry, errno, now_ms);
	delivery_return_probes(modem);
}

/* Gives the message that is due to the modem that is fittest for it. False when
 * there is none, or nobody for it. */
static bool give_next(struct delivery *delivery, int64_t now_ms)
{
	struct queue_entry *entry = queue_next_due(delivery->options.queue, now_ms);
	struct delivery_modem *modem = entry ? choose_modem(delivery, now_ms) : NULL;

	if (modem == NULL)
		return false;
	begin_attempt(modem, entry, now_ms);
	return true;
}

/* The earlier of two times, of which `at_ms` counts only when it is still to
 * come: what is over is waited for by events of the modems, not by the timer. */
static int64_t earlier(int64_t next_ms, int64_t at_ms, int64_t now_ms)
{
	return at_ms > now_ms && at_ms < next_ms ? at_ms : next_ms;
}

/* Wakes up when a wait in queue, breaker or gate is over. */
static void arm_timer(struct delivery *delivery, int64_t now_ms)
{
	int64_t queue_ms = queue_next_ms(delivery->options.queue, now_ms);
	int64_t next_ms = earlier(INT64_MAX, queue_ms, now_ms);
	int64_t wait_ms;

	for (size_t i = 0; i < delivery->account_count; i++)
		next_ms = earlier(next_ms, breaker_next_ms(&delivery->accounts[i].gate), now_ms);
	for (size_t i = 0; i < delivery->modem_count; i++)
		next_ms = earlier(next_ms, breaker_next_ms(&delivery->modems[i].breaker), now_ms);
	next_ms = earlier(next_ms, delivery->pause_until_ms, now_ms);
	if (next_ms == INT64_MAX) {
		event_del(delivery->timer);
		return;
	}
	wait_ms = next_ms - now_ms;
	event_add(delivery->timer, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

void delivery_kick(struct delivery *delivery)
{
	int64_t now_ms = clock_boot_ms();

	/* An attempt that ends within its own start must not start a second round. */
	if (delivery->kicking || delivery->quiescing || delivery->settings == NULL)
		return;
	delivery->kicking = true;
	while (delivery->pause_until_ms <= now_ms && give_next(delivery, now_ms))
		;
	arm_timer(delivery, now_ms);
	delivery->kicking = false;
}
