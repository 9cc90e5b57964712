/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_pace.h"

#define PIECE_MAX 4096
#define PIECE_US 2000
#define BITS 10
#define LATE_MAX_US 100000	/* a late timer is made up for, but not a sleeping machine */

size_t emulator_pace_piece(const struct emulator_pace *pace)
{
	size_t piece = (size_t)pace->baud / 10 * PIECE_US / 1000000;

	if (pace->baud == 0 || piece > PIECE_MAX)
		return PIECE_MAX;
	return piece > 0 ? piece : 1;
}

int64_t emulator_pace_due_us(struct emulator_pace *pace, size_t count, bool waited,
			     int64_t now_us)
{
	int64_t parts;

	/* The line has rested: it begins anew. */
	if (pace->baud == 0 || pace->free_us < now_us - (waited ? LATE_MAX_US : 0)) {
		pace->free_us = now_us;
		pace->rest = 0;
	}
	pace->begin_us = pace->free_us;
	if (pace->baud == 0)
		return now_us;
	parts = (int64_t)count * BITS * 1000000 + pace->rest;
	pace->free_us += parts / pace->baud;
	pace->rest = parts % pace->baud;
	return pace->free_us;
}
