/* SPDX-License-Identifier: ISC */
/* The inside of a connection, shared by smtp_connection.c (octets, time, end),
 * smtp_connection_mail.c (the spool) and smtp_connection_secure.c (TLS and AUTH).
 * Others use smtp_connection.h. */
#ifndef IO_SMTP_CONNECTION_INSIDE_H
#define IO_SMTP_CONNECTION_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/smtp_connection.h"
#include "io/smtp_peer.h"

#define SMTP_CONNECTION_USER_SIZE 128	/* of a user's name, for logs */

enum smtp_connection_phase {
	PHASE_TALKING,
	PHASE_SECURING,	 /* STARTTLS was said; until TLS holds */
	PHASE_FLUSHING,	 /* all is said, but not yet sent */
	PHASE_LINGERING, /* sent; a close now could take it back from the client's buffer */
};

struct smtp_connection {
	struct smtp_connection_options options;
	struct smtp_peer peer;
	char client[SMTP_PEER_TEXT_SIZE];	/* for people */
	char trace[SMTP_PEER_TEXT_SIZE];	/* for Received: */
	struct bufferevent *stream;
	struct event *deadline;
	struct smtp_session *session;
	struct spool_draft *draft;
	struct auth_check *check;		/* NULL: no password is being looked at */
	char user[SMTP_CONNECTION_USER_SIZE];	/* whose it is */
	enum smtp_connection_phase phase;
	int64_t life_ends_ms;			/* by clock_boot_ms() */
	bool committing; /* the draft is on its way to the disk */
	bool secure;	 /* TLS holds */
	bool was_logged; /* what the next reply refuses */
	bool hung_up;	 /* the client says nothing more, but may listen */
	bool broken;	 /* the socket is of no use any more */
	unsigned refusals;
};

/* The client has this long from now. */
void smtp_connection_set_deadline(struct smtp_connection *connection, int64_t wait_ms);

/* For its next command, or its DATA: no longer than the session may live. */
void smtp_connection_expect(struct smtp_connection *connection);

/* A mail was taken, or it is new: it may live on for a while. */
void smtp_connection_extend_life(struct smtp_connection *connection);

/* Makes `stream` call us; it is already in its place. */
void smtp_connection_attach(struct smtp_connection *connection);

/* Runs until the session needs more from the client, the disk or the checker, or
 * the client has to read first. */
void smtp_connection_pump(struct smtp_connection *connection);

/* It is over: frees it and says so, as soon as the disk does not need it. */
void smtp_connection_finish(struct smtp_connection *connection);

/* The events of a session that are about the mail. */
void smtp_connection_begin_mail(struct smtp_connection *connection);
void smtp_connection_write_mail(struct smtp_connection *connection, struct span octets);
void smtp_connection_commit_mail(struct smtp_connection *connection);
void smtp_connection_abandon_mail(struct smtp_connection *connection);

/* And those about TLS and AUTH. */
void smtp_connection_start_tls(struct smtp_connection *connection);
void smtp_connection_check_password(struct smtp_connection *connection,
				    const struct smtp_event *event);

/* The 220 has left: the handshake begins. */
void smtp_connection_handshake(struct smtp_connection *connection);
void smtp_connection_secured(struct smtp_connection *connection);
void smtp_connection_handshake_failed(struct smtp_connection *connection, const char *why);

/* The client is gone, or the daemon stops: nobody waits for the password any more. */
void smtp_connection_forget_check(struct smtp_connection *connection);

#endif
