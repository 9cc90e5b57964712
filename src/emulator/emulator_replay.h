/* SPDX-License-Identifier: ISC */
/* The module's side of a line as a flight recorder has kept it, in place of a
 * module: what the host says moves it on, what the module said then is said
 * again, after the same time. */
#ifndef EMULATOR_EMULATOR_REPLAY_H
#define EMULATOR_EMULATOR_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "emulator/emulator_tape.h"

struct emulator_core;

struct emulator_replay {
	const struct emulator_tape *tape;	/* NULL: there is a module; else borrowed */
	unsigned speed;		/* so many times as fast */
	size_t at;		/* the entry that the host is to bring about */
	bool in_data;
	size_t data_left;
	unsigned pluses;	/* in a row */
	bool ended;
};

/* Takes the first octet off *input. */
void emulator_replay_take(struct emulator_core *core, struct span *input);

#endif
