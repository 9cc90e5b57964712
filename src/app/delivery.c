/* SPDX-License-Identifier: ISC */
#include "app/delivery.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/attempt.h"
#include "app/health.h"
#include "io/clock.h"
#include "io/log.h"

/* After a failure that is ours (no memory, no process), how long to wait before
 * an attempt is begun again. */
#define START_PAUSE_MS 10000

struct delivery_modem {
	struct delivery *delivery;
	const struct settings_modem *settings;
	struct modem_driver *driver;	/* NULL when the modem has a problem */
	struct breaker breaker;
	struct attempt *attempt;
	bool was_ready;
	bool own_outage;	/* it left readiness by an attempt, not by itself */
};

struct delivery {
	struct delivery_options options;
	const struct settings *settings;
	struct delivery_modem *modems;
	size_t modem_count;
	struct health_account account;
	struct refusals refusals;
	struct event *timer;
	int64_t pause_until_ms;
	int64_t last_sent_ms;
	bool quiescing;
	bool kicking;
	void (*idle)(void *context);
	void *idle_context;
};

static void kick(struct delivery *delivery);

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	kick(context);
}

struct delivery *delivery_new(const struct delivery_options *options)
{
	struct delivery *delivery = calloc(1, sizeof *delivery);

	if (delivery == NULL)
		return NULL;
	delivery->options = *options;
	delivery->timer = event_new(options->base, -1, 0, on_timer, delivery);
	if (delivery->timer == NULL) {
		free(delivery);
		return NULL;
	}
	return delivery;
}

static void close_modems(struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->modem_count; i++) {
		struct delivery_modem *modem = &delivery->modems[i];

		if (modem->attempt)
			attempt_abandon(modem->attempt);
		if (modem->driver)
			modem_driver_free(modem->driver);
	}
	free(delivery->modems);
	delivery->modems = NULL;
	delivery->modem_count = 0;
}

void delivery_free(struct delivery *delivery)
{
	if (delivery == NULL)
		return;
	close_modems(delivery);
	event_free(delivery->timer);
	free(delivery);
}

static bool is_idle(const struct delivery *delivery)
{
	for (size_t i = 0; i < delivery->modem_count; i++)
		if (delivery->modems[i].attempt)
			return false;
	return true;
}

static void tell_if_idle(struct delivery *delivery)
{
	void (*idle)(void *context) = delivery->idle;

	if (!delivery->quiescing || idle == NULL || !is_idle(delivery))
		return;
	delivery->idle = NULL;
	idle(delivery->idle_context);
}

static void tell_changed(struct delivery *delivery)
{
	delivery->options.changed(delivery->options.context);
}

static struct delivery_modem *find_by_driver(struct delivery *delivery,
					     const struct modem_driver *driver)
{
	for (size_t i = 0; i < delivery->modem_count; i++)
		if (delivery->modems[i].driver == driver)
			return &delivery->modems[i];
	return NULL;
}

static void on_driver_changed(void *context, struct modem_driver *driver)
{
	struct delivery_modem *modem = context;
	bool ready = modem_driver_is_ready(driver);

	/* A link that comes back is worth trying at once, whatever its breaker
	 * had in mind: the queue drains when the network does. */
	if (ready && !modem->was_ready && modem->attempt == NULL && !modem->own_outage &&
	    modem->breaker.state == BREAKER_OPEN)
		modem->breaker.retry_at_ms = clock_boot_ms();
	if (ready && modem->attempt == NULL)
		modem->own_outage = false;
	if (modem->attempt == NULL)
		modem->was_ready = ready;
	tell_changed(modem->delivery);
	if (ready)
		kick(modem->delivery);
}

static void on_driver_held(void *context, struct modem_driver *driver)
{
	struct delivery_modem *modem = context;

	if (modem->attempt)
		attempt_on_held(modem->attempt);
	else
		modem_driver_cancel(driver);
}

static void on_driver_sent(void *context, struct modem_driver *driver,
			   const struct at_chat_result *result)
{
	struct delivery_modem *modem = context;

	(void)driver;
	if (modem->attempt)
		attempt_on_sent(modem->attempt, result);
}

