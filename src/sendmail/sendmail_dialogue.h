/* SPDX-License-Identifier: ISC */
/* Hands one message in by SMTP: to all recipients or to none. Those that one
 * transaction does not hold are all asked about before the first is begun; should
 * a later one fail even so, who has the mail and who has not is told. */
#ifndef SENDMAIL_SENDMAIL_DIALOGUE_H
#define SENDMAIL_SENDMAIL_DIALOGUE_H

#include "mail/envelope.h"
#include "sendmail/sendmail_client.h"
#include "sendmail/sendmail_message.h"
#include "sendmail/sendmail_options.h"

/* Not an exit status: too many clients are served now, and nothing was said or
 * told yet. */
#define SENDMAIL_BUSY (-1)

/* Tells on standard error what went wrong. The exit status, 0 only when the
 * server has taken the message for every recipient; or SENDMAIL_BUSY. */
int sendmail_dialogue_run(struct sendmail_client *client, const char *hostname,
			  const struct sendmail_options *options, const struct envelope *envelope,
			  const struct sendmail_message *message);

#endif
