/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session_inside.h"

#include <inttypes.h>

#include "smtp/smtp_command.h"

#define STATES_REST (STATE_GREETED | STATE_READY | STATE_MAIL | STATE_RCPT)
#define STATES_ANY (STATES_REST | STATE_CHUNKS)

static void put_extensions(struct smtp_session *session)
{
	struct buf *out = &session->out;

	buf_format(out, "250-PIPELINING\r\n250-SIZE %" PRIu64 "\r\n250-8BITMIME\r\n"
		   "250-DSN\r\n250-CHUNKING\r\n",
		   session->options.max_message_octets);
	if (session->options.relay)
		buf_text(out, "250-SMTPUTF8\r\n");
	if (session->options.offers_tls && session->tls == NULL)
		buf_text(out, "250-STARTTLS\r\n");
	if (session->options.offers_auth && session->tls != NULL)
		buf_text(out, "250-AUTH PLAIN LOGIN\r\n");
	buf_text(out, "250 ENHANCEDSTATUSCODES\r\n");
}

/* The draft of a mail that comes by BDAT is forgotten first; what stands in
 * session->out follows. */
static void give_behind_draft(struct smtp_session *session, enum smtp_reply_id id,
			      struct smtp_event *event)
{
	if (!session->draft_open) {
		smtp_session_give_reply(session, id, event);
		return;
	}
	session->draft_open = false;
	session->answer_id = id;
	buf_put(&session->answer, buf_span(&session->out));
	event->kind = SMTP_EVENT_ABANDON;
}

static void do_hello(struct smtp_session *session, const struct smtp_command *command,
		     struct smtp_event *event)
{
	if (!envelope_set(&session->helo, command->argument)) {
		smtp_session_reply(session, SMTP_REPLY_LOCAL_ERROR, event);
		return;
	}
	smtp_session_enter(session, STATE_READY);
	session->esmtp = command->verb == SMTP_VERB_EHLO;
	buf_text(&session->out, session->esmtp ? "250-" : "250 ");
	buf_put(&session->out, span_take(span_of(session->options.hostname), SMTP_HOSTNAME_MAX));
	buf_text(&session->out, "\r\n");
	if (session->esmtp)
		put_extensions(session);
	give_behind_draft(session, SMTP_REPLY_GREETING, event);
}

static void do_rset(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	(void)command;
	smtp_session_rest(session);
	smtp_session_format(session, SMTP_REPLY_OK, NULL, &session->out);
	give_behind_draft(session, SMTP_REPLY_OK, event);
}

static void do_quit(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	enum smtp_reply_id id = command->verb == SMTP_VERB_QUIT ? SMTP_REPLY_CLOSING
								: SMTP_REPLY_HTTP;

	smtp_session_format(session, id, NULL, &session->out);
	give_behind_draft(session, id, event);
	smtp_session_enter(session, STATE_CLOSING);
}

static void do_nothing(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event)
{
	if (command->verb == SMTP_VERB_VRFY)
		smtp_session_reply(session, SMTP_REPLY_VRFY, event);
	else
		smtp_session_reply(
			session, command->verb == SMTP_VERB_HELP ? SMTP_REPLY_HELP : SMTP_REPLY_OK,
			event);
}

/* What a verb may do where; what is no row is not implemented. */
static const struct command_row {
	enum smtp_verb verb;
	unsigned states;	      /* elsewhere ... */
	enum smtp_reply_id misplaced; /* ... this is said */
	void (*proceed)(struct smtp_session *session, const struct smtp_command *command,
			struct smtp_event *event);
} commands[] = {
	{ SMTP_VERB_HELO, STATES_ANY, SMTP_REPLY_OK, do_hello },
	{ SMTP_VERB_EHLO, STATES_ANY, SMTP_REPLY_OK, do_hello },
	{ SMTP_VERB_STARTTLS, STATE_READY | STATE_MAIL | STATE_RCPT, SMTP_REPLY_OK, smtp_session_starttls },
	{ SMTP_VERB_AUTH, STATE_READY, SMTP_REPLY_NESTED_MAIL, smtp_session_auth },
	{ SMTP_VERB_MAIL, STATE_READY, SMTP_REPLY_NESTED_MAIL, smtp_session_mail },
	{ SMTP_VERB_RCPT, STATE_MAIL | STATE_RCPT, SMTP_REPLY_NEED_MAIL, smtp_session_rcpt },
	{ SMTP_VERB_DATA, STATE_MAIL | STATE_RCPT, SMTP_REPLY_NEED_MAIL, smtp_session_data },
	{ SMTP_VERB_BDAT, STATES_ANY, SMTP_REPLY_OK, smtp_session_bdat },
	{ SMTP_VERB_RSET, STATES_ANY, SMTP_REPLY_OK, do_rset },
	{ SMTP_VERB_NOOP, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_VRFY, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_HELP, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_QUIT, STATES_ANY, SMTP_REPLY_OK, do_quit },
	{ SMTP_VERB_HTTP, STATES_ANY, SMTP_REPLY_OK, do_quit },
};

