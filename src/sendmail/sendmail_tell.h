/* SPDX-License-Identifier: ISC */
/* One clear line on standard error. */
#ifndef SENDMAIL_SENDMAIL_TELL_H
#define SENDMAIL_SENDMAIL_TELL_H

/* Writes "gsmtp-sendmail: ..." and a line end in one piece. Controls, which
 * may come from the server, become '?'. */
void sendmail_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
