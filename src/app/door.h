/* SPDX-License-Identifier: ISC */
/* What the SMTP server needs of files that the configuration names: the certificate, its
 * key, and the users. They are read at a start and at each reload, at once. */
#ifndef APP_DOOR_H
#define APP_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "app/settings.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "io/smtp_server.h"

/* All zero is none of it. */
struct door {
	struct tls_context *tls;	/* NULL: none is configured */
	struct smtp_users *users;
	struct auth_checker *auth;
};

/* Starts what looks at passwords. False when the system refuses. */
bool door_open(struct door *door, struct event_base *base);

/* Reads them. What is of no use is a complaint, "FILE:LINE: what; allowed: ...", and then
 * the door keeps what it had of it. False with a complaint. What is only strange is a
 * warning of the same form; `for_check`, so is what the caller has no right to read. */
bool door_load(struct door *door, const struct conf_smtp *conf, bool for_check,
	       struct buf *complaints, struct buf *warnings);

/* What the server is to do; it borrows from the door and the settings. */
struct smtp_server_options door_options(const struct door *door, const struct settings *settings);

/* What a file of the spool may hold: the largest mail that any of the sockets takes, and
 * the header fields that are added to it. The session itself tells clients the limit. */
int64_t door_largest_octets(const struct conf_smtp *conf);

/* The server is gone before. */
void door_close(struct door *door);

#endif
