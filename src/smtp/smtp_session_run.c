/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session_inside.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "mail/alias.h"
#include "smtp/smtp_command.h"

#define STATES_ANY (STATE_GREETED | STATE_READY | STATE_MAIL | STATE_RCPT)

static void do_hello(struct smtp_session *session, const struct smtp_command *command,
		     struct smtp_event *event)
{
	if (!envelope_set(&session->helo, command->argument)) {
		smtp_session_reply(session, SMTP_REPLY_LOCAL_ERROR, event);
		return;
	}
	smtp_session_enter(session, STATE_READY);
	buf_text(&session->out, command->verb == SMTP_VERB_EHLO ? "250-" : "250 ");
	buf_put(&session->out, span_take(span_of(session->options.hostname), SMTP_HOSTNAME_MAX));
	buf_text(&session->out, "\r\n");
	if (command->verb == SMTP_VERB_EHLO)
		buf_format(&session->out,
			   "250-PIPELINING\r\n250-SIZE %" PRIu64 "\r\n250-8BITMIME\r\n"
			   "250 ENHANCEDSTATUSCODES\r\n",
			   session->options.max_message_octets);
	smtp_session_give_reply(session, SMTP_REPLY_GREETING, event);
}

static void do_mail(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	enum smtp_reply_id id = SMTP_REPLY_SENDER_OK;

	/* Parsed already, but EHLO does not offer SMTPUTF8 and DSN. */
	if (command->utf8 || command->ret.length > 0 || command->envid.length > 0)
		id = SMTP_REPLY_UNKNOWN_PARAMETER;
	else if (command->has_size && command->size > session->options.max_message_octets)
		id = SMTP_REPLY_TOO_BIG;
	else if (!envelope_set(&session->envelope.sender, command->address) ||
		 !envelope_set(&session->envelope.helo, span_of(session->helo)))
		id = SMTP_REPLY_LOCAL_ERROR;
	else
		smtp_session_enter(session, STATE_MAIL);
	smtp_session_reply(session, id, event);
}

static enum smtp_reply_id resolve_recipient(struct smtp_session *session, struct span address)
{
	switch (alias_resolve(session->options.policy, address, &session->envelope)) {
	case ALIAS_OK:
		return SMTP_REPLY_RECIPIENT_OK;
	case ALIAS_NOT_ALLOWED:
		return SMTP_REPLY_NOT_ALLOWED;
	case ALIAS_LOOP:
		return SMTP_REPLY_ALIAS_LOOP;
	case ALIAS_NO_CARRY:
		return SMTP_REPLY_CANNOT_CARRY;
	case ALIAS_LOCAL:
		return SMTP_REPLY_NOT_HERE;
	case ALIAS_TOO_MANY:
		break;
	}
	return SMTP_REPLY_TOO_MANY_RECIPIENTS;
}

static enum smtp_reply_id judge_recipient(struct smtp_session *session,
					  const struct smtp_command *command)
{
	enum smtp_reply_id id;

	if (command->notify.length > 0 || command->orcpt.length > 0)
		return SMTP_REPLY_UNKNOWN_PARAMETER;
	if (!session->envelope.utf8 && !utf8_is_ascii(command->address))
		return SMTP_REPLY_BAD_RECIPIENT;
	if (session->accepted >= session->options.max_recipients)
		return SMTP_REPLY_TOO_MANY_RECIPIENTS;
	id = session->options.trusted ? resolve_recipient(session, command->address)
				      : SMTP_REPLY_NOT_TRUSTED;
	/* To another MTA a 5xx is the end of the mail, and its regular way may
	 * come back. */
	return session->options.relay && smtp_reply_code(id) == 550 ? SMTP_REPLY_RELAY_LATER : id;
}

static void do_rcpt(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	enum smtp_reply_id id = judge_recipient(session, command);

	if (id == SMTP_REPLY_RECIPIENT_OK) {
		session->accepted++;
		smtp_session_enter(session, STATE_RCPT);
	} else {
		event->recipient = command->address;
	}
	smtp_session_reply(session, id, event);
}

