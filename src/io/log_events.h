/* SPDX-License-Identifier: ISC */
/* What is known about each event kind: its MESSAGE_ID (systemd.journal-fields(7);
 * explained in systemd/gsmtpd.catalog), its level and its short name. A facts
 * table; it writes nothing. */
#ifndef IO_LOG_EVENTS_H
#define IO_LOG_EVENTS_H

#include "io/log.h"

struct log_event_row {
	const char *message_id;	/* 32 hexadecimal digits; never changed, never used twice */
	enum log_level level;
	const char *name;	/* for GSMTPD_EVENT= */
};

/* The row of an event; never NULL. */
const struct log_event_row *log_events_find(enum log_event event);

#endif
