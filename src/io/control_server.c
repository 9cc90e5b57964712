/* SPDX-License-Identifier: ISC */
#include "io/control_server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/control_json.h"
#include "io/listener.h"

#define HEADERS_MAX 8192
#define BODY_MAX (64 * 1024)
#define IDLE_S 10
#define SOCKET_MODE 0660
#define PATHS_MAX 4
#define ALL_METHODS (EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT | \
		     EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE | \
		     EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH)

struct control_server {
	struct event_base *base;
	struct evhttp *local, *tcp;	/* two, so that a request knows where it came in */
	control_handler handler;
	void *context;
	char *paths[PATHS_MAX];		/* socket files that are ours to remove */
	size_t path_count;
};

static enum control_method method_of(struct evhttp_request *request)
{
	enum evhttp_cmd_type command = evhttp_request_get_command(request);

	if (command == EVHTTP_REQ_GET)
		return CONTROL_GET;
	if (command == EVHTTP_REQ_POST)
		return CONTROL_POST;
	return command == EVHTTP_REQ_DELETE ? CONTROL_DELETE : CONTROL_OTHER;
}

static const char *phrase_of(int http_status)
{
	switch (http_status) {
	case 200:
		return "OK";
	case 202:
		return "Accepted";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 500:
		return "Internal Server Error";
	case 503:
		return "Service Unavailable";
	default:
		return "Answer";
	}
}

static void free_body(const void *data, size_t length, void *body)
{
	(void)data;
	(void)length;
	free(body);
}

static void send_answer(struct evhttp_request *request, const struct control_answer *answer)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	struct evbuffer *body = evbuffer_new();
	int http_status = answer->body ? answer->http_status : 500;

	evhttp_add_header(headers, "Content-Type",
			  answer->content_type ? answer->content_type : "application/json");
	evhttp_add_header(headers, "Cache-Control", "no-store");
	evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	/* A failure that is not the kernel's: there is no memory. */
	if (body == NULL || answer->body == NULL ||
	    evbuffer_add_reference(body, answer->body, strlen(answer->body), free_body,
				   answer->body) < 0) {
		free(answer->body);
		http_status = 500;
	}
	evhttp_send_reply(request, http_status, phrase_of(http_status), body);
	if (body)
		evbuffer_free(body);
}

static void answer_request(struct control_server *server, struct evhttp_request *request,
			   bool local)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
	struct control_request asked = control_api_route(method_of(request), span_of(path));
	struct control_answer answer = { .http_status = 200 };

	if (!local && asked.action != CONTROL_NOT_FOUND && method_of(request) != CONTROL_GET) {
		answer.http_status = 405;
		answer.body = control_json_error("method-not-allowed",
						 "only GET is answered over TCP");
		evhttp_add_header(evhttp_request_get_output_headers(request), "Allow", "GET");
	} else {
		server->handler(server->context, &asked, &answer);
	}
	send_answer(request, &answer);
}

static void on_local_request(struct evhttp_request *request, void *context)
{
	answer_request(context, request, true);
}

static void on_tcp_request(struct evhttp_request *request, void *context)
{
	answer_request(context, request, false);
}

static struct evhttp *make_http(struct control_server *server,
				void (*on_request)(struct evhttp_request *, void *))
{
	struct evhttp *http = evhttp_new(server->base);

	if (http == NULL)
		return NULL;
	evhttp_set_max_headers_size(http, HEADERS_MAX);
	evhttp_set_max_body_size(http, BODY_MAX);
	evhttp_set_timeout(http, IDLE_S);
	evhttp_set_allowed_methods(http, ALL_METHODS);
	evhttp_set_gencb(http, on_request, server);
	return http;
}

struct control_server *control_server_new(struct event_base *base, control_handler handler,
					  void *context)
{
	struct control_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return NULL;
	server->base = base;
	server->handler = handler;
	server->context = context;
	server->local = make_http(server, on_local_request);
	server->tcp = make_http(server, on_tcp_request);
	if (server->local && server->tcp)
		return server;
	control_server_free(server);
	return NULL;
}

/* Takes the descriptor over. */
static int serve(struct control_server *server, int fd, bool is_unix)
{
	struct evconnlistener *listener;

	/* Backlog 0: it listens already. */
	listener = evconnlistener_new(server->base, NULL, NULL,
				      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (listener == NULL) {
		close(fd);
		return -ENOMEM;
	}
	if (evhttp_bind_listener(is_unix ? server->local : server->tcp, listener))
		return 0;
	evconnlistener_free(listener);
	return -ENOMEM;
}

int control_server_listen(struct control_server *server, const struct conf_listen *listen,
			  char *why, size_t why_size)
{
	bool is_unix = listen->kind == CONF_LISTEN_UNIX;
	int fd = listener_open(listen, SOCKET_MODE, why, why_size), result;

	if (fd < 0)
		return fd;
	result = serve(server, fd, is_unix);
	if (result == 0 && is_unix && server->path_count < PATHS_MAX) {
		server->paths[server->path_count] = strdup(listen->path);
		server->path_count += server->paths[server->path_count] != NULL;
	}
	if (result < 0)
		snprintf(why, why_size, "%s", strerror(-result));
	return result;
}

int control_server_adopt(struct control_server *server, int fd)
{
	bool is_unix;
	int result = listener_adopt(fd, &is_unix);

	return result < 0 ? result : serve(server, fd, is_unix);
}

void control_server_free(struct control_server *server)
{
	if (server == NULL)
		return;
	if (server->local)
		evhttp_free(server->local);
	if (server->tcp)
		evhttp_free(server->tcp);
	for (size_t i = 0; i < server->path_count; i++) {
		unlink(server->paths[i]);
		free(server->paths[i]);
	}
	free(server);
}
