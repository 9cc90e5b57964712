/* SPDX-License-Identifier: ISC */
#include "io/smtp_server.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/listener.h"
#include "io/log.h"
#include "io/log_brake.h"
#include "io/smtp_connection.h"
#include "io/smtp_peer.h"
#include "smtp/smtp_users.h"

#define SOCKET_MODE 0666 /* every local user may send mail */
#define PAUSE_S 1	 /* of accepting, when the process has no descriptor left */
#define HOSTNAME_SIZE 256

/* Lines a minute that strangers can have logged. */
#define REFUSALS_LOGGED 600
#define TURNED_AWAY_LOGGED 6

struct port {
	LIST_ENTRY(port) entry;
	struct smtp_server *server;
	struct evconnlistener *listener;
	struct event *resume; /* ends a pause */
	char *path;	      /* of a UNIX socket made here; else NULL */
	bool relay;
};

struct client {
	LIST_ENTRY(client) entry;
	struct smtp_server *server;
	struct smtp_peer peer;
	struct smtp_connection *connection; /* NULL while it is being made */
};

struct smtp_server {
	struct event_base *base;
	struct spool *spool;
	struct smtp_server_options options;
	struct smtp_server_events events;
	/* Copies that sessions point to, so that a reload reaches them all. */
	struct alias_policy policy;
	char hostname[HOSTNAME_SIZE];
	LIST_HEAD(, port) ports;
	LIST_HEAD(, client) clients;
	size_t client_count;
	struct log_brake refused, turned_away;
	bool exhausted; /* told once, until one is taken again */
	struct event *stopped_event;
	void (*stopped)(void *context);
	void *stopped_context;
};

void smtp_server_set_options(struct smtp_server *server, const struct smtp_server_options *options)
{
	server->options = *options;
	server->policy = *options->policy;
	span_copy(span_of(options->hostname), server->hostname, sizeof(server->hostname));
}

static void on_stopped(evutil_socket_t fd, short what, void *context)
{
	struct smtp_server *server = context;

	(void)fd;
	(void)what;
	server->stopped(server->stopped_context);
}

struct smtp_server *smtp_server_new(struct event_base *base, struct spool *spool,
				    const struct smtp_server_options *options,
				    const struct smtp_server_events *events)
{
	struct smtp_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return NULL;
	server->base = base;
	server->spool = spool;
	server->events = *events;
	server->refused.max = REFUSALS_LOGGED;
	server->turned_away.max = TURNED_AWAY_LOGGED;
	LIST_INIT(&server->ports);
	LIST_INIT(&server->clients);
	smtp_server_set_options(server, options);
	server->stopped_event = event_new(base, -1, 0, on_stopped, server);
	if (server->stopped_event == NULL) {
		free(server);
		return NULL;
	}
	return server;
}

static void forget_client(struct client *client)
{
	LIST_REMOVE(client, entry);
	client->server->client_count--;
	free(client);
}

static void on_client_ended(void *context)
{
	struct client *client = context;
	struct smtp_server *server = client->server;

	forget_client(client);
	if (server->stopped != NULL && server->client_count == 0)
		event_active(server->stopped_event, 0, 0);
}

/* Local users and the network have a budget each: a flood from the one does not
 * shut the other out. */
static bool has_room(const struct smtp_server *server, const struct smtp_peer *peer)
{
	size_t alike = 0, same = 0;
	const struct client *client;

	LIST_FOREACH(client, &server->clients, entry)
	{
		alike += client->peer.local == peer->local;
		same += smtp_peer_is_same(&client->peer, peer);
	}
	return alike < server->options.max_connections &&
	       same < server->options.max_connections_per_client;
}

