/* SPDX-License-Identifier: ISC */
#include "app/delivery_inside.h"

size_t delivery_modem_count(const struct delivery *delivery)
{
	return delivery->modem_count;
}

struct control_modem_view delivery_modem_view(const struct delivery *delivery, size_t i)
{
	static const struct modem_facts unknown;
	const struct delivery_modem *modem = &delivery->modems[i];
	const struct conf_modem *conf = modem->settings->conf;
	struct control_modem_view view = {
		.name = conf->title,
		.device = conf->device,
		.account = conf->account,
		.state = MODEM_RESTING,
		.why = modem->settings->problem,
		.wants_hand = true,
		.facts = &unknown,
		.breaker = modem->breaker.state,
		.failures = modem->breaker.failures,
	};

	/* Without a driver only a change of the configuration helps. */
	if (modem->driver == NULL)
		return view;
	view.state = modem_driver_state(modem->driver);
	view.why = modem_driver_why(modem->driver);
	view.wants_hand = modem_driver_wants_hand(modem->driver);
	view.facts = modem_driver_facts(modem->driver);
	return view;
}

size_t delivery_account_count(const struct delivery *delivery)
{
	return delivery->account_count;
}

struct control_account_view delivery_account_view(const struct delivery *delivery, size_t i)
{
	const struct health_account *account = &delivery->accounts[i];

	return (struct control_account_view){
		.name = account->name,
		.held = account->gate.state != BREAKER_CLOSED,
		.why = account->text,
	};
}

/* While another mail is the probe nobody knows. */
static int64_t rests_until_ms(const struct breaker *breaker)
{
	return breaker->state == BREAKER_OPEN ? breaker->retry_at_ms : 0;
}

int64_t delivery_opens_ms(const struct delivery *delivery)
{
	int64_t first_ms = INT64_MAX;

	for (size_t i = 0; i < delivery->modem_count; i++) {
		const struct delivery_modem *modem = &delivery->modems[i];
		int64_t link_ms = rests_until_ms(&modem->breaker);
		int64_t gate_ms = rests_until_ms(&modem->account->gate);
		int64_t opens_ms = link_ms > gate_ms ? link_ms : gate_ms;

		if (modem->driver && opens_ms < first_ms)
			first_ms = opens_ms;
	}
	return first_ms < INT64_MAX ? first_ms : 0;
}

int64_t delivery_last_sent_ms(const struct delivery *delivery)
{
	return delivery->last_sent_ms;
}
