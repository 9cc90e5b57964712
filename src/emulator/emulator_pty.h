/* SPDX-License-Identifier: ISC */
/* The tty that the host opens: a pseudo-terminal under a name of its own, with
 * the pace of a serial line. It can be taken away and come back. */
#ifndef EMULATOR_EMULATOR_PTY_H
#define EMULATOR_EMULATOR_PTY_H

#include <stdint.h>

#include "base/span.h"

struct event_base;
struct emulator_pty;

struct emulator_pty_callbacks {
	/* Octets of the host, and when they were on the line. */
	void (*heard)(void *context, struct span octets, int64_t begin_us, int64_t end_us);
	/* All that was to be said has left, the last run of it within these times.
	 * Told of a line with a pace alone. */
	void (*left)(void *context, size_t octets, int64_t begin_us, int64_t end_us);
	void *context;
};

/* `link`: name of the symbolic link to make, or NULL. On failure NULL, errno
 * set. */
struct emulator_pty *emulator_pty_new(struct event_base *base, const char *link, unsigned baud,
				      const struct emulator_pty_callbacks *callbacks);

/* Removes the link, if it still is ours. */
void emulator_pty_free(struct emulator_pty *pty);

/* What the host is to open: the link, else the device. */
const char *emulator_pty_path(const struct emulator_pty *pty);

/* The rate that the host has set; 0: it has hung up. */
unsigned emulator_pty_host_baud(const struct emulator_pty *pty);

/* Octets to the host; dropped while the tty is away, and when nobody reads for
 * too long. */
void emulator_pty_send(struct emulator_pty *pty, struct span octets);

/* Hangs up, and comes back as a new device under the same link. */
void emulator_pty_hangup(struct emulator_pty *pty, int64_t away_ms);

#endif
