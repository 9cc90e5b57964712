/* SPDX-License-Identifier: ISC */
#include "io/smtp_connection_inside.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/log_brake.h"
#include "io/tls_stream.h"

#define INPUT_MAX 16384	       /* octets read and not yet looked at */
#define OUTPUT_MAX 16384       /* a client that does not read its replies gets no more */
#define FLUSH_MS 5000	       /* for the last reply to leave */
#define LINGER_MS 1000	       /* for the client to read it and hang up */
#define REFUSALS_LOGGED_MAX 20 /* of one connection */
#define LIFE_TIMEOUTS 6	       /* a session without a mail lives as long as so many commands may */

void smtp_connection_set_deadline(struct smtp_connection *connection, int64_t wait_ms)
{
	struct timeval wait = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	event_add(connection->deadline, &wait);
}

void smtp_connection_expect(struct smtp_connection *connection)
{
	int64_t timeout_ms = connection->options.server->timeout_ms;
	int64_t left_ms = connection->life_ends_ms - clock_boot_ms();

	if (left_ms > timeout_ms)
		left_ms = timeout_ms;
	smtp_connection_set_deadline(connection, left_ms > 0 ? left_ms : 0);
}

void smtp_connection_extend_life(struct smtp_connection *connection)
{
	connection->life_ends_ms =
		clock_boot_ms() + LIFE_TIMEOUTS * connection->options.server->timeout_ms;
}

/* Without a loop to wait in. */
static void flush_at_once(struct smtp_connection *connection)
{
	if (connection->secure)
		tls_stream_finish(connection->stream);
	else
		evbuffer_write(bufferevent_get_output(connection->stream),
			       bufferevent_getfd(connection->stream));
}

void smtp_connection_free(struct smtp_connection *connection)
{
	smtp_connection_forget_check(connection);
	smtp_connection_abandon_mail(connection);
	if (connection->stream != NULL) {
		flush_at_once(connection);
		bufferevent_free(connection->stream);
	}
	if (connection->deadline != NULL)
		event_free(connection->deadline);
	smtp_session_free(connection->session);
	free(connection);
}

/* The disk still holds a pointer to it while it commits. */
void smtp_connection_finish(struct smtp_connection *connection)
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
	bool was_logged = connection->was_logged;
	char more[LOG_BRAKE_TEXT_SIZE];

	connection->was_logged = false;
	if (smtp_reply_code(event->reply) < 400 || was_logged ||
	    ++connection->refusals > REFUSALS_LOGGED_MAX ||
	    !log_brake_lets(connection->options.brake, clock_boot_ms(), more))
		return;
	if (event->recipient.length > 0)
		log_write(LOG_CLIENT_REFUSED, NULL, "%s: recipient %.*s refused: %.*s%s",
			  connection->client, SPAN_ARG(event->recipient), SPAN_ARG(text), more);
	else
		log_write(LOG_CLIENT_REFUSED, NULL, "%s: refused: %.*s%s", connection->client,
			  SPAN_ARG(text), more);
}

static void on_event(struct smtp_connection *connection, const struct smtp_event *event)
{
	switch (event->kind) {
	case SMTP_EVENT_REPLY:
		bufferevent_write(connection->stream, event->octets.at, event->octets.length);
		log_refusal(connection, event);
		smtp_connection_expect(connection);
		break;
	case SMTP_EVENT_BEGIN:
		smtp_connection_begin_mail(connection);
		break;
	case SMTP_EVENT_CHUNK:
		smtp_connection_write_mail(connection, event->octets);
		break;
	case SMTP_EVENT_COMMIT:
		smtp_connection_commit_mail(connection);
		break;
	case SMTP_EVENT_ABANDON:
		smtp_connection_abandon_mail(connection);
		break;
	case SMTP_EVENT_START_TLS:
		smtp_connection_start_tls(connection);
		break;
	case SMTP_EVENT_AUTH:
		smtp_connection_check_password(connection, event);
		break;
	case SMTP_EVENT_CLOSE:
		connection->phase = PHASE_FLUSHING;
		break;
	case SMTP_EVENT_NONE:
		break;
	}
}

/* The client's next words are not wanted yet. */
static bool is_busy(const struct smtp_connection *connection)
{
	return connection->committing || connection->check != NULL;
}

/* Hands one piece of the input over. False when there is none, or the disk or the
 * checker has to answer first. */
static bool take_input(struct smtp_connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	struct evbuffer_iovec piece;

	if (is_busy(connection) || evbuffer_get_length(input) == 0 ||
	    evbuffer_peek(input, 1, NULL, &piece, 1) < 1)
		return false;
	if (!smtp_session_feed(connection->session, span_make(piece.iov_base, piece.iov_len)))
		smtp_session_end(connection->session, SMTP_REPLY_LOCAL_ERROR);
	/* It may hold a password, and libevent only frees it. */
	if (connection->secure)
		explicit_bzero(piece.iov_base, piece.iov_len);
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
		smtp_connection_finish(connection);
		return;
	}
	if (connection->secure)
		tls_stream_finish(connection->stream);
	shutdown(bufferevent_getfd(connection->stream), SHUT_WR);
	evbuffer_drain(input, evbuffer_get_length(input));
	smtp_connection_set_deadline(connection, LINGER_MS);
}

