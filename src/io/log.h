/* SPDX-License-Identifier: ISC */
/* One event, one line that a person reads without a manual: to the journal with
 * fields, or to standard error with the fields behind it as key=value. Every
 * event kind has a MESSAGE_ID and a level in the table of log_events.c. Mail
 * content, passwords and PINs are never passed in here. Controls in what is
 * passed become '?', and long values are cut. */
#ifndef IO_LOG_H
#define IO_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,	/* as in syslog(3) */
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

enum log_event {
	LOG_STARTED,		/* notice: the daemon is ready */
	LOG_STOPPING,		/* notice */
	LOG_RELOADED,		/* notice */
	LOG_CONFIGURATION,	/* error: a complaint about the configuration */
	LOG_TROUBLE,		/* error: something is lost or stuck */
	LOG_WARNING,		/* warning: something was degraded */
	LOG_DETAIL,		/* debug */
	LOG_CLIENT_REFUSED,	/* info: an SMTP client was refused */
	LOG_TOO_MANY_CLIENTS,	/* warning: SMTP clients were turned away */
	LOG_TLS_FAILED,		/* info: a client said STARTTLS and nothing came of it */
	LOG_AUTH_REFUSED,	/* notice: a wrong name or password */
	LOG_AUTH_ACCEPTED,	/* info */
	LOG_ACCEPTED,		/* info: a message was taken */
	LOG_ATTEMPT,		/* debug: a try begins */
	LOG_DELIVERED,		/* info: final */
	LOG_DEFERRED,		/* info */
	LOG_FAILED,		/* warning: final for these recipients */
	LOG_UNCERTAIN,		/* warning */
	LOG_REPORTED,		/* info: somebody is told of a mail's fate */
	LOG_UNREPORTED,		/* notice: nobody is */
	LOG_FORGOTTEN,		/* notice: a failed mail left the spool for its age */
	LOG_EXCERPT,		/* warning: could not be composed */
	LOG_CORRUPT,		/* warning: a spool file was put aside */
	LOG_ACCOUNT_HELD,	/* error: output is held */
	LOG_ACCOUNT_RELEASED,	/* notice */
	LOG_LINK_DOWN,		/* warning: a modem's breaker opened */
	LOG_LINK_UP,		/* notice: it closed */
	LOG_MODEM_STATE,	/* info: a modem's life moved on */
	LOG_MODEM_TROUBLE,	/* warning: needs a look: wrong device, PIN, APN ... */
	LOG_MODEM_LINE,		/* debug: a line nobody asked for */
	LOG_MODEM_TRACE,	/* debug: the dialogue, redacted */
	LOG_FLIGHT,		/* notice: the flight recorder was written to a file */
	LOG_EVENTS,		/* how many there are */
};

/* All zero is "no fields". */
struct log_fields {
	const char *queue_id;
	const char *modem;
	const char *recipient;
	const char *status;	/* RFC 3463 */
	bool has_code;
	int code;		/* as the module gave it, with its sign */
	int64_t delay_us;	/* from arrival to this; 0 is not shown */
};

/* Chooses the sink by $JOURNAL_STREAM (sd-journal when standard error is the
 * journal), and the least level that is written. Never fails. */
void log_open(const char *identifier, enum log_level level);
void log_set_level(enum log_level level);

/* Whether the event would be written: for lines that cost something to make. */
bool log_wants(enum log_event event);

void log_write(enum log_event event, const struct log_fields *fields, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
