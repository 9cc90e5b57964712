/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session.h"

#include <stdlib.h>

#include "smtp/smtp_data.h"
#include "smtp/smtp_session_inside.h"

#define INPUT_MAX (1024 * 1024) /* of what was fed and not yet looked at */
#define CHUNK_MAX 16384		/* octets of one CHUNK, about */
#define OUTPUT_MAX (CHUNK_MAX + 4)

struct smtp_session *smtp_session_new(const struct smtp_session_options *options)
{
	struct smtp_session *session = calloc(1, sizeof(*session));

	if (session == NULL)
		return NULL;
	session->options = *options;
	session->state = STATE_NEW;
	buf_init(&session->in, INPUT_MAX);
	buf_init(&session->out, OUTPUT_MAX);
	buf_init(&session->answer, OUTPUT_MAX);
	return session;
}

void smtp_session_free(struct smtp_session *session)
{
	if (session == NULL)
		return;
	buf_clear(&session->in);
	buf_clear(&session->out);
	buf_clear(&session->answer);
	envelope_clear(&session->envelope);
	free(session->helo);
	free(session);
}

void smtp_session_enter(struct smtp_session *session, enum session_state state)
{
	session->state = state;
	if ((state & (STATE_GREETED | STATE_READY)) != 0) {
		envelope_clear(&session->envelope);
		session->accepted = 0;
	}
	if (state == STATE_MAIL)
		session->had_refusal = false;
	if (state == STATE_DATA) {
		session->data = (struct smtp_data){ 0 };
		session->data_octets = 0;
		session->refused = false;
	}
}

static bool is_waiting(const struct smtp_session *session)
{
	return session->state == STATE_BEGIN || session->state == STATE_COMMIT;
}

/* Whether a reply tells of a client that does not speak SMTP well. What it says
 * about recipients does not: a long list may hold many bad ones. */
static bool is_client_error(enum smtp_reply_id id)
{
	static const enum smtp_reply_id errors[] = {
		SMTP_REPLY_UNKNOWN_COMMAND,	SMTP_REPLY_LINE_TOO_LONG,
		SMTP_REPLY_BAD_LINE_END,	SMTP_REPLY_BAD_ARGUMENT,
		SMTP_REPLY_BAD_SENDER,		SMTP_REPLY_NOT_IMPLEMENTED,
		SMTP_REPLY_NEED_HELO,		SMTP_REPLY_NEED_RCPT,
		SMTP_REPLY_NESTED_MAIL,		SMTP_REPLY_UNKNOWN_PARAMETER,
		SMTP_REPLY_NO_VALID_RECIPIENTS,
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == id)
			return true;
	return false;
}

static void count_errors(struct smtp_session *session, enum smtp_reply_id id)
{
	if (is_client_error(id))
		session->errors++;
	else if (smtp_reply_code(id) < 400)
		session->errors = 0;
	if (session->errors >= SMTP_ERRORS_MAX)
		smtp_session_end(session, SMTP_REPLY_TOO_MANY_ERRORS);
}

void smtp_session_give_reply(struct smtp_session *session, enum smtp_reply_id id,
			     struct smtp_event *event)
{
	event->kind = SMTP_EVENT_REPLY;
	event->reply = id;
	event->octets = buf_span(&session->out);
	count_errors(session, id);
}

void smtp_session_reply(struct smtp_session *session, enum smtp_reply_id id,
			struct smtp_event *event)
{
	char hostname[SMTP_HOSTNAME_MAX + 1];

	span_copy(span_of(session->options.hostname), hostname, sizeof(hostname));
	smtp_reply_format(id, hostname, &session->out);
	smtp_session_give_reply(session, id, event);
}

enum line_end { LINE_INCOMPLETE, LINE_WHOLE, LINE_BARE_END, LINE_TOO_LONG };

/* Looks at the front of the input for one command line; *length is without its
 * end. */
static enum line_end find_line(struct span input, size_t *length)
{
	size_t i;

	for (i = 0; i < input.length && input.at[i] != '\r' && input.at[i] != '\n'; i++)
		if (i == SMTP_LINE_MAX - 2)
			break;
	*length = i;
	if (i == input.length)
		return LINE_INCOMPLETE;
	if (input.at[i] == '\n')
		return LINE_BARE_END;
	if (input.at[i] != '\r')
		return LINE_TOO_LONG;
	if (i + 1 == input.length)
		return LINE_INCOMPLETE;
	return input.at[i + 1] == '\n' ? LINE_WHOLE : LINE_BARE_END;
}

/* Throws the rest of a refused line away: what stands in it must never run. */
static bool skip_line(struct smtp_session *session)
{
	struct span input = span_skip(buf_span(&session->in), session->taken);
	size_t end = span_find(input, span_of("\r\n"));

	if (end < input.length) {
		session->taken += end + 2;
		session->skipping = false;
		return true;
	}
	if (input.length > 0 && input.at[input.length - 1] == '\r')
		end--;
	session->taken += end;
	return false;
}

static void next_command(struct smtp_session *session, struct smtp_event *event)
{
	struct span input;
	size_t length;

	if (session->skipping && !skip_line(session))
		return;
	input = span_skip(buf_span(&session->in), session->taken);
	switch (find_line(input, &length)) {
	case LINE_INCOMPLETE:
		break;
	case LINE_WHOLE:
		session->taken += length + 2;
		smtp_session_run(session, span_take(input, length), event);
		break;
	case LINE_BARE_END:
		session->taken += length + 1;
		session->skipping = true;
		smtp_session_reply(session, SMTP_REPLY_BAD_LINE_END, event);
		break;
	case LINE_TOO_LONG:
		session->taken += length;
		session->skipping = true;
		smtp_session_reply(session, SMTP_REPLY_LINE_TOO_LONG, event);
		break;
	}
}

