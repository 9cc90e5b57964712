/* SPDX-License-Identifier: ISC */
#include "io/smtp_connection.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/smtp_peer.h"
#include "io/spool.h"

#define INPUT_MAX 65536	       /* octets read and not yet looked at */
#define OUTPUT_MAX 65536       /* a client that does not read its replies gets no more */
#define FLUSH_MS 5000	       /* for the last reply to leave */
#define LINGER_MS 1000	       /* for the client to read it and hang up */
#define REFUSALS_LOGGED_MAX 20 /* of one connection */

enum phase {
	PHASE_TALKING,
	PHASE_FLUSHING,	 /* all is said, but not yet sent */
	PHASE_LINGERING, /* sent; a close now could take it back from the client's buffer */
};

struct smtp_connection {
	struct smtp_connection_options options;
	char client[SMTP_PEER_TEXT_SIZE];
	struct bufferevent *stream;
	struct event *deadline;
	struct smtp_session *session;
	struct spool_draft *draft;
	enum phase phase;
	bool committing; /* the draft is on its way to the disk */
	bool hung_up;	 /* the client says nothing more, but may listen */
	bool broken;	 /* the socket is of no use any more */
	unsigned refusals;
};

static void set_deadline(struct smtp_connection *connection, int64_t wait_ms)
{
	struct timeval wait = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	event_add(connection->deadline, &wait);
}

void smtp_connection_free(struct smtp_connection *connection)
{
	if (connection->draft != NULL)
		spool_draft_abandon(connection->draft);
	if (connection->stream != NULL) {
		evbuffer_write(bufferevent_get_output(connection->stream),
			       bufferevent_getfd(connection->stream));
		bufferevent_free(connection->stream);
	}
	if (connection->deadline != NULL)
		event_free(connection->deadline);
	smtp_session_free(connection->session);
	free(connection);
}

/* The disk still holds a pointer to it while it commits. */
static void end(struct smtp_connection *connection)
{
	void (*ended)(void *context) = connection->options.ended;
	void *context = connection->options.context;

	if (connection->committing) {
		connection->broken = true;
		bufferevent_disable(connection->stream, EV_READ | EV_WRITE);
		event_del(connection->deadline);
		return;
	}
	smtp_connection_free(connection);
	ended(context);
}

static void log_refusal(struct smtp_connection *connection, const struct smtp_event *event)
{
	struct span text = span_trim(event->octets);

	if (smtp_reply_code(event->reply) < 400 || ++connection->refusals > REFUSALS_LOGGED_MAX)
		return;
	if (event->recipient.length > 0)
		log_write(LOG_CLIENT_REFUSED, NULL, "%s: recipient %.*s refused: %.*s",
			  connection->client, SPAN_ARG(event->recipient), SPAN_ARG(text));
	else
		log_write(LOG_CLIENT_REFUSED, NULL, "%s: refused: %.*s", connection->client,
			  SPAN_ARG(text));
}

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

static void on_begin(struct smtp_connection *connection)
{
	int result = spool_check_room(connection->options.spool);

	if (result == 0) {
		connection->draft = spool_draft_begin(connection->options.spool);
		if (connection->draft == NULL)
			result = -errno;
	}
	if (result < 0)
		tell_spool_trouble(connection, "begin a file in the spool", result);
	smtp_session_settle(connection->session, settlement_of(result), NULL);
}

static void on_chunk(struct smtp_connection *connection, struct span octets)
{
	int result = spool_draft_write(connection->draft, octets);

	if (result == 0)
		return;
	tell_spool_trouble(connection, "write it", result);
	smtp_session_settle(connection->session, settlement_of(result), NULL);
}

static void pump(struct smtp_connection *connection);

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
	if (connection->broken)
		end(connection);
	else
		pump(connection);
}

static void on_commit(struct smtp_connection *connection)
{
	struct envelope *envelope = smtp_session_envelope(connection->session);
	const struct smtp_server_events *events = connection->options.events;
	struct spool_draft *draft = connection->draft;

	envelope->arrived_s = events->now_s ? events->now_s(events->context) : clock_wall_s();
	connection->draft = NULL;
	if (!envelope_set(&envelope->client, span_of(connection->client))) {
		spool_draft_abandon(draft);
		smtp_session_settle(connection->session, SMTP_SETTLED_TRY_LATER, NULL);
		return;
	}
	connection->committing = true;
	spool_draft_commit(draft, envelope, on_committed, connection);
}

static void on_event(struct smtp_connection *connection, const struct smtp_event *event)
{
	switch (event->kind) {
	case SMTP_EVENT_REPLY:
		bufferevent_write(connection->stream, event->octets.at, event->octets.length);
		log_refusal(connection, event);
		set_deadline(connection, connection->options.timeout_ms);
		break;
	case SMTP_EVENT_BEGIN:
		on_begin(connection);
		break;
	case SMTP_EVENT_CHUNK:
		on_chunk(connection, event->octets);
		break;
	case SMTP_EVENT_COMMIT:
		on_commit(connection);
		break;
	case SMTP_EVENT_ABANDON:
		spool_draft_abandon(connection->draft);
		connection->draft = NULL;
		break;
	case SMTP_EVENT_CLOSE:
		connection->phase = PHASE_FLUSHING;
		break;
	case SMTP_EVENT_NONE:
		break;
	}
}

