/* SPDX-License-Identifier: ISC */
/* What systemd is told: sd_notify(3). Without $NOTIFY_SOCKET all does nothing. */
#ifndef IO_NOTIFY_H
#define IO_NOTIFY_H

#include <stdint.h>

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/* One line; sent only when it differs from the last. */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* How often notify_watchdog() is wanted, in milliseconds (half of what systemd
 * asks for); 0: never. */
int64_t notify_watchdog_interval_ms(void);
void notify_watchdog(void);

#endif
