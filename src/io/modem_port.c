/* SPDX-License-Identifier: ISC */
#include "io/modem_port.h"

#include <errno.h>
#include <stdio.h>

#include <event2/buffer.h>
#include <event2/event.h>

#define READ_SIZE 4096
#define WRITE_SIZE 4096

bool modem_port_init(struct modem_port *port, struct event_base *base,
		     const struct modem_port_events *events)
{
	*port = (struct modem_port){ .base = base, .events = *events };
	port->output = evbuffer_new();
	return port->output != NULL;
}

void modem_port_clear(struct modem_port *port)
{
	modem_port_close(port);
	if (port->output != NULL)
		evbuffer_free(port->output);
	port->output = NULL;
}

bool modem_port_is_open(const struct modem_port *port)
{
	return port->wire != NULL;
}

void modem_port_close(struct modem_port *port)
{
	if (port->readable != NULL)
		event_free(port->readable);
	if (port->writable != NULL)
		event_free(port->writable);
	port->readable = NULL;
	port->writable = NULL;
	/* A held descriptor would make the kernel give the module another name. */
	if (port->wire != NULL)
		wire_close(port->wire);
	port->wire = NULL;
	if (port->output != NULL)
		evbuffer_drain(port->output, evbuffer_get_length(port->output));
}

void modem_port_drop(struct modem_port *port)
{
	evbuffer_drain(port->output, evbuffer_get_length(port->output));
	if (port->wire != NULL)
		wire_drop(port->wire);
}

static void flush(struct modem_port *port)
{
	size_t length;

	while (port->wire != NULL && (length = evbuffer_get_length(port->output)) > 0) {
		size_t part = length < WRITE_SIZE ? length : WRITE_SIZE;
		const void *octets = evbuffer_pullup(port->output, (ev_ssize_t)part);
		ssize_t count = octets ? wire_write(port->wire, octets, part) : -ENOMEM;

		if (count == -EAGAIN || count == 0) {
			event_add(port->writable, NULL);
			return;
		}
		if (count < 0)
			modem_port_close(port);
		else
			evbuffer_drain(port->output, (size_t)count);
	}
}

bool modem_port_read(struct modem_port *port)
{
	char octets[READ_SIZE];
	ssize_t count = port->wire ? wire_read(port->wire, octets, sizeof(octets)) : -EAGAIN;

	if (count > 0) {
		port->events.came(port->events.context, span_make(octets, (size_t)count));
	} else if (count != -EAGAIN) {
		modem_port_close(port);
		port->events.moved(port->events.context);
	}
	return count > 0;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	(void)fd, (void)what;
	modem_port_read(context);
}

bool modem_port_is_elsewhere(const struct modem_port *port, const char *device)
{
	return port->wire != NULL && wire_is_elsewhere(port->wire, device);
}

int modem_port_set_baud(struct modem_port *port, unsigned baud)
{
	int result;

	if (port->wire == NULL || port->baud == baud)
		return 0;
	result = wire_set_baud(port->wire, baud);
	if (result == 0)
		port->baud = baud;
	return result;
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	struct modem_port *port = context;

	(void)fd, (void)what;
	flush(port);
	port->events.moved(port->events.context);
}

int modem_port_open(struct modem_port *port, const char *device,
		    const struct wire_options *options, char why[static WIRE_WHY_SIZE])
{
	int result = wire_open(device, options, &port->wire, why);

	if (result < 0)
		return result;
	port->baud = options->baud;
	port->readable = event_new(port->base, port->wire->fd, EV_READ | EV_PERSIST, on_readable,
				   port);
	port->writable = event_new(port->base, port->wire->fd, EV_WRITE, on_writable, port);
	if (port->readable != NULL && port->writable != NULL &&
	    event_add(port->readable, NULL) == 0)
		return 0;
	modem_port_close(port);
	snprintf(why, WIRE_WHY_SIZE, "out of memory");
	return -ENOMEM;
}

void modem_port_write(struct modem_port *port, struct span octets)
{
	if (port->wire == NULL)
		return;
	if (evbuffer_add(port->output, octets.at, octets.length) < 0)
		modem_port_close(port);
	else
		flush(port);
}

size_t modem_port_backlog(const struct modem_port *port)
{
	if (port->wire == NULL)
		return 0;
	return evbuffer_get_length(port->output) + wire_unsent(port->wire);
}
