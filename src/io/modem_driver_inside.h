/* SPDX-License-Identifier: ISC */
/* The inside of a modem's driver, shared by the modem_driver*.c files and by nobody
 * else:
 *
 *	modem_driver		the loop: chat and life brought forward, others told
 *	modem_driver_orders	what life orders, done
 *	modem_driver_flight	what the flight recorder is told, and when it is kept */
#ifndef IO_MODEM_DRIVER_INSIDE_H
#define IO_MODEM_DRIVER_INSIDE_H

#include "io/modem_driver.h"
#include "io/modem_dump.h"
#include "io/modem_notice.h"
#include "io/modem_port.h"
#include "io/modem_trace.h"
#include "io/reset_command.h"

struct event;

#define MODEM_DRIVER_PACE_MS 20		/* modem-peers.md, 1.2: quiet before a command */
#define MODEM_DRIVER_PIECE_OCTETS 128	/* of data at once: so little reaches a module that
						 * started anew in the middle of it */

struct modem_driver {
	char *name, *device, *state_folder, *reset_line;
	struct wire_options wire_options;
	char pin[sizeof ((struct modem_life_options *)0)->pin];
	struct modem_driver_events events;
	struct event_base *base;
	struct event *timer, *telling, *watching;
	struct modem_port port;
	struct at_chat *chat;
	struct modem_life *life;
	struct reset_command *reset;		/* NULL when none runs */
	struct modem_recorder *recorder;
	struct modem_trace trace;
	struct modem_dump dump;
	struct modem_notice notice;
	bool unkept;				/* told that the memory cannot be put on disk */
	bool mail;				/* the chat runs a mail's script */
	bool mail_told;				/* ... of which `sent` is told already */
	bool pumping;

	/* To be told from the loop, one a turn: the receiver may free the driver. */
	bool tell_held, tell_sent, tell_settled, tell_changed;
	struct at_chat_result sent, settled;

	struct modem_facts facts;		/* as they were told last */
};

/* modem_driver.c: brings chat and life forward until both wait. */
void modem_driver_pump(struct modem_driver *driver);

/* modem_driver_orders.c: does what is ordered now; false when it is to wait. */
bool modem_driver_follow_life(struct modem_driver *driver);

/* Rate and guard as life wants them; only while the chat is idle. */
void modem_driver_set_line(struct modem_driver *driver);

/* modem_driver_flight.c: a mail's or a life's script has ended; the life's state is
 * another one. */
void modem_driver_note_end(struct modem_driver *driver, const struct at_chat_result *result);
void modem_driver_note_state(struct modem_driver *driver);

#endif
