/* SPDX-License-Identifier: ISC */
/* The replies of the server: code, enhanced status (RFC 3463) and text as one
 * table. A reply never repeats what the client sent. */
#ifndef SMTP_SMTP_REPLY_H
#define SMTP_SMTP_REPLY_H

#include "base/buf.h"

enum smtp_reply_id {
	SMTP_REPLY_GREETING,		/* 220 hostname */
	SMTP_REPLY_CLOSING,		/* 221 2.0.0 */
	SMTP_REPLY_OK,			/* 250 2.0.0 */
	SMTP_REPLY_QUEUED,		/* 250 2.0.0 queued as ID */
	SMTP_REPLY_SENDER_OK,		/* 250 2.1.0 */
	SMTP_REPLY_RECIPIENT_OK,	/* 250 2.1.5 */
	SMTP_REPLY_VRFY,		/* 252 2.5.0 */
	SMTP_REPLY_START_DATA,		/* 354 */
	SMTP_REPLY_HELP,		/* 214 2.0.0 */
	SMTP_REPLY_TIMEOUT,		/* 421 4.4.2 */
	SMTP_REPLY_STOPPING,		/* 421 4.3.2 */
	SMTP_REPLY_TOO_MANY_CLIENTS,	/* 421 4.7.0 */
	SMTP_REPLY_TOO_MANY_ERRORS,	/* 421 4.7.0 */
	SMTP_REPLY_LOCAL_ERROR,		/* 451 4.3.0 */
	SMTP_REPLY_NO_ROOM,		/* 452 4.3.1 */
	SMTP_REPLY_TOO_MANY_RECIPIENTS,	/* 452 4.5.3 */
	SMTP_REPLY_UNKNOWN_COMMAND,	/* 500 5.5.2 */
	SMTP_REPLY_LINE_TOO_LONG,	/* 500 5.5.2 */
	SMTP_REPLY_BAD_LINE_END,	/* 500 5.5.2 */
	SMTP_REPLY_HTTP,		/* 554 5.5.1; the session ends */
	SMTP_REPLY_JUNK,		/* 500 5.5.2; the session ends */
	SMTP_REPLY_BAD_OCTET,		/* 501 5.5.4: a control octet */
	SMTP_REPLY_BAD_NAME,		/* 501 5.5.4: HELO, EHLO */
	SMTP_REPLY_NO_ARGUMENT,		/* 501 5.5.4: there is one */
	SMTP_REPLY_NEED_ARGUMENT,	/* 501 5.5.4: there is none */
	SMTP_REPLY_BAD_MAIL,		/* 501 5.5.4: no FROM: */
	SMTP_REPLY_BAD_RCPT,		/* 501 5.5.4: no TO: */
	SMTP_REPLY_BAD_MAIL_VALUE,	/* 501 5.5.4: of a parameter; or it came twice */
	SMTP_REPLY_BAD_RCPT_VALUE,	/* 501 5.5.4 */
	SMTP_REPLY_BAD_SENDER,		/* 501 5.1.7 */
	SMTP_REPLY_BAD_RECIPIENT,	/* 501 5.1.3 */
	SMTP_REPLY_NOT_IMPLEMENTED,	/* 502 5.5.1 */
	SMTP_REPLY_NEED_HELO,		/* 503 5.5.1 */
	SMTP_REPLY_NEED_MAIL,		/* 503 5.5.1 */
	SMTP_REPLY_NEED_RCPT,		/* 503 5.5.1 (DATA) */
	SMTP_REPLY_NESTED_MAIL,		/* 503 5.5.1 */
	SMTP_REPLY_NO_VALID_RECIPIENTS,	/* 554 5.5.1 */
	SMTP_REPLY_NOT_HERE,		/* 550 5.1.1: a local name that no alias catches */
	SMTP_REPLY_CANNOT_CARRY,	/* 550 5.1.3 */
	SMTP_REPLY_ALIAS_LOOP,		/* 550 5.4.6 */
	SMTP_REPLY_ALIAS_BROKEN,	/* 550 5.3.5: an alias of which no target holds */
	SMTP_REPLY_NOT_ALLOWED,		/* 550 5.7.1 */
	SMTP_REPLY_NOT_TRUSTED,		/* 550 5.7.1: relaying for this client */
	SMTP_REPLY_TOO_BIG,		/* 552 5.3.4 */
	SMTP_REPLY_NUL,			/* 554 5.6.0 */
	SMTP_REPLY_UNKNOWN_PARAMETER,	/* 555 5.5.4 */
	SMTP_REPLY_TLS_GO,		/* 220 2.0.0 */
	SMTP_REPLY_TLS_TWICE,		/* 503 5.5.1 */
	SMTP_REPLY_AUTH_PROMPT,		/* 334 and what is asked for, in base64 */
	SMTP_REPLY_AUTH_OK,		/* 235 2.7.0 */
	SMTP_REPLY_AUTH_LATER,		/* 454 4.7.0 */
	SMTP_REPLY_AUTH_CANCELLED,	/* 501 5.5.2 */
	SMTP_REPLY_AUTH_BAD_TEXT,	/* 501 5.5.2 */
	SMTP_REPLY_AUTH_TOO_LONG,	/* 500 5.5.6 */
	SMTP_REPLY_AUTH_TWICE,		/* 503 5.5.1 */
	SMTP_REPLY_AUTH_MECHANISM,	/* 504 5.5.4 */
	SMTP_REPLY_AUTH_REFUSED,	/* 535 5.7.8 */
	SMTP_REPLY_AUTH_NEEDS_TLS,	/* 538 5.7.11 */
	SMTP_REPLY_NEED_AUTH,		/* 530 5.7.0 */
	SMTP_REPLY_TOO_MANY_REFUSALS,	/* 421 4.7.0 */
	SMTP_REPLY_TOO_MANY_COMMANDS,	/* 421 4.7.0 */
	SMTP_REPLY_CHUNK_OK,		/* 250 2.0.0 */
	SMTP_REPLY_BAD_CHUNK,		/* 501 5.5.4; the session ends */
	SMTP_REPLY_IN_CHUNKS,		/* 503 5.5.1 */
	SMTP_REPLY_LOOP,		/* 554 5.4.6 */
	SMTP_REPLY_COUNT,
};

/* Appends the whole reply line with CRLF. `detail`, when not NULL, is our own
 * text put where the table's text has "%s" (hostname, queue id). */
bool smtp_reply_format(enum smtp_reply_id id, const char *detail, struct buf *out);

/* The same as a passing refusal, 450 4.x.x, of a reply that is a 5xx: for another MTA,
 * which would return the mail at once on that. */
bool smtp_reply_format_passing(enum smtp_reply_id id, struct buf *out);

/* The three-digit code, for logs and tests. */
int smtp_reply_code(enum smtp_reply_id id);

#endif
