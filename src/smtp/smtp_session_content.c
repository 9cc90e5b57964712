/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_command.h"
#include "smtp/smtp_session_inside.h"

#define CHUNK_MAX SMTP_CONTENT_MAX

void smtp_session_refuse_message(struct smtp_session *session, enum smtp_reply_id refusal)
{
	if (session->refused)
		return;
	session->refused = true;
	session->refusal = refusal;
}

void smtp_session_data(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event)
{
	(void)command;
	if (session->state == STATE_RCPT) {
		session->chunk = (struct session_chunk){ 0 };
		smtp_session_enter(session, STATE_BEGIN);
		event->kind = SMTP_EVENT_BEGIN;
		return;
	}
	smtp_session_reply(session,
			   session->had_refusal ? SMTP_REPLY_NO_VALID_RECIPIENTS
						: SMTP_REPLY_NEED_RCPT,
			   event);
}

/* Why a chunk has no place here. */
static enum smtp_reply_id misplaced_chunk(const struct smtp_session *session)
{
	if (session->state == STATE_GREETED)
		return SMTP_REPLY_NEED_HELO;
	if (session->state == STATE_READY)
		return SMTP_REPLY_NEED_MAIL;
	return session->had_refusal ? SMTP_REPLY_NO_VALID_RECIPIENTS : SMTP_REPLY_NEED_RCPT;
}

/* Where nobody can tell how much content follows, none of it may run as commands:
 * the session ends. */
void smtp_session_bdat(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event)
{
	struct session_chunk *chunk = &session->chunk;

	if (command->fault != SMTP_FAULT_NONE) {
		smtp_session_say_last(session, SMTP_REPLY_BAD_CHUNK, event);
		return;
	}
	if (session->state != STATE_CHUNKS)
		*chunk = (struct session_chunk){ .ends_line = true };
	chunk->left = command->chunk_octets;
	chunk->last = command->chunk_last;
	if (session->state == STATE_CHUNKS) {
		session->state = STATE_DATA;
		smtp_session_next_content(session, event);
	} else if (session->state == STATE_RCPT) {
		chunk->active = true;
		smtp_session_enter(session, STATE_BEGIN);
		event->kind = SMTP_EVENT_BEGIN;
	} else {
		chunk->refusal = misplaced_chunk(session);
		chunk->back_to = session->state;
		session->state = STATE_SWALLOW;
		smtp_session_swallow(session, event);
	}
}

void smtp_session_swallow(struct smtp_session *session, struct smtp_event *event)
{
	struct session_chunk *chunk = &session->chunk;
	size_t count = smtp_session_input(session).length;

	if (count > chunk->left)
		count = (size_t)chunk->left;
	session->taken += count;
	chunk->left -= count;
	if (chunk->left > 0)
		return;
	session->state = chunk->back_to;
	smtp_session_reply(session, chunk->refusal, event);
}

static void put_line_end(struct session_chunk *chunk, struct buf *out)
{
	buf_text(out, "\r\n");
	chunk->cr = false;
	chunk->ends_line = true;
}

/* A bare CR or LF becomes CRLF, as in DATA. */
static void put_octet(struct smtp_session *session, char octet)
{
	struct session_chunk *chunk = &session->chunk;

	if (octet == '\n') {
		put_line_end(chunk, &session->out);
		return;
	}
	if (chunk->cr)
		put_line_end(chunk, &session->out);
	if (octet == '\r') {
		chunk->cr = true;
		return;
	}
	session->data.has_nul |= octet == '\0';
	chunk->ends_line = false;
	buf_byte(&session->out, octet);
}

/* A message ends with the end of a line, also when its last chunk does not. */
static void put_last_end(struct smtp_session *session)
{
	if (session->chunk.cr || !session->chunk.ends_line)
		put_line_end(&session->chunk, &session->out);
}

