/* SPDX-License-Identifier: ISC */
#include "app/delivery_inside.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "app/settlement.h"
#include "io/clock.h"

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	delivery_kick(context);
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
	free(delivery->members);
	free(delivery->accounts);
	delivery->modems = NULL;
	delivery->members = NULL;
	delivery->accounts = NULL;
	delivery->modem_count = 0;
	delivery->account_count = 0;
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
		delivery_kick(modem->delivery);
}

static void on_driver_settled(void *context, struct modem_driver *driver,
			      const struct at_chat_result *result)
{
	struct delivery_modem *modem = context;

	(void)driver;
	if (result->outcome == AT_CHAT_OK)
		modem->delivery->last_sent_ms = clock_boot_ms();
	settlement_on_told(modem->delivery->options.settlement, modem->settings->conf->title,
			   result);
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
	health_judge(&modem->breaker, modem->account, modem->settings->conf->title, verdict);
	tell_changed(delivery);
}

void delivery_return_probes(struct delivery_modem *modem)
{
	breaker_return_probe(&modem->breaker, clock_boot_ms());
	/* Another modem of the account may be at its probe. */
	if (modem->probes_account)
		breaker_return_probe(&modem->account->gate, clock_boot_ms());
	modem->probes_account = false;
}

static void on_attempt_ended(void *context, struct modem_driver *driver)
{
	struct delivery *delivery = context;
	struct delivery_modem *modem = find_by_driver(delivery, driver);

	if (modem) {
		modem->attempt = NULL;
		modem->was_ready = modem_driver_is_ready(driver);
		modem->own_outage = !modem->was_ready;
		delivery_return_probes(modem);
	}
	tell_changed(delivery);
	tell_if_idle(delivery);
	delivery_kick(delivery);
}

/* Whether another account is in use and not held. */
static bool has_other_account(const struct delivery *delivery, const struct health_account *account)
{
	for (size_t i = 0; i < delivery->modem_count; i++) {
		const struct delivery_modem *modem = &delivery->modems[i];

		if (modem->driver && modem->account != account &&
		    modem->account->gate.state == BREAKER_CLOSED)
			return true;
	}
	return false;
}

struct attempt_context delivery_attempt_context(const struct delivery_modem *modem)
{
	struct delivery *delivery = modem->delivery;

	return (struct attempt_context){
		.base = delivery->options.base,
		.spool = delivery->options.spool,
		.queue = delivery->options.queue,
		.settings = delivery->settings,
		.reporter = delivery->options.reporter,
		.trust = delivery->options.trust,
		.refusals = &modem->account->refusals,
		.memory = &modem->account->memory,
		.has_other_account = has_other_account(delivery, modem->account),
		.compose_program = delivery->options.compose_program,
		.judged = on_judged,
		.ended = on_attempt_ended,
		.context = delivery,
	};
}

static struct health_account *find_account(const struct delivery *delivery, const char *name)
{
	for (size_t i = 0; i < delivery->account_count; i++)
		if (strcmp(delivery->accounts[i].name, name) == 0)
			return &delivery->accounts[i];
	return NULL;
}

static bool open_modem(struct delivery *delivery, struct delivery_modem *modem,
		       const struct settings_modem *settings)
{
	const struct conf_durations *waits = &delivery->settings->conf.queue.link_retry;
	struct modem_driver_events events = {
		.changed = on_driver_changed,
		.held = on_driver_held,
		.settled = on_driver_settled,
		.sent = on_driver_sent,
		.context = modem,
	};
	int64_t until_ms;

	modem->delivery = delivery;
	modem->settings = settings;
	modem->account = find_account(delivery, settings->conf->account);
	breaker_init(&modem->breaker, waits->ms, waits->count);
	if (settings->problem[0])
		return true;
	modem->driver = modem_driver_new(delivery->options.base, &settings->driver, &events);
	if (modem->driver == NULL)
		return false;
	if (settlement_claim(delivery->options.settlement, settings->conf->title, &until_ms))
		modem_driver_settle(modem->driver, until_ms);
	return true;
}

static bool open_accounts(struct delivery *delivery, const struct conf *conf)
{
	delivery->accounts = calloc(conf->account_count + 1, sizeof *delivery->accounts);
	if (delivery->accounts == NULL)
		return false;
	delivery->account_count = conf->account_count;
	for (size_t i = 0; i < conf->account_count; i++)
		health_account_init(&delivery->accounts[i], conf->accounts[i].title,
				    conf->queue.account_retry_ms);
	return true;
}

static bool open_modems(struct delivery *delivery, const struct settings *settings)
{
	delivery->modems = calloc(settings->modem_count + 1, sizeof *delivery->modems);
	delivery->members = calloc(settings->modem_count + 1, sizeof *delivery->members);
	if (delivery->modems == NULL || delivery->members == NULL)
		return false;
	for (size_t i = 0; i < settings->modem_count; i++) {
		if (!open_modem(delivery, &delivery->modems[i], &settings->modems[i]))
			return false;
		delivery->modem_count++;
	}
	return true;
}

bool delivery_configure(struct delivery *delivery, const struct settings *settings)
{
	bool opened;

	close_modems(delivery);
	delivery->settings = settings;
	delivery->quiescing = false;
	settlement_begin(delivery->options.settlement, &settings->retry);
	opened = open_accounts(delivery, &settings->conf) && open_modems(delivery, settings);
	settlement_end(delivery->options.settlement);
	if (opened)
		delivery_kick(delivery);
	return opened;
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
