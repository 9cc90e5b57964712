/* SPDX-License-Identifier: ISC */
#include "modem/modem_life.h"

#include <stdlib.h>
#include <string.h>

#include "at/at_reply.h"
#include "modem/modem_course.h"
#include "modem/modem_sim.h"

#define ABSENT_POLL_MS 2000
#define LOST_POLL_MS 1000
#define OPENING_POLL_MS 5000
#define OPENED_PATIENCE_MS 15000
#define POWER_DOWN_WAIT_MS 5000
#define RESTART_PATIENCE_MS 30000

/* How long a task may run before the line is closed and opened anew. The chat
 * ends everything much sooner; this is for the mistake nobody thought of. The
 * longest mail is 48000 s of PUT and as much of data. */
#define BACKSTOP_MS INT64_C(900000)
#define BACKSTOP_MAIL_MS INT64_C(100000000)

struct modem_life *modem_life_new(const struct modem_life_options *options, int64_t now_ms)
{
	struct modem_life *life = calloc(1, sizeof(*life));

	if (life == NULL)
		return NULL;
	life->options = *options;
	life->now_ms = now_ms;
	buf_init(&life->text, AT_COMMAND_MAX);
	modem_ladder_init(&life->ladder, now_ms);
	modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, 0);
	return life;
}

void modem_life_free(struct modem_life *life)
{
	if (life == NULL)
		return;
	if (life->text.at != NULL)
		explicit_bzero(life->text.at, life->text.capacity);
	buf_clear(&life->text);
	explicit_bzero(life, sizeof(*life));
	free(life);
}

static void forget_network(struct modem_life *life)
{
	life->facts.has_signal = false;
	life->facts.registration = MODEM_REGISTRATION_UNKNOWN;
}

static void close_line(struct modem_life *life, int64_t delay_ms, const char *why)
{
	life->open = false;
	life->reset_wanted = false;
	forget_network(life);
	modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, delay_ms);
	modem_course_say(life, "%s", why);
}

static bool begin_script(struct modem_life *life, struct modem_order *order)
{
	const struct modem_bringup_options options = {
		.dialect = life->options.dialect,
		.command_timeout_ms = life->options.command_timeout_ms,
		.hardware_flow_control = life->options.hardware_flow_control,
		.pin = life->options.pin,
	};

	life->speaks = false;
	life->sim = MODEM_SIM_UNKNOWN;
	life->has_pin_tries = false;
	life->gsm = MODEM_REGISTRATION_UNKNOWN;
	life->gprs = MODEM_REGISTRATION_UNKNOWN;
	order->count = modem_bringup_build(life->script, &options, &life->text, life->steps);
	order->steps = life->steps;
	order->kind = MODEM_ORDER_RUN;
	return order->count > 0;
}

static void begin_task(struct modem_life *life, struct modem_order *order)
{
	switch (life->task) {
	case MODEM_TASK_OPEN:
		order->kind = MODEM_ORDER_OPEN;
		break;
	case MODEM_TASK_SYNC:
		if (life->state == MODEM_RESTING)
			life->state = MODEM_SYNCING;
		order->kind = MODEM_ORDER_SYNC;
		break;
	case MODEM_TASK_SCRIPT:
		/* The PIN was looked at before; a script that cannot be made is not run. */
		if (!begin_script(life, order)) {
			order->kind = MODEM_ORDER_WAIT;
			modem_course_fail(life, true, "a command cannot be made");
			return;
		}
		break;
	case MODEM_TASK_REMEMBER_PIN:
		order->kind = MODEM_ORDER_REMEMBER_PIN;
		order->pin_memory = life->pin_note;
		break;
	case MODEM_TASK_RESET_COMMAND:
		order->kind = MODEM_ORDER_RESET_COMMAND;
		break;
	case MODEM_TASK_MAIL:
		return;
	}
	life->running = true;
	life->backstop_ms = life->now_ms + BACKSTOP_MS;
}

