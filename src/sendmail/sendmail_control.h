/* SPDX-License-Identifier: ISC */
/* mailq and newaliases: gsmtpctl does their work. */
#ifndef SENDMAIL_SENDMAIL_CONTROL_H
#define SENDMAIL_SENDMAIL_CONTROL_H

/* Runs gsmtpctl with that command in our place. Returns only when it cannot be
 * run: the exit status. */
int sendmail_control_run(const char *command);

/* Has the daemon read its aliases anew, and waits. The exit status: 0 also when
 * no daemon runs, which reads them at its start. */
int sendmail_control_reload(void);

#endif
