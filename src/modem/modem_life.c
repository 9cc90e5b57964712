/* SPDX-License-Identifier: ISC */
#include "modem/modem_life.h"

#include <stdlib.h>
#include <string.h>

#include "at/at_reply.h"
#include "modem/modem_baud.h"
#include "modem/modem_course.h"
#include "modem/modem_hear.h"
#include "modem/modem_mail.h"
#include "modem/modem_probe.h"
#include "modem/modem_settle.h"
#include "modem/modem_sim.h"

#define ABSENT_POLL_MS 2000
#define ABSENT_PATIENCE_MS 30000	/* then a person is asked to look */
#define LOST_POLL_MS 1000
#define OPENING_POLL_MS 5000
#define OPENED_PATIENCE_MS 15000
#define POWER_DOWN_WAIT_MS 5000
#define RESTART_PATIENCE_MS 30000
#define RESET_COMMAND_MS 60000		/* io/reset_command.c ends it then */

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
	life->closed_ms = now_ms;
	life->returns_until_ms = now_ms;
	life->memory = options->memory;
	modem_ladder_init(&life->ladder, options->seed, now_ms);
	modem_ladder_recall(&life->ladder, &life->memory);
	modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, 0);
	modem_baud_go_home(life);
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

static bool is_expected_back(const struct modem_life *life)
{
	return life->now_ms < life->returns_until_ms;
}

static void forget_line(struct modem_life *life, const char *why)
{
	life->open = false;
	life->closed_ms = life->now_ms;
	life->reset_wanted = false;
	life->facts.has_signal = false;
	life->facts.registration = MODEM_REGISTRATION_UNKNOWN;
	life->facts.baud = 0;
	modem_probe_forget(life);
	modem_baud_go_home(life);
	modem_course_say(life, "%s", is_expected_back(life) ?
			 "waits for the module to come back after its reset" : why);
}

static void close_line(struct modem_life *life, int64_t delay_ms, const char *why)
{
	modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, delay_ms);
	forget_line(life, why);
}

static bool begin_script(struct modem_life *life, struct modem_order *order)
{
	const struct modem_bringup_options options = {
		.dialect = life->options.dialect,
		.command_timeout_ms = life->options.command_timeout_ms,
		.hardware_flow_control = life->options.hardware_flow_control,
		.pin = life->options.pin,
		.baud = life->options.baud,
		.listen_ms = life->settling.listen_ms,
		.files = (const char (*)[MODEM_STORE_NAME_MAX + 1])life->files,
		.file_count = life->file_count,
	};

	order->count = modem_bringup_build(life->script, &options, &life->text, life->steps);
	order->steps = life->steps;
	order->kind = life->settling.wanted ? MODEM_ORDER_LISTEN : MODEM_ORDER_RUN;
	modem_hear_begin(life);
	if (life->script == MODEM_SCRIPT_RESTART)
		life->returns_until_ms = life->now_ms + RESTART_PATIENCE_MS;
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
		order->sync_kind = life->sync_kind;
		break;
	case MODEM_TASK_SCRIPT:
		/* The PIN was looked at before; a script that cannot be made is not run. */
		if (!begin_script(life, order)) {
			order->kind = MODEM_ORDER_WAIT;
			modem_course_fail(life, true, "a command cannot be made");
			return;
		}
		break;
	case MODEM_TASK_RECALL_PIN:
		order->kind = MODEM_ORDER_RECALL_PIN;
		order->iccid = life->iccid;
		break;
	case MODEM_TASK_REMEMBER_PIN:
		order->kind = MODEM_ORDER_REMEMBER_PIN;
		order->iccid = life->pin_note == MODEM_PIN_REFUSED ? life->refused_iccid :
			life->iccid;
		order->pin_memory = life->pin_note;
		break;
	case MODEM_TASK_RESET_COMMAND:
		life->returns_until_ms = life->now_ms + RESET_COMMAND_MS + RESTART_PATIENCE_MS;
		order->kind = MODEM_ORDER_RESET_COMMAND;
		break;
	case MODEM_TASK_MAIL:
		return;
	}
	life->session_set = false;
	life->running = true;
	life->backstop_ms = life->now_ms + BACKSTOP_MS;
}

/* The operator's reset is done whatever the caps say, and counted. */
static void begin_reset(struct modem_life *life)
{
	life->reset_wanted = false;
	modem_ladder_on_reset(&life->ladder, life->now_ms);
	modem_course_keep(life);
	modem_course_run(life, MODEM_RECOVERING, MODEM_SCRIPT_RESTART, 0);
	modem_course_say(life, "is being reset as the operator asked");
}

/* What is told rather than done. */
static bool has_news(struct modem_life *life, struct modem_order *order)
{
	if (life->settling.told) {
		life->settling.told = false;
		order->kind = MODEM_ORDER_SETTLED;
		order->settled = &life->settling.result;
		return true;
	}
	if (life->keep_wanted) {
		life->keep_wanted = false;
		order->kind = MODEM_ORDER_REMEMBER;
		return true;
	}
	return false;
}

