/* SPDX-License-Identifier: ISC */
/* SMTP on sockets: UNIX and TCP, bound here or handed over by systemd. Feeds
 * smtp_session, writes drafts into the spool, keeps deadlines and caps. */
#ifndef IO_SMTP_SERVER_H
#define IO_SMTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "mail/alias.h"
#include "mail/envelope.h"

/* What relay-listen takes at least: as much as mail servers do by default (Exim). What
 * the link cannot carry of it is left out with a note, not refused. */
#define SMTP_SERVER_RELAY_OCTETS (50 * 1024 * 1024)

struct auth_checker;
struct event_base;
struct smtp_users;
struct spool;
struct smtp_server;
struct tls_context;

struct smtp_server_options {
	const char *hostname;
	uint64_t max_message_octets;
	size_t max_recipients, max_connections, max_connections_per_client;
	int64_t timeout_ms;			/* of one command, and of one DATA */
	const struct alias_policy *policy;	/* borrowed, may be changed between calls */
	const struct conf_list *trusted_networks;
	/* Borrowed, too. A client on a UNIX socket is offered neither: the kernel tells
	 * who it is, and nobody listens in between. */
	const struct tls_context *tls;		/* NULL: no STARTTLS */
	const struct smtp_users *users;		/* NULL: no AUTH */
	struct auth_checker *auth;		/* NULL only without users */
};

struct smtp_server_events {
	/* A message is durable and its 250 is on its way. The envelope is borrowed. */
	void (*accepted)(void *context, const char *id, int64_t size_octets,
			 const struct envelope *envelope);
	/* Optional: a client comes. */
	void (*opening)(void *context);
	/* Optional: the clock of the machine, Unix time. */
	int64_t (*now_s)(void *context);
	void *context;
};

/* Copies the options. NULL when out of memory. */
struct smtp_server *smtp_server_new(struct event_base *base, struct spool *spool,
				    const struct smtp_server_options *options,
				    const struct smtp_server_events *events);

/* After a reload: new limits and a new policy for commands and connections to
 * come; listeners and sessions stay. */
void smtp_server_set_options(struct smtp_server *server, const struct smtp_server_options *options);

/* Binds and listens. 0, or a negative errno with a sentence in `why` (address in
 * use, not permitted, ...). A UNIX socket's file gets mode 0666; a stale one is
 * replaced, a live one is -EADDRINUSE. */
int smtp_server_listen(struct smtp_server *server, const struct conf_listen *listen, bool relay,
		       char *why, size_t why_size);

/* Takes over a listening descriptor (socket activation). */
int smtp_server_adopt(struct smtp_server *server, int fd, bool relay);

/* Stops listening and ends sessions with 421, but those whose message is being
 * made durable get their 250 first. `stopped` is called when all are gone. */
void smtp_server_stop(struct smtp_server *server, void (*stopped)(void *context), void *context);
void smtp_server_free(struct smtp_server *server);

#endif
