/* SPDX-License-Identifier: ISC */
/* Listening sockets from the listen syntax: UNIX and TCP, non-blocking,
 * close-on-exec. */
#ifndef IO_LISTENER_H
#define IO_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "conf/conf.h"

/* Binds and listens. A UNIX socket's file gets `mode`; a stale one is replaced,
 * a live one is -EADDRINUSE. The descriptor, or a negative errno with a
 * sentence in `why`. */
int listener_open(const struct conf_listen *listen, mode_t mode, char *why, size_t why_size);

/* Makes a descriptor that was handed over fit for the event loop (systemd's come
 * blocking). 0 or a negative errno; -ENOTSOCK, -EINVAL when it does not listen. */
int listener_adopt(int fd, bool *is_unix);

#endif
