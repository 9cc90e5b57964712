/* SPDX-License-Identifier: ISC */
#include "io/modem_notice.h"

#include <string.h>

#include "io/log.h"

void modem_notice_init(struct modem_notice *notice, const char *name)
{
	*notice = (struct modem_notice){ .name = name, .state = MODEM_STATES };
}

static bool is_mail_or_ready(enum modem_state state)
{
	return state == MODEM_READY || state == MODEM_SENDING;
}

static void tell_state(const struct modem_notice *notice, const struct modem_life *life)
{
	enum modem_state state = modem_life_state(life);
	const struct modem_facts *facts = modem_life_facts(life);
	const char *why = modem_life_why(life);
	const struct log_fields fields = { .modem = notice->name };
	/* To and fro with every mail: what the mail's own lines say already. */
	enum log_event event = is_mail_or_ready(state) && is_mail_or_ready(notice->state) ?
		LOG_DETAIL : LOG_MODEM_STATE;

	if (state == MODEM_READY && facts->has_signal)
		log_write(event, &fields, "%s is ready: %s%s%s%s%d dBm", notice->name,
			  facts->model, facts->model[0] ? ", " : "", facts->operator_name,
			  facts->operator_name[0] ? ", " : "", facts->signal_dbm);
	else
		log_write(event, &fields, "%s is %s%s%s", notice->name, modem_state_name(state),
			  why[0] ? ": " : "", why);
}

static void tell_trouble(struct modem_notice *notice, const struct modem_life *life)
{
	const char *why = modem_life_why(life);

	if (modem_life_state(life) == MODEM_READY && !modem_life_wants_hand(life))
		notice->trouble[0] = '\0';
	if (!modem_life_wants_hand(life) || strcmp(why, notice->trouble) == 0)
		return;
	span_copy(span_of(why), notice->trouble, sizeof(notice->trouble));
	log_write(LOG_MODEM_TROUBLE, &(struct log_fields){ .modem = notice->name }, "%s: %s",
		  notice->name, why);
}

bool modem_notice_look(struct modem_notice *notice, const struct modem_life *life)
{
	enum modem_state state = modem_life_state(life);

	tell_trouble(notice, life);
	if (state == notice->state)
		return false;
	tell_state(notice, life);
	notice->state = state;
	return true;
}
