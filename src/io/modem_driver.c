/* SPDX-License-Identifier: ISC */
#include "io/modem_driver_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/modem_keep.h"

#define READS_MAX 16	/* of a few KiB: a module that never stops must not hold the loop */

/* So often the name of the device is looked up: a module that came back is noticed
 * within 5 s. */
static const struct timeval watch_pause = { 3, 0 };

static const char unplugged[] = "the module was unplugged or its line hung up";

static void note_lost(struct modem_driver *driver, const char *why)
{
	at_chat_lost(driver->chat);
	modem_life_lost(driver->life, why, clock_boot_ms());
}

static void on_came(void *context, struct span octets)
{
	struct modem_driver *driver = context;

	modem_trace_came(&driver->trace, octets, clock_boot_ms());
	at_chat_feed(driver->chat, octets, clock_boot_ms());
	modem_driver_pump(driver);
}

static void on_moved(void *context)
{
	struct modem_driver *driver = context;

	if (!modem_port_is_open(&driver->port))
		note_lost(driver, unplugged);
	modem_driver_pump(driver);
}

/* What the chat has to say. */

static void tell_sent(struct modem_driver *driver, const struct at_chat_result *result)
{
	driver->sent = *result;
	driver->tell_sent = true;
	driver->tell_held = false;
}

/* A mail that failed with nothing committed may be tried on another modem while
 * this one is still being synchronised. */
static void tell_early(struct modem_driver *driver)
{
	if (!driver->mail || driver->mail_told || !at_chat_let_go(driver->chat))
		return;
	driver->mail_told = true;
	tell_sent(driver, at_chat_result(driver->chat));
}

static void on_finished(struct modem_driver *driver)
{
	const struct at_chat_result *result = at_chat_result(driver->chat);
	int64_t now_ms = clock_boot_ms();

	modem_driver_note_end(driver, result);
	/* A mail may have fallen due while the chat was busy. */
	driver->tell_changed = true;
	if (!driver->mail) {
		modem_life_finished(driver->life, result, now_ms);
		return;
	}
	driver->mail = false;
	if (!driver->mail_told)
		tell_sent(driver, result);
	modem_life_sent(driver->life, result, now_ms);
}

static void on_unsolicited(struct modem_driver *driver, struct span line)
{
	modem_trace_unsolicited(&driver->trace, line);
	modem_life_unsolicited(driver->life, line, clock_boot_ms());
}

static void send_octets(struct modem_driver *driver, const struct at_chat_event *event)
{
	modem_trace_sent(&driver->trace, event, clock_boot_ms());
	modem_port_write(&driver->port, event->octets);
	if (!modem_port_is_open(&driver->port))
		note_lost(driver, unplugged);
}

/* False when there was nothing. */
static bool follow_chat(struct modem_driver *driver)
{
	struct at_chat_event event;

	at_chat_set_backlog(driver->chat, modem_port_backlog(&driver->port), clock_boot_ms());
	at_chat_next(driver->chat, clock_boot_ms(), &event);
	if (at_chat_drops_data(driver->chat))
		modem_port_drop(&driver->port);
	switch (event.kind) {
	case AT_CHAT_NONE:
		return false;
	case AT_CHAT_SEND:
		send_octets(driver, &event);
		break;
	case AT_CHAT_HOLD:
		driver->tell_held = true;
		break;
	case AT_CHAT_INFO:
		if (!driver->mail)
			modem_life_info(driver->life, event.label, event.octets);
		break;
	case AT_CHAT_UNSOLICITED:
		on_unsolicited(driver, event.octets);
		break;
	case AT_CHAT_FINISHED:
		on_finished(driver);
		break;
	}
	return true;
}

/* What others are told. */

static void note_changes(struct modem_driver *driver)
{
	const struct modem_facts *facts = modem_life_facts(driver->life);

	if (modem_notice_look(&driver->notice, driver->life)) {
		modem_driver_note_state(driver);
		driver->tell_changed = true;
	}
	if (memcmp(facts, &driver->facts, sizeof(*facts)) != 0) {
		driver->facts = *facts;
		driver->tell_changed = true;
	}
}

/* A heart-beat is no change: who was told "ready" is told again at its end. */
static bool is_resting_change(const struct modem_driver *driver)
{
	return modem_life_state(driver->life) == MODEM_READY &&
		!at_chat_is_idle(driver->chat);
}

