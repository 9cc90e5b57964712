/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_session_inside.h"

static enum smtp_reply_id settlement_reply(enum smtp_settlement settlement, enum smtp_reply_id good)
{
	switch (settlement) {
	case SMTP_SETTLED_OK:
		return good;
	case SMTP_SETTLED_NO_ROOM:
		return SMTP_REPLY_NO_ROOM;
	case SMTP_SETTLED_TOO_BIG:
		return SMTP_REPLY_TOO_BIG;
	case SMTP_SETTLED_TRY_LATER:
	case SMTP_SETTLED_AUTH_OK:
	case SMTP_SETTLED_AUTH_REFUSED:
		break;
	}
	return SMTP_REPLY_LOCAL_ERROR;
}

/* RFC 3848 and RFC 6531, 4.3. */
static const char *protocol_of(const struct smtp_session *session)
{
	static const char *const names[2][4] = {
		{ "ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA" },
		{ "UTF8SMTP", "UTF8SMTPS", "UTF8SMTPA", "UTF8SMTPSA" },
	};

	if (!session->esmtp)
		return "SMTP";
	return names[session->envelope.utf8][(session->tls != NULL) + 2 * (session->user != NULL)];
}

void smtp_session_trace(struct smtp_session *session, const char *id, int64_t now_s,
			int zone_offset_min, bool clock_trusted)
{
	span_copy(span_of(id), session->id, sizeof(session->id));
	session->trace = (struct trace){
		.hostname = session->options.hostname,
		.id = session->id,
		.client = session->options.client,
		.helo = session->envelope.helo,
		.protocol = protocol_of(session),
		.tls = session->tls,
		.sender = session->envelope.sender,
		.now_s = now_s,
		.zone_offset_min = zone_offset_min,
		.clock_trusted = clock_trusted,
	};
}

/* The draft is open, or cannot be had. */
static void settle_begin(struct smtp_session *session, enum smtp_settlement settlement)
{
	struct session_chunk *chunk = &session->chunk;

	session->draft_open = settlement == SMTP_SETTLED_OK;
	session->answer_id = settlement_reply(settlement, SMTP_REPLY_START_DATA);
	if (chunk->active && !session->draft_open) {
		chunk->refusal = session->answer_id;
		chunk->back_to = STATE_READY;
		smtp_session_enter(session, STATE_READY);
		session->state = STATE_SWALLOW;
		return;
	}
	if (!chunk->active)
		smtp_session_format(session, session->answer_id, NULL, &session->answer);
	smtp_session_enter(session, session->draft_open ? STATE_DATA : STATE_READY);
}

static void settle_commit(struct smtp_session *session, enum smtp_settlement settlement,
			  const char *id)
{
	session->answer_id = settlement_reply(settlement, SMTP_REPLY_QUEUED);
	smtp_session_format(session, session->answer_id, id, &session->answer);
	session->draft_open = false;
	session->idle_commands = 0;
	smtp_session_enter(session, STATE_READY);
}

void smtp_session_settle(struct smtp_session *session, enum smtp_settlement settlement,
			 const char *id)
{
	if (session->state == STATE_BEGIN)
		settle_begin(session, settlement);
	else if (session->state == STATE_COMMIT)
		settle_commit(session, settlement, id);
	else if (session->state == STATE_CHECK)
		smtp_session_auth_settle(session, settlement);
	else if ((session->state & (STATE_DATA | STATE_CHUNKS)) != 0 && settlement != SMTP_SETTLED_OK)
		smtp_session_refuse_message(session, settlement_reply(settlement, SMTP_REPLY_OK));
}
