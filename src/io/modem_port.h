/* SPDX-License-Identifier: ISC */
/* A wire in the event loop: opened and closed as ordered, its octets handed on
 * as they come, what it does not take at once kept and written later. */
#ifndef IO_MODEM_PORT_H
#define IO_MODEM_PORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "io/wire.h"

struct event;
struct event_base;
struct evbuffer;

struct modem_port_events {
	/* At most a few KiB a call, so that other work of the loop comes between. */
	void (*came)(void *context, struct span octets);
	/* It hung up, or there is room again; see modem_port_is_open(). */
	void (*moved)(void *context);
	void *context;
};

struct modem_port {
	struct event_base *base;
	struct modem_port_events events;
	struct wire *wire;			/* NULL while closed */
	unsigned baud;
	struct event *readable, *writable;	/* NULL while closed */
	struct evbuffer *output;
};

/* False when out of memory; modem_port_clear() is allowed all the same. */
bool modem_port_init(struct modem_port *port, struct event_base *base,
		     const struct modem_port_events *events);
void modem_port_clear(struct modem_port *port);

/* As wire_open(). */
int modem_port_open(struct modem_port *port, const char *device,
		    const struct wire_options *options, char why[static WIRE_WHY_SIZE]);

/* As wire_set_baud(), where it is another rate than before; 0 when closed. */
int modem_port_set_baud(struct modem_port *port, unsigned baud);

/* Takes a part of what has come already, without waiting for the loop to tell; false
 * when there was nothing. */
bool modem_port_read(struct modem_port *port);

/* Whether it is open and `device` leads to another terminal by now. */
bool modem_port_is_elsewhere(const struct modem_port *port, const char *device);

/* At once; what was not written is dropped. */
void modem_port_close(struct modem_port *port);
bool modem_port_is_open(const struct modem_port *port);

/* Closes itself when the wire turns out to be gone: no event is sent for that. */
void modem_port_write(struct modem_port *port, struct span octets);

/* What was written and has not left yet is not sent any more, as far as it can be
 * reached. */
void modem_port_drop(struct modem_port *port);

/* Octets written and not on the line yet, as far as the kernel tells. */
size_t modem_port_backlog(const struct modem_port *port);

#endif