static void tell_soon(struct modem_driver *driver)
{
	if (driver->tell_held || driver->tell_sent || driver->tell_settled ||
	    (driver->tell_changed && !is_resting_change(driver)))
		event_active(driver->telling, EV_TIMEOUT, 1);
}

/* Nothing of the driver is touched after a call: it may be gone. */
static void on_telling(evutil_socket_t fd, short what, void *context)
{
	struct modem_driver *driver = context;
	struct modem_driver_events events = driver->events;
	struct at_chat_result sent = driver->sent, settled = driver->settled;

	(void)fd, (void)what;
	if (driver->tell_held) {
		driver->tell_held = false;
		tell_soon(driver);
		events.held(events.context, driver);
	} else if (driver->tell_sent) {
		driver->tell_sent = false;
		tell_soon(driver);
		events.sent(events.context, driver, &sent);
	} else if (driver->tell_settled) {
		driver->tell_settled = false;
		tell_soon(driver);
		events.settled(events.context, driver, &settled);
	} else if (driver->tell_changed && !is_resting_change(driver)) {
		driver->tell_changed = false;
		events.changed(events.context, driver);
	}
}

static void arm_timer(struct modem_driver *driver)
{
	int64_t due_ms = modem_life_deadline_ms(driver->life);
	int64_t chat_ms = at_chat_deadline_ms(driver->chat);
	int64_t wait_us;

	if (chat_ms < due_ms)
		due_ms = chat_ms;
	wait_us = clock_boot_wait_us(due_ms);
	event_add(driver->timer, &(struct timeval){ wait_us / 1000000, wait_us % 1000000 });
}

/* What lies in the kernel already is not late because our loop was busy: it is read
 * before a limit is held to have passed. */
static void read_before_limit(struct modem_driver *driver)
{
	unsigned most = READS_MAX;

	if (at_chat_deadline_ms(driver->chat) > clock_boot_ms())
		return;
	while (most-- > 0 && modem_port_read(&driver->port))
		;
}

void modem_driver_pump(struct modem_driver *driver)
{
	if (driver->pumping)
		return;
	driver->pumping = true;
	read_before_limit(driver);
	do {
		while (follow_chat(driver))
			;
	} while (modem_driver_follow_life(driver));
	driver->pumping = false;
	tell_early(driver);
	note_changes(driver);
	arm_timer(driver);
	tell_soon(driver);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	modem_driver_pump(context);
}

/* The name of the device may lead to another one while the old one is still there and
 * silent. A mail that runs is left to its end. */
static void on_watching(evutil_socket_t fd, short what, void *context)
{
	struct modem_driver *driver = context;

	(void)fd, (void)what;
	if (driver->mail || !modem_port_is_elsewhere(&driver->port, driver->device))
		return;
	modem_port_close(&driver->port);
	note_lost(driver, "its device names another line now");
	modem_driver_pump(driver);
}

/* What delivery asks for. */

static bool make_parts(struct modem_driver *driver, const struct modem_driver_options *options)
{
	struct modem_life_options life = options->life;
	const struct at_chat_options chat = {
		.baud = options->wire.baud,
		.pace_ms = MODEM_DRIVER_PACE_MS,
		.escape_guard_ms = options->life.guard_ms,
		.piece_octets = MODEM_DRIVER_PIECE_OCTETS,
	};
	const struct modem_port_events port = { on_came, on_moved, driver };

	driver->name = span_dup(span_of(options->name));
	driver->device = span_dup(span_of(options->device));
	driver->state_folder = span_dup(span_of(options->state_folder));
	driver->reset_line = span_dup(span_of(options->reset_command));
	driver->timer = evtimer_new(driver->base, on_timer, driver);
	driver->telling = event_new(driver->base, -1, 0, on_telling, driver);
	driver->watching = event_new(driver->base, -1, EV_PERSIST, on_watching, driver);
	driver->recorder = modem_recorder_new(clock_boot_ms());
	driver->chat = at_chat_new(&chat);
	if (driver->name == NULL || driver->device == NULL || driver->state_folder == NULL ||
	    driver->reset_line == NULL || driver->timer == NULL || driver->telling == NULL ||
	    driver->watching == NULL || event_add(driver->watching, &watch_pause) < 0 ||
	    driver->recorder == NULL ||
	    driver->chat == NULL || !modem_port_init(&driver->port, driver->base, &port))
		return false;
	memcpy(driver->pin, life.pin, sizeof(driver->pin));
	modem_keep_load(driver->state_folder, driver->name, &life.memory);
	life.has_reset_command = driver->reset_line[0] != '\0';
	driver->life = modem_life_new(&life, clock_boot_ms());
	explicit_bzero(life.pin, sizeof(life.pin));
	return driver->life != NULL;
}