static void on_judged(void *context, struct modem_driver *driver, const struct verdict *verdict)
{
	struct delivery *delivery = context;
	struct delivery_modem *modem = find_by_driver(delivery, driver);

	if (modem == NULL)
		return;
	if (verdict->class == VERDICT_DELIVERED)
		delivery->last_sent_ms = clock_boot_ms();
	health_judge(&modem->breaker, &delivery->account, &(struct health_names){
		modem->settings->conf->title, modem->settings->conf->account }, verdict);
	tell_changed(delivery);
}

/* What an attempt did not answer is open to the next one. */
static void return_probes(struct delivery *delivery, struct delivery_modem *modem)
{
	breaker_return_probe(&modem->breaker, clock_boot_ms());
	breaker_return_probe(&delivery->account.gate, clock_boot_ms());
}

static void on_attempt_ended(void *context, struct modem_driver *driver)
{
	struct delivery *delivery = context;
	struct delivery_modem *modem = find_by_driver(delivery, driver);

	if (modem) {
		modem->attempt = NULL;
		modem->was_ready = modem_driver_is_ready(driver);
		modem->own_outage = !modem->was_ready;
		return_probes(delivery, modem);
	}
	tell_changed(delivery);
	tell_if_idle(delivery);
	kick(delivery);
}

static struct attempt_context make_context(struct delivery *delivery)
{
	return (struct attempt_context){
		.base = delivery->options.base,
		.spool = delivery->options.spool,
		.queue = delivery->options.queue,
		.settings = delivery->settings,
		.refusals = &delivery->refusals,
		.compose_program = delivery->options.compose_program,
		.judged = on_judged,
		.ended = on_attempt_ended,
		.context = delivery,
	};
}

