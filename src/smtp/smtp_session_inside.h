/* SPDX-License-Identifier: ISC */
/* The inside of a session, shared by its files and by nobody else:
 *
 *	smtp_session		octets and lines in, events out, the end
 *	smtp_session_settle	what became of an event
 *	smtp_session_run	the commands
 *	smtp_session_mail	MAIL and RCPT: who may, from whom, to whom
 *	smtp_session_auth	STARTTLS and AUTH
 *	smtp_session_content	DATA and BDAT: what a message holds */
#ifndef SMTP_SMTP_SESSION_INSIDE_H
#define SMTP_SMTP_SESSION_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/envelope.h"
#include "mail/header_filter.h"
#include "smtp/smtp_data.h"
#include "smtp/smtp_session.h"

#define SMTP_CONTENT_MAX 16384	/* octets decoded at once, about */
/* Of the envelope's text; the rest is for what is not a recipient. */
#define SMTP_RECIPIENTS_TEXT_MAX (ENVELOPE_TEXT_MAX - 8192)
#define SMTP_COMMANDS_MAX 250	/* from one mail to the next, without what brings one further */
#define SMTP_AUTH_LINE_MAX 12288	/* with CRLF; RFC 4954, 4 */
#define SMTP_SECURE_INPUT 32768	/* reserved behind TLS: what holds passwords does not move */
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
	STATE_TLS = 1024,	/* START_TLS was said or given out: nothing in the clear counts */
	STATE_AUTH = 2048,	/* a line of the exchange is awaited */
	STATE_CHECK = 4096,	/* AUTH was given out */
	STATE_CHUNKS = 8192,	/* of a message by BDAT: another one is awaited */
	STATE_SWALLOW = 16384,	/* the octets of a chunk that was refused */
};

/* What a line of the exchange holds (RFC 4616; LOGIN has no standard). */
enum auth_step {
	AUTH_PLAIN,
	AUTH_LOGIN_USER,
	AUTH_LOGIN_PASSWORD,
};

#define AUTH_SECRET_MAX 1024	/* octets of name and password together */

struct session_auth {
	enum auth_step step;
	struct buf secret;		/* decoded; wiped after use */
	size_t user_octets;		/* its front is the name, then NUL, then the password */
	unsigned refusals;
};

/* A chunk of BDAT (RFC 3030, 2). */
struct session_chunk {
	bool active;			/* the message comes by BDAT */
	uint64_t left;			/* octets of the chunk still to come */
	bool last;
	bool cr;			/* the octet before was a CR, which goes with the next one */
	bool ends_line;			/* what was put out so far ends with CRLF, or is nothing */
	enum smtp_reply_id refusal;	/* said when a swallowed one is through, ... */
	enum session_state back_to;	/* ... and the state then */
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
	bool esmtp;			/* it was EHLO */
	unsigned idle_commands;		/* since the last mail */
	char *tls;			/* how; NULL: in the clear */
	bool give_tls;			/* START_TLS is the next event */
	char *user;			/* who has authenticated; NULL: nobody */
	struct session_auth auth;
	struct session_chunk chunk;
	struct header_filter filter;
	struct buf filtered;		/* what it made of the octets decoded last */
	bool content_ended;		/* all of it was decoded */
	char id[24];			/* of the draft, as told */
	struct trace trace;
	struct envelope envelope;
	size_t accepted;		/* RCPT commands; aliases may make more of them */
	size_t recipient_octets;	/* of the envelope's text */
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

/* Appends a reply as this client is to get it. */
void smtp_session_format(const struct smtp_session *session, enum smtp_reply_id id,
			 const char *detail, struct buf *out);

/* Makes a reply the event, with the end of the session behind it. */
void smtp_session_say_last(struct smtp_session *session, enum smtp_reply_id id,
			   struct smtp_event *event);

/* Does what a command line (without its end) says. */
void smtp_session_run(struct smtp_session *session, struct span line, struct smtp_event *event);

/* Back to where a mail can begin. */
void smtp_session_rest(struct smtp_session *session);

struct smtp_command;

/* Commands, by files. */
void smtp_session_mail(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event);
void smtp_session_rcpt(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event);
void smtp_session_starttls(struct smtp_session *session, const struct smtp_command *command,
			   struct smtp_event *event);
void smtp_session_auth(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event);
void smtp_session_data(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event);
void smtp_session_bdat(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event);

/* A line of the exchange, and what became of the check. */
void smtp_session_auth_line(struct smtp_session *session, struct span line,
			    struct smtp_event *event);
void smtp_session_auth_settle(struct smtp_session *session, enum smtp_settlement settlement);
void smtp_session_auth_wipe(struct smtp_session *session);

/* The next event while content is awaited. */
void smtp_session_next_content(struct smtp_session *session, struct smtp_event *event);
void smtp_session_swallow(struct smtp_session *session, struct smtp_event *event);
void smtp_session_refuse_message(struct smtp_session *session, enum smtp_reply_id refusal);

/* What was fed and not looked at yet. */
struct span smtp_session_input(const struct smtp_session *session);

#endif