static void refuse_message(struct smtp_session *session, enum smtp_reply_id refusal)
{
	if (session->refused)
		return;
	session->refused = true;
	session->refusal = refusal;
}

static void decode_data(struct smtp_session *session)
{
	struct span input = span_skip(buf_span(&session->in), session->taken);
	size_t before = input.length;

	smtp_data_decode(&session->data, &input, &session->out, CHUNK_MAX);
	session->taken += before - input.length;
	session->data_octets += session->out.length;
	if (session->data.has_nul)
		refuse_message(session, SMTP_REPLY_NUL);
	if (session->data_octets > session->options.max_message_octets)
		refuse_message(session, SMTP_REPLY_TOO_BIG);
	if (session->out.failed)
		refuse_message(session, SMTP_REPLY_LOCAL_ERROR);
}

static void give_abandon(struct smtp_session *session, struct smtp_event *event)
{
	session->draft_open = false;
	event->kind = SMTP_EVENT_ABANDON;
}

/* The last dot was seen. Of several reasons the NUL is told: it stays when the
 * message is tried again elsewhere or later. */
static void end_data(struct smtp_session *session, struct smtp_event *event)
{
	if (session->refused) {
		smtp_session_enter(session, STATE_READY);
		smtp_session_reply(session, session->data.has_nul ? SMTP_REPLY_NUL : session->refusal,
				   event);
	} else {
		smtp_session_enter(session, STATE_COMMIT);
		event->kind = SMTP_EVENT_COMMIT;
	}
}

static void next_data(struct smtp_session *session, struct smtp_event *event)
{
	size_t before;

	do {
		before = session->taken;
		buf_reset(&session->out);
		decode_data(session);
		if (session->refused && session->draft_open) {
			give_abandon(session, event);
			return;
		}
		if (session->out.length > 0 && !session->refused) {
			event->kind = SMTP_EVENT_CHUNK;
			event->octets = buf_span(&session->out);
			return;
		}
	} while (session->taken != before);
	if (session->data.state == SMTP_DATA_END)
		end_data(session, event);
}

static void next_end(struct smtp_session *session, struct smtp_event *event)
{
	if (session->draft_open) {
		give_abandon(session, event);
		return;
	}
	session->ending = false;
	smtp_session_enter(session, STATE_CLOSING);
	smtp_session_reply(session, session->end_reply, event);
}

static void next_answer(struct smtp_session *session, struct smtp_event *event)
{
	buf_put(&session->out, buf_span(&session->answer));
	buf_reset(&session->answer);
	smtp_session_give_reply(session, session->answer_id, event);
}

void smtp_session_next(struct smtp_session *session, struct smtp_event *event)
{
	*event = (struct smtp_event){ .kind = SMTP_EVENT_NONE };
	if (is_waiting(session) || session->state == STATE_CLOSED)
		return;
	buf_reset(&session->out);
	if (session->state == STATE_CLOSING) {
		smtp_session_enter(session, STATE_CLOSED);
		event->kind = SMTP_EVENT_CLOSE;
	} else if (session->answer.length > 0) {
		next_answer(session, event);
	} else if (session->ending) {
		next_end(session, event);
	} else if (session->state == STATE_NEW) {
		smtp_session_enter(session, STATE_GREETED);
		smtp_session_reply(session, SMTP_REPLY_GREETING, event);
	} else if (session->state == STATE_DATA) {
		next_data(session, event);
	} else {
		next_command(session, event);
	}
}

bool smtp_session_feed(struct smtp_session *session, struct span octets)
{
	if (session->state == STATE_CLOSING || session->state == STATE_CLOSED)
		return true;
	buf_drop_front(&session->in, session->taken);
	session->taken = 0;
	return buf_put(&session->in, octets);
}

size_t smtp_session_backlog(const struct smtp_session *session)
{
	return session->in.length - session->taken;
}

static enum smtp_reply_id settlement_reply(enum smtp_settlement settlement, enum smtp_reply_id good)
{
	switch (settlement) {
	case SMTP_SETTLED_OK:
		return good;
	case SMTP_SETTLED_TRY_LATER:
		return SMTP_REPLY_LOCAL_ERROR;
	case SMTP_SETTLED_NO_ROOM:
		return SMTP_REPLY_NO_ROOM;
	case SMTP_SETTLED_TOO_BIG:
		break;
	}
	return SMTP_REPLY_TOO_BIG;
}

void smtp_session_settle(struct smtp_session *session, enum smtp_settlement settlement,
			 const char *id)
{
	bool begin = session->state == STATE_BEGIN;

	if (session->state == STATE_DATA && settlement != SMTP_SETTLED_OK)
		refuse_message(session, settlement_reply(settlement, SMTP_REPLY_OK));
	if (!is_waiting(session))
		return;
	session->answer_id =
		settlement_reply(settlement, begin ? SMTP_REPLY_START_DATA : SMTP_REPLY_QUEUED);
	smtp_reply_format(session->answer_id, id, &session->answer);
	session->draft_open = begin && settlement == SMTP_SETTLED_OK;
	smtp_session_enter(session, session->draft_open ? STATE_DATA : STATE_READY);
}

void smtp_session_end(struct smtp_session *session, enum smtp_reply_id end_reply)
{
	if (session->ending || session->state == STATE_CLOSING || session->state == STATE_CLOSED)
		return;
	session->ending = true;
	session->end_reply = end_reply;
}

struct envelope *smtp_session_envelope(struct smtp_session *session)
{
	return &session->envelope;
}

bool smtp_session_in_data(const struct smtp_session *session)
{
	return session->state == STATE_DATA;
}
