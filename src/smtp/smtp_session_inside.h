/* SPDX-License-Identifier: ISC */
/* The inside of a session, shared by smtp_session.c (bytes, lines, data, end)
 * and smtp_session_run.c (the commands). Others use smtp_session.h. */
#ifndef SMTP_SMTP_SESSION_INSIDE_H
#define SMTP_SMTP_SESSION_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/envelope.h"
#include "smtp/smtp_data.h"
#include "smtp/smtp_session.h"

#define SMTP_HOSTNAME_MAX 255	/* keeps each reply line below 512 octets */

/* Bits, so that the table of commands can name several. */
enum session_state {
	STATE_NEW = 1,		/* the greeting is still to be said */
	STATE_GREETED = 2,	/* HELO or EHLO is missing */
	STATE_READY = 4,
	STATE_MAIL = 8,		/* a sender, no recipient */
	STATE_RCPT = 16,	/* at least one recipient */
	STATE_BEGIN = 32,	/* BEGIN was given out */
	STATE_DATA = 64,
	STATE_COMMIT = 128,	/* COMMIT was given out */
	STATE_CLOSING = 256,	/* all is said */
	STATE_CLOSED = 512,
};

struct smtp_session {
	struct smtp_session_options options;
	enum session_state state;
	struct buf in;			/* as fed; ... */
	size_t taken;			/* ... this much of it is done with */
	struct buf out;			/* octets of the event given out last */
	struct buf answer;		/* the reply to a settled event */
	enum smtp_reply_id answer_id;
	bool skipping;			/* the rest of a refused line is thrown away */
	unsigned errors;		/* in a row */
	char *helo;
	struct envelope envelope;
	size_t accepted;		/* RCPT commands; aliases may make more of them */
	bool had_refusal;		/* of a recipient */
	struct smtp_data data;
	uint64_t data_octets;
	bool draft_open;
	bool refused;			/* the message; `refusal` follows its last dot */
	enum smtp_reply_id refusal;
	bool ending;			/* with `end_reply` as the last word */
	enum smtp_reply_id end_reply;
};

/* The one place where the state changes. */
void smtp_session_enter(struct smtp_session *session, enum session_state state);

/* Makes the event of a reply of the table, or of what stands in session->out. */
void smtp_session_reply(struct smtp_session *session, enum smtp_reply_id id,
			struct smtp_event *event);
void smtp_session_give_reply(struct smtp_session *session, enum smtp_reply_id id,
			     struct smtp_event *event);

/* Does what a command line (without its end) says. */
void smtp_session_run(struct smtp_session *session, struct span line, struct smtp_event *event);

#endif
