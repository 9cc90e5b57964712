/* SPDX-License-Identifier: ISC */
#include "io/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "io/log_line.h"

#define STATUS_MAX 256

/* sd_notify(3) waits without end for a manager that does not read; the loop must
 * not. What tells a state waits this long, all else not at all: it comes again. */
#define STATE_PATIENCE_MS 500

/* The socket, connected; -1 when there is none. */
static int open_socket(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = path ? strlen(path) : 0;
	int fd;

	if (length < 2 || length >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
		return -1;
	memcpy(address.sun_path, path, length);
	/* '@' stands for the name space of the kernel. */
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* False when it could not be told now. */
static bool tell(const char *text, int patience_ms)
{
	int fd = open_socket();
	struct pollfd ready = { fd, POLLOUT, 0 };
	bool told = false;

	if (fd < 0)
		return true;
	told = send(fd, text, strlen(text), MSG_NOSIGNAL) >= 0;
	if (!told && errno == EAGAIN && patience_ms > 0 && poll(&ready, 1, patience_ms) > 0)
		told = send(fd, text, strlen(text), MSG_NOSIGNAL) >= 0;
	close(fd);
	return told;
}

void notify_ready(void)
{
	tell("READY=1", STATE_PATIENCE_MS);
}

void notify_reloading(void)
{
	struct timespec now;
	char text[80];

	/* Type=notify-reload (systemd 253 on) wants to know since when. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		 (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(text, STATE_PATIENCE_MS);
}

void notify_stopping(void)
{
	tell("STOPPING=1", STATE_PATIENCE_MS);
}

void notify_status(const char *format, ...)
{
	static char last[STATUS_MAX];
	char text[STATUS_MAX * 2], status[STATUS_MAX];
	char line[STATUS_MAX + 8];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	/* A line end would begin another variable. */
	log_line_clean(text, status, sizeof(status));
	if (strcmp(status, last) == 0)
		return;
	snprintf(line, sizeof(line), "STATUS=%s", status);
	if (tell(line, 0))
		memcpy(last, status, strlen(status) + 1);
}

int64_t notify_watchdog_interval_ms(void)
{
	uint64_t interval_us;

	if (sd_watchdog_enabled(0, &interval_us) <= 0)
		return 0;
	return (int64_t)(interval_us / 2000);
}

void notify_watchdog(void)
{
	tell("WATCHDOG=1", 0);
}
