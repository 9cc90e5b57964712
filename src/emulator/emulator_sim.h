/* SPDX-License-Identifier: ISC */
/* A SIM with its counters, as a real one has them: three tries for the PIN, ten
 * for the PUK, then it is dead. They last as long as the emulator runs, over
 * any reset of the module. Pure. */
#ifndef EMULATOR_EMULATOR_SIM_H
#define EMULATOR_EMULATOR_SIM_H

#include <stdbool.h>

#include "base/span.h"

#define EMULATOR_SIM_PUK "12345678"

struct emulator_sim {
	char pin[9];		/* "": asks for none */
	unsigned pin_tries, puk_tries;	/* left */
	bool unlocked;
};

/* `failures`: wrong tries that were made before. */
void emulator_sim_init(struct emulator_sim *sim, const char *pin, unsigned failures);

/* The module has started anew: asks again. */
void emulator_sim_lock(struct emulator_sim *sim);

/* "READY", "SIM PIN", "SIM PUK"; NULL when it is dead. */
const char *emulator_sim_state(const struct emulator_sim *sim);

/* 0, or the number of +CME ERROR. `fresh` is the new PIN that a PUK sets, or
 * NULL. */
int emulator_sim_enter(struct emulator_sim *sim, struct span code, const struct span *fresh);

#endif
