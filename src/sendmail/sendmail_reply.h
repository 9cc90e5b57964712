/* SPDX-License-Identifier: ISC */
/* Replies of an SMTP server to this client (RFC 5321, 4.2), and what they mean
 * to who called sendmail. Pure. */
#ifndef SENDMAIL_SENDMAIL_REPLY_H
#define SENDMAIL_SENDMAIL_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define SENDMAIL_REPLY_MAX 65536	/* octets of one reply, with all its lines */

struct sendmail_reply {
	int code;
	struct span lines;	/* all of it, with line ends */
	struct span text;	/* behind the code of the last line */
};

enum sendmail_reply_state { SENDMAIL_REPLY_MORE, SENDMAIL_REPLY_WHOLE, SENDMAIL_REPLY_BROKEN };

/* Looks for a whole reply at the front of `input`; reply->lines.length octets
 * of it are then done with. */
enum sendmail_reply_state sendmail_reply_parse(struct span input, struct sendmail_reply *reply);

/* Whether a reply to EHLO offers the keyword. */
bool sendmail_reply_offers(const struct sendmail_reply *reply, const char *keyword);

/* The exit status (sysexits.h) that a refusal stands for. */
int sendmail_reply_exit(const struct sendmail_reply *reply);

#endif