/* Gives the modem the next message that is due. */
static void feed_modem(struct delivery *delivery, struct delivery_modem *modem, int64_t now_ms)
{
	struct attempt_context context = make_context(delivery);
	struct queue_entry *entry;

	if (modem->driver == NULL || modem->attempt || !modem_driver_is_ready(modem->driver))
		return;
	while ((entry = queue_next_due(delivery->options.queue, now_ms)) &&
	       breaker_allows(&modem->breaker, now_ms)) {
		int error;

		if (!breaker_allows(&delivery->account.gate, now_ms)) {
			breaker_return_probe(&modem->breaker, now_ms);
			return;
		}
		modem->attempt = attempt_start(&context, entry, modem->driver, modem->settings);
		if (modem->attempt)
			return;
		error = errno;
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: an attempt cannot be begun: %s", entry->id, strerror(error));
		return_probes(delivery, modem);
		/* The others are not to wait for a message that cannot be read. */
		queue_set_state(delivery->options.queue, entry,
				entry->state == QUEUE_UNCERTAIN ? QUEUE_UNCERTAIN : QUEUE_DEFERRED,
				now_ms + START_PAUSE_MS);
		if (error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN) {
			delivery->pause_until_ms = now_ms + START_PAUSE_MS;
			return;
		}
	}
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Wakes up when a wait in queue, breaker or gate is over. Waits that are over
 * already are waited for by events of the modems, not by the timer. */
static void arm_timer(struct delivery *delivery, int64_t now_ms)
{
	int64_t next_ms = queue_next_ms(delivery->options.queue, now_ms);
	int64_t wait_ms;

	next_ms = earlier(next_ms <= now_ms ? INT64_MAX : next_ms,
			  breaker_next_ms(&delivery->account.gate) > now_ms ?
			  breaker_next_ms(&delivery->account.gate) : INT64_MAX);
	for (size_t i = 0; i < delivery->modem_count; i++) {
		int64_t at_ms = breaker_next_ms(&delivery->modems[i].breaker);

		next_ms = earlier(next_ms, at_ms > now_ms ? at_ms : INT64_MAX);
	}
	if (delivery->pause_until_ms > now_ms)
		next_ms = earlier(next_ms, delivery->pause_until_ms);
	if (next_ms == INT64_MAX) {
		event_del(delivery->timer);
		return;
	}
	wait_ms = next_ms - now_ms;
	event_add(delivery->timer, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

/* An attempt that ends within its own start must not start a second round. */
static void kick(struct delivery *delivery)
{
	int64_t now_ms = clock_boot_ms();

	if (delivery->kicking || delivery->quiescing || delivery->settings == NULL)
		return;
	delivery->kicking = true;
	for (size_t i = 0; i < delivery->modem_count && delivery->pause_until_ms <= now_ms; i++)
		feed_modem(delivery, &delivery->modems[i], now_ms);
	arm_timer(delivery, now_ms);
	delivery->kicking = false;
}

void delivery_kick(struct delivery *delivery)
{
	kick(delivery);
}

static bool open_modem(struct delivery *delivery, struct delivery_modem *modem,
		       const struct settings_modem *settings)
{
	const struct conf_durations *waits = &delivery->settings->conf.queue.link_retry;
	struct modem_driver_events events = {
		.changed = on_driver_changed,
		.held = on_driver_held,
		.sent = on_driver_sent,
		.context = modem,
	};

	modem->delivery = delivery;
	modem->settings = settings;
	breaker_init(&modem->breaker, waits->ms, waits->count);
	if (settings->problem[0])
		return true;
	modem->driver = modem_driver_new(delivery->options.base, &settings->driver, &events);
	return modem->driver != NULL;
}

bool delivery_configure(struct delivery *delivery, const struct settings *settings)
{
	close_modems(delivery);
	delivery->settings = settings;
	delivery->quiescing = false;
	breaker_init(&delivery->account.gate, &settings->conf.queue.account_retry_ms, 1);
	delivery->account.text[0] = '\0';
	delivery->refusals = (struct refusals){ 0 };
	delivery->modems = calloc(settings->modem_count + 1, sizeof *delivery->modems);
	if (delivery->modems == NULL)
		return false;
	for (size_t i = 0; i < settings->modem_count; i++) {
		if (!open_modem(delivery, &delivery->modems[i], &settings->modems[i]))
			return false;
		delivery->modem_count++;
	}
	kick(delivery);
	return true;
}

void delivery_quiesce(struct delivery *delivery, void (*idle)(void *context), void *context)
{
	delivery->quiescing = true;
	delivery->idle = idle;
	delivery->idle_context = context;
	for (size_t i = 0; i < delivery->modem_count; i++)
		if (delivery->modems[i].attempt)
			attempt_stop(delivery->modems[i].attempt);
	tell_if_idle(delivery);
}

bool delivery_reset_modem(struct delivery *delivery, const char *name)
{
	for (size_t i = 0; i < delivery->modem_count; i++) {
		struct delivery_modem *modem = &delivery->modems[i];

		if (modem->driver && strcmp(modem->settings->conf->title, name) == 0) {
			modem_driver_reset(modem->driver);
			return true;
		}
	}
	return false;
}

size_t delivery_modem_count(const struct delivery *delivery)
{
	return delivery->modem_count;
}

struct control_modem_view delivery_modem_view(const struct delivery *delivery, size_t i)
{
	static const struct modem_facts unknown;
	const struct delivery_modem *modem = &delivery->modems[i];
	const struct settings_modem *settings = modem->settings;

	if (modem->driver == NULL)
		return (struct control_modem_view){
			settings->conf->title, settings->conf->device, MODEM_RESTING,
			settings->problem, &unknown, modem->breaker.state,
		};
	return (struct control_modem_view){
		settings->conf->title, settings->conf->device, modem_driver_state(modem->driver),
		modem_driver_why(modem->driver), modem_driver_facts(modem->driver),
		modem->breaker.state,
	};
}

bool delivery_has_account(const struct delivery *delivery)
{
	return delivery->settings && delivery->settings->conf.account_count > 0;
}

bool delivery_account_held(const struct delivery *delivery)
{
	return delivery->account.gate.state != BREAKER_CLOSED;
}

const char *delivery_account_text(const struct delivery *delivery)
{
	return delivery->account.text;
}

int64_t delivery_last_sent_ms(const struct delivery *delivery)
{
	return delivery->last_sent_ms;
}
