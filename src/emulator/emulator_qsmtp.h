/* SPDX-License-Identifier: ISC */
/* The QSMTP commands that take data or send the mail (emulator_qsmtp_send.c),
 * as the table of emulator_qsmtp.c names them. */
#ifndef EMULATOR_EMULATOR_QSMTP_H
#define EMULATOR_EMULATOR_QSMTP_H

#include "emulator/emulator_commands.h"

emulator_handler emulator_qsmtp_write_body;
emulator_handler emulator_qsmtp_write_attachment;
emulator_handler emulator_qsmtp_write_put;
emulator_handler emulator_qsmtp_execute_put;

#endif
