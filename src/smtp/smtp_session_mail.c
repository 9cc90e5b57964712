/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/address_ascii.h"
#include "mail/alias.h"
#include "smtp/smtp_command.h"
#include "smtp/smtp_session_inside.h"

static bool is_trusted(const struct smtp_session *session)
{
	return session->options.trusted || session->user != NULL;
}

static bool keep_sender(struct smtp_session *session, const struct smtp_command *command)
{
	struct envelope *envelope = &session->envelope;

	envelope->utf8 = command->utf8;
	return envelope_set(&envelope->sender, command->address) &&
	       envelope_set(&envelope->helo, span_of(session->helo)) &&
	       (command->ret.length == 0 || envelope_set(&envelope->ret, command->ret)) &&
	       (command->envid.length == 0 || envelope_set(&envelope->envid, command->envid));
}

void smtp_session_mail(struct smtp_session *session, const struct smtp_command *command,
		       struct smtp_event *event)
{
	enum smtp_reply_id id = SMTP_REPLY_SENDER_OK;

	/* Parsed already, but offered only to another MTA and behind TLS. */
	if ((command->utf8 && !session->options.relay) ||
	    (command->has_auth && !session->options.offers_auth))
		id = SMTP_REPLY_UNKNOWN_PARAMETER;
	else if (!is_trusted(session) && session->options.offers_auth)
		id = SMTP_REPLY_NEED_AUTH;
	else if (command->has_size && command->size > session->options.max_message_octets)
		id = SMTP_REPLY_TOO_BIG;
	else if (!keep_sender(session, command))
		id = SMTP_REPLY_LOCAL_ERROR;
	else
		smtp_session_enter(session, STATE_MAIL);
	smtp_session_reply(session, id, event);
}

static enum smtp_reply_id alias_reply(enum alias_outcome outcome)
{
	switch (outcome) {
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
	case ALIAS_NO_TARGET:
		return SMTP_REPLY_ALIAS_BROKEN;
	case ALIAS_TOO_MANY:
		break;
	}
	return SMTP_REPLY_TOO_MANY_RECIPIENTS;
}

/* The address as the client gave it, which the header of the mail may have as well, and
 * what it said about reports go with each address that it became. An ORCPT beyond ASCII
 * would make such a report's fields so: it is left out. */
static bool keep_said(struct envelope *envelope, size_t first, const struct smtp_command *command)
{
	for (size_t i = first; i < envelope->recipient_count; i++) {
		struct envelope_recipient *recipient = &envelope->recipients[i];

		if (!envelope_set(&recipient->original, command->address) ||
		    (command->notify.length > 0 && !envelope_set(&recipient->notify, command->notify)) ||
		    (command->orcpt.length > 0 && utf8_is_ascii(command->orcpt) &&
		     !envelope_set(&recipient->orcpt, command->orcpt)))
			return false;
	}
	return true;
}

/* What is taken here must fit in the spool, where one file holds them all. */
static enum smtp_reply_id keep_recipients(struct smtp_session *session, size_t first,
					  const struct smtp_command *command)
{
	struct envelope *envelope = &session->envelope;
	size_t octets = session->recipient_octets;
	enum smtp_reply_id id = SMTP_REPLY_RECIPIENT_OK;

	if (!keep_said(envelope, first, command))
		id = SMTP_REPLY_LOCAL_ERROR;
	for (size_t i = first; i < envelope->recipient_count; i++)
		octets += envelope_recipient_octets(&envelope->recipients[i]);
	if (octets > SMTP_RECIPIENTS_TEXT_MAX)
		id = SMTP_REPLY_TOO_MANY_RECIPIENTS;
	if (id == SMTP_REPLY_RECIPIENT_OK)
		session->recipient_octets = octets;
	else
		envelope_drop_recipients(envelope, first);
	return id;
}

/* The module carries a Unicode domain in its ASCII form (interface, "SMTP"), also for a
 * program that knows no SMTPUTF8. */
static enum smtp_reply_id resolve(struct smtp_session *session, const struct smtp_command *command)
{
	struct envelope *envelope = &session->envelope;
	struct buf ascii = BUF_INIT(ADDRESS_MAX);
	size_t first = envelope->recipient_count;
	enum smtp_reply_id id = SMTP_REPLY_CANNOT_CARRY;

	if (address_to_ascii(command->address, &ascii))
		id = alias_reply(alias_resolve(session->options.policy, buf_span(&ascii), envelope));
	if (id == SMTP_REPLY_RECIPIENT_OK)
		id = keep_recipients(session, first, command);
	buf_clear(&ascii);
	return id;
}

static enum smtp_reply_id judge_recipient(struct smtp_session *session,
					  const struct smtp_command *command)
{
	if (!session->envelope.utf8 && !utf8_is_ascii(command->orcpt))
		return SMTP_REPLY_BAD_RCPT_VALUE;
	if (session->accepted >= session->options.max_recipients)
		return SMTP_REPLY_TOO_MANY_RECIPIENTS;
	return is_trusted(session) ? resolve(session, command) : SMTP_REPLY_NOT_TRUSTED;
}

void smtp_session_rcpt(struct smtp_session *session, const struct smtp_command *command,
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
