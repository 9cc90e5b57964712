/* SPDX-License-Identifier: ISC */
/* The ladder of recovery: which rung comes next after a failure, bounded in
 * number and in time, so that recovery never makes things worse. Pure. Its
 * memory can be written down and read back, so that a restart of the daemon
 * does not start it anew. */
#ifndef MODEM_MODEM_LADDER_H
#define MODEM_MODEM_LADDER_H

#include <stdint.h>

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
};

#define MODEM_LADDER_RESETS_AN_HOUR 4
#define MODEM_LADDER_RESETS_A_DAY 24

void modem_ladder_init(struct modem_ladder *ladder, int64_t now_ms);
void modem_ladder_on_success(struct modem_ladder *ladder);

/* Counts a failure and names the rung to take. The first round climbs from
 * RESYNC to REST; after it RESTART, COMMAND and REST repeat. A rung that is
 * over its cap is left out in favour of REST. */
enum modem_rung modem_ladder_on_failure(struct modem_ladder *ladder, int64_t now_ms);

/* Leaves out the rungs below `rung`, where they cannot help. */
void modem_ladder_skip_to(struct modem_ladder *ladder, enum modem_rung rung);

/* How long to rest on MODEM_RUNG_REST: grows with the failures, bounded. */
int64_t modem_ladder_rest_ms(const struct modem_ladder *ladder);

const char *modem_rung_name(enum modem_rung rung);

#endif
