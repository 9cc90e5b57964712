/* SPDX-License-Identifier: ISC */
/* The dialogue with a module as log lines for people, redacted: no parameter of
 * a secret command, no mail content, no text of a short message. */
#ifndef IO_MODEM_TRACE_H
#define IO_MODEM_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "at/at_chat.h"
#include "at/at_line.h"
#include "base/span.h"

struct modem_trace {
	const char *name;	/* of the modem; borrowed */
	bool enabled;
	struct at_line lines;	/* of what came */
	size_t data_octets;	/* of content sent and not told yet */
	bool in_data;		/* what comes may be an echo of content */
	bool text_follows;	/* the next line is the text of a short message */
};

void modem_trace_init(struct modem_trace *trace, const char *name, bool enabled);
void modem_trace_sent(struct modem_trace *trace, const struct at_chat_event *event);
void modem_trace_came(struct modem_trace *trace, struct span octets);

/* A line that nobody asked for; told whether the trace is enabled or not. */
void modem_trace_unsolicited(struct modem_trace *trace, struct span line);

#endif