struct modem_driver *modem_driver_new(struct event_base *base,
				      const struct modem_driver_options *options,
				      const struct modem_driver_events *events)
{
	struct modem_driver *driver = calloc(1, sizeof(*driver));

	if (driver == NULL)
		return NULL;
	driver->base = base;
	driver->events = *events;
	driver->wire_options = options->wire;
	if (!make_parts(driver, options)) {
		modem_driver_free(driver);
		return NULL;
	}
	modem_trace_init(&driver->trace, driver->name, driver->recorder, options->trace);
	modem_dump_init(&driver->dump, driver->state_folder, driver->name);
	modem_notice_init(&driver->notice, driver->name);
	arm_timer(driver);
	return driver;
}

void modem_driver_free(struct modem_driver *driver)
{
	if (driver == NULL)
		return;
	if (driver->reset != NULL)
		reset_command_cancel(driver->reset);
	modem_port_clear(&driver->port);
	if (driver->timer != NULL)
		event_free(driver->timer);
	if (driver->telling != NULL)
		event_free(driver->telling);
	if (driver->watching != NULL)
		event_free(driver->watching);
	at_chat_free(driver->chat);
	modem_life_free(driver->life);
	modem_recorder_free(driver->recorder);
	free(driver->name);
	free(driver->device);
	free(driver->state_folder);
	free(driver->reset_line);
	explicit_bzero(driver, sizeof(*driver));
	free(driver);
}

void modem_driver_settle(struct modem_driver *driver, int64_t until_ms)
{
	modem_life_settle(driver->life, until_ms, clock_boot_ms());
	arm_timer(driver);
}

struct modem_basis modem_driver_basis(const struct modem_driver *driver)
{
	return modem_life_basis(driver->life);
}

bool modem_driver_is_ready(const struct modem_driver *driver)
{
	return modem_life_is_ready(driver->life) && at_chat_is_idle(driver->chat) &&
		!driver->tell_sent;
}

void modem_driver_send(struct modem_driver *driver, const struct at_script *script)
{
	if (!modem_driver_is_ready(driver) || script->fault != NULL) {
		driver->sent = (struct at_chat_result){
			.outcome = script->fault != NULL ? AT_CHAT_UNSAFE : AT_CHAT_CANCELLED,
			.synced = true,
		};
		driver->tell_sent = true;
		tell_soon(driver);
		return;
	}
	modem_life_sending(driver->life, script->leaves_session, clock_boot_ms());
	driver->mail = true;
	driver->mail_told = false;
	modem_driver_set_line(driver);
	at_chat_start(driver->chat, script->steps, script->count, clock_boot_ms());
	modem_driver_pump(driver);
}

void modem_driver_release(struct modem_driver *driver)
{
	at_chat_release(driver->chat, clock_boot_ms());
	modem_driver_pump(driver);
}

void modem_driver_cancel(struct modem_driver *driver)
{
	if (!driver->mail)
		return;
	at_chat_cancel(driver->chat, clock_boot_ms());
	modem_driver_pump(driver);
}

void modem_driver_give_up(struct modem_driver *driver)
{
	modem_port_close(&driver->port);
	note_lost(driver, "a mail did not end in its time");
	modem_life_reset(driver->life, clock_boot_ms());
	modem_driver_pump(driver);
}

void modem_driver_reset(struct modem_driver *driver)
{
	modem_life_reset(driver->life, clock_boot_ms());
	modem_driver_pump(driver);
}

enum modem_state modem_driver_state(const struct modem_driver *driver)
{
	return modem_life_state(driver->life);
}

const struct modem_facts *modem_driver_facts(const struct modem_driver *driver)
{
	return modem_life_facts(driver->life);
}

const char *modem_driver_why(const struct modem_driver *driver)
{
	return modem_life_why(driver->life);
}

bool modem_driver_wants_hand(const struct modem_driver *driver)
{
	return modem_life_wants_hand(driver->life);
}
