/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_SIZE 4096

union any_address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t make_address(const struct conf_listen *listen, union any_address *address)
{
	uint16_t port = htons((uint16_t)listen->port);

	memset(address, 0, sizeof(*address));
	if (listen->kind == CONF_LISTEN_UNIX) {
		address->un.sun_family = AF_UNIX;
		memcpy(address->un.sun_path, listen->path, sizeof(address->un.sun_path));
		return sizeof(address->un);
	}
	if (inet_pton(AF_INET, listen->host, &address->in.sin_addr) == 1) {
		address->in.sin_family = AF_INET;
		address->in.sin_port = port;
		return sizeof(address->in);
	}
	inet_pton(AF_INET6, listen->host, &address->in6.sin6_addr);
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = port;
	return sizeof(address->in6);
}

/* The kernel keeps the limits, of connect(2) too: no poll(2) a step. */
int sendmail_client_connect(const struct conf_listen *listen)
{
	static const struct timeval wait = { .tv_sec = SENDMAIL_WAIT_S };
	union any_address address;
	socklen_t length = make_address(listen, &address);
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), result;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	    connect(fd, &address.any, length) == 0)
		return fd;
	result = errno == EINPROGRESS || errno == EAGAIN ? -ETIMEDOUT : -errno;
	close(fd);
	return result;
}

void sendmail_client_init(struct sendmail_client *client, int fd)
{
	*client = (struct sendmail_client){ .fd = fd };
	buf_init(&client->in, SENDMAIL_REPLY_MAX + 2 * READ_SIZE);
}

void sendmail_client_clear(struct sendmail_client *client)
{
	buf_clear(&client->in);
	close(client->fd);
}

/* As much as the socket takes at once. */
static int send_some(struct sendmail_client *client)
{
	ssize_t count;

	if (client->unsent.length == 0)
		return 0;
	count = send(client->fd, client->unsent.at, client->unsent.length,
		     MSG_NOSIGNAL | MSG_DONTWAIT);
	if (count > 0)
		client->unsent = span_skip(client->unsent, (size_t)count);
	return count < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

void sendmail_client_send(struct sendmail_client *client, struct span octets)
{
	client->unsent = octets;
	/* An error shows again where the reply is waited for, behind what the
	 * server said before it hung up. */
	send_some(client);
}

static int receive_some(struct sendmail_client *client)
{
	char *room;
	ssize_t count;

	buf_drop_front(&client->in, client->taken);
	client->taken = 0;
	room = buf_room(&client->in, READ_SIZE);
	if (room == NULL)
		return -EPROTO;
	count = recv(client->fd, room, READ_SIZE, 0);
	if (count < 0 && errno == EINTR)
		return 0;
	if (count < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	buf_grew(&client->in, (size_t)count);
	return count == 0 ? -ECONNRESET : 0;
}

/* While there is more to send the far side may wait for us to read: do what can
 * be done. */
static int step(struct sendmail_client *client)
{
	struct pollfd wait = { .fd = client->fd, .events = POLLIN | POLLOUT };
	int result;

	if (client->unsent.length == 0)
		return receive_some(client);
	result = poll(&wait, 1, SENDMAIL_WAIT_S * 1000);
	if (result < 0)
		return errno == EINTR ? 0 : -errno;
	if (result == 0)
		return -ETIMEDOUT;
	if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		return receive_some(client);
	return send_some(client);
}

int sendmail_client_reply(struct sendmail_client *client, struct sendmail_reply *reply)
{
	int result;

	for (;;) {
		struct span input = span_skip(buf_span(&client->in), client->taken);

		switch (sendmail_reply_parse(input, reply)) {
		case SENDMAIL_REPLY_WHOLE:
			client->taken += reply->lines.length;
			return 0;
		case SENDMAIL_REPLY_BROKEN:
			return -EPROTO;
		case SENDMAIL_REPLY_MORE:
			break;
		}
		result = step(client);
		if (result < 0)
			return result;
	}
}
