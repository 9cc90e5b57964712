/* SPDX-License-Identifier: ISC */
#include "app/status.h"

#include "base/time_text.h"

static void put_queue(const struct queue *queue, struct buf *out)
{
	size_t failed = queue_count(queue, QUEUE_FAILED);
	size_t held = queue_count(queue, QUEUE_HELD);

	buf_format(out, "%zu queued", queue_total(queue) - failed);
	if (held > 0)
		buf_format(out, " (%zu held)", held);
	if (failed > 0)
		buf_format(out, ", %zu failed", failed);
}

static void put_registration(const struct modem_facts *facts, struct buf *out)
{
	if (facts->registration == MODEM_REGISTRATION_HOME)
		buf_text(out, " registered");
	else if (facts->registration == MODEM_REGISTRATION_ROAMING)
		buf_text(out, " registered, roaming");
	if (facts->has_signal)
		buf_format(out, " (%d dBm)", facts->signal_dbm);
}

static void put_modem(const struct control_modem_view *modem, struct buf *out)
{
	buf_format(out, ", %s", modem->name);
	switch (modem->state) {
	case MODEM_READY:
		put_registration(modem->facts, out);
		break;
	case MODEM_SENDING:
		buf_text(out, " sending");
		break;
	case MODEM_ABSENT:
	case MODEM_OPENING:
	case MODEM_SYNCING:
	case MODEM_SIM:
	case MODEM_REGISTERING:
	case MODEM_RESTING:
	case MODEM_RECOVERING:
	case MODEM_STATES:
		buf_format(out, " %s", modem_state_name(modem->state));
		break;
	}
	if (modem->wants_hand)
		buf_text(out, ", needs a hand");
	if (modem->why[0])
		buf_format(out, ": %s", modem->why);
	if (modem->breaker != BREAKER_CLOSED)
		buf_text(out, ", link has failed and is tried again");
}

/* What must not be overlooked comes first. */
static void put_held_accounts(const struct delivery *delivery, struct buf *out)
{
	size_t count = delivery_account_count(delivery);

	for (size_t i = 0; i < count; i++) {
		struct control_account_view account = delivery_account_view(delivery, i);

		if (account.held && count == 1)
			buf_format(out, "ALARM, all mail is held: %s; ", account.why);
		else if (account.held)
			buf_format(out, "ALARM, account %s is held: %s; ", account.name,
				   account.why);
	}
}

void status_format(const struct queue *queue, const struct delivery *delivery,
		   const char *trouble, int64_t now_ms, struct buf *out)
{
	int64_t last_ms = delivery_last_sent_ms(delivery);
	char age[TIME_TEXT_SIZE];

	put_held_accounts(delivery, out);
	put_queue(queue, out);
	for (size_t i = 0; i < delivery_modem_count(delivery); i++) {
		struct control_modem_view modem = delivery_modem_view(delivery, i);

		put_modem(&modem, out);
	}
	if (delivery_modem_count(delivery) == 0)
		buf_format(out, ", no modem%s configured: mail is taken and kept",
			   delivery_account_count(delivery) > 0 ? "" : " and no account");
	if (last_ms > 0)
		buf_format(out, ", last sent %s ago", time_text_duration(now_ms - last_ms, age));
	if (trouble[0])
		buf_format(out, ", %s", trouble);
}
