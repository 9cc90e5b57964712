/* SPDX-License-Identifier: ISC */
/* What a modem's life remembers over restarts of the daemon, and its text on
 * disk: how far up the ladder it is, and what was found out about a firmware.
 * Pure; the shell reads and writes the file. (What became of a PIN is kept
 * apart: io/pin_memory.) */
#ifndef MODEM_MODEM_MEMORY_H
#define MODEM_MODEM_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "at/at_chat.h"
#include "base/buf.h"
#include "base/span.h"

#define MODEM_MEMORY_TEXT_MAX 1024
#define MODEM_BOOT_ID_SIZE 40

struct modem_memory {
	/* Of the ladder; see modem_ladder.h. Times on the boot clock. */
	unsigned failures;
	unsigned resets_hour, resets_day;
	int64_t hour_start_ms, day_start_ms;

	/* Of the firmware that was there last; another one is looked at anew. */
	char model[48], firmware[48];
	enum at_known bare_escape_ends;
	enum at_known size_ends_data;

	unsigned baud;		/* at which it answered last; 0: not known */
};

/* Appends the text. `boot_id` names this start of the machine, since the boot
 * clock begins anew with each. False when `out` is full. */
bool modem_memory_format(const struct modem_memory *memory, const char *boot_id, struct buf *out);

/* Reads it. What is missing, strange or out of its range counts as not known; no
 * text gives a memory of nothing. When another start of the machine wrote it, the
 * counts of resets hold and their hour and day begin at `now_ms`. */
void modem_memory_parse(struct span text, const char *boot_id, int64_t now_ms,
			struct modem_memory *memory);

#endif