void modem_life_next(struct modem_life *life, int64_t now_ms, struct modem_order *order)
{
	*order = (struct modem_order){ .kind = MODEM_ORDER_WAIT, .iccid = "" };
	life->now_ms = now_ms;
	if (life->running) {
		if (now_ms < life->backstop_ms)
			return;
		order->kind = MODEM_ORDER_CLOSE;
		close_line(life, ABSENT_POLL_MS, "a dialogue with the module did not end");
		return;
	}
	modem_settle_look_at_clock(life);
	if (life->reset_wanted && !life->settling.wanted &&
	    life->baud.phase == MODEM_BAUD_STEADY)
		begin_reset(life);
	/* Before a reset, so that it is counted whatever becomes of us in it. */
	if (!has_news(life, order) && now_ms >= life->due_ms)
		begin_task(life, order);
}

int64_t modem_life_deadline_ms(const struct modem_life *life)
{
	if (life->running)
		return life->backstop_ms;
	if (life->settling.wanted && life->settling.until_ms < life->due_ms)
		return life->settling.until_ms;
	return life->due_ms;
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
	if (life->settling.wanted)
		modem_settle_listen(life);
	else
		modem_course_sync(life, 0, is_expected_back(life) ? RESTART_PATIENCE_MS :
				  OPENED_PATIENCE_MS);
}

/* A module that was unplugged for a moment needs nobody; one that stays away, or
 * was never there, does. */
static void stay_absent(struct modem_life *life, const char *why)
{
	modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, ABSENT_POLL_MS);
	modem_course_say(life, "%s", why);
	if (life->now_ms - life->closed_ms < ABSENT_PATIENCE_MS || is_expected_back(life))
		return;
	modem_course_say(life, "%s: plug it in, or set device to where it is", why);
	life->wants_hand = true;
}

void modem_life_open_failed(struct modem_life *life, bool absent, const char *why, int64_t now_ms)
{
	if (!end_task(life, MODEM_TASK_OPEN, now_ms))
		return;
	if (absent) {
		stay_absent(life, why);
		return;
	}
	modem_course_go(life, MODEM_OPENING, MODEM_TASK_OPEN, OPENING_POLL_MS);
	modem_course_say(life, "%s", why);
	life->wants_hand = true;
}

void modem_life_lost(struct modem_life *life, const char *why, int64_t now_ms)
{
	life->now_ms = now_ms;
	if (!life->open)
		return;
	/* A reset-command that takes the module's power is to come to its end. */
	if (life->running && life->task == MODEM_TASK_RESET_COMMAND)
		forget_line(life, why);
	else
		close_line(life, LOST_POLL_MS, why);
}

void modem_life_info(struct modem_life *life, const char *label, struct span line)
{
	if (life->running && life->task == MODEM_TASK_SCRIPT && label != NULL)
		modem_hear(life, label, line);
}

/* While a task runs, the chat or the shell tells its end; a boot line between
 * tasks is noticed here. */
void modem_life_unsolicited(struct modem_life *life, struct span line, int64_t now_ms)
{
	enum at_reply reply = at_reply_classify(line);

	life->now_ms = now_ms;
	if (life->open && life->settling.wanted)
		modem_settle_hear(life, line);
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

void modem_life_recalled(struct modem_life *life, enum modem_pin_memory memory, int64_t now_ms)
{
	if (end_task(life, MODEM_TASK_RECALL_PIN, now_ms))
		modem_sim_after_recall(life, memory);
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
	life->returns_until_ms = now_ms + POWER_DOWN_WAIT_MS + RESTART_PATIENCE_MS;
	if (life->open)
		modem_course_sync(life, POWER_DOWN_WAIT_MS, RESTART_PATIENCE_MS);
	else
		modem_course_go(life, MODEM_ABSENT, MODEM_TASK_OPEN, LOST_POLL_MS);
	modem_course_say(life, done ? "reset-command was run" : "reset-command failed");
}

bool modem_life_is_ready(const struct modem_life *life)
{
	return life->state == MODEM_READY && !life->running && !life->reset_wanted;
}

void modem_life_settle(struct modem_life *life, int64_t until_ms, int64_t now_ms)
{
	life->now_ms = now_ms;
	modem_settle_begin(life, until_ms);
}

unsigned modem_life_baud(const struct modem_life *life)
{
	return life->baud.rate;
}

int64_t modem_life_guard_ms(const struct modem_life *life)
{
	if (!life->options.finds_guard)
		return life->options.guard_ms;
	return life->facts.bare_escape_ends == AT_YES ? 0 : MODEM_GUARD_SURE_MS;
}

struct modem_basis modem_life_basis(const struct modem_life *life)
{
	return (struct modem_basis){
		.session_set = life->session_set,
		.bring_bearer_up = life->network_failures >= MODEM_NETWORK_FAILURES_BEARER,
		.size_ends_data = life->facts.size_ends_data,
		.has_store = life->facts.has_store,
		.store_free_octets = life->facts.store_free_octets,
		.baud = modem_life_baud(life),
	};
}

const struct modem_memory *modem_life_memory(const struct modem_life *life)
{
	return &life->memory;
}

void modem_life_sending(struct modem_life *life, bool leaves_session, int64_t now_ms)
{
	if (!modem_life_is_ready(life))
		return;
	life->now_ms = now_ms;
	modem_course_go(life, MODEM_SENDING, MODEM_TASK_MAIL, 0);
	life->leaves_session = leaves_session;
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
		modem_mail_end(life, result);
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
