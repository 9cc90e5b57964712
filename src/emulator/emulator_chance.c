/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_chance.h"

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): its increment and finalizer. */
static uint64_t mix(uint64_t state, uint64_t value)
{
	uint64_t z = state + (value + 1) * 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

bool emulator_chance(uint64_t seed, size_t line, unsigned occurrence, double chance)
{
	uint64_t drawn = mix(mix(mix(0, seed), line), occurrence);

	/* 53 bits: what a double holds without rounding up to 1. */
	return (double)(drawn >> 11) * 0x1p-53 < chance;
}
