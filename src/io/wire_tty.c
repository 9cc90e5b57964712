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

static int tty_set_baud(struct wire *wire, unsigned baud)
{
	return wire_set_termios_baud(wire->fd, baud);
}

static const struct wire_ops tty_ops = { .close = tty_close, .set_baud = tty_set_baud };

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
		wire_explain(result, path, why);
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
