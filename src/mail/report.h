/* SPDX-License-Identifier: ISC */
/* A report about a mail that failed, or is late: a message of its own, with a text for
 * people, a part for programs and the header of the mail (RFC 3464, RFC 6522). It is
 * small, since it goes over the module's link. Pure: what the mail holds goes in as
 * text that nobody vouches for, and comes out so that it can only be text. */
#ifndef MAIL_REPORT_H
#define MAIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define REPORT_RECIPIENTS_MAX 30	/* listed; how many more there are is told */
#define REPORT_HEADER_MAX 4096		/* octets of the mail's header that go along */
#define REPORT_TEXT_MAX (96 * 1024)	/* octets of a report, whatever comes */

enum report_kind {
	REPORT_FAILED,		/* these recipients will never get it */
	REPORT_DELAYED,		/* these have not got it yet, and it is tried again */
};

/* Borrowed texts; NULL where nothing is known. */
struct report_recipient {
	const char *address;
	const char *original;	/* as the client gave it, before aliases */
	const char *orcpt;	/* RFC 3461, 4.2: "rfc822;a+40b" */
	const char *status;	/* RFC 3463; "" when none */
	const char *text;	/* what came of it, one phrase */
	bool has_code;
	int code;		/* as the module gave it */
	bool uncertain;		/* perhaps it was delivered all the same */
};

struct report {
	enum report_kind kind;
	const char *hostname;
	const char *id;		/* of the report in the queue */
	const char *mail_id;	/* of the mail in the queue */
	const char *to;		/* who is told */
	const char *envid;	/* RFC 3461, 4.4; NULL when there was none */
	int64_t now_s, arrived_s;	/* Unix time */
	int zone_offset_min;
	bool clock_trusted;	/* else no dates are told */
	int64_t left_ms;	/* DELAYED: how long it is still tried; 0: not known */
	bool kept;		/* FAILED: it can still be looked at */
	unsigned unreported;	/* other mails that failed and nobody was told of */
	const struct report_recipient *recipients;
	size_t recipient_count;	/* at least 1 */
	struct span header;	/* of the mail, or its front */
};

/* Appends the whole message, line ends CRLF. False when it does not fit. */
bool report_build(const struct report *report, struct buf *out);

#endif
