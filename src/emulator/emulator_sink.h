/* SPDX-License-Identifier: ISC */
/* Mails as files: DIR/0001.eml and so on, never over one that is there. */
#ifndef EMULATOR_EMULATOR_SINK_H
#define EMULATOR_EMULATOR_SINK_H

#include "base/span.h"

/* 0 or a negative errno. */
int emulator_sink_write(const char *folder, struct span message);

#endif
