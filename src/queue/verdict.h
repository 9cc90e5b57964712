/* SPDX-License-Identifier: ISC */
/* A verdict: what one attempt came to, in the words of the contract
 * (interface.md, "What becomes of an outcome"). Made by qsmtp/qsmtp_errors from
 * the module's answer, read by queue/retry. */
#ifndef QUEUE_VERDICT_H
#define QUEUE_VERDICT_H

#include <stdbool.h>

enum verdict_class {
	VERDICT_DELIVERED,	/* the far server took it */
	VERDICT_BUSY,		/* the module was busy: wait, nothing counts */
	VERDICT_LINK,		/* the modem or its network: the breaker's business */
	VERDICT_LATER,		/* this message again by its schedule */
	VERDICT_UNCERTAIN,	/* told to send, outcome unknown */
	VERDICT_ACCOUNT,	/* the mailbox account: hold all output */
	VERDICT_RECIPIENT,	/* one of the recipients: isolate it */
	VERDICT_CONTENT,	/* too much to carry: degrade once */
	VERDICT_OURS,		/* our mistake or a confused module: set up anew, two tries */
	VERDICT_NEVER,		/* refused for good */
};

struct verdict {
	enum verdict_class class;
	bool has_code;
	int code;		/* the number as the module gave it, with its sign */
	const char *status;	/* RFC 3463, "4.4.1"; static text */
	const char *text;	/* for people, one phrase; static text */
};

/* "delivered", "busy", ...: static text. */
const char *verdict_class_name(enum verdict_class class);

/* Whether this verdict, on a transaction with several recipients, is believed
 * only after they were tried apart. True for all that may be the fault of one
 * recipient: every permanent refusal, and -450. What retry_decide() would do
 * first (degrade, set up anew) is done first: split when it says RETRY_FAIL, or
 * RETRY_AFTER for -450. */
bool verdict_wants_split(const struct verdict *verdict);

#endif
