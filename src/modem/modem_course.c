/* SPDX-License-Identifier: ISC */
#include "modem/modem_course.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "modem/modem_baud.h"
#include "modem/modem_probe.h"
#include "modem/modem_settle.h"
#include "modem/modem_sim.h"

#define HEARTBEAT_MS 60000
#define BEATS_FOR_HEALTH 5		/* heart-beats until failures before are forgotten */
#define SYNC_PATIENCE_MS 15000
#define SYNC_AGAIN_MS 500
#define RESTART_QUIET_MS 2000		/* boot lines come in a burst */
#define RESTART_PATIENCE_MS 30000	/* modem.md, 8: reset ladder */
#define RESTARTS_MAX 10
#define DIALECT_REST_MS 60000
#define BUSY_REST_MS 5000
#define BUSIES_MAX 100			/* of BUSY_REST_MS and a synchronisation each */
#define TIDY_DELAY_MS 1000
#define NETWORK_POLL_MS 2000
#define ROAMING_POLL_MS 10000

void modem_course_go(struct modem_life *life, enum modem_state state, enum modem_task task,
		     int64_t delay_ms)
{
	life->state = state;
	life->task = task;
	life->due_ms = life->now_ms + delay_ms;
	life->running = false;
	life->why[0] = '\0';
	life->wants_hand = false;
	life->session_set = false;
	life->sync_kind = AT_CHAT_SYNC_WHOLE;
	life->baud.phase = MODEM_BAUD_STEADY;
}

void modem_course_run(struct modem_life *life, enum modem_state state, enum modem_script script,
		      int64_t delay_ms)
{
	modem_course_go(life, state, MODEM_TASK_SCRIPT, delay_ms);
	life->script = script;
}

void modem_course_say(struct modem_life *life, const char *format, ...)
{
	char text[sizeof(life->why)];
	va_list arguments;

	/* Through a copy: an argument may be the old text. */
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(life->why, text, sizeof(text));
}

void modem_course_keep(struct modem_life *life)
{
	modem_ladder_keep(&life->ladder, &life->memory);
	life->keep_wanted = true;
}

void modem_course_sync(struct modem_life *life, int64_t delay_ms, int64_t patience_ms)
{
	modem_course_go(life, MODEM_SYNCING, MODEM_TASK_SYNC, delay_ms);
	life->sync_until_ms = life->due_ms + patience_ms;
}

void modem_course_after_restart(struct modem_life *life)
{
	/* One start says several lines: those of the same burst count as one. */
	if (life->state == MODEM_SYNCING && life->task == MODEM_TASK_SYNC)
		return;
	life->restarts++;
	if (life->restarts > RESTARTS_MAX) {
		life->restarts = 0;
		modem_course_fail(life, true, "the module starts anew again and again");
		return;
	}
	modem_course_sync(life, RESTART_QUIET_MS, RESTART_PATIENCE_MS);
	modem_course_say(life, "the module started anew");
}

static void rest(struct modem_life *life, int64_t rest_ms)
{
	modem_course_go(life, MODEM_RESTING, MODEM_TASK_SYNC, rest_ms);
	life->sync_until_ms = life->due_ms + SYNC_PATIENCE_MS;
}

static void take_rung(struct modem_life *life, enum modem_rung rung)
{
	switch (rung) {
	case MODEM_RUNG_RESYNC:
		modem_course_go(life, MODEM_RECOVERING, MODEM_TASK_SYNC, 0);
		life->sync_until_ms = life->now_ms + SYNC_PATIENCE_MS;
		return;
	case MODEM_RUNG_CLEAR:
		modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_TIDY, 0);
		return;
	case MODEM_RUNG_CONTEXT:
		modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_CONTEXT, 0);
		return;
	case MODEM_RUNG_RADIO:
		modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_RADIO, 0);
		return;
	case MODEM_RUNG_RESTART:
		modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_RESTART, 0);
		return;
	case MODEM_RUNG_COMMAND:
		if (life->options.has_reset_command) {
			modem_course_go(life, MODEM_RECOVERING, MODEM_TASK_RESET_COMMAND, 0);
			return;
		}
		break;
	case MODEM_RUNG_NONE:
	case MODEM_RUNG_REST:
	case MODEM_RUNGS:
		break;
	}
	rest(life, modem_ladder_rest_ms(&life->ladder));
}

void modem_course_fail(struct modem_life *life, bool synced, const char *why)
{
	char said[sizeof(life->why)];
	enum modem_rung rung;

	snprintf(said, sizeof(said), "%s", why);
	/* What does not answer cannot be told to clear its draft either. */
	if (!synced && life->ladder.failures > 0)
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RESTART);
	rung = modem_ladder_on_failure(&life->ladder, life->now_ms);
	/* The lower rungs are not worth a write: a restart may climb them again. */
	if (rung >= MODEM_RUNG_RADIO)
		modem_course_keep(life);
	take_rung(life, rung);
	modem_course_say(life, "%s; now: %s", said, modem_rung_name(rung));
}