/* Hands one piece of the input over. False when there is none, or the disk has
 * to answer first. */
static bool take_input(struct smtp_connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	struct evbuffer_iovec piece;

	if (connection->committing || evbuffer_get_length(input) == 0 ||
	    evbuffer_peek(input, 1, NULL, &piece, 1) < 1)
		return false;
	if (!smtp_session_feed(connection->session, span_make(piece.iov_base, piece.iov_len)))
		smtp_session_end(connection->session, SMTP_REPLY_LOCAL_ERROR);
	evbuffer_drain(input, piece.iov_len);
	return true;
}

static size_t output_length(const struct smtp_connection *connection)
{
	return evbuffer_get_length(bufferevent_get_output(connection->stream));
}

static void start_linger(struct smtp_connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);

	connection->phase = PHASE_LINGERING;
	if (connection->hung_up) {
		end(connection);
		return;
	}
	shutdown(bufferevent_getfd(connection->stream), SHUT_WR);
	evbuffer_drain(input, evbuffer_get_length(input));
	set_deadline(connection, LINGER_MS);
}

static void start_flush(struct smtp_connection *connection)
{
	connection->phase = PHASE_FLUSHING;
	if (output_length(connection) == 0)
		start_linger(connection);
	else
		set_deadline(connection, FLUSH_MS);
}

/* Runs until the session needs more from the client or the disk, or the client
 * has to read first. The input that stays makes libevent stop reading: that is
 * the back-pressure. */
static void pump(struct smtp_connection *connection)
{
	struct smtp_event event;
	bool idle = false;

	while (!idle && connection->phase == PHASE_TALKING &&
	       output_length(connection) < OUTPUT_MAX) {
		smtp_session_next(connection->session, &event);
		if (event.kind == SMTP_EVENT_NONE)
			idle = !take_input(connection);
		else
			on_event(connection, &event);
	}
	if (connection->phase == PHASE_FLUSHING ||
	    (idle && connection->hung_up && !connection->committing))
		start_flush(connection);
}

static void on_readable(struct bufferevent *stream, void *context)
{
	struct smtp_connection *connection = context;
	struct evbuffer *input = bufferevent_get_input(stream);

	if (connection->phase == PHASE_TALKING)
		pump(connection);
	else
		evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct smtp_connection *connection = context;

	(void)stream;
	if (connection->phase == PHASE_FLUSHING)
		start_linger(connection);
	else if (connection->phase == PHASE_TALKING)
		pump(connection);
}

static void on_stream_event(struct bufferevent *stream, short what, void *context)
{
	struct smtp_connection *connection = context;

	(void)stream;
	connection->hung_up = true;
	if ((what & BEV_EVENT_ERROR) != 0 || connection->phase == PHASE_LINGERING)
		end(connection);
	else if (connection->phase == PHASE_TALKING)
		pump(connection);
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct smtp_connection *connection = context;

	(void)fd;
	(void)what;
	/* The disk is slow, not the client. */
	if (connection->committing) {
		set_deadline(connection, connection->options.timeout_ms);
		return;
	}
	/* Who does not read replies cannot be told. */
	if (connection->phase != PHASE_TALKING || output_length(connection) >= OUTPUT_MAX) {
		end(connection);
		return;
	}
	smtp_connection_end(connection, SMTP_REPLY_TIMEOUT);
}

void smtp_connection_end(struct smtp_connection *connection, enum smtp_reply_id reply)
{
	smtp_session_end(connection->session, reply);
	if (connection->phase != PHASE_TALKING)
		return;
	/* A client that does not read is not waited for with more. */
	if (output_length(connection) >= OUTPUT_MAX)
		start_flush(connection);
	else
		pump(connection);
}

struct smtp_connection *smtp_connection_new(int fd, const struct smtp_connection_options *options)
{
	struct smtp_connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL) {
		close(fd);
		return NULL;
	}
	connection->options = *options;
	span_copy(span_of(options->client), connection->client, sizeof(connection->client));
	connection->session = smtp_session_new(&options->session);
	connection->deadline = event_new(options->base, -1, 0, on_deadline, connection);
	connection->stream = bufferevent_socket_new(options->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (connection->stream == NULL)
		close(fd);
	if (connection->stream == NULL || connection->session == NULL ||
	    connection->deadline == NULL) {
		smtp_connection_free(connection);
		return NULL;
	}
	bufferevent_setcb(connection->stream, on_readable, on_written, on_stream_event, connection);
	bufferevent_setwatermark(connection->stream, EV_READ, 0, INPUT_MAX);
	bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
	set_deadline(connection, options->timeout_ms);
	pump(connection);
	return connection;
}
