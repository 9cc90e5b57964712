/* SPDX-License-Identifier: ISC */
#include "io/modem_trace.h"

#include <stdarg.h>
#include <stdio.h>

#include "io/log.h"

#define TOLD_SIZE 640	/* a longest command and what stands for its rest */

void modem_trace_init(struct modem_trace *trace, const char *name,
		      struct modem_recorder *recorder, bool logs)
{
	*trace = (struct modem_trace){ .name = name, .recorder = recorder, .logs = logs };
	modem_redact_init(&trace->redact);
}

static bool logs(const struct modem_trace *trace)
{
	return trace->logs && log_wants(LOG_MODEM_TRACE);
}

static void log_told(const struct modem_trace *trace, enum log_event event, const char *how,
		     const struct modem_told *told)
{
	log_write(event, &(struct log_fields){ .modem = trace->name }, "%s %s %.*s%s", trace->name,
		  how, SPAN_ARG(told->line), told->rest);
}

static void log_data(struct modem_trace *trace)
{
	if (trace->data_octets > 0 && logs(trace))
		log_write(LOG_MODEM_TRACE, &(struct log_fields){ .modem = trace->name },
			  "%s > (%zu octets of mail)", trace->name, trace->data_octets);
	trace->data_octets = 0;
}

static void tell(struct modem_trace *trace, enum modem_recorder_mark mark,
		 const struct modem_told *told, int64_t now_ms)
{
	char text[TOLD_SIZE];

	snprintf(text, sizeof(text), "%.*s%s", SPAN_ARG(told->line), told->rest);
	modem_recorder_add(trace->recorder, mark, span_of(text), now_ms);
	if (logs(trace))
		log_told(trace, LOG_MODEM_TRACE, mark == MODEM_RECORDER_SENT ? ">" : "<", told);
}

void modem_trace_sent(struct modem_trace *trace, const struct at_chat_event *event,
		      int64_t now_ms)
{
	struct modem_told told;

	if (event->data) {
		modem_redact_sent_data(&trace->redact);
		modem_recorder_add_data(trace->recorder, event->octets.length, now_ms);
		trace->data_octets += event->octets.length;
		return;
	}
	log_data(trace);
	told = modem_redact_sent(&trace->redact, event->octets, event->secret);
	if (told.line.length > 0)
		tell(trace, MODEM_RECORDER_SENT, &told, now_ms);
}

void modem_trace_came(struct modem_trace *trace, struct span octets, int64_t now_ms)
{
	struct modem_told told;

	log_data(trace);
	while (modem_redact_came(&trace->redact, &octets, &told))
		tell(trace, MODEM_RECORDER_CAME, &told, now_ms);
}

void modem_trace_note(struct modem_trace *trace, int64_t now_ms, const char *format, ...)
{
	char text[TOLD_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	modem_recorder_add(trace->recorder, MODEM_RECORDER_NOTE, span_of(text), now_ms);
}

void modem_trace_unsolicited(const struct modem_trace *trace, struct span line)
{
	struct modem_told told;

	if (!log_wants(LOG_MODEM_LINE))
		return;
	told = modem_redact_unasked(&trace->redact, line);
	log_told(trace, LOG_MODEM_LINE, "said unasked:", &told);
}
