/* SPDX-License-Identifier: ISC */
/* One SMTP connection: moves octets between a socket, its smtp_session and a
 * draft in the spool, with one deadline a command and a DATA. smtp_server.c
 * makes them and counts them. */
#ifndef IO_SMTP_CONNECTION_H
#define IO_SMTP_CONNECTION_H

#include <stdint.h>

#include "io/smtp_server.h"
#include "smtp/smtp_session.h"

struct smtp_connection;

struct smtp_connection_options {
	struct event_base *base;
	struct spool *spool;
	struct smtp_session_options session;	/* its pointers outlive the connection */
	const struct smtp_server_events *events;
	int64_t timeout_ms;
	const char *client;			/* for people; copied */
	void (*ended)(void *context);		/* it is gone, by itself */
	void *context;
};

/* Takes the descriptor, also when it fails: NULL when out of memory. */
struct smtp_connection *smtp_connection_new(int fd, const struct smtp_connection_options *options);

/* Says a 421 and closes; a message that is being made durable gets its 250
 * first. `ended` may be called from within. */
void smtp_connection_end(struct smtp_connection *connection, enum smtp_reply_id reply);

/* At once, without `ended`; what was said already is flushed as far as the
 * socket takes it. Its message must not be on the way to the disk. */
void smtp_connection_free(struct smtp_connection *connection);

#endif