void modem_life_next(struct modem_life *life, int64_t now_ms, struct modem_order *order)
{
	*order = (struct modem_order){ .kind = MODEM_ORDER_WAIT };
	life->now_ms = now_ms;
	if (life->running) {
		if (now_ms < life->backstop_ms)
			return;
		order->kind = MODEM_ORDER_CLOSE;
		close_line(life, ABSENT_POLL_MS, "a dialogue with the module did not end");
		return;
	}
	if (life->reset_wanted) {
		life->reset_wanted = false;
		modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_RESTART, 0);
		modem_course_say(life, "is being reset as the operator asked");
	}
	if (now_ms >= life->due_ms)
		begin_task(life, order);
}

int64_t modem_life_deadline_ms(const struct modem_life *life)
{
	return life->running ? life->backstop_ms : life->due_ms;
}

/* Whether `task` is what runs: an event that belongs to nothing is ignored. */
static bool end_task(struct modem_life *life, enum modem_task task, int64_t now_ms)
{
	life->now_ms = now_ms;
	if (!life->running || life->task != task)
		return false;
	life->running = false;
	return true;
}

void modem_life_opened(struct modem_life *life, int64_t now_ms)
{
	if (!end_task(life, MODEM_TASK_OPEN, now_ms))
		return;
	life->open = true;
	modem_course_sync(life, 0, OPENED_PATIENCE_MS);
}

void modem_life_open_failed(struct modem_life *life, bool absent, const char *why, int64_t now_ms)
{
	if (!end_task(life, MODEM_TASK_OPEN, now_ms))
		return;
	if (absent)
		modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, ABSENT_POLL_MS);
	else
		modem_course_go(life, MODEM_OPENING, MODEM_TASK_OPEN, OPENING_POLL_MS);
	modem_course_say(life, "%s", why);
	life->wants_hand = !absent;
}

void modem_life_lost(struct modem_life *life, const char *why, int64_t now_ms)
{
	life->now_ms = now_ms;
	if (life->open)
		close_line(life, LOST_POLL_MS, why);
}

static void hear_base(struct modem_life *life, const char *label, struct span line)
{
	const struct modem_dialect *dialect = life->options.dialect;
	struct span fields;

	if (strcmp(label, "PROBE") == 0 && at_reply_fields(line, dialect->probe_info, &fields))
		life->speaks = life->speaks || span_starts(fields, dialect->probe_answer);
	else if (strcmp(label, "CGMM") == 0)
		modem_facts_read_text(line, "+CGMM:", life->facts.model,
				      sizeof(life->facts.model));
	else if (strcmp(label, "CGMR") == 0)
		modem_facts_read_text(line, "+CGMR:", life->facts.firmware,
				      sizeof(life->facts.firmware));
}

static void hear_network(struct modem_life *life, const char *label, struct span line)
{
	if (strcmp(label, "CSQ") == 0)
		modem_facts_read_signal(line, &life->facts);
	else if (strcmp(label, "CREG") == 0)
		life->gsm = modem_facts_read_registration(line, "+CREG:");
	else if (strcmp(label, "CGREG") == 0)
		life->gprs = modem_facts_read_registration(line, "+CGREG:");
}

void modem_life_info(struct modem_life *life, const char *label, struct span line)
{
	if (!life->running || life->task != MODEM_TASK_SCRIPT || label == NULL)
		return;
	switch (life->script) {
	case MODEM_SCRIPT_BASE:
		hear_base(life, label, line);
		break;
	case MODEM_SCRIPT_SIM:
		life->sim = modem_facts_read_sim(line);
		break;
	case MODEM_SCRIPT_PIN_TRIES:
		if (modem_facts_read_pin_tries(line, &life->pin_tries))
			life->has_pin_tries = true;
		break;
	case MODEM_SCRIPT_NETWORK:
		hear_network(life, label, line);
		break;
	case MODEM_SCRIPT_OPERATOR:
		modem_facts_read_operator(line, &life->facts);
		break;
	case MODEM_SCRIPT_PIN:
	case MODEM_SCRIPT_QUIET:
	case MODEM_SCRIPT_TIDY:
	case MODEM_SCRIPT_CONTEXT:
	case MODEM_SCRIPT_RADIO:
	case MODEM_SCRIPT_RESTART:
	case MODEM_SCRIPTS:
		break;
	}
}

