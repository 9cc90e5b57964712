/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session.h"

#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_command.h"
#include "smtp/smtp_session_inside.h"

#define INPUT_MAX (1024 * 1024) /* of what was fed and not yet looked at */
#define OUTPUT_MAX (SMTP_CONTENT_MAX + HEADER_FILTER_ADDED_MAX)

/* It may hold a password. */
static void wipe_input(struct smtp_session *session, size_t from, size_t count)
{
	if (session->in.at != NULL)
		explicit_bzero(session->in.at + from, count);
}

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
	buf_init(&session->filtered, OUTPUT_MAX);
	buf_init(&session->auth.secret, AUTH_SECRET_MAX);
	return session;
}

void smtp_session_free(struct smtp_session *session)
{
	if (session == NULL)
		return;
	wipe_input(session, 0, session->in.capacity);
	buf_clear(&session->in);
	buf_clear(&session->out);
	buf_clear(&session->answer);
	buf_clear(&session->filtered);
	smtp_session_auth_wipe(session);
	buf_clear(&session->auth.secret);
	envelope_clear(&session->envelope);
	free(session->helo);
	free(session->tls);
	free(session->user);
	free(session);
}

void smtp_session_enter(struct smtp_session *session, enum session_state state)
{
	session->state = state;
	if ((state & (STATE_GREETED | STATE_READY)) != 0) {
		envelope_clear(&session->envelope);
		session->trace = (struct trace){ 0 };
		session->accepted = session->recipient_octets = 0;
	}
	if (state == STATE_MAIL)
		session->had_refusal = false;
	if (state == STATE_DATA) {
		session->data = (struct smtp_data){ 0 };
		session->data_octets = 0;
		session->refused = session->content_ended = false;
		session->filter = (struct header_filter){ 0 };
	}
}

static bool is_waiting(const struct smtp_session *session)
{
	return (session->state & (STATE_BEGIN | STATE_COMMIT | STATE_CHECK)) != 0 ||
	       (session->state == STATE_TLS && !session->give_tls);
}

/* Whether a reply tells of a client that does not speak SMTP well. What it says
 * about recipients does not: a long list may hold many bad ones. */
