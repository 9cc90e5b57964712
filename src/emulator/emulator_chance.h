/* SPDX-License-Identifier: ISC */
/* Chance without state: the same seed, rule and occurrence give the same
 * decision, whatever else has happened. Pure. */
#ifndef EMULATOR_EMULATOR_CHANCE_H
#define EMULATOR_EMULATOR_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the rule on this line of a script is in force the so-manieth time;
 * `chance` is from 0, never, to 1, always. */
bool emulator_chance(uint64_t seed, size_t line, unsigned occurrence, double chance);

#endif
