/* SPDX-License-Identifier: ISC */
#include "io/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libserialport.h>

/* Of libserialport only what knows about ports is used: opening, and rates that
 * termios has no name for. Locks, raw mode and flow control are ours (wire.c):
 * 0.1.1 does not lock, does not set close-on-exec, and its RTS/CTS does nothing. */
struct wire_serial {
	struct wire wire;	/* first, so that it can be cast back */
	struct sp_port *port;
};

static void serial_close(struct wire *wire)
{
	struct wire_serial *serial = (struct wire_serial *)wire;

	sp_close(serial->port);
	sp_free_port(serial->port);
	free(serial);
}

static int serial_set_baud(struct wire *wire, unsigned baud)
{
	struct wire_serial *serial = (struct wire_serial *)wire;

	if (wire_is_standard_rate(baud))
		return wire_set_termios_baud(wire->fd, baud);
	return sp_set_baudrate(serial->port, (int)baud) == SP_OK ? 0 : -EINVAL;
}

static const struct wire_ops serial_ops = { .close = serial_close, .set_baud = serial_set_baud };

static int refuse(enum sp_return code, const char *path, char why[static WIRE_WHY_SIZE])
{
	int result = -ENOTTY;	/* "not for me": wire_tty may do */

	if (code == SP_ERR_MEM)
		result = -ENOMEM;
	/* The system's error number holds for SP_ERR_FAIL only. */
	if (code == SP_ERR_FAIL && sp_last_error_code() != EINVAL && sp_last_error_code() > 0)
		result = -sp_last_error_code();
	wire_explain(result, path, why);
	return result;
}

static int open_port(struct wire_serial *serial, const char *path,
		     const struct wire_options *options, char why[static WIRE_WHY_SIZE])
{
	enum sp_return code = sp_open(serial->port, SP_MODE_READ_WRITE);
	int result;

	if (code != SP_OK)
		return refuse(code, path, why);
	code = sp_set_baudrate(serial->port, (int)options->baud);
	if (code == SP_OK)
		code = sp_get_port_handle(serial->port, &serial->wire.fd);
	result = code == SP_OK ? wire_take(serial->wire.fd, path, options, why)
			       : refuse(code, path, why);
	if (result < 0)
		sp_close(serial->port);
	return result;
}

int wire_serial_open(const char *path, const struct wire_options *options, struct wire **wire,
		     char why[static WIRE_WHY_SIZE])
{
	struct wire_serial *serial = calloc(1, sizeof(*serial));
	enum sp_return code;
	int result;

	if (serial == NULL) {
		snprintf(why, WIRE_WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	serial->wire.ops = &serial_ops;
	code = sp_get_port_by_name(path, &serial->port);
	result = code == SP_OK ? open_port(serial, path, options, why) : refuse(code, path, why);
	if (result < 0) {
		sp_free_port(serial->port);
		free(serial);
		return result;
	}
	*wire = &serial->wire;
	return 0;
}
