/* SPDX-License-Identifier: ISC */
/* The dialogue with a module, for people: always into the flight recorder, and at
 * debug level into the log. What of it may be told modem/modem_redact says, once
 * for both. */
#ifndef IO_MODEM_TRACE_H
#define IO_MODEM_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "at/at_chat.h"
#include "base/span.h"
#include "modem/modem_recorder.h"
#include "modem/modem_redact.h"

struct modem_trace {
	const char *name;		/* of the modem; borrowed */
	struct modem_recorder *recorder;	/* borrowed */
	bool logs;
	struct modem_redact redact;
	size_t data_octets;		/* of content sent and not logged yet */
};

void modem_trace_init(struct modem_trace *trace, const char *name,
		      struct modem_recorder *recorder, bool logs);
void modem_trace_sent(struct modem_trace *trace, const struct at_chat_event *event,
		      int64_t now_ms);
void modem_trace_came(struct modem_trace *trace, struct span octets, int64_t now_ms);

/* What gsmtpd makes of it; for the recorder only. */
void modem_trace_note(struct modem_trace *trace, int64_t now_ms, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A line that nobody asked for, which modem_trace_came() had before; logged at debug
 * level, whether the dialogue is or not. */
void modem_trace_unsolicited(const struct modem_trace *trace, struct span line);

#endif
