/* SPDX-License-Identifier: ISC */
/* The whole of gsmtpd: starts the shells in order, joins them, stops them in
 * reverse. */
#ifndef APP_DAEMON_H
#define APP_DAEMON_H

struct daemon_options {
	const char *configuration;	/* path */
	const char *compose_program;	/* path of gsmtpd-compose */
};

/* Runs until it is told to stop. Returns the exit status (sysexits.h): 0, 69
 * nothing to listen on, 71 the system refused, 74 the spool, 78 configuration. */
int daemon_run(const struct daemon_options *options);

#endif
