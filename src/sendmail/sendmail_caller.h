/* SPDX-License-Identifier: ISC */
/* Who calls, and on which machine: the sender of a mail that names none. */
#ifndef SENDMAIL_SENDMAIL_CALLER_H
#define SENDMAIL_SENDMAIL_CALLER_H

#include <stdbool.h>

#include "base/buf.h"

#define SENDMAIL_NAME_SIZE 256

/* The machine's name as a domain; "localhost" when it is none, such as "(none)". */
void sendmail_caller_hostname(char name[static SENDMAIL_NAME_SIZE]);

/* What stands behind the @ of a local address: Debian's /etc/mailname where
 * there is one (Policy, 11.6), else the machine's name. */
void sendmail_caller_domain(char domain[static SENDMAIL_NAME_SIZE]);

/* Appends user@domain of the calling user; "uid1000@..." when it has no name, or
 * one that is no local part. */
bool sendmail_caller_put(struct buf *address, const char *domain);

#endif
