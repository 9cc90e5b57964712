/* SPDX-License-Identifier: ISC */
/* The client's end of the submission socket: octets out, replies in, nothing
 * waited for longer than SENDMAIL_WAIT_S without a step forward. */
#ifndef SENDMAIL_SENDMAIL_CLIENT_H
#define SENDMAIL_SENDMAIL_CLIENT_H

#include "base/buf.h"
#include "base/span.h"
#include "conf/conf.h"
#include "sendmail/sendmail_reply.h"

#define SENDMAIL_WAIT_S 60

struct sendmail_client {
	int fd;
	struct buf in;
	size_t taken;		/* of `in`: replies that were given out */
	struct span unsent;	/* borrowed */
};

/* The connected descriptor, or a negative errno. */
int sendmail_client_connect(const struct conf_listen *listen);

/* Takes the descriptor over. */
void sendmail_client_init(struct sendmail_client *client, int fd);
void sendmail_client_clear(struct sendmail_client *client);

/* Begins to send; the rest goes while the next replies are waited for, so that
 * neither side can wait for the other to read. `octets` stay borrowed until
 * the reply that answers them is there. Call it only when all before is sent. */
void sendmail_client_send(struct sendmail_client *client, struct span octets);

/* Waits for the next reply, valid until the next call. 0, -ETIMEDOUT, -EPROTO
 * (that was no SMTP), -ECONNRESET (hung up), or another negative errno. */
int sendmail_client_reply(struct sendmail_client *client, struct sendmail_reply *reply);

#endif