/* What is said where a verb has no place. */
static enum smtp_reply_id misplaced_reply(const struct smtp_session *session,
					  const struct command_row *row)
{
	if (session->state == STATE_GREETED)
		return SMTP_REPLY_NEED_HELO;
	return session->state == STATE_CHUNKS ? SMTP_REPLY_IN_CHUNKS : row->misplaced;
}

/* Whether the verb deals with its faults by itself. */
static bool minds_faults(enum smtp_verb verb)
{
	return verb == SMTP_VERB_HTTP || verb == SMTP_VERB_BDAT;
}

/* Of a verb whose argument is none. */
static enum smtp_reply_id syntax_reply(const struct smtp_command *command)
{
	static const struct {
		enum smtp_verb verb;
		enum smtp_reply_id reply;
	} replies[] = {
		{ SMTP_VERB_HELO, SMTP_REPLY_BAD_NAME },
		{ SMTP_VERB_EHLO, SMTP_REPLY_BAD_NAME },
		{ SMTP_VERB_MAIL, SMTP_REPLY_BAD_MAIL },
		{ SMTP_VERB_RCPT, SMTP_REPLY_BAD_RCPT },
		{ SMTP_VERB_VRFY, SMTP_REPLY_NEED_ARGUMENT },
	};

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		if (replies[i].verb == command->verb)
			return replies[i].reply;
	return SMTP_REPLY_NO_ARGUMENT;
}

static enum smtp_reply_id fault_reply(const struct smtp_command *command)
{
	switch (command->fault) {
	case SMTP_FAULT_ADDRESS:
	case SMTP_FAULT_ADDRESS_TOO_LONG:
		return command->verb == SMTP_VERB_MAIL ? SMTP_REPLY_BAD_SENDER
						       : SMTP_REPLY_BAD_RECIPIENT;
	case SMTP_FAULT_PARAMETER:
		return SMTP_REPLY_UNKNOWN_PARAMETER;
	case SMTP_FAULT_PARAMETER_VALUE:
		return command->verb == SMTP_VERB_MAIL ? SMTP_REPLY_BAD_MAIL_VALUE
						       : SMTP_REPLY_BAD_RCPT_VALUE;
	case SMTP_FAULT_CONTROL:
		return SMTP_REPLY_BAD_OCTET;
	case SMTP_FAULT_NONE:
	case SMTP_FAULT_SYNTAX:
		break;
	}
	return syntax_reply(command);
}

static void run(struct smtp_session *session, const struct smtp_command *command,
		struct smtp_event *event)
{
	const struct command_row *row = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].verb == command->verb)
			row = &commands[i];
	if (row == NULL)
		smtp_session_reply(session,
				   command->verb == SMTP_VERB_UNKNOWN ? SMTP_REPLY_UNKNOWN_COMMAND
								      : SMTP_REPLY_NOT_IMPLEMENTED,
				   event);
	else if ((row->states & session->state) == 0)
		smtp_session_reply(session, misplaced_reply(session, row), event);
	else if (command->fault != SMTP_FAULT_NONE && !minds_faults(command->verb))
		smtp_session_reply(session, fault_reply(command), event);
	else
		row->proceed(session, command, event);
}

/* Whether the command brings a mail further, as many of its kind may. */
static bool is_progress(const struct smtp_session *session, const struct smtp_command *command)
{
	if (command->verb == SMTP_VERB_RCPT)
		return (session->state & (STATE_MAIL | STATE_RCPT)) != 0;
	return command->verb == SMTP_VERB_BDAT && command->chunk_octets > 0 &&
	       (session->state & (STATE_RCPT | STATE_CHUNKS)) != 0;
}

void smtp_session_run(struct smtp_session *session, struct span line, struct smtp_event *event)
{
	struct smtp_command command = smtp_command_parse(line);

	if (!is_progress(session, &command) && ++session->idle_commands > SMTP_COMMANDS_MAX &&
	    command.verb != SMTP_VERB_QUIT) {
		smtp_session_say_last(session, SMTP_REPLY_TOO_MANY_COMMANDS, event);
		return;
	}
	run(session, &command, event);
	if (command.verb == SMTP_VERB_RCPT && event->reply != SMTP_REPLY_RECIPIENT_OK)
		session->had_refusal = true;
}
