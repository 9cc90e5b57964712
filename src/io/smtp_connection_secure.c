/* SPDX-License-Identifier: ISC */
#include "io/smtp_connection_inside.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <unistd.h>

#include "io/auth_checker.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/log_brake.h"
#include "io/tls_stream.h"

#define HANDSHAKE_MS 30000

/* Nothing is read in clear any more, and what was read already is thrown away: it may
 * come from somebody between us and the client, who wants it run as if it came through
 * TLS (CVE-2011-0411). The 220 has to leave in clear first. */
void smtp_connection_start_tls(struct smtp_connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	int64_t timeout_ms = connection->options.server->timeout_ms;

	connection->phase = PHASE_SECURING;
	bufferevent_disable(connection->stream, EV_READ);
	evbuffer_drain(input, evbuffer_get_length(input));
	smtp_connection_set_deadline(connection,
				     timeout_ms < HANDSHAKE_MS ? timeout_ms : HANDSHAKE_MS);
	/* When the 220 has left already nothing else would tell. */
	if (evbuffer_get_length(bufferevent_get_output(connection->stream)) == 0)
		bufferevent_trigger(connection->stream, EV_WRITE, BEV_TRIG_DEFER_CALLBACKS);
}

void smtp_connection_handshake(struct smtp_connection *connection)
{
	const struct smtp_connection_options *options = &connection->options;
	int fd = bufferevent_getfd(connection->stream);

	/* The descriptor goes over to a stream of its own kind. */
	bufferevent_disable(connection->stream, EV_READ | EV_WRITE);
	bufferevent_setfd(connection->stream, -1);
	bufferevent_free(connection->stream);
	connection->stream = NULL;
	/* A reload may have taken the certificate away. */
	if (options->server->tls != NULL)
		connection->stream = tls_stream_new(options->base, fd, options->server->tls);
	if (connection->stream == NULL) {
		close(fd);
		smtp_connection_handshake_failed(connection, "there is no certificate, or no memory");
		return;
	}
	connection->secure = true;
	smtp_connection_attach(connection);
}

void smtp_connection_secured(struct smtp_connection *connection)
{
	char how[TLS_STREAM_TEXT_SIZE];

	connection->phase = PHASE_TALKING;
	smtp_session_tls(connection->session, tls_stream_describe(connection->stream, how));
	smtp_connection_expect(connection);
	smtp_connection_pump(connection);
}

void smtp_connection_handshake_failed(struct smtp_connection *connection, const char *why)
{
	char more[LOG_BRAKE_TEXT_SIZE];

	if (log_brake_lets(connection->options.brake, clock_boot_ms(), more))
		log_write(LOG_TLS_FAILED, NULL, "%s: TLS was not begun: %s%s", connection->client,
			  why, more);
	smtp_connection_finish(connection);
}

static void tell_verdict(const struct smtp_connection *connection, enum auth_verdict verdict)
{
	switch (verdict) {
	case AUTH_RIGHT:
		log_write(LOG_AUTH_ACCEPTED, NULL, "%s: authenticated as %s", connection->client,
			  connection->user);
		break;
	case AUTH_WRONG:
		log_write(LOG_AUTH_REFUSED, NULL, "%s: AUTH refused for user %s: wrong name or password",
			  connection->client, connection->user);
		break;
	case AUTH_BUSY:
		log_write(LOG_WARNING, NULL,
			  "%s: AUTH of user %s put off: too many are waiting, or no memory",
			  connection->client, connection->user);
		break;
	case AUTH_CUT_OFF:
		log_write(LOG_AUTH_REFUSED, NULL,
			  "%s: AUTH refused for user %s: the address has guessed wrong too often",
			  connection->client, connection->user);
		break;
	}
}

static enum smtp_settlement settlement_of(enum auth_verdict verdict)
{
	if (verdict == AUTH_RIGHT)
		return SMTP_SETTLED_AUTH_OK;
	return verdict == AUTH_WRONG ? SMTP_SETTLED_AUTH_REFUSED : SMTP_SETTLED_TRY_LATER;
}

static void on_verdict(void *context, enum auth_verdict verdict)
{
	struct smtp_connection *connection = context;

	connection->check = NULL;
	connection->was_logged = verdict != AUTH_RIGHT;
	tell_verdict(connection, verdict);
	smtp_session_settle(connection->session, settlement_of(verdict), NULL);
	if (verdict == AUTH_CUT_OFF)
		smtp_session_end(connection->session, SMTP_REPLY_TOO_MANY_ERRORS);
	smtp_connection_expect(connection);
	smtp_connection_pump(connection);
}

void smtp_connection_check_password(struct smtp_connection *connection,
				    const struct smtp_event *event)
{
	const struct smtp_server_options *server = connection->options.server;
	struct auth_question question = {
		.address = connection->peer.address,
		.user = event->user,
		.password = event->password,
		.answered = on_verdict,
		.context = connection,
	};

	span_copy(event->user, connection->user, sizeof(connection->user));
	/* A reload may have taken the users away. */
	if (server->users != NULL)
		connection->check = auth_checker_ask(server->auth, server->users, &question);
	if (connection->check == NULL)
		smtp_session_settle(connection->session, SMTP_SETTLED_TRY_LATER, NULL);
}

void smtp_connection_forget_check(struct smtp_connection *connection)
{
	if (connection->check != NULL)
		auth_checker_forget(connection->check);
	connection->check = NULL;
}
