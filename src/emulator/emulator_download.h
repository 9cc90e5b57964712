/* SPDX-License-Identifier: ISC */
/* Data mode within the module: which command began it, what its end means, and
 * what the script does in the middle of it. */
#ifndef EMULATOR_EMULATOR_DOWNLOAD_H
#define EMULATOR_EMULATOR_DOWNLOAD_H

#include "emulator/emulator_state.h"

/* Begins data mode for the command line `line`; done() gets its end. */
void emulator_download_start(struct emulator_core *core,
			     const struct emulator_data_options *options, struct span line,
			     const struct emulator_fault *fault, emulator_data_done *done,
			     int64_t now_ms);

/* Takes octets off the front of *input, up to the end of data mode. */
void emulator_download_take(struct emulator_core *core, struct span *input, int64_t now_ms);
void emulator_download_end(struct emulator_core *core, enum emulator_data_end end,
			   int64_t now_ms);

#endif
