/* SPDX-License-Identifier: ISC */
/* How many reports may go out: so many an hour to all, and so many to each. A script
 * that mails a wrong address every minute must not burn the month's data. Pure; times
 * are milliseconds of a clock that never steps. */
#ifndef QUEUE_REPORT_LIMIT_H
#define QUEUE_REPORT_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define REPORT_LIMIT_ALL 10
#define REPORT_LIMIT_EACH 3
#define REPORT_LIMIT_MS (INT64_C(3600) * 1000)

/* All zero has given none. */
struct report_limit {
	struct {
		char target[256];
		int64_t at_ms;
	} given[REPORT_LIMIT_ALL];	/* the last ones */
	size_t count;			/* of all that were given; the next place is this one's rest */
	unsigned refused;		/* since the last one that was given */
};

/* Whether one more may go to this address; if so it is counted. */
bool report_limit_take(struct report_limit *limit, struct span target, int64_t now_ms);

#endif
