/* SPDX-License-Identifier: ISC */
/* The server's side of one SMTP connection (RFC 5321): bytes in, events out.
 * Pull style: feed, then next until it needs more. Knows no socket, no clock,
 * no spool. Only CRLF.CRLF ends DATA; bare CR or LF in it are normalised to
 * CRLF; NUL is refused. While an event waits for smtp_session_settle(),
 * nothing further is given out. */
#ifndef SMTP_SMTP_SESSION_H
#define SMTP_SMTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "mail/alias.h"
#include "mail/envelope.h"
#include "smtp/smtp_reply.h"

#define SMTP_LINE_MAX 2048	/* of a command line with CRLF; RFC 5321 asks 512 plus extensions */
#define SMTP_ERRORS_MAX 20	/* refused commands in a row before the session is ended */

struct smtp_session_options {
	const char *hostname;		/* in the greeting; borrowed */
	uint64_t max_message_octets;
	size_t max_recipients;		/* at least 100 */
	const struct alias_policy *policy;	/* borrowed; read at every RCPT */
	bool relay;			/* relay-listen: 4xx instead of 5xx for policy, SMTPUTF8 */
	bool trusted;			/* may hand in mail without AUTH */
	bool offers_tls;		/* STARTTLS is announced until TLS runs */
	bool offers_auth;		/* AUTH PLAIN LOGIN is announced, once TLS runs */
	const char *client;		/* for Received: "[192.0.2.7]", "[IPv6:2001:db8::1]" or
					 * "local user 1000"; borrowed */
};

enum smtp_event_kind {
	SMTP_EVENT_NONE,	/* feed more */
	SMTP_EVENT_REPLY,	/* send `octets`, whole lines */
	SMTP_EVENT_BEGIN,	/* DATA was said: open a draft, then settle */
	SMTP_EVENT_CHUNK,	/* `octets` of the message, CRLF line ends, dots unstuffed */
	SMTP_EVENT_COMMIT,	/* the message is whole: make it durable, then settle */
	SMTP_EVENT_ABANDON,	/* forget the draft: the message was refused or broken off */
	SMTP_EVENT_CLOSE,	/* send what is there and close */
	SMTP_EVENT_START_TLS,	/* the 220 went out before it: throw away every octet that was
				 * read and not fed, start TLS, then smtp_session_tls() */
	SMTP_EVENT_AUTH,	/* check `user` and `password`, then settle */
};

struct smtp_event {
	enum smtp_event_kind kind;
	struct span octets;	/* valid until the next call */
	/* With REPLY: what was answered, for logs; code is 0 for multi-line greetings. */
	enum smtp_reply_id reply;
	struct span recipient;	/* the address a refusal was about; may be empty */
	struct span user, password;	/* of AUTH; valid until settled, then wiped */
};

enum smtp_settlement {
	SMTP_SETTLED_OK,	/* BEGIN: draft is open; COMMIT: durable, `id` is its name */
	SMTP_SETTLED_TRY_LATER,	/* 451 4.3.0 */
	SMTP_SETTLED_NO_ROOM,	/* 452 4.3.1 */
	SMTP_SETTLED_TOO_BIG,	/* 552 5.3.4 */
	SMTP_SETTLED_AUTH_OK,		/* 235 2.7.0 */
	SMTP_SETTLED_AUTH_REFUSED,	/* 535 5.7.8; the third ends the session */
};

struct smtp_session;

struct smtp_session *smtp_session_new(const struct smtp_session_options *options);
void smtp_session_free(struct smtp_session *session);

/* Takes all of it. The shell reads no more from the socket while
 * smtp_session_backlog() is over its liking. */
bool smtp_session_feed(struct smtp_session *session, struct span octets);
size_t smtp_session_backlog(const struct smtp_session *session);

/* The next event; the first ever is the greeting. */
void smtp_session_next(struct smtp_session *session, struct smtp_event *event);

/* The answer to BEGIN or COMMIT. A draft that can no longer be written settles
 * early: TRY_LATER or NO_ROOM during CHUNKs; the rest of the data is swallowed. */
void smtp_session_settle(struct smtp_session *session, enum smtp_settlement settlement,
			 const char *id);

/* TLS runs: `how` is "TLSv1.3 TLS_AES_256_GCM_SHA384"; NULL: it failed, CLOSE
 * follows. All that was said before is forgotten, also what was fed behind
 * STARTTLS (RFC 3207, 4.2). */
void smtp_session_tls(struct smtp_session *session, const char *how);

/* Who has authenticated; NULL: nobody. */
const char *smtp_session_user(const struct smtp_session *session);

/* What the added header fields tell; before BEGIN is settled with OK. Without a
 * trusted clock no Date is added. */
void smtp_session_trace(struct smtp_session *session, const char *id, int64_t now_s,
			int zone_offset_min, bool clock_trusted);

/* Ends it from our side with a 421: SMTP_REPLY_TIMEOUT, _STOPPING, ... An open
 * draft gets its ABANDON event, then CLOSE. */
void smtp_session_end(struct smtp_session *session, enum smtp_reply_id reply);

/* The envelope of the running transaction: valid from BEGIN until COMMIT is
 * settled. sender, helo and recipients are filled; the shell adds the rest. */
struct envelope *smtp_session_envelope(struct smtp_session *session);

#endif
