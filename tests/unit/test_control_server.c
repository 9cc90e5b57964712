/* SPDX-License-Identifier: ISC */
/* The control socket as a client sees it: real sockets, one loop. */
#include "rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/control_server.h"
#include "io/listener.h"

#define TURNS_MAX 2000

static struct event_base *base;
static struct control_server *server;
static char folder[64];
static struct conf_listen path;
static unsigned tcp_port;

/* Answers with what it was asked. */
static void handle(void *context, const struct control_request *request,
		   struct control_answer *answer)
{
	char *text;

	(void)context;
	if (request->action == CONTROL_HEALTH)
		return;		/* no body: out of memory */
	if (request->action == CONTROL_NOT_FOUND)
		answer->http_status = 404;
	if (asprintf(&text, "{\"action\":%d,\"name\":\"%s\"}", request->action,
		     request->name) >= 0)
		answer->body = text;
}

static int start(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char why[200];

	(void)state;
	strcpy(folder, "/tmp/gsmtpd-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	path.kind = CONF_LISTEN_UNIX;
	snprintf(path.path, sizeof(path.path), "%s/c.sock", folder);
	base = event_base_new();
	server = control_server_new(base, handle, NULL);
	/* A port that the kernel picks, handed over as systemd would. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 5) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -1;
	tcp_port = ntohs(address.sin_port);
	if (control_server_adopt(server, fd) < 0)
		return -1;
	return control_server_listen(server, &path, why, sizeof(why));
}

static int stop(void **state)
{
	(void)state;
	control_server_free(server);
	event_base_free(base);
	unlink(path.path);
	return rmdir(folder);
}

static int connect_unix(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int connect_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)tcp_port),
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* Sends a request and turns the loop until the other side closes. */
static void ask(int fd, struct span request, char *out, size_t size)
{
	size_t used = 0, sent = 0;

	for (int turn = 0; turn < TURNS_MAX && used < size - 1; turn++) {
		ssize_t count;

		count = send(fd, request.at + sent, request.length - sent,
			     MSG_DONTWAIT | MSG_NOSIGNAL);
		sent += count > 0 ? (size_t)count : 0;
		event_base_loop(base, EVLOOP_NONBLOCK);
		count = recv(fd, out + used, size - 1 - used, MSG_DONTWAIT);
		if (count == 0 || (count < 0 && errno != EAGAIN))
			break;
		used += count > 0 ? (size_t)count : 0;
		if (count < 0)
			poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 1);
	}
	out[used] = '\0';
	close(fd);
}

static const struct row {
	const char *name;
	bool tcp;
	const char *request;
	const char *status;	/* begins with */
	const char *part;	/* holds; NULL no matter */
} table[] = {
	{ "a question on the socket", false, "GET /v1/queue/4Kd2", "HTTP/1.1 200 OK\r\n",
	  "\r\n\r\n{\"action\":4,\"name\":\"4Kd2\"}" },
	{ "an order on the socket", false, "POST /v1/modems/gsm0/reset", "HTTP/1.1 200 OK\r\n",
	  "{\"action\":8,\"name\":\"gsm0\"}" },
	{ "a query behind the path", false, "GET /v1/status?x=y", "HTTP/1.1 200 OK\r\n",
	  "{\"action\":2," },
	{ "a path that does not exist", false, "GET /v3", "HTTP/1.1 404 Not Found\r\n",
	  "{\"action\":0," },
	{ "a handler without memory", false, "GET /healthz",
	  "HTTP/1.1 500 Internal Server Error\r\n", NULL },
	{ "a question over TCP", true, "GET /v1/status", "HTTP/1.1 200 OK\r\n", "{\"action\":2," },
	{ "an order over TCP is refused", true, "POST /v1/reload",
	  "HTTP/1.1 405 Method Not Allowed\r\n", "only GET is answered over TCP" },
	{ "a DELETE over TCP is refused", true, "DELETE /v1/queue/4Kd2",
	  "HTTP/1.1 405 Method Not Allowed\r\n", "Allow: GET\r\n" },
	{ "a HEAD over TCP is refused", true, "HEAD /v1/status",
	  "HTTP/1.1 405 Method Not Allowed\r\n", NULL },
	{ "an unknown path over TCP is not found, whatever the method", true, "PUT /x",
	  "HTTP/1.1 404 Not Found\r\n", NULL },
	{ "a path with an escape for NUL", false, "GET /v1/queue/a%00b",
	  "HTTP/1.1 404 Not Found\r\n", NULL },
	{ "no HTTP at all", false, "\x01\x02\x03", "HTTP/1.1 400 Bad Request\r\n", NULL },
};

static void answers(void **state)
{
	const struct row *row = *state;
	struct buf request = BUF_INIT(4096);
	char out[8192];

	buf_format(&request, "%s HTTP/1.1\r\nHost: gsmtpd\r\nConnection: close\r\n"
		   "Content-Length: 0\r\n\r\n", row->request);
	ask(row->tcp ? connect_tcp() : connect_unix(), buf_span(&request), out, sizeof(out));
	buf_clear(&request);
	assert_true(span_starts(span_of(out), row->status));
	if (row->part)
		assert_non_null(strstr(out, row->part));
}

static void refuses_endless_headers(void **state)
{
	struct buf request = BUF_INIT(1 << 20);
	char out[8192];

	(void)state;
	buf_text(&request, "GET /v1/status HTTP/1.1\r\nX: ");
	for (int i = 0; i < 100000; i++)
		buf_byte(&request, 'x');
	buf_text(&request, "\r\n\r\n");
	ask(connect_unix(), buf_span(&request), out, sizeof(out));
	buf_clear(&request);
	assert_null(strstr(out, "200 OK"));
}

static void refuses_a_large_body(void **state)
{
	struct buf request = BUF_INIT(1 << 20);
	char out[8192];

	(void)state;
	buf_text(&request, "POST /v1/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n");
	for (int i = 0; i < 70000; i++)
		buf_byte(&request, 'x');
	ask(connect_unix(), buf_span(&request), out, sizeof(out));
	buf_clear(&request);
	assert_true(span_starts(span_of(out), "HTTP/1.1 413"));
}

static void gives_the_socket_to_its_group(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat(path.path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
}

static void leaves_a_live_socket_alone(void **state)
{
	char why[200];

	(void)state;
	assert_int_equal(listener_open(&path, 0666, why, sizeof(why)), -EADDRINUSE);
	assert_string_equal(why, "another program listens there");
}

static void replaces_a_stale_socket(void **state)
{
	struct conf_listen stale = path;
	struct stat status;
	char why[200];
	int fd;

	(void)state;
	strcat(stale.path, "2");
	fd = listener_open(&stale, 0600, why, sizeof(why));
	assert_true(fd >= 0);
	close(fd);
	fd = listener_open(&stale, 0666, why, sizeof(why));
	assert_true(fd >= 0);
	assert_int_equal(stat(stale.path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0666);
	close(fd);
	unlink(stale.path);
}

static void leaves_a_file_alone(void **state)
{
	struct conf_listen taken = path;
	struct stat status;
	char why[200];
	FILE *file;

	(void)state;
	strcat(taken.path, ".txt");
	file = fopen(taken.path, "w");
	fclose(file);
	assert_int_equal(listener_open(&taken, 0600, why, sizeof(why)), -EEXIST);
	assert_string_equal(why, "there is a file of that name that is no socket");
	assert_int_equal(stat(taken.path, &status), 0);
	unlink(taken.path);
}

static void tells_what_it_cannot_have(void **state)
{
	struct conf_listen listen = { .kind = CONF_LISTEN_TCP, .host = "127.0.0.1",
				      .port = tcp_port };
	char why[200];

	(void)state;
	assert_int_equal(listener_open(&listen, 0, why, sizeof(why)), -EADDRINUSE);
	assert_string_equal(why, "another program listens there");
	strcpy(listen.host, "192.0.2.1");
	assert_int_equal(listener_open(&listen, 0, why, sizeof(why)), -EADDRNOTAVAIL);
	assert_string_equal(why, "this machine does not have that address");
	listen.kind = CONF_LISTEN_UNIX;
	strcpy(listen.path, "/nonexistent/x.sock");
	assert_int_equal(listener_open(&listen, 0, why, sizeof(why)), -ENOENT);
	assert_string_equal(why, "its folder does not exist");
}

static void adopts_only_what_listens(void **state)
{
	int pair[2], pipes[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(control_server_adopt(server, pair[0]), -EINVAL);
	assert_int_equal(control_server_adopt(server, pipes[0]), -ENOTSOCK);
	for (int i = 0; i < 2; i++) {
		close(pair[i]);
		close(pipes[i]);
	}
}


int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, table, answers);
	ROWS_ADD(rows, "headers without end are refused", refuses_endless_headers);
	ROWS_ADD(rows, "a large body is refused", refuses_a_large_body);
	ROWS_ADD(rows, "the socket is for its group", gives_the_socket_to_its_group);
	ROWS_ADD(rows, "a live socket is left alone", leaves_a_live_socket_alone);
	ROWS_ADD(rows, "a stale socket is replaced", replaces_a_stale_socket);
	ROWS_ADD(rows, "a file that is no socket is left alone", leaves_a_file_alone);
	ROWS_ADD(rows, "what cannot be had is told", tells_what_it_cannot_have);
	ROWS_ADD(rows, "only what listens is adopted", adopts_only_what_listens);
	for (size_t i = 0; i < rows->count; i++) {
		rows->tests[i].setup_func = start;
		rows->tests[i].teardown_func = stop;
	}
	return rows_run(rows, "control_server");
}
