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
	SMTP_REPLY_HTTP,		/* 554 5.5.1 */
	SMTP_REPLY_BAD_ARGUMENT,	/* 501 5.5.4 */
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
	SMTP_REPLY_NOT_ALLOWED,		/* 550 5.7.1 */
	SMTP_REPLY_RELAY_LATER,		/* 450 4.7.1: instead of a 550 on relay-listen */
	SMTP_REPLY_NOT_TRUSTED,		/* 550 5.7.1: relaying for this client */
	SMTP_REPLY_TOO_BIG,		/* 552 5.3.4 */
	SMTP_REPLY_NUL,			/* 554 5.6.0 */
	SMTP_REPLY_UNKNOWN_PARAMETER,	/* 555 5.5.4 */
	SMTP_REPLY_COUNT,
};

/* Appends the whole reply line with CRLF. `detail`, when not NULL, is our own
 * text put where the table's text has "%s" (hostname, queue id). */
bool smtp_reply_format(enum smtp_reply_id id, const char *detail, struct buf *out);

/* The three-digit code, for logs and tests. */
int smtp_reply_code(enum smtp_reply_id id);

#endif
