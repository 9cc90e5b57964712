/* SPDX-License-Identifier: ISC */
/* What is around the module: the network, its signal, and whether the way to the
 * servers works. It changes by script alone and outlives a reset, but for what a
 * reset cures. */
#ifndef EMULATOR_EMULATOR_WORLD_H
#define EMULATOR_EMULATOR_WORLD_H

#include <stdbool.h>

#include "emulator/emulator_script.h"

struct emulator_core;

struct emulator_world {
	int creg, cgreg;	/* TS 27.007, 7.2: 1 home, 5 roaming, 2 searching ... */
	int csq;
	enum emulator_path path;
};

void emulator_world_init(struct emulator_world *world);

/* As the module sees them: nothing without radio and an unlocked SIM. */
int emulator_world_creg(const struct emulator_core *core);
int emulator_world_cgreg(const struct emulator_core *core);
bool emulator_world_is_registered(const struct emulator_core *core);
bool emulator_world_has_data(const struct emulator_core *core);

/* The module tells what it was told to tell, and a mail under way may end. */
void emulator_world_change(struct emulator_core *core, const struct emulator_change *change);

/* The network has taken the context away. A mail under way ends in -8, unless it
 * is the one whose own rule this is: that one has its end already. */
void emulator_world_lose_context(struct emulator_core *core, const struct emulator_fault *by);

/* What AT+QIDEACT, less radio, and a restart mend. */
void emulator_world_mend(struct emulator_world *world, enum emulator_path worst);

#endif
