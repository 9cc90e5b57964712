/* SPDX-License-Identifier: ISC */
/* One SMTP connection: moves octets between a socket, its smtp_session and a
 * draft in the spool, with one deadline a command and a DATA, and one for the
 * session as a whole. smtp_server.c makes them and counts them.
 *
 * Back-pressure: of what a client sends 16 KiB are read before the session takes them, and
 * nothing more while 16 KiB of replies wait for the client. With what the session keeps
 * of a mail, TLS, and the headers of a mail under way, one connection holds at most
 * SMTP_CONNECTION_MEMORY_MAX octets; an idle one less than a tenth of it. */
#ifndef IO_SMTP_CONNECTION_H
#define IO_SMTP_CONNECTION_H

#include <stdint.h>

#include "io/smtp_server.h"
#include "smtp/smtp_session.h"

#define SMTP_CONNECTION_MEMORY_MAX (256 * 1024)

struct log_brake;
struct smtp_connection;
struct smtp_peer;

struct smtp_connection_options {
	struct event_base *base;
	struct spool *spool;
	struct smtp_session_options session;	/* `client` is filled in here; the other
						 * pointers outlive the connection */
	const struct smtp_server_events *events;
	const struct smtp_server_options *server;	/* as they are now, at any time */
	const struct smtp_peer *peer;		/* copied */
	struct log_brake *brake;		/* of what strangers can have logged */
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
