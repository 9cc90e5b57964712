/* SPDX-License-Identifier: ISC */
/* The names of termios for rates, as numbers. */
#ifndef EMULATOR_EMULATOR_RATE_H
#define EMULATOR_EMULATOR_RATE_H

#include <termios.h>

/* 0 for B0, which hangs up, and for what is no rate of a module. */
unsigned emulator_rate(speed_t speed);

#endif