static bool is_client_error(enum smtp_reply_id id)
{
	static const enum smtp_reply_id errors[] = {
		SMTP_REPLY_UNKNOWN_COMMAND,	SMTP_REPLY_LINE_TOO_LONG,
		SMTP_REPLY_BAD_LINE_END,	SMTP_REPLY_BAD_OCTET,
		SMTP_REPLY_BAD_NAME,		SMTP_REPLY_NO_ARGUMENT,
		SMTP_REPLY_NEED_ARGUMENT,	SMTP_REPLY_BAD_MAIL,
		SMTP_REPLY_BAD_RCPT,		SMTP_REPLY_BAD_MAIL_VALUE,
		SMTP_REPLY_BAD_RCPT_VALUE,
		SMTP_REPLY_BAD_SENDER,		SMTP_REPLY_NOT_IMPLEMENTED,
		SMTP_REPLY_NEED_HELO,		SMTP_REPLY_NEED_RCPT,
		SMTP_REPLY_NESTED_MAIL,		SMTP_REPLY_UNKNOWN_PARAMETER,
		SMTP_REPLY_NO_VALID_RECIPIENTS, SMTP_REPLY_TLS_TWICE,
		SMTP_REPLY_AUTH_BAD_TEXT,	SMTP_REPLY_AUTH_TOO_LONG,
		SMTP_REPLY_AUTH_TWICE,		SMTP_REPLY_AUTH_MECHANISM,
		SMTP_REPLY_AUTH_NEEDS_TLS,	SMTP_REPLY_NEED_AUTH,
		SMTP_REPLY_IN_CHUNKS,
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

/* What policy forbids and what the link cannot carry: to another MTA a 5xx is the end
 * of the mail, and its regular way may come back (interface, relay-listen). */
static bool is_passing(const struct smtp_session *session, enum smtp_reply_id id)
{
	static const enum smtp_reply_id passing[] = {
		SMTP_REPLY_NOT_HERE,	 SMTP_REPLY_CANNOT_CARRY,  SMTP_REPLY_ALIAS_LOOP,
		SMTP_REPLY_ALIAS_BROKEN, SMTP_REPLY_NOT_ALLOWED,   SMTP_REPLY_NOT_TRUSTED,
		SMTP_REPLY_NEED_AUTH,	 SMTP_REPLY_BAD_RECIPIENT, SMTP_REPLY_TOO_BIG,
		SMTP_REPLY_NUL,		 SMTP_REPLY_LOOP,	   SMTP_REPLY_NO_VALID_RECIPIENTS,
	};

	for (size_t i = 0; session->options.relay && i < sizeof(passing) / sizeof(passing[0]); i++)
		if (passing[i] == id)
			return true;
	return false;
}

void smtp_session_format(const struct smtp_session *session, enum smtp_reply_id id,
			 const char *detail, struct buf *out)
{
	if (is_passing(session, id))
		smtp_reply_format_passing(id, out);
	else
		smtp_reply_format(id, detail, out);
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
	smtp_session_format(session, id, hostname, &session->out);
	smtp_session_give_reply(session, id, event);
}

void smtp_session_say_last(struct smtp_session *session, enum smtp_reply_id id,
			   struct smtp_event *event)
{
	smtp_session_reply(session, id, event);
	smtp_session_enter(session, STATE_CLOSING);
}

struct span smtp_session_input(const struct smtp_session *session)
{
	return span_skip(buf_span(&session->in), session->taken);
}

void smtp_session_rest(struct smtp_session *session)
{
	smtp_session_enter(session, session->helo != NULL ? STATE_READY : STATE_GREETED);
}

enum line_end { LINE_INCOMPLETE, LINE_WHOLE, LINE_BARE_END, LINE_TOO_LONG };

/* Looks at the front of the input for one command line; *length is without its
 * end. */
static enum line_end find_line(struct span input, size_t max, size_t *length)
{
	size_t i;

	for (i = 0; i < input.length && input.at[i] != '\r' && input.at[i] != '\n'; i++)
		if (i == max - 2)
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
	struct span input = smtp_session_input(session);
	size_t end = span_find(input, span_of("\r\n"));

	if (end < input.length) {
		session->skipping = false;
		end += 2;
	} else if (input.length > 0 && input.at[input.length - 1] == '\r') {
		end--;
	}
	wipe_input(session, session->taken, end);
	session->taken += end;
	return !session->skipping;
}

static bool is_exchange(const struct smtp_session *session, struct span line)
{
	return session->state == STATE_AUTH || span_starts_nocase(line, "AUTH ");
}

/* What it holds of a password is not left behind. */
static void run_line(struct smtp_session *session, struct span line, struct smtp_event *event)
{
	bool secret = is_exchange(session, line);
	size_t from = (size_t)(line.at - session->in.at);

	if (session->state == STATE_AUTH)
		smtp_session_auth_line(session, line, event);
	else
		smtp_session_run(session, line, event);
	if (secret)
		wipe_input(session, from, line.length);
}

/* A line of the exchange that cannot be read ends it. */
static void leave_exchange(struct smtp_session *session)
{
	if (session->state != STATE_AUTH)
		return;
	smtp_session_auth_wipe(session);
	smtp_session_rest(session);
}

/* Nothing of the line is done, and its rest is thrown away. What follows a chunk's
 * line is content, and what follows HTTP's is a stranger's: neither may run. */
static void refuse_line(struct smtp_session *session, size_t length, enum smtp_reply_id id,
			struct smtp_event *event)
{
	struct span front = span_take(smtp_session_input(session), length);
	enum smtp_verb verb = SMTP_VERB_UNKNOWN;

	if (session->state != STATE_AUTH)
		verb = smtp_command_parse(front).verb;
	if (id == SMTP_REPLY_LINE_TOO_LONG && is_exchange(session, front))
		id = SMTP_REPLY_AUTH_TOO_LONG;
	wipe_input(session, session->taken, length);
	session->taken += length;
	session->skipping = true;
	leave_exchange(session);
	if (verb == SMTP_VERB_BDAT)
		smtp_session_say_last(session, SMTP_REPLY_BAD_CHUNK, event);
	else if (verb == SMTP_VERB_HTTP)
		smtp_session_say_last(session, SMTP_REPLY_HTTP, event);
	else
		smtp_session_reply(session, id, event);
}

/* What no command begins with: another protocol, as TLS from the first octet on. Some
 * of them never send a line end to wait for. */
static bool is_junk(struct span input)
{
	unsigned char first = input.length > 0 ? (unsigned char)input.at[0] : ' ';

	return first >= 0x7f || (first < ' ' && first != '\r' && first != '\n' && first != '\t');
}

static void next_command(struct smtp_session *session, struct smtp_event *event)
{
	size_t length, max;
	struct span input;

	if (session->skipping && !skip_line(session))
		return;
	input = smtp_session_input(session);
	if (session->state != STATE_AUTH && is_junk(input)) {
		smtp_session_say_last(session, SMTP_REPLY_JUNK, event);
		return;
	}
	max = is_exchange(session, input) ? SMTP_AUTH_LINE_MAX : SMTP_LINE_MAX;
	switch (find_line(input, max, &length)) {
	case LINE_INCOMPLETE:
		break;
	case LINE_WHOLE:
		session->taken += length + 2;
		run_line(session, span_take(input, length), event);
		break;
	case LINE_BARE_END:
		refuse_line(session, length, SMTP_REPLY_BAD_LINE_END, event);
		session->taken++;
		break;
	case LINE_TOO_LONG:
		refuse_line(session, length, SMTP_REPLY_LINE_TOO_LONG, event);
		break;
	}
}

static void give_abandon(struct smtp_session *session, struct smtp_event *event)
{
	session->draft_open = false;
	event->kind = SMTP_EVENT_ABANDON;
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
	if (session->answer.length > 0) {
		next_answer(session, event);
	} else if (session->state == STATE_CLOSING && session->draft_open) {
		give_abandon(session, event);
	} else if (session->state == STATE_CLOSING) {
		smtp_session_enter(session, STATE_CLOSED);
		event->kind = SMTP_EVENT_CLOSE;
	} else if (session->give_tls) {
		session->give_tls = false;
		event->kind = SMTP_EVENT_START_TLS;
	} else if (session->ending) {
		next_end(session, event);
	} else if (session->state == STATE_NEW) {
		smtp_session_enter(session, STATE_GREETED);
		smtp_session_reply(session, SMTP_REPLY_GREETING, event);
	} else if (session->state == STATE_DATA) {
		smtp_session_next_content(session, event);
	} else if (session->state == STATE_SWALLOW) {
		smtp_session_swallow(session, event);
	} else {
		next_command(session, event);
	}
}

bool smtp_session_feed(struct smtp_session *session, struct span octets)
{
	if ((session->state & (STATE_CLOSING | STATE_CLOSED | STATE_TLS)) != 0)
		return true;
	buf_drop_front(&session->in, session->taken);
	wipe_input(session, session->in.length, session->taken);
	session->taken = 0;
	return buf_put(&session->in, octets);
}

size_t smtp_session_backlog(const struct smtp_session *session)
{
	return session->in.length - session->taken;
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
