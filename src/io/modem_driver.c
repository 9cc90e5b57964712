/* SPDX-License-Identifier: ISC */
#include "io/modem_driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/modem_notice.h"
#include "io/modem_port.h"
#include "io/modem_trace.h"
#include "io/pin_memory.h"
#include "io/reset_command.h"

#define PACE_MS 20		/* modem-peers.md, 1.2: quiet before a command */
#define PIECE_OCTETS 512	/* modem.md, 6.7 */

struct modem_driver {
	char *name, *device, *state_folder, *reset_line;
	struct wire_options wire_options;
	char pin[sizeof ((struct modem_life_options *)0)->pin];
	struct modem_driver_events events;
	struct event_base *base;
	struct event *timer, *telling;
	struct modem_port port;
	struct at_chat *chat;
	struct modem_life *life;
	struct reset_command *reset;		/* NULL when none runs */
	struct modem_trace trace;
	struct modem_notice notice;
	bool mail;				/* the chat runs a mail's script */
	bool pumping;

	/* To be told from the loop, one a turn: the receiver may free the driver. */
	bool tell_held, tell_sent, tell_changed;
	struct at_chat_result sent;

	struct modem_facts facts;		/* as they were told last */
};

static void pump(struct modem_driver *driver);

/* Closes the line and lets the chat end what ran on it. */
static void close_line(struct modem_driver *driver)
{
	modem_port_close(&driver->port);
	at_chat_lost(driver->chat);
}

static void note_lost(struct modem_driver *driver)
{
	at_chat_lost(driver->chat);
	modem_life_lost(driver->life, "the module was unplugged or its line hung up",
			clock_boot_ms());
}

static void on_came(void *context, struct span octets)
{
	struct modem_driver *driver = context;

	modem_trace_came(&driver->trace, octets);
	at_chat_feed(driver->chat, octets, clock_boot_ms());
	pump(driver);
}

static void on_moved(void *context)
{
	struct modem_driver *driver = context;

	if (!modem_port_is_open(&driver->port))
		note_lost(driver);
	pump(driver);
}

/* What life orders. */

static void follow_open(struct modem_driver *driver)
{
	char why[WIRE_WHY_SIZE] = "";
	int result = modem_port_open(&driver->port, driver->device, &driver->wire_options, why);
	bool absent = result == -ENOENT || result == -ENODEV || result == -ENXIO;

	if (result == 0)
		modem_life_opened(driver->life, clock_boot_ms());
	else
		modem_life_open_failed(driver->life, absent, why, clock_boot_ms());
}

static void on_reset_done(void *context, bool well, const char *said)
{
	struct modem_driver *driver = context;

	driver->reset = NULL;
	log_write(well ? LOG_DETAIL : LOG_MODEM_TROUBLE,
		  &(struct log_fields){ .modem = driver->name }, "%s: reset-command %s",
		  driver->name, said);
	modem_life_reset_done(driver->life, well, clock_boot_ms());
	pump(driver);
}

static void follow_reset_command(struct modem_driver *driver)
{
	if (driver->reset == NULL)
		driver->reset = reset_command_start(driver->base, driver->reset_line,
						    on_reset_done, driver);
	if (driver->reset != NULL)
		return;
	log_write(LOG_MODEM_TROUBLE, &(struct log_fields){ .modem = driver->name },
		  "%s: reset-command cannot be run: %s", driver->name, strerror(errno));
	modem_life_reset_done(driver->life, false, clock_boot_ms());
}

static void follow_remember(struct modem_driver *driver, enum modem_pin_memory memory)
{
	int result = pin_memory_store(driver->state_folder, driver->name, driver->pin, memory);

	if (result < 0)
		log_write(LOG_MODEM_TROUBLE, &(struct log_fields){ .modem = driver->name },
			  "%s: what became of the PIN cannot be noted in %s: %s", driver->name,
			  driver->state_folder, strerror(-result));
	modem_life_remembered(driver->life, result == 0, clock_boot_ms());
}

/* False when there was nothing to do. */
static bool follow_life(struct modem_driver *driver)
{
	struct modem_order order;

	modem_life_next(driver->life, clock_boot_ms(), &order);
	switch (order.kind) {
	case MODEM_ORDER_WAIT:
		return false;
	case MODEM_ORDER_OPEN:
		follow_open(driver);
		break;
	case MODEM_ORDER_CLOSE:
		close_line(driver);
		break;
	case MODEM_ORDER_SYNC:
		at_chat_start_sync(driver->chat, clock_boot_ms());
		break;
	case MODEM_ORDER_RUN:
		at_chat_start(driver->chat, order.steps, order.count, clock_boot_ms());
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		follow_remember(driver, order.pin_memory);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		follow_reset_command(driver);
		break;
	}
	return true;
}

/* What the chat has to say. */

static void on_finished(struct modem_driver *driver)
{
	const struct at_chat_result *result = at_chat_result(driver->chat);
	int64_t now_ms = clock_boot_ms();

	/* A mail may have fallen due while the chat was busy. */
	driver->tell_changed = true;
	if (!driver->mail) {
		modem_life_finished(driver->life, result, now_ms);
		return;
	}
	driver->mail = false;
	driver->sent = *result;
	driver->tell_sent = true;
	driver->tell_held = false;
	modem_life_sent(driver->life, result, now_ms);
}