void modem_course_note_success(struct modem_life *life)
{
	modem_ladder_on_success(&life->ladder);
	if (life->memory.failures != 0)
		modem_course_keep(life);
}

/* Ready; what is wrong all the same is told. */
static void stay_ready(struct modem_life *life, enum modem_script script, int64_t delay_ms)
{
	modem_course_run(life, MODEM_READY, script, delay_ms);
	if (modem_baud_is_wrong(life)) {
		modem_course_say(life, "the module speaks at %u and not at %u: set baud = %u",
				 life->baud.rate, life->options.baud, life->baud.rate);
		life->wants_hand = true;
	} else if (life->network_failures >= MODEM_NETWORK_FAILURES_BEARER) {
		modem_course_say(life, "the network failed %u mails in a row (%d): check apn, "
				 "server, coverage and the SIM's contract",
				 life->network_failures, life->network_code);
		life->wants_hand = true;
	}
}

void modem_course_become_ready(struct modem_life *life)
{
	life->restarts = 0;
	life->guard_asked = false;
	life->size_asked = false;
	life->store_asked = false;
	stay_ready(life, MODEM_SCRIPT_NETWORK, HEARTBEAT_MS);
}

void modem_course_tidy_soon(struct modem_life *life, enum modem_script script)
{
	stay_ready(life, script, TIDY_DELAY_MS);
}

void modem_course_wait_while_busy(struct modem_life *life)
{
	if (++life->busies > BUSIES_MAX) {
		life->busies = 0;
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RADIO);
		modem_course_fail(life, true, "the module says for minutes that it is busy");
		return;
	}
	rest(life, BUSY_REST_MS);
	modem_course_say(life, "the module is busy with another mail");
}

static void refuse_dialect(struct modem_life *life)
{
	rest(life, DIALECT_REST_MS);
	modem_course_say(life, "the module (%s) does not speak AT+QSMTP as dialect %s does: "
			 "check device and dialect",
			 life->facts.model[0] ? life->facts.model : "of unknown model",
			 life->options.dialect->name);
	life->wants_hand = true;
}

void modem_course_after_sync(struct modem_life *life, const struct at_chat_result *result)
{
	enum modem_state state = life->state == MODEM_RECOVERING ? MODEM_RECOVERING : MODEM_SYNCING;

	if (modem_baud_after_sync(life, result))
		return;
	if (result->outcome == AT_CHAT_OK) {
		modem_course_set_up(life);
		return;
	}
	if (life->now_ms >= life->sync_until_ms) {
		if (!modem_baud_look_around(life))
			modem_course_fail(life, false, "the module does not answer: "
						       "check power, cable and baud");
		return;
	}
	modem_course_go(life, state, MODEM_TASK_SYNC, SYNC_AGAIN_MS);
	modem_course_say(life, "the module does not answer yet");
}

void modem_course_set_up(struct modem_life *life)
{
	life->facts.baud = life->baud.rate;
	if (life->memory.baud != life->baud.rate) {
		life->memory.baud = life->baud.rate;
		modem_course_keep(life);
	}
	modem_course_run(life, MODEM_SYNCING, MODEM_SCRIPT_BASE, 0);
}

void modem_course_look_at_sim(struct modem_life *life)
{
	modem_course_run(life, MODEM_SIM, MODEM_SCRIPT_SIM, 0);
	life->since_ms = life->now_ms;
}

static void after_base(struct modem_life *life, const struct at_chat_result *result)
{
	if (result->outcome == AT_CHAT_ERROR && strcmp(result->label, "QSMTPCLR") == 0)
		modem_course_wait_while_busy(life);
	else if (result->outcome == AT_CHAT_ERROR && strcmp(result->label, "PROBE") == 0)
		refuse_dialect(life);
	else if (result->outcome != AT_CHAT_OK)
		modem_course_fail(life, true, "the module refuses a basic command");
	else if (!life->speaks)
		refuse_dialect(life);
	else
		modem_probe_begin(life);
}

static void wait_for_network(struct modem_life *life, enum modem_registration registration)
{
	char waited[TIME_TEXT_SIZE];
	int64_t waited_ms = life->now_ms - life->since_ms;

	if (registration == MODEM_REGISTRATION_ROAMING) {
		modem_course_run(life, MODEM_REGISTERING, MODEM_SCRIPT_NETWORK, ROAMING_POLL_MS);
		modem_course_say(life, "only a foreign network is there and roaming = no");
		life->wants_hand = true;
		return;
	}
	if (waited_ms >= life->options.register_timeout_ms) {
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RADIO);
		modem_course_fail(life, true, "no network (check antenna, coverage and SIM)");
		return;
	}
	modem_course_run(life, MODEM_REGISTERING, MODEM_SCRIPT_NETWORK, NETWORK_POLL_MS);
	modem_course_say(life, "waits for a network (%s) for %s",
			 modem_registration_name(registration),
			 time_text_duration(waited_ms / 1000 * 1000, waited));
}

