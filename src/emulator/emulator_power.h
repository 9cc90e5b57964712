/* SPDX-License-Identifier: ISC */
/* How the module starts, starts anew, and goes away: by command or by script. */
#ifndef EMULATOR_EMULATOR_POWER_H
#define EMULATOR_EMULATOR_POWER_H

#include "emulator/emulator_state.h"

/* Forgets everything but files and SIM, and is deaf until it has booted; `mute`:
 * without RDY and its like. */
void emulator_power_reset(struct emulator_core *core, bool mute, int64_t now_ms);
void emulator_power_booted(struct emulator_core *core, bool mute, int64_t now_ms);

/* Reset, hang-up, silence, off, or the context lost. */
bool emulator_power_is_disruptive(const struct emulator_fault *fault);
void emulator_power_disrupt(struct emulator_core *core, const struct emulator_fault *fault,
			    int64_t now_ms);

/* All that a rule brings that is for no command: lines, a changed world, and
 * disruptions. */
void emulator_power_mishap(struct emulator_core *core, const struct emulator_fault *fault,
			   int64_t now_ms);

#endif
