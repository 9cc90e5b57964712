/* SPDX-License-Identifier: ISC */
#include "io/modem_trace.h"

#include "at/at_reply.h"
#include "io/log.h"

/* Lines whose next line is a text that a stranger chose (27.005, 3.4.1). */
static const char *const announces_text[] = { "+CMT:", "+CBM:", "+CDS:", "+CMGL:", "+CMGR:" };

/* Answers whose quoted parts are content or secret. */
static const char *const quotes_content[] = {
	"+QSMTPATT:", "+QSMTPSUB:", "+QSMTPUSER:", "+QSMTPPWD:", "+QICSGP:", "+CUSD:", "+CLIP:",
};

void modem_trace_init(struct modem_trace *trace, const char *name, bool enabled)
{
	*trace = (struct modem_trace){ .name = name, .enabled = enabled };
	at_line_init(&trace->lines);
}

static bool starts_any(struct span line, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (span_starts(line, prefixes[i]))
			return true;
	}
	return false;
}

#define STARTS_ANY(line, list) starts_any((line), (list), sizeof(list) / sizeof((list)[0]))

/* What a module says without "+" in front and unasked; any other bare line may be
 * a stranger's text. */
static const char *const bare_words[] = { "RING", "SMS Ready", "UNDER_VOLTAGE", "OVER_VOLTAGE" };

static bool is_bare_text(struct span line)
{
	return !span_starts(line, "+") && at_reply_classify(line) == AT_REPLY_TEXT &&
		!STARTS_ANY(line, bare_words);
}

/* As much of a line as may be told, and what stands for the rest: an echo of
 * ours, whole or not, loses its parameters. */
static struct span tellable(struct span line, const char **hidden)
{
	size_t equals = span_index(line, '=');
	size_t quote = span_index(line, '"');

	*hidden = "";
	if (equals < line.length) {
		*hidden = "=(hidden)";
		return span_take(line, equals);
	}
	if (quote < line.length && (STARTS_ANY(line, quotes_content) || !span_starts(line, "+"))) {
		*hidden = "(hidden)";
		return span_take(line, quote);
	}
	return line;
}

static void tell(const struct modem_trace *trace, enum log_event event, const char *arrow,
		 struct span line, const char *hidden)
{
	log_write(event, &(struct log_fields){ .modem = trace->name }, "%s %s %.*s%s", trace->name,
		  arrow, SPAN_ARG(line), hidden);
}

static void tell_data(struct modem_trace *trace)
{
	if (trace->data_octets == 0)
		return;
	log_write(LOG_MODEM_TRACE, &(struct log_fields){ .modem = trace->name },
		  "%s > (%zu octets of mail)", trace->name, trace->data_octets);
	trace->data_octets = 0;
}

void modem_trace_sent(struct modem_trace *trace, const struct at_chat_event *event)
{
	struct span line = span_trim(event->octets);
	const char *hidden = "";

	if (!trace->enabled || !log_wants(LOG_MODEM_TRACE))
		return;
	if (event->data) {
		trace->data_octets += event->octets.length;
		trace->in_data = true;
		return;
	}
	tell_data(trace);
	if (event->secret) {
		line = span_take(line, span_index(line, '='));
		hidden = "=(hidden)";
	}
	if (line.length > 0)
		tell(trace, LOG_MODEM_TRACE, ">", line, hidden);
}

/* Whether a line that came may be told at all. While content is in the air, or
 * behind the head of a short message, only answers may. */
static bool is_text(struct modem_trace *trace, struct span line)
{
	bool after_head = trace->text_follows;

	trace->text_follows = STARTS_ANY(line, announces_text);
	if (trace->in_data && !span_starts(line, "+") &&
	    at_reply_classify(line) == AT_REPLY_TEXT)
		return true;
	trace->in_data = trace->in_data && !span_starts(line, "+QSMTP");
	return after_head || line.length > 128;
}

void modem_trace_came(struct modem_trace *trace, struct span octets)
{
	const char *hidden;
	enum at_token token;
	struct span line;

	if (!trace->enabled || !log_wants(LOG_MODEM_TRACE))
		return;
	tell_data(trace);
	while ((token = at_line_next(&trace->lines, &octets, &line)) != AT_TOKEN_NEED_MORE) {
		if (token == AT_TOKEN_TOO_LONG || is_text(trace, line)) {
			tell(trace, LOG_MODEM_TRACE, "<", span_of(""), "(a text)");
			continue;
		}
		line = tellable(line, &hidden);
		tell(trace, LOG_MODEM_TRACE, "<", line, hidden);
	}
}

void modem_trace_unsolicited(struct modem_trace *trace, struct span line)
{
	const char *hidden;

	if (!log_wants(LOG_MODEM_LINE))
		return;
	if (is_bare_text(line)) {
		tell(trace, LOG_MODEM_LINE, "said unasked:", span_of(""), "(a text)");
		return;
	}
	line = tellable(line, &hidden);
	tell(trace, LOG_MODEM_LINE, "said unasked:", line, hidden);
}
