/* SPDX-License-Identifier: ISC */
#include "io/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

/* What an error of bind(2) or listen(2) means to an operator. */
static const char *explain(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "another program listens there";
	case EADDRNOTAVAIL:
		return "this machine does not have that address";
	case EACCES:
	case EPERM:
		return "not permitted (a port below 1024, or a folder of others)";
	case ENOENT:
		return "its folder does not exist";
	case EEXIST:
		return "there is a file of that name that is no socket";
	default:
		return strerror(error);
	}
}

/* Whether somebody serves the socket of that path. */
static bool is_live(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool live;

	if (fd < 0)
		return true;
	/* EAGAIN: its queue is full, so it has an owner. */
	live = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	       (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return live;
}

static int bind_unix(int fd, const char *path, mode_t mode)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat status;

	memcpy(address.sun_path, path, strlen(path) + 1);
	if (lstat(path, &status) == 0) {
		if (!S_ISSOCK(status.st_mode))
			return -EEXIST;
		if (is_live(&address))
			return -EADDRINUSE;
		if (unlink(path) < 0 && errno != ENOENT)
			return -errno;
	}
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	/* Nobody can connect before listen(2), so the mode is right in time. */
	return chmod(path, mode) < 0 ? -errno : 0;
}

static int bind_ipv4(int fd, const struct conf_listen *listen)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)listen->port) };

	inet_pton(AF_INET, listen->host, &address.sin_addr);
	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

static int bind_ipv6(int fd, const struct conf_listen *listen)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_port = htons((uint16_t)listen->port) };
	int on = 1;

	/* [::]:25 beside 0.0.0.0:25 must not be in use. */
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	inet_pton(AF_INET6, listen->host, &address.sin6_addr);
	return bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

static int family_of(const struct conf_listen *listen)
{
	if (listen->kind == CONF_LISTEN_UNIX)
		return AF_UNIX;
	return strchr(listen->host, ':') ? AF_INET6 : AF_INET;
}

static int bind_any(int fd, int family, const struct conf_listen *listen, mode_t mode)
{
	int on = 1;

	if (family == AF_UNIX)
		return bind_unix(fd, listen->path, mode);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return family == AF_INET6 ? bind_ipv6(fd, listen) : bind_ipv4(fd, listen);
}

int listener_open(const struct conf_listen *listener, mode_t mode, char *why, size_t why_size)
{
	int family = family_of(listener), result;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	result = fd < 0 ? -errno : bind_any(fd, family, listener, mode);
	if (result == 0 && listen(fd, BACKLOG) < 0)
		result = -errno;
	if (result == 0)
		return fd;
	snprintf(why, why_size, "%s", explain(-result));
	if (fd >= 0)
		close(fd);
	return result;
}

int listener_adopt(int fd, bool *is_unix)
{
	int flags = fcntl(fd, F_GETFL), listening = 0;
	socklen_t size = sizeof(listening);
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof(address);

	if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) < 0)
		return -errno;
	if (!listening)
		return -EINVAL;
	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	*is_unix = address.ss_family == AF_UNIX;
	return 0;
}
