/* SPDX-License-Identifier: ISC */
#include "modem/modem_baud.h"

/* A module changes its rate behind the OK; some take a moment (modem.md, 8). */
#define CHANGE_MS 200

/* After the remembered and the configured one. */
static const unsigned usual[] = {
	115200, 9600, 57600, 38400, 19200, 230400, 460800, 921600,
};

#define RATES (sizeof(usual) / sizeof(usual[0]) + 2)

static unsigned home_of(const struct modem_life *life)
{
	return life->memory.baud != 0 ? life->memory.baud : life->options.baud;
}

void modem_baud_go_home(struct modem_life *life)
{
	life->baud = (struct modem_baud){ .rate = home_of(life) };
}

static unsigned rate_of(const struct modem_life *life, size_t i)
{
	if (i == 0)
		return life->memory.baud;
	return i == 1 ? life->options.baud : usual[i - 2];
}

/* Not the one at which nobody answered a moment ago, and none twice. */
static bool is_worth_trying(const struct modem_life *life, size_t i)
{
	unsigned rate = rate_of(life, i);

	for (size_t k = 0; k < i; k++)
		if (rate_of(life, k) == rate)
			return false;
	return rate != 0 && rate != life->baud.found;
}

static void sync(struct modem_life *life, enum modem_baud_phase phase, unsigned rate,
		 enum at_chat_sync_kind kind, int64_t delay_ms)
{
	enum modem_state state = life->state == MODEM_RECOVERING ? MODEM_RECOVERING : MODEM_SYNCING;
	struct modem_baud baud = life->baud;

	modem_course_go(life, state, MODEM_TASK_SYNC, delay_ms);
	modem_course_say(life, "looks for the module at %u baud", rate);
	life->sync_kind = kind;
	baud.phase = phase;
	baud.rate = rate;
	life->baud = baud;
}

static void try_next(struct modem_life *life)
{
	while (life->baud.next < RATES && !is_worth_trying(life, life->baud.next))
		life->baud.next++;
	if (life->baud.next < RATES) {
		sync(life, MODEM_BAUD_LOOKING, rate_of(life, life->baud.next++),
		     AT_CHAT_SYNC_BRIEF, 0);
		return;
	}
	life->baud = (struct modem_baud){ .rate = life->options.baud };
	modem_course_fail(life, false, "the module does not answer at any usual rate: "
				       "check power, cable and device");
}

bool modem_baud_look_around(struct modem_life *life)
{
	if (life->options.baud == 0)
		return false;
	life->baud.next = 0;
	life->baud.found = life->baud.rate;
	try_next(life);
	return true;
}

static void tell_to_change(struct modem_life *life)
{
	struct modem_baud baud = life->baud;

	modem_course_run(life, MODEM_SYNCING, MODEM_SCRIPT_BAUD, 0);
	baud.phase = MODEM_BAUD_SETTING;
	baud.asked = true;
	baud.found = baud.rate;
	life->baud = baud;
}

static bool is_elsewhere(const struct modem_life *life)
{
	return life->options.baud != 0 && life->baud.rate != life->options.baud;
}

/* The module answers, and thoroughly. It is told once: some cannot be moved. */
static bool settle_down(struct modem_life *life)
{
	life->baud.phase = MODEM_BAUD_STEADY;
	if (!is_elsewhere(life))
		life->baud.asked = false;
	if (!is_elsewhere(life) || life->baud.asked)
		return false;
	tell_to_change(life);
	return true;
}

bool modem_baud_after_sync(struct modem_life *life, const struct at_chat_result *result)
{
	bool answers = result->outcome == AT_CHAT_OK;

	switch (life->baud.phase) {
	case MODEM_BAUD_STEADY:
	case MODEM_BAUD_SETTING:
		return answers && settle_down(life);
	case MODEM_BAUD_LOOKING:
		if (answers)
			sync(life, MODEM_BAUD_FOUND, life->baud.rate, AT_CHAT_SYNC_WHOLE, 0);
		else
			try_next(life);
		return true;
	case MODEM_BAUD_FOUND:
		if (answers)
			return settle_down(life);
		try_next(life);
		return true;
	case MODEM_BAUD_CHECKING:
		if (answers)
			sync(life, MODEM_BAUD_STEADY, life->baud.rate, AT_CHAT_SYNC_WHOLE, 0);
		else
			sync(life, MODEM_BAUD_BACK, life->baud.found, AT_CHAT_SYNC_WHOLE, 0);
		return true;
	case MODEM_BAUD_BACK:
		if (answers)
			return settle_down(life);
		modem_baud_look_around(life);
		return true;
	}
	return false;
}

void modem_baud_after_setting(struct modem_life *life, const struct at_chat_result *result)
{
	/* Where the OK got lost it may have changed all the same. */
	if (result->outcome == AT_CHAT_ERROR)
		modem_course_set_up(life);
	else
		sync(life, MODEM_BAUD_CHECKING, life->options.baud, AT_CHAT_SYNC_BRIEF, CHANGE_MS);
}

bool modem_baud_is_wrong(const struct modem_life *life)
{
	return life->baud.asked && is_elsewhere(life);
}
