/* SPDX-License-Identifier: ISC */
/* Which sockets the daemon serves: those that systemd hands over (by the names
 * "smtp", "relay" and "control"), else those of the configuration. */
#ifndef APP_SOCKETS_H
#define APP_SOCKETS_H

#include <stddef.h>

#include "conf/conf.h"
#include "io/control_server.h"
#include "io/smtp_server.h"

#define SOCKETS_TROUBLE_SIZE 256

struct sockets_result {
	size_t smtp;		/* how many take mail */
	size_t control;
	char trouble[SOCKETS_TROUBLE_SIZE];	/* the last that could not be had; "" */
};

/* Opens all that can be had; each that cannot is logged. */
void sockets_open(const struct conf *conf, struct smtp_server *smtp,
		  struct control_server *control, struct sockets_result *result);

#endif
