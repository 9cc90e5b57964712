/* SPDX-License-Identifier: ISC */
/* The ladder of recovery: which rung comes next after a failure, bounded in
 * number and in time, so that recovery never makes things worse. Pure. Its
 * memory can be written down and read back, so that a restart of the daemon
 * does not start it anew. */
#ifndef MODEM_MODEM_LADDER_H
#define MODEM_MODEM_LADDER_H

#include <stdint.h>

#include "modem/modem_memory.h"

enum modem_rung {
	MODEM_RUNG_NONE,
	MODEM_RUNG_RESYNC,	/* leave data mode, probe */
	MODEM_RUNG_CLEAR,	/* AT+QSMTPCLR */
	MODEM_RUNG_CONTEXT,	/* bearer down; the next PUT brings it up */
	MODEM_RUNG_RADIO,	/* CFUN=0, CFUN=1 */
	MODEM_RUNG_RESTART,	/* CFUN=1,1 */
	MODEM_RUNG_COMMAND,	/* reset-command */
	MODEM_RUNG_REST,	/* nothing helped: wait */
	MODEM_RUNGS,
};

struct modem_ladder {
	unsigned failures;		/* in a row */
	int64_t last_reset_ms;		/* of RESTART or COMMAND; INT64_MIN never */
	unsigned resets_hour, resets_day;	/* in the running hour and day */
	int64_t hour_start_ms, day_start_ms;
	uint32_t jitter;		/* the state of its dice */
};

#define MODEM_LADDER_RESETS_AN_HOUR 4
#define MODEM_LADDER_RESETS_A_DAY 24

/* `seed` for the jitter. */
void modem_ladder_init(struct modem_ladder *ladder, unsigned seed, int64_t now_ms);

/* Goes on where a ladder before this one was, or notes where this one is. */
void modem_ladder_recall(struct modem_ladder *ladder, const struct modem_memory *memory);
void modem_ladder_keep(const struct modem_ladder *ladder, struct modem_memory *memory);

void modem_ladder_on_success(struct modem_ladder *ladder);

/* The operator's own reset: never refused, and counted with the others. */
void modem_ladder_on_reset(struct modem_ladder *ladder, int64_t now_ms);

/* Counts a failure and names the rung to take. The first round climbs from
 * RESYNC to REST; after it RESTART, COMMAND and REST repeat. A rung that is
 * over its cap is left out in favour of REST. */
enum modem_rung modem_ladder_on_failure(struct modem_ladder *ladder, int64_t now_ms);

/* Leaves out the rungs below `rung`, where they cannot help. */
void modem_ladder_skip_to(struct modem_ladder *ladder, enum modem_rung rung);

/* How long to rest on MODEM_RUNG_REST: grows with the failures, bounded, and up
 * to a fifth more or less by jitter, so that a fleet does not knock at once. */
int64_t modem_ladder_rest_ms(struct modem_ladder *ladder);

const char *modem_rung_name(enum modem_rung rung);

#endif
