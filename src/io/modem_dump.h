/* SPDX-License-Identifier: ISC */
/* What the flight recorder of a line holds, put into the state folder when
 * something failed: FOLDER/flight-NAME-0.log to -4.log in turn, the oldest replaced.
 * gsmtp-emulator --replay plays such a file. */
#ifndef IO_MODEM_DUMP_H
#define IO_MODEM_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "modem/modem_facts.h"
#include "modem/modem_recorder.h"

#define MODEM_DUMP_FILES 5
#define MODEM_DUMP_PAUSE_MS 300000	/* a module that fails all day fills no disk */

struct modem_dump {
	const char *folder, *name;	/* borrowed */
	int last;			/* number of the file written last; -1: not known yet */
	bool unwritten;			/* told that it cannot be written */
	bool tried;
	int64_t tried_ms;
};

void modem_dump_init(struct modem_dump *dump, const char *folder, const char *name);

/* Writes and logs the name of the file, unless that was done less than
 * MODEM_DUMP_PAUSE_MS ago. A file that cannot be written is told once, and again after
 * one that could. `why` is a phrase for people. */
void modem_dump_write(struct modem_dump *dump, const struct modem_recorder *recorder,
		      const struct modem_facts *facts, const char *why, int64_t now_ms);

#endif