static void turn_away(struct smtp_server *server, int fd, const char *peer)
{
	struct buf reply = BUF_INIT(512);
	char more[LOG_BRAKE_TEXT_SIZE];

	smtp_reply_format(SMTP_REPLY_TOO_MANY_CLIENTS, NULL, &reply);
	send(fd, buf_string(&reply), reply.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
	buf_clear(&reply);
	if (log_brake_lets(&server->turned_away, clock_boot_ms(), more))
		log_write(LOG_TOO_MANY_CLIENTS, NULL,
			  "%s: turned away, too many connections: %zu in all%s", peer,
			  server->client_count, more);
}

static struct smtp_session_options session_options(const struct smtp_server *server,
						  const struct port *port,
						  const struct smtp_peer *peer)
{
	const struct smtp_server_options *options = &server->options;
	bool offers_tls = options->tls != NULL && !peer->local;
	uint64_t max_octets = options->max_message_octets;

	if (port->relay && max_octets < SMTP_SERVER_RELAY_OCTETS)
		max_octets = SMTP_SERVER_RELAY_OCTETS;
	return (struct smtp_session_options){
		.hostname = server->hostname,
		.max_message_octets = max_octets,
		.max_recipients = options->max_recipients,
		.policy = &server->policy,
		.relay = port->relay,
		.trusted = smtp_peer_is_trusted(peer, options->trusted_networks),
		.offers_tls = offers_tls,
		.offers_auth = offers_tls && options->users != NULL &&
			       smtp_users_count(options->users) > 0,
	};
}

static void welcome(struct smtp_server *server, const struct port *port, int fd,
		    struct client *client)
{
	struct smtp_connection_options options = {
		.base = server->base,
		.spool = server->spool,
		.session = session_options(server, port, &client->peer),
		.events = &server->events,
		.server = &server->options,
		.peer = &client->peer,
		.brake = &server->refused,
		.ended = on_client_ended,
		.context = client,
	};

	if (server->events.opening != NULL)
		server->events.opening(server->events.context);
	LIST_INSERT_HEAD(&server->clients, client, entry);
	server->client_count++;
	client->connection = smtp_connection_new(fd, &options);
	if (client->connection == NULL)
		forget_client(client);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
		      int length, void *context)
{
	struct port *port = context;
	struct smtp_server *server = port->server;
	struct client *client = calloc(1, sizeof(*client));
	char peer[SMTP_PEER_TEXT_SIZE];
	int on = 1;

	(void)listener;
	(void)length;
	if (server->exhausted)
		log_write(LOG_WARNING, NULL, "SMTP connections can be taken again");
	server->exhausted = false;
	if (client == NULL) {
		close(fd);
		return;
	}
	client->server = server;
	smtp_peer_read(fd, address, &client->peer);
	if (!has_room(server, &client->peer)) {
		turn_away(server, fd, smtp_peer_text(&client->peer, peer));
		free(client);
		return;
	}
	/* Replies are small and somebody waits for each. */
	if (!client->peer.local)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	welcome(server, port, fd, client);
}

/* Out of descriptors, mostly: the socket stays readable, so without a pause the
 * loop would spin. */
static void on_accept_error(struct evconnlistener *listener, void *context)
{
	struct port *port = context;
	int error = EVUTIL_SOCKET_ERROR();

	if (!port->server->exhausted)
		log_write(LOG_TROUBLE, NULL,
			  "cannot take SMTP connections: %s; tried again every second",
			  evutil_socket_error_to_string(error));
	port->server->exhausted = true;
	evconnlistener_disable(listener);
	event_add(port->resume, &(struct timeval){ PAUSE_S, 0 });
}

static void on_resume(evutil_socket_t fd, short what, void *context)
{
	struct port *port = context;

	(void)fd;
	(void)what;
	evconnlistener_enable(port->listener);
}

static void free_port(struct port *port)
{
	if (port->listener != NULL)
		evconnlistener_free(port->listener);
	if (port->resume != NULL)
		event_free(port->resume);
	if (port->path != NULL)
		unlink(port->path);
	free(port->path);
	free(port);
}

/* Serves a descriptor that listens. Its owner stays the caller when it fails. */
static int open_port(struct smtp_server *server, int fd, bool relay, struct port **made)
{
	struct port *port = calloc(1, sizeof(*port));

	if (port == NULL)
		return -ENOMEM;
	port->server = server;
	port->relay = relay;
	port->resume = event_new(server->base, -1, 0, on_resume, port);
	/* A backlog of 0: listen(2) was called already. */
	if (port->resume != NULL)
		port->listener =
			evconnlistener_new(server->base, on_accept, port,
					   LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (port->listener == NULL) {
		free_port(port);
		return -ENOMEM;
	}
	evconnlistener_set_error_cb(port->listener, on_accept_error);
	LIST_INSERT_HEAD(&server->ports, port, entry);
	*made = port;
	return 0;
}

int smtp_server_listen(struct smtp_server *server, const struct conf_listen *listen, bool relay,
		       char *why, size_t why_size)
{
	int fd = listener_open(listen, SOCKET_MODE, why, why_size), result;
	struct port *port;

	if (fd < 0)
		return fd;
	result = open_port(server, fd, relay, &port);
	if (result < 0) {
		snprintf(why, why_size, "%s", strerror(-result));
		close(fd);
		return result;
	}
	if (listen->kind == CONF_LISTEN_UNIX)
		port->path = strdup(listen->path);
	return 0;
}

int smtp_server_adopt(struct smtp_server *server, int fd, bool relay)
{
	struct port *port;
	bool is_unix;
	int result = listener_adopt(fd, &is_unix);

	return result < 0 ? result : open_port(server, fd, relay, &port);
}

static void close_ports(struct smtp_server *server)
{
	struct port *port;

	while ((port = LIST_FIRST(&server->ports)) != NULL) {
		LIST_REMOVE(port, entry);
		free_port(port);
	}
}

void smtp_server_stop(struct smtp_server *server, void (*stopped)(void *context), void *context)
{
	struct client *client, *next;

	server->stopped = stopped;
	server->stopped_context = context;
	close_ports(server);
	if (server->client_count == 0)
		event_active(server->stopped_event, 0, 0);
	for (client = LIST_FIRST(&server->clients); client != NULL; client = next) {
		next = LIST_NEXT(client, entry);
		smtp_connection_end(client->connection, SMTP_REPLY_STOPPING);
	}
}

void smtp_server_free(struct smtp_server *server)
{
	struct client *client;

	if (server == NULL)
		return;
	close_ports(server);
	while ((client = LIST_FIRST(&server->clients)) != NULL) {
		smtp_connection_free(client->connection);
		forget_client(client);
	}
	event_free(server->stopped_event);
	free(server);
}
