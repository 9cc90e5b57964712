/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define NUMBER_MAX 1000000

/* The next free number; O_EXCL settles a race with another emulator. */
static int create(const char *folder)
{
	for (unsigned number = 1; number < NUMBER_MAX; number++) {
		char path[PATH_MAX];
		int length = snprintf(path, sizeof(path), "%s/%04u.eml", folder, number);
		int fd;

		if (length < 0 || (size_t)length >= sizeof(path))
			return -ENAMETOOLONG;
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -ENOSPC;
}

int emulator_sink_write(const char *folder, struct span message)
{
	int fd = create(folder);

	if (fd < 0)
		return fd;
	while (message.length > 0) {
		ssize_t put = write(fd, message.at, message.length);

		if (put < 0) {
			int error = errno;

			close(fd);
			return -error;
		}
		message = span_skip(message, (size_t)put);
	}
	return close(fd) == 0 ? 0 : -errno;
}
