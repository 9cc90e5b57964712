/* SPDX-License-Identifier: ISC */
/* gsmtpd --check: what a start would find, without one. */
#ifndef APP_CHECK_H
#define APP_CHECK_H

/* Prints every mistake of the configuration, and as a warning what the daemon
 * would start with but not use: secrets that cannot be read, lines of the aliases
 * file. 0, or 78 when there is a mistake. */
int check_run(const char *configuration);

#endif
