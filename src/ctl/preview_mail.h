/* SPDX-License-Identifier: ISC */
/* A mail from a file, in the form that the spool would give it. */
#ifndef CTL_PREVIEW_MAIL_H
#define CTL_PREVIEW_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/alias.h"
#include "mail/envelope.h"
#include "mail/header_filter.h"

/* Reads a whole file, or standard input for "-". 0, or a negative errno: -EFBIG
 * when it is more than `out` may hold. */
int preview_mail_read(const char *path, struct buf *out);

/* Appends the message as SMTP would have handed it over: no "From " line of a
 * mailbox, CRLF line ends, no NUL. False when out of memory. Pure. */
bool preview_mail_content(struct span input, struct buf *out);

/* Appends the content as the daemon would store it: Received and what is missing
 * added, Bcc taken out. False when out of memory. Pure. */
bool preview_mail_take(const struct trace *trace, struct span content, struct buf *out);

/* For whom it is, through aliases. One that the daemon would refuse is not added but
 * told in `remarks`, one a line. False when out of memory. Pure. */
bool preview_mail_add_recipient(const struct alias_policy *policy, struct span address,
				struct envelope *envelope, struct buf *remarks);

/* The same with all that the header names: To, Cc and Bcc, or Resent-To and so on
 * where it is resent. Pure. */
bool preview_mail_add_header_recipients(const struct alias_policy *policy, struct span content,
					struct envelope *envelope, struct buf *remarks);

/* Appends the first mailbox of the From field, when there is one. Pure. */
void preview_mail_author(struct span content, struct buf *out);

/* Appends the spool's message file. False when it does not fit. Pure. */
bool preview_mail_spool_file(const struct envelope *envelope, struct span content,
			     struct buf *out);

#endif