static void after_network(struct modem_life *life)
{
	enum modem_registration registration = modem_facts_best(life->gsm, life->gprs);
	bool good = registration == MODEM_REGISTRATION_HOME ||
		(registration == MODEM_REGISTRATION_ROAMING && life->options.roaming);

	life->facts.registration = registration;
	if (!good) {
		if (life->state == MODEM_READY)
			life->since_ms = life->now_ms;
		life->beats = 0;
		wait_for_network(life, registration);
		return;
	}
	if (life->state != MODEM_READY) {
		modem_course_run(life, MODEM_REGISTERING, MODEM_SCRIPT_OPERATOR, 0);
		return;
	}
	if (++life->beats >= BEATS_FOR_HEALTH)
		modem_course_note_success(life);
	modem_course_become_ready(life);
}

/* A rung was taken: whatever it answered, the way up shows whether it helped. */
static void after_rung(struct modem_life *life)
{
	if (life->script == MODEM_SCRIPT_RESTART) {
		modem_course_sync(life, RESTART_QUIET_MS, RESTART_PATIENCE_MS);
		modem_course_say(life, "waits for the module to start anew");
		return;
	}
	modem_course_sync(life, 0, SYNC_PATIENCE_MS);
}

static void follow(struct modem_life *life, const struct at_chat_result *result)
{
	switch (life->script) {
	case MODEM_SCRIPT_BASE:
		after_base(life, result);
		break;
	case MODEM_SCRIPT_BAUD:
		modem_baud_after_setting(life, result);
		break;
	case MODEM_SCRIPT_GUARD:
		modem_probe_after_guard(life, result);
		break;
	case MODEM_SCRIPT_SIZE:
		modem_probe_after_size(life, result);
		break;
	case MODEM_SCRIPT_STORE:
	case MODEM_SCRIPT_SWEEP:
		modem_probe_after_store(life, result);
		break;
	case MODEM_SCRIPT_SIM:
		modem_sim_after_query(life, result);
		break;
	case MODEM_SCRIPT_ICCID:
		modem_sim_after_iccid(life);
		break;
	case MODEM_SCRIPT_PIN_TRIES:
		modem_sim_after_tries(life);
		break;
	case MODEM_SCRIPT_PIN:
		modem_sim_after_pin(life, result);
		break;
	case MODEM_SCRIPT_QUIET:
		modem_course_run(life, MODEM_REGISTERING, MODEM_SCRIPT_NETWORK, 0);
		life->since_ms = life->now_ms;
		break;
	case MODEM_SCRIPT_NETWORK:
		after_network(life);
		break;
	case MODEM_SCRIPT_OPERATOR:
		modem_course_become_ready(life);
		break;
	case MODEM_SCRIPT_TIDY:
		if (result->outcome == AT_CHAT_ERROR)
			modem_course_wait_while_busy(life);
		else
			modem_probe_tidy_store(life);
		break;
	case MODEM_SCRIPT_CONTEXT:
		modem_probe_tidy_store(life);
		break;
	case MODEM_SCRIPT_LISTEN:
	case MODEM_SCRIPT_POLL:
	case MODEM_SCRIPT_RADIO:
	case MODEM_SCRIPT_RESTART:
	case MODEM_SCRIPTS:
		after_rung(life);
		break;
	}
}

static bool is_answer(const struct at_chat_result *result)
{
	return result->outcome == AT_CHAT_OK || result->outcome == AT_CHAT_ERROR;
}

/* The name of the operator is only for people; the probes do without. */
static bool is_optional(enum modem_script script)
{
	return script == MODEM_SCRIPT_OPERATOR || modem_probe_is_ours(script);
}

void modem_course_after_script(struct modem_life *life, const struct at_chat_result *result)
{
	if (life->settling.wanted)
		modem_settle_after_script(life, result);
	else if (life->state == MODEM_RECOVERING)
		after_rung(life);
	else if (life->script == MODEM_SCRIPT_BAUD)
		modem_baud_after_setting(life, result);
	else if (result->outcome == AT_CHAT_RESET)
		modem_course_after_restart(life);
	else if (is_answer(result) || (result->synced && is_optional(life->script)))
		follow(life, result);
	else
		modem_course_fail(life, result->synced, "the module does not answer a command");
}
