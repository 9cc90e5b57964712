/* SPDX-License-Identifier: ISC */
#include "io/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tty_close(struct wire *wire)
{
	close(wire->fd);
	free(wire);
}

static const struct wire_ops tty_ops = { .close = tty_close };

int wire_tty_open(const char *path, const struct wire_options *options, struct wire **wire,
		  char why[static WIRE_WHY_SIZE])
{
	int fd, result;

	if (!wire_is_standard_rate(options->baud)) {
		snprintf(why, WIRE_WHY_SIZE, "%.100s: %u baud is no standard rate", path,
			 options->baud);
		return -EINVAL;
	}
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		result = -errno;
		snprintf(why, WIRE_WHY_SIZE, "%.100s: %s", path, strerror(-result));
		return result;
	}
	result = wire_take(fd, path, options, why);
	if (result == 0 && (*wire = malloc(sizeof(**wire))) == NULL) {
		snprintf(why, WIRE_WHY_SIZE, "out of memory");
		result = -ENOMEM;
	}
	if (result < 0) {
		close(fd);
		return result;
	}
	**wire = (struct wire){ .ops = &tty_ops, .fd = fd };
	return 0;
}