static void decode_chunk(struct smtp_session *session)
{
	struct session_chunk *chunk = &session->chunk;
	struct span input = smtp_session_input(session);

	/* Each octet may become two. */
	if (input.length > CHUNK_MAX / 2)
		input.length = CHUNK_MAX / 2;
	if (input.length > chunk->left)
		input.length = (size_t)chunk->left;
	for (size_t i = 0; i < input.length; i++)
		put_octet(session, input.at[i]);
	session->taken += input.length;
	chunk->left -= input.length;
	if (chunk->left == 0 && chunk->last)
		put_last_end(session);
}

static void decode_lines(struct smtp_session *session)
{
	struct span input = smtp_session_input(session);
	size_t before = input.length;

	smtp_data_decode(&session->data, &input, &session->out, CHUNK_MAX);
	session->taken += before - input.length;
}

static bool is_whole(const struct smtp_session *session)
{
	if (session->chunk.active)
		return session->chunk.left == 0 && session->chunk.last;
	return session->data.state == SMTP_DATA_END;
}

/* What the header becomes; the text goes as it is. */
static void filter_content(struct smtp_session *session)
{
	struct span decoded = buf_span(&session->out);

	if (session->trace.id == NULL)
		return;
	if (session->filter.state == HEADER_FILTER_BODY && !is_whole(session))
		return;
	buf_reset(&session->filtered);
	header_filter_put(&session->filter, &session->trace, decoded, &session->filtered);
	if (is_whole(session))
		header_filter_end(&session->filter, &session->trace, &session->filtered);
	if (session->filter.received >= HEADER_FILTER_RECEIVED_MAX)
		smtp_session_refuse_message(session, SMTP_REPLY_LOOP);
	if (session->filtered.failed)
		smtp_session_refuse_message(session, SMTP_REPLY_LOCAL_ERROR);
	buf_reset(&session->out);
	buf_put(&session->out, buf_span(&session->filtered));
}

static void decode(struct smtp_session *session)
{
	buf_reset(&session->out);
	if (session->chunk.active)
		decode_chunk(session);
	else
		decode_lines(session);
	session->data_octets += session->out.length;
	if (session->data.has_nul)
		smtp_session_refuse_message(session, SMTP_REPLY_NUL);
	if (session->data_octets > session->options.max_message_octets)
		smtp_session_refuse_message(session, SMTP_REPLY_TOO_BIG);
	if (session->out.failed)
		smtp_session_refuse_message(session, SMTP_REPLY_LOCAL_ERROR);
	filter_content(session);
	session->content_ended = is_whole(session);
}

/* Of several reasons the NUL is told: it stays when the message is tried again
 * elsewhere or later. */
static enum smtp_reply_id refusal_of(const struct smtp_session *session)
{
	return session->data.has_nul ? SMTP_REPLY_NUL : session->refusal;
}

static void end_content(struct smtp_session *session, struct smtp_event *event)
{
	if (session->refused) {
		smtp_session_enter(session, STATE_READY);
		smtp_session_reply(session, refusal_of(session), event);
	} else {
		smtp_session_enter(session, STATE_COMMIT);
		event->kind = SMTP_EVENT_COMMIT;
	}
}

/* One chunk of several is through. */
static void end_chunk(struct smtp_session *session, struct smtp_event *event)
{
	session->state = STATE_CHUNKS;
	smtp_session_reply(session, session->refused ? refusal_of(session) : SMTP_REPLY_CHUNK_OK,
			   event);
}

void smtp_session_next_content(struct smtp_session *session, struct smtp_event *event)
{
	size_t before;

	do {
		before = session->taken;
		if (!session->content_ended)
			decode(session);
		else
			buf_reset(&session->out);
		if (session->refused && session->draft_open) {
			session->draft_open = false;
			event->kind = SMTP_EVENT_ABANDON;
			return;
		}
		if (session->out.length > 0 && !session->refused) {
			event->kind = SMTP_EVENT_CHUNK;
			event->octets = buf_span(&session->out);
			return;
		}
	} while (session->taken != before);
	if (session->content_ended)
		end_content(session, event);
	else if (session->chunk.active && session->chunk.left == 0)
		end_chunk(session, event);
}
