/* SPDX-License-Identifier: ISC */
/* One direction of the line as faults see it: how many octets have passed, and
 * those that a pause holds back. Pure, bounded. */
#ifndef EMULATOR_EMULATOR_WAY_H
#define EMULATOR_EMULATOR_WAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define EMULATOR_WAY_PAUSES 64	/* that can be ahead; more are left out */

struct emulator_way {
	int64_t place;		/* octets that have come, ever */
	int64_t place_since;	/* and since the last command */
	unsigned dropping;	/* so many more are lost */
	struct buf waiting;
	struct {
		size_t at;	/* in `waiting` */
		int64_t due_ms;
	} pauses[EMULATOR_WAY_PAUSES];
	size_t pause_count;
};

void emulator_way_init(struct emulator_way *way);
void emulator_way_clear(struct emulator_way *way);	/* what waits is lost */

/* What comes from now on waits so long, behind what waits already. */
void emulator_way_pause(struct emulator_way *way, int64_t pause_ms, int64_t now_ms);

/* False when nothing waits, so that the octets need not either. */
bool emulator_way_hold(struct emulator_way *way, struct span octets);

/* Appends what need not wait any longer. */
void emulator_way_release(struct emulator_way *way, struct buf *out, int64_t now_ms);
int64_t emulator_way_deadline_ms(const struct emulator_way *way);	/* INT64_MAX: none */

#endif
