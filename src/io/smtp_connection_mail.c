/* SPDX-License-Identifier: ISC */
#include "io/smtp_connection_inside.h"

#include <errno.h>
#include <string.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"

static enum smtp_settlement settlement_of(int result)
{
	if (result == -ENOSPC || result == -EDQUOT)
		return SMTP_SETTLED_NO_ROOM;
	if (result == -EFBIG)
		return SMTP_SETTLED_TOO_BIG;
	return result == 0 ? SMTP_SETTLED_OK : SMTP_SETTLED_TRY_LATER;
}

static void tell_spool_trouble(const struct smtp_connection *connection, const char *what,
			       int result)
{
	log_write(LOG_TROUBLE, NULL, "%s: the message was not taken, cannot %s: %s",
		  connection->client, what, strerror(-result));
}

static int64_t wall_s(const struct smtp_connection *connection)
{
	const struct smtp_server_events *events = connection->options.events;

	return events->now_s ? events->now_s(events->context) : clock_wall_s();
}

/* What the header fields that are added will tell. */
static void trace(struct smtp_connection *connection)
{
	int64_t now_s = wall_s(connection);

	smtp_session_trace(connection->session, spool_draft_id(connection->draft), now_s,
			   clock_zone_offset_min(now_s), clock_is_plausible(now_s));
}

void smtp_connection_begin_mail(struct smtp_connection *connection)
{
	int result = spool_check_room(connection->options.spool);

	if (result == 0) {
		connection->draft = spool_draft_begin(connection->options.spool);
		if (connection->draft == NULL)
			result = -errno;
	}
	if (result == 0)
		trace(connection);
	else
		tell_spool_trouble(connection, "begin a file in the spool", result);
	smtp_session_settle(connection->session, settlement_of(result), NULL);
}

void smtp_connection_write_mail(struct smtp_connection *connection, struct span octets)
{
	int result = spool_draft_write(connection->draft, octets);

	if (result == 0)
		return;
	tell_spool_trouble(connection, "write it", result);
	smtp_session_settle(connection->session, settlement_of(result), NULL);
}

void smtp_connection_abandon_mail(struct smtp_connection *connection)
{
	if (connection->draft != NULL)
		spool_draft_abandon(connection->draft);
	connection->draft = NULL;
}

static void on_committed(void *context, const char *id, int64_t size_octets, int result)
{
	struct smtp_connection *connection = context;
	const struct smtp_server_events *events = connection->options.events;

	connection->committing = false;
	if (result == 0)
		events->accepted(events->context, id, size_octets,
				 smtp_session_envelope(connection->session));
	else
		tell_spool_trouble(connection, "make it durable", result);
	smtp_session_settle(connection->session, settlement_of(result), id);
	smtp_connection_extend_life(connection);
	if (connection->broken)
		smtp_connection_finish(connection);
	else
		smtp_connection_pump(connection);
}

void smtp_connection_commit_mail(struct smtp_connection *connection)
{
	struct envelope *envelope = smtp_session_envelope(connection->session);
	struct spool_draft *draft = connection->draft;

	envelope->arrived_s = wall_s(connection);
	connection->draft = NULL;
	if (!envelope_set(&envelope->client, span_of(connection->client))) {
		spool_draft_abandon(draft);
		smtp_session_settle(connection->session, SMTP_SETTLED_TRY_LATER, NULL);
		return;
	}
	connection->committing = true;
	spool_draft_commit(draft, envelope, on_committed, connection);
}