static void start_flush(struct smtp_connection *connection)
{
	connection->phase = PHASE_FLUSHING;
	if (output_length(connection) == 0)
		start_linger(connection);
	else
		smtp_connection_set_deadline(connection, FLUSH_MS);
}

/* The input that stays makes libevent stop reading: that is the back-pressure. */
void smtp_connection_pump(struct smtp_connection *connection)
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
	    (idle && connection->hung_up && !is_busy(connection)))
		start_flush(connection);
}

static void on_readable(struct bufferevent *stream, void *context)
{
	struct smtp_connection *connection = context;
	struct evbuffer *input = bufferevent_get_input(stream);

	if (connection->phase == PHASE_TALKING)
		smtp_connection_pump(connection);
	else
		evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct smtp_connection *connection = context;

	(void)stream;
	if (connection->phase == PHASE_SECURING && !connection->secure)
		smtp_connection_handshake(connection);
	else if (connection->phase == PHASE_FLUSHING)
		start_linger(connection);
	else if (connection->phase == PHASE_TALKING)
		smtp_connection_pump(connection);
}

static void on_stream_event(struct bufferevent *stream, short what, void *context)
{
	struct smtp_connection *connection = context;
	char why[TLS_STREAM_TEXT_SIZE];

	if ((what & BEV_EVENT_CONNECTED) != 0) {
		smtp_connection_secured(connection);
		return;
	}
	connection->hung_up = true;
	if (connection->phase == PHASE_SECURING)
		smtp_connection_handshake_failed(connection, connection->secure
				? tls_stream_fault(stream, why) : "the client went away");
	else if ((what & BEV_EVENT_ERROR) != 0 || connection->phase == PHASE_LINGERING)
		smtp_connection_finish(connection);
	else if (connection->phase == PHASE_TALKING)
		smtp_connection_pump(connection);
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct smtp_connection *connection = context;

	(void)fd;
	(void)what;
	/* The disk is slow, or the password waits its turn; not the client. */
	if (is_busy(connection))
		smtp_connection_set_deadline(connection, connection->options.server->timeout_ms);
	else if (connection->phase == PHASE_SECURING)
		smtp_connection_handshake_failed(connection, "it took the client too long");
	/* Who does not read replies cannot be told. */
	else if (connection->phase != PHASE_TALKING || output_length(connection) >= OUTPUT_MAX)
		smtp_connection_finish(connection);
	else
		smtp_connection_end(connection, SMTP_REPLY_TIMEOUT);
}

void smtp_connection_end(struct smtp_connection *connection, enum smtp_reply_id reply)
{
	if (connection->phase == PHASE_SECURING) {
		smtp_connection_finish(connection);
		return;
	}
	if (connection->check != NULL) {
		smtp_connection_forget_check(connection);
		smtp_session_settle(connection->session, SMTP_SETTLED_TRY_LATER, NULL);
	}
	smtp_session_end(connection->session, reply);
	if (connection->phase != PHASE_TALKING)
		return;
	/* A client that does not read is not waited for with more. */
	if (output_length(connection) >= OUTPUT_MAX)
		start_flush(connection);
	else
		smtp_connection_pump(connection);
}

void smtp_connection_attach(struct smtp_connection *connection)
{
	bufferevent_setcb(connection->stream, on_readable, on_written, on_stream_event, connection);
	bufferevent_setwatermark(connection->stream, EV_READ, 0, INPUT_MAX);
	bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
}

/* False when out of memory. */
static bool prepare(struct smtp_connection *connection, int fd)
{
	struct smtp_connection_options *options = &connection->options;

	connection->peer = *options->peer;
	options->peer = &connection->peer;
	smtp_peer_text(&connection->peer, connection->client);
	options->session.client = smtp_peer_trace(&connection->peer, connection->trace);
	connection->session = smtp_session_new(&options->session);
	connection->deadline = event_new(options->base, -1, 0, on_deadline, connection);
	connection->stream = bufferevent_socket_new(options->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (connection->stream == NULL)
		close(fd);
	return connection->stream != NULL && connection->session != NULL &&
	       connection->deadline != NULL;
}

struct smtp_connection *smtp_connection_new(int fd, const struct smtp_connection_options *options)
{
	struct smtp_connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL) {
		close(fd);
		return NULL;
	}
	connection->options = *options;
	if (!prepare(connection, fd)) {
		smtp_connection_free(connection);
		return NULL;
	}
	smtp_connection_attach(connection);
	smtp_connection_extend_life(connection);
	smtp_connection_expect(connection);
	smtp_connection_pump(connection);
	return connection;
}
