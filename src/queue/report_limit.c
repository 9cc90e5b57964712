/* SPDX-License-Identifier: ISC */
#include "queue/report_limit.h"

static bool is_recent(const struct report_limit *limit, size_t i, int64_t now_ms)
{
	return i < limit->count && now_ms - limit->given[i].at_ms < REPORT_LIMIT_MS;
}

bool report_limit_take(struct report_limit *limit, struct span target, int64_t now_ms)
{
	size_t next = limit->count % REPORT_LIMIT_ALL, same = 0;

	for (size_t i = 0; i < REPORT_LIMIT_ALL; i++)
		if (is_recent(limit, i, now_ms) &&
		    span_equal_nocase(span_of(limit->given[i].target), target))
			same++;
	/* The next place holds the oldest one. */
	if (same >= REPORT_LIMIT_EACH || is_recent(limit, next, now_ms)) {
		limit->refused++;
		return false;
	}
	span_copy(target, limit->given[next].target, sizeof limit->given[next].target);
	limit->given[next].at_ms = now_ms;
	limit->count++;
	limit->refused = 0;
	return true;
}