/* While a task runs, the chat or the shell tells its end; a boot line between
 * tasks is noticed here. */
void modem_life_unsolicited(struct modem_life *life, struct span line, int64_t now_ms)
{
	enum at_reply reply = at_reply_classify(line);

	life->now_ms = now_ms;
	if (!life->open || life->running)
		return;
	if (reply == AT_REPLY_BOOT) {
		modem_course_after_restart(life);
	} else if (reply == AT_REPLY_POWER_DOWN) {
		modem_course_sync(life, POWER_DOWN_WAIT_MS, RESTART_PATIENCE_MS);
		modem_course_say(life, "the module went down");
	}
}

void modem_life_finished(struct modem_life *life, const struct at_chat_result *result,
			 int64_t now_ms)
{
	if (result->outcome == AT_CHAT_LOST) {
		modem_life_lost(life, "the line to the module is gone", now_ms);
		return;
	}
	if (life->running && life->task == MODEM_TASK_SYNC) {
		end_task(life, MODEM_TASK_SYNC, now_ms);
		modem_course_after_sync(life, result);
	} else if (end_task(life, MODEM_TASK_SCRIPT, now_ms)) {
		modem_course_after_script(life, result);
	}
}

void modem_life_remembered(struct modem_life *life, bool durable, int64_t now_ms)
{
	if (end_task(life, MODEM_TASK_REMEMBER_PIN, now_ms))
		modem_sim_after_note(life, durable);
}

void modem_life_reset_done(struct modem_life *life, bool done, int64_t now_ms)
{
	if (!end_task(life, MODEM_TASK_RESET_COMMAND, now_ms))
		return;
	modem_course_sync(life, POWER_DOWN_WAIT_MS, RESTART_PATIENCE_MS);
	modem_course_say(life, done ? "reset-command was run" : "reset-command failed");
}

bool modem_life_is_ready(const struct modem_life *life)
{
	return life->state == MODEM_READY && !life->running && !life->reset_wanted;
}

void modem_life_sending(struct modem_life *life, int64_t now_ms)
{
	if (!modem_life_is_ready(life))
		return;
	life->now_ms = now_ms;
	modem_course_go(life, MODEM_SENDING, MODEM_TASK_MAIL, 0);
	life->running = true;
	life->backstop_ms = now_ms + BACKSTOP_MAIL_MS;
}

void modem_life_sent(struct modem_life *life, const struct at_chat_result *result,
		     int64_t now_ms)
{
	if (!end_task(life, MODEM_TASK_MAIL, now_ms))
		return;
	if (result->outcome == AT_CHAT_LOST)
		modem_life_lost(life, "the line to the module is gone", now_ms);
	else
		modem_course_after_mail(life, result);
}

void modem_life_reset(struct modem_life *life, int64_t now_ms)
{
	life->now_ms = now_ms;
	if (life->open)
		life->reset_wanted = true;
	else if (!life->running)
		life->due_ms = now_ms;
}

enum modem_state modem_life_state(const struct modem_life *life)
{
	return life->state;
}

const struct modem_facts *modem_life_facts(const struct modem_life *life)
{
	return &life->facts;
}

const char *modem_life_why(const struct modem_life *life)
{
	return life->why;
}

bool modem_life_wants_hand(const struct modem_life *life)
{
	return life->wants_hand;
}

const char *modem_state_name(enum modem_state state)
{
	static const char *const names[MODEM_STATES] = {
		[MODEM_ABSENT] = "absent",
		[MODEM_OPENING] = "opening",
		[MODEM_SYNCING] = "syncing",
		[MODEM_SIM] = "sim",
		[MODEM_REGISTERING] = "registering",
		[MODEM_READY] = "ready",
		[MODEM_SENDING] = "sending",
		[MODEM_RESTING] = "resting",
		[MODEM_RECOVERING] = "recovering",
	};

	return (unsigned)state < MODEM_STATES ? names[state] : "unknown";
}
