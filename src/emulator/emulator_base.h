/* SPDX-License-Identifier: ISC */
/* Handlers that many rows of the tables share. */
#ifndef EMULATOR_EMULATOR_BASE_H
#define EMULATOR_EMULATOR_BASE_H

#include "emulator/emulator_commands.h"

emulator_handler emulator_base_ok;		/* OK, whatever the parameters */
emulator_handler emulator_base_say;		/* row->text without the name, as AT+CGMM has it */
emulator_handler emulator_base_tell;		/* "+NAME: " row->text */
emulator_handler emulator_base_read_number;	/* "+NAME: " and the number */
emulator_handler emulator_base_write_number;	/* one number within row->min and max */

#endif
