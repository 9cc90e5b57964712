/* SPDX-License-Identifier: ISC */
/* The one place that says what of a dialogue with a module may be told, to a log
 * as to the flight recorder: no parameter of a secret command, no content of a
 * mail, no text of a short message, no number of a card or a device. Addresses may. What
 * is not known to be harmless is left out. Pure. */
#ifndef MODEM_MODEM_REDACT_H
#define MODEM_MODEM_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "at/at_line.h"
#include "base/span.h"

#define MODEM_REDACT_ASKED_SIZE 32

struct modem_redact {
	struct at_line lines;	/* of what came */
	char asked[MODEM_REDACT_ASKED_SIZE];	/* the last command up to its parameters */
	bool in_data;		/* what comes may be content: an echo, or what was left of it */
	bool data_over;		/* ... until the next command */
	bool text_follows;	/* the next line is the text of a short message */
	bool text_came;		/* something was left out whole since the last command */
};

/* As much of a line as may be told, and what stands for the rest. */
struct modem_told {
	struct span line;
	const char *rest;	/* static; "" when all of it may */
};

void modem_redact_init(struct modem_redact *redact);

/* Of a command that is sent, without its CR; `secret` as its step says. An empty line
 * when there is nothing to tell. */
struct modem_told modem_redact_sent(struct modem_redact *redact, struct span octets, bool secret);

/* Content is sent: nothing of it is told. */
void modem_redact_sent_data(struct modem_redact *redact);

/* Takes octets that came off the front of *octets until a line is whole. False when
 * they are used up. The line is valid until the next call. */
bool modem_redact_came(struct modem_redact *redact, struct span *octets, struct modem_told *told);

/* Of a line, already whole, that nobody asked for; before anything more is sent. */
struct modem_told modem_redact_unasked(const struct modem_redact *redact, struct span line);

#endif