static void do_data(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	(void)command;
	if (session->state == STATE_RCPT) {
		smtp_session_enter(session, STATE_BEGIN);
		event->kind = SMTP_EVENT_BEGIN;
		return;
	}
	smtp_session_reply(session,
			   session->had_refusal ? SMTP_REPLY_NO_VALID_RECIPIENTS
						: SMTP_REPLY_NEED_RCPT,
			   event);
}

static enum session_state idle_state(const struct smtp_session *session)
{
	return session->helo != NULL ? STATE_READY : STATE_GREETED;
}

static void do_rset(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	(void)command;
	smtp_session_enter(session, idle_state(session));
	smtp_session_reply(session, SMTP_REPLY_OK, event);
}

static void do_quit(struct smtp_session *session, const struct smtp_command *command,
		    struct smtp_event *event)
{
	smtp_session_reply(session,
			   command->verb == SMTP_VERB_QUIT ? SMTP_REPLY_CLOSING : SMTP_REPLY_HTTP,
			   event);
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
	{ SMTP_VERB_MAIL, STATE_READY, SMTP_REPLY_NESTED_MAIL, do_mail },
	{ SMTP_VERB_RCPT, STATE_MAIL | STATE_RCPT, SMTP_REPLY_NEED_MAIL, do_rcpt },
	{ SMTP_VERB_DATA, STATE_MAIL | STATE_RCPT, SMTP_REPLY_NEED_MAIL, do_data },
	{ SMTP_VERB_RSET, STATES_ANY, SMTP_REPLY_OK, do_rset },
	{ SMTP_VERB_NOOP, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_VRFY, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_HELP, STATES_ANY, SMTP_REPLY_OK, do_nothing },
	{ SMTP_VERB_QUIT, STATES_ANY, SMTP_REPLY_OK, do_quit },
	{ SMTP_VERB_HTTP, STATES_ANY, SMTP_REPLY_OK, do_quit },
};

static enum smtp_reply_id fault_reply(const struct smtp_command *command)
{
	switch (command->fault) {
	case SMTP_FAULT_ADDRESS:
	case SMTP_FAULT_ADDRESS_TOO_LONG:
		return command->verb == SMTP_VERB_MAIL ? SMTP_REPLY_BAD_SENDER
						       : SMTP_REPLY_BAD_RECIPIENT;
	case SMTP_FAULT_PARAMETER:
		return SMTP_REPLY_UNKNOWN_PARAMETER;
	case SMTP_FAULT_NONE:
	case SMTP_FAULT_SYNTAX:
	case SMTP_FAULT_PARAMETER_VALUE:
		break;
	}
	return SMTP_REPLY_BAD_ARGUMENT;
}

void smtp_session_run(struct smtp_session *session, struct span line, struct smtp_event *event)
{
	struct smtp_command command = smtp_command_parse(line);
	const struct command_row *row = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].verb == command.verb)
			row = &commands[i];
	if (row == NULL)
		smtp_session_reply(session,
				   command.verb == SMTP_VERB_UNKNOWN ? SMTP_REPLY_UNKNOWN_COMMAND
								     : SMTP_REPLY_NOT_IMPLEMENTED,
				   event);
	else if ((row->states & session->state) == 0)
		smtp_session_reply(session,
				   session->state == STATE_GREETED ? SMTP_REPLY_NEED_HELO
								   : row->misplaced,
				   event);
	else if (command.fault != SMTP_FAULT_NONE && command.verb != SMTP_VERB_HTTP)
		smtp_session_reply(session, fault_reply(&command), event);
	else
		row->proceed(session, &command, event);
	if (command.verb == SMTP_VERB_RCPT && event->reply != SMTP_REPLY_RECIPIENT_OK)
		session->had_refusal = true;
}
