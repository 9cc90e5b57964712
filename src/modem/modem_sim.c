/* SPDX-License-Identifier: ISC */
#include "modem/modem_sim.h"

#include <string.h>

#define SIM_POLL_SOON_MS 2000
#define SIM_POLL_MS 10000
#define SIM_SOON_UNTIL_MS 10000		/* so long a module may need after its start */
#define SIM_PATIENCE_MS 180000
#define HAND_POLL_MS 30000
#define PIN_TRIES_MIN 3			/* interface.md, pin-file */

/* Nothing that we may do helps: a person has to. The SIM is looked at again, so
 * that no command is needed once the person was there. */
static void wait_for_hand(struct modem_life *life, const char *why)
{
	modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_SIM, HAND_POLL_MS);
	modem_course_say(life, "%s", why);
	life->wants_hand = true;
}

static void wait_for_sim(struct modem_life *life, const char *why)
{
	int64_t waited_ms = life->now_ms - life->since_ms;

	if (waited_ms >= SIM_PATIENCE_MS) {
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RADIO);
		modem_course_fail(life, true, why);
		return;
	}
	modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_SIM,
			 waited_ms < SIM_SOON_UNTIL_MS ? SIM_POLL_SOON_MS : SIM_POLL_MS);
	modem_course_say(life, "%s", why);
}

static void note(struct modem_life *life, enum modem_pin_memory memory)
{
	life->pin_note = memory;
	/* The outcome of a try that is not seen shows when the SIM is ready. */
	life->pin_looked_up = memory != MODEM_PIN_TRYING;
	modem_course_go(life, MODEM_SIM, MODEM_TASK_REMEMBER_PIN, 0);
}

/* Until that is on disk no PIN is tried on any SIM, whatever happens between. */
static void note_refusal(struct modem_life *life)
{
	if (!life->refusal_pending)
		strcpy(life->refused_iccid, life->iccid);
	life->refusal_pending = true;
	note(life, MODEM_PIN_REFUSED);
}

static void look_up(struct modem_life *life, bool sim_wants_pin)
{
	life->sim_wants_pin = sim_wants_pin;
	modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_ICCID, 0);
}

static void leave_ready(struct modem_life *life)
{
	if (!life->pin_looked_up && modem_bringup_pin_is_good(life->options.pin))
		look_up(life, false);
	else
		modem_course_run(life, MODEM_REGISTERING, MODEM_SCRIPT_QUIET, 0);
}

static void consider_pin(struct modem_life *life)
{
	if (life->options.pin[0] == '\0')
		wait_for_hand(life, "the SIM wants a PIN: set pin-file");
	else if (!modem_bringup_pin_is_good(life->options.pin))
		wait_for_hand(life, "the SIM wants a PIN and pin-file holds no 4 to 8 digits");
	else if (life->refusal_pending)
		note_refusal(life);
	else
		look_up(life, true);
}

/* Each SIM has its own memory: another one may be in now. */
void modem_sim_after_iccid(struct modem_life *life)
{
	if (life->iccid_doubtful)
		wait_for_sim(life, "the number of the SIM cannot be read for sure");
	else
		modem_course_go(life, MODEM_SIM, MODEM_TASK_RECALL_PIN, 0);
}

void modem_sim_after_recall(struct modem_life *life, enum modem_pin_memory memory)
{
	life->pin_memory = memory;
	if (life->sim_wants_pin) {
		if (memory == MODEM_PIN_REFUSED)
			wait_for_hand(life, "the SIM refused this PIN before; it is not tried "
					    "again: put the right one into pin-file");
		else
			modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_PIN_TRIES, 0);
		return;
	}
	life->pin_looked_up = true;
	/* The outcome of a try that was never seen is seen now. */
	if (memory == MODEM_PIN_TRYING)
		note(life, MODEM_PIN_ACCEPTED);
	else
		leave_ready(life);
}

void modem_sim_after_query(struct modem_life *life, const struct at_chat_result *result)
{
	enum modem_sim sim = life->sim;

	if (result->outcome == AT_CHAT_ERROR)
		sim = modem_facts_sim_of_error(result->has_code ? result->code : -1);
	switch (sim) {
	case MODEM_SIM_READY:
		leave_ready(life);
		break;
	case MODEM_SIM_WANTS_PIN:
		consider_pin(life);
		break;
	case MODEM_SIM_WANTS_PUK:
		wait_for_hand(life, "the SIM wants its PUK, which is never sent: "
				    "unlock it in a telephone");
		break;
	case MODEM_SIM_LOCKED:
		wait_for_hand(life, "the SIM or the module wants a code other than the PIN");
		break;
	case MODEM_SIM_ABSENT:
		wait_for_sim(life, "no SIM is in the module, or it has no contact");
		break;
	case MODEM_SIM_BUSY:
		wait_for_sim(life, "the SIM is not ready yet");
		break;
	case MODEM_SIM_UNKNOWN:
		wait_for_sim(life, "the module does not tell the state of its SIM");
		break;
	}
}

void modem_sim_after_tries(struct modem_life *life)
{
	if (life->has_pin_tries && life->pin_tries < PIN_TRIES_MIN)
		wait_for_hand(life, "fewer than 3 tries are left for the PIN: "
				    "enter it in a telephone");
	else if (life->pin_memory == MODEM_PIN_ACCEPTED)
		modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_PIN, 0);
	else if (life->pin_memory == MODEM_PIN_TRYING && !life->has_pin_tries)
		wait_for_hand(life, "the PIN was tried once and the outcome was not seen; "
				    "it is not tried again: enter it in a telephone");
	else
		note(life, MODEM_PIN_TRYING);
}

/* 27.007, 9.2: what says that the PIN was not even looked at. */
static bool was_not_tried(const struct at_chat_result *result)
{
	return result->has_code && (result->code == 10 || result->code == 13 ||
				    result->code == 14 || result->code == 15);
}

void modem_sim_after_pin(struct modem_life *life, const struct at_chat_result *result)
{
	if (result->outcome == AT_CHAT_OK) {
		life->since_ms = life->now_ms;
		if (life->pin_memory != MODEM_PIN_ACCEPTED)
			note(life, MODEM_PIN_ACCEPTED);
		else
			wait_for_sim(life, "the PIN was taken");
	} else if (was_not_tried(result)) {
		if (life->pin_memory != MODEM_PIN_ACCEPTED)
			note(life, MODEM_PIN_NEW);
		else
			wait_for_sim(life, "the SIM is not ready for its PIN");
	} else {
		note_refusal(life);
	}
}

void modem_sim_after_note(struct modem_life *life, bool durable)
{
	switch (life->pin_note) {
	case MODEM_PIN_TRYING:
		/* What cannot be remembered is not tried: a restart would try it again. */
		if (durable)
			modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_PIN, 0);
		else
			wait_for_hand(life, "the PIN is not tried: the state folder cannot be "
					    "written");
		return;
	case MODEM_PIN_REFUSED:
		life->refusal_pending = !durable;
		wait_for_hand(life, durable ?
			      "the SIM refused the PIN: put the right one into pin-file" :
			      "the SIM refused the PIN and the state folder cannot be written: "
			      "put the right one into pin-file");
		return;
	case MODEM_PIN_ACCEPTED:
		wait_for_sim(life, "the PIN was taken");
		return;
	case MODEM_PIN_NEW:
		wait_for_sim(life, "the SIM is not ready for its PIN");
		return;
	}
}
