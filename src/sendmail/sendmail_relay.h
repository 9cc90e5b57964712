/* SPDX-License-Identifier: ISC */
/* -bs: SMTP on standard input and output. Programs that speak it end their
 * lines with CRLF or with LF alone (LSB, sendmail); the daemon hears CRLF. */
#ifndef SENDMAIL_SENDMAIL_RELAY_H
#define SENDMAIL_SENDMAIL_RELAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends `octets` with each bare LF as CRLF; *after_cr is kept between calls. */
bool sendmail_relay_line_ends(struct span octets, bool *after_cr, struct buf *out);

/* Moves octets both ways until the daemon hangs up. The exit status. */
int sendmail_relay_run(int fd);

#endif