static void on_unsolicited(struct modem_driver *driver, struct span line)
{
	modem_trace_unsolicited(&driver->trace, line);
	modem_life_unsolicited(driver->life, line, clock_boot_ms());
}

static void send_octets(struct modem_driver *driver, const struct at_chat_event *event)
{
	modem_trace_sent(&driver->trace, event);
	modem_port_write(&driver->port, event->octets);
	if (!modem_port_is_open(&driver->port))
		note_lost(driver);
}

/* False when there was nothing. */
static bool follow_chat(struct modem_driver *driver)
{
	struct at_chat_event event;

	at_chat_set_backlog(driver->chat, modem_port_backlog(&driver->port), clock_boot_ms());
	at_chat_next(driver->chat, clock_boot_ms(), &event);
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

	if (modem_notice_look(&driver->notice, driver->life))
		driver->tell_changed = true;
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
	if (driver->tell_held || driver->tell_sent ||
	    (driver->tell_changed && !is_resting_change(driver)))
		event_active(driver->telling, EV_TIMEOUT, 1);
}

/* Nothing of the driver is touched after a call: it may be gone. */
static void on_telling(evutil_socket_t fd, short what, void *context)
{
	struct modem_driver *driver = context;
	struct modem_driver_events events = driver->events;
	struct at_chat_result sent = driver->sent;

	(void)fd, (void)what;
	if (driver->tell_held) {
		driver->tell_held = false;
		tell_soon(driver);
		events.held(events.context, driver);
	} else if (driver->tell_sent) {
		driver->tell_sent = false;
		tell_soon(driver);
		events.sent(events.context, driver, &sent);
	} else if (driver->tell_changed && !is_resting_change(driver)) {
		driver->tell_changed = false;
		events.changed(events.context, driver);
	}
}

static void arm_timer(struct modem_driver *driver)
{
	int64_t due_ms = modem_life_deadline_ms(driver->life);
	int64_t chat_ms = at_chat_deadline_ms(driver->chat);
	int64_t wait_ms;

	if (chat_ms < due_ms)
		due_ms = chat_ms;
	wait_ms = due_ms - clock_boot_ms();
	if (wait_ms < 0)
		wait_ms = 0;
	event_add(driver->timer, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

/* Brings chat and life forward until both wait. */
static void pump(struct modem_driver *driver)
{
	if (driver->pumping)
		return;
	driver->pumping = true;
	do {
		while (follow_chat(driver))
			;
	} while (follow_life(driver));
	driver->pumping = false;
	note_changes(driver);
	arm_timer(driver);
	tell_soon(driver);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	pump(context);
}

/* What delivery asks for. */

static bool make_parts(struct modem_driver *driver, const struct modem_driver_options *options)
{
	struct modem_life_options life = options->life;
	const struct at_chat_options chat = {
		.baud = options->wire.baud,
		.pace_ms = PACE_MS,
		.escape_guard_ms = options->escape_guard_ms,
		.piece_octets = PIECE_OCTETS,
	};
	const struct modem_port_events port = { on_came, on_moved, driver };

	driver->name = span_dup(span_of(options->name));
	driver->device = span_dup(span_of(options->device));
	driver->state_folder = span_dup(span_of(options->state_folder));
	driver->reset_line = span_dup(span_of(options->reset_command));
	driver->timer = evtimer_new(driver->base, on_timer, driver);
	driver->telling = event_new(driver->base, -1, 0, on_telling, driver);
	driver->chat = at_chat_new(&chat);
	if (driver->name == NULL || driver->device == NULL || driver->state_folder == NULL ||
	    driver->reset_line == NULL || driver->timer == NULL || driver->telling == NULL ||
	    driver->chat == NULL || !modem_port_init(&driver->port, driver->base, &port))
		return false;
	memcpy(driver->pin, life.pin, sizeof(driver->pin));
	life.has_reset_command = driver->reset_line[0] != '\0';
	if (life.pin[0] != '\0')
		life.pin_memory = pin_memory_load(driver->state_folder, driver->name, life.pin);
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
	modem_trace_init(&driver->trace, driver->name, options->trace);
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
	at_chat_free(driver->chat);
	modem_life_free(driver->life);
	free(driver->name);
	free(driver->device);
	free(driver->state_folder);
	free(driver->reset_line);
	explicit_bzero(driver, sizeof(*driver));
	free(driver);
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
	modem_life_sending(driver->life, clock_boot_ms());
	driver->mail = true;
	at_chat_start(driver->chat, script->steps, script->count, clock_boot_ms());
	pump(driver);
}

void modem_driver_release(struct modem_driver *driver)
{
	at_chat_release(driver->chat, clock_boot_ms());
	pump(driver);
}

void modem_driver_cancel(struct modem_driver *driver)
{
	if (!driver->mail)
		return;
	at_chat_cancel(driver->chat, clock_boot_ms());
	pump(driver);
}

void modem_driver_reset(struct modem_driver *driver)
{
	modem_life_reset(driver->life, clock_boot_ms());
	pump(driver);
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
