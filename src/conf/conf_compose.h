/* SPDX-License-Identifier: ISC */
/* What of the configuration gsmtpd-compose is told on its command line
 * (docs/COMPOSE.md): the same for the daemon that sends a mail and for the
 * preview that shows it. Pure. */
#ifndef CONF_CONF_COMPOSE_H
#define CONF_CONF_COMPOSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/conf.h"

/* Appends options and their values, each ended by NUL. */
bool conf_compose_put(const struct conf *conf, struct buf *text);

#endif
