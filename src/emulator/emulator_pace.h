/* SPDX-License-Identifier: ISC */
/* One direction of a serial line: when octets that go in at one end have come
 * out at the other, ten bits each. Pure; times in microseconds. */
#ifndef EMULATOR_EMULATOR_PACE_H
#define EMULATOR_EMULATOR_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct emulator_pace {
	unsigned baud;		/* 0: no line, instant */
	int64_t begin_us;	/* when the last piece began */
	int64_t free_us;	/* when its last octet was through */
	int64_t rest;		/* of a microsecond, in parts of `baud`: none is ever lost */
};

/* How many octets may be handed over together: about 2 ms of line time. */
size_t emulator_pace_piece(const struct emulator_pace *pace);

/* When `count` octets that are there now are through. `waited`: they were there
 * already when the piece before them was through, so the line did not rest. */
int64_t emulator_pace_due_us(struct emulator_pace *pace, size_t count, bool waited,
			     int64_t now_us);

#endif
