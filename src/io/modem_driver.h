/* SPDX-License-Identifier: ISC */
/* One modem: its wire, its timers, its chat, its life. Does what modem_life
 * orders and what delivery hands it; decides nothing. Runs in the event loop
 * and never waits in it for a line, a device or a program. What it waits for is the
 * disk, for a few hundred octets of the state folder, where order matters: before a
 * PIN is tried, and when the ladder or what is known of the firmware has changed. */
#ifndef IO_MODEM_DRIVER_H
#define IO_MODEM_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "at/at_chat.h"
#include "at/at_script.h"
#include "io/wire.h"
#include "modem/modem_life.h"

struct event_base;
struct modem_driver;

struct modem_driver_options {
	const char *name;		/* "gsm0"; for logs */
	const char *device;
	struct wire_options wire;
	struct modem_life_options life;
	const char *state_folder;	/* for pin-NAME, modem-NAME and flight-NAME-K.log */
	const char *reset_command;	/* NULL or "": none */
	bool trace;			/* log the dialogue at debug level; the flight recorder
					 * has it always */
};

struct modem_driver_events {
	/* Its state or its facts changed; it may be ready now. */
	void (*changed)(void *context, struct modem_driver *driver);
	/* The script waits before its held step: modem_driver_release() or _cancel(). */
	void (*held)(void *context, struct modem_driver *driver);
	/* What became of the mail of a daemon before; see modem_driver_settle(). */
	void (*settled)(void *context, struct modem_driver *driver,
			const struct at_chat_result *result);
	/* The mail's script has ended; never called from within modem_driver_send(). */
	void (*sent)(void *context, struct modem_driver *driver,
		     const struct at_chat_result *result);
	void *context;
};

/* Copies the options. Starts looking for the device at once. NULL when out of
 * memory. The sources of events outlive it. */
struct modem_driver *modem_driver_new(struct event_base *base,
				      const struct modem_driver_options *options,
				      const struct modem_driver_events *events);

/* Closes the wire at once, whatever runs on it. */
void modem_driver_free(struct modem_driver *driver);

/* Right after modem_driver_new(): see modem_life_settle(). */
void modem_driver_settle(struct modem_driver *driver, int64_t until_ms);

bool modem_driver_is_ready(const struct modem_driver *driver);

/* For the plan of the next mail. */
struct modem_basis modem_driver_basis(const struct modem_driver *driver);

/* Runs a mail's script; borrowed until `sent`. Requires readiness. */
void modem_driver_send(struct modem_driver *driver, const struct at_script *script);
void modem_driver_release(struct modem_driver *driver);

/* Ends the running mail as soon as that is safe; `sent` follows. */
void modem_driver_cancel(struct modem_driver *driver);

/* The mail that runs did not end in any time that its script may take: the wire is
 * closed at once, `sent` follows, and the module is reset when it answers again. */
void modem_driver_give_up(struct modem_driver *driver);

/* The operator's reset. */
void modem_driver_reset(struct modem_driver *driver);

enum modem_state modem_driver_state(const struct modem_driver *driver);
const struct modem_facts *modem_driver_facts(const struct modem_driver *driver);
const char *modem_driver_why(const struct modem_driver *driver);
bool modem_driver_wants_hand(const struct modem_driver *driver);

#endif
