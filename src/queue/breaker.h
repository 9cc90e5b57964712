/* SPDX-License-Identifier: ISC */
/* The breaker of one modem: whether its link is worth trying. Link trouble
 * opens it and costs no message an attempt; it closes when the waiting time is
 * over and one mail got through, or when the link reports itself well. Pure;
 * times in milliseconds of a clock that never steps. */
#ifndef QUEUE_BREAKER_H
#define QUEUE_BREAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BREAKER_STEPS_MAX 16

enum breaker_state {
	BREAKER_CLOSED,		/* the link is used */
	BREAKER_OPEN,		/* it rests until retry_at_ms */
	BREAKER_PROBING,	/* one mail may try */
};

struct breaker {
	int64_t waits_ms[BREAKER_STEPS_MAX];	/* link-retry; the last repeats */
	size_t wait_count;
	enum breaker_state state;
	unsigned failures;	/* in a row */
	int64_t retry_at_ms;
};

void breaker_init(struct breaker *breaker, const int64_t *waits_ms, size_t wait_count);

/* Whether a mail may be tried now; turns OPEN into PROBING when the time has come. */
bool breaker_allows(struct breaker *breaker, int64_t now_ms);

/* What breaker_allows() would say, without making it so. */
bool breaker_would_allow(const struct breaker *breaker, int64_t now_ms);

void breaker_on_failure(struct breaker *breaker, int64_t now_ms);
void breaker_on_success(struct breaker *breaker);

/* The probe ended without telling anything of the link (it was called off, the
 * module was busy): another one may be made at once. Nothing when it did tell. */
void breaker_return_probe(struct breaker *breaker, int64_t now_ms);

/* When breaker_allows() may change its answer; INT64_MAX when it is closed. */
int64_t breaker_next_ms(const struct breaker *breaker);

const char *breaker_state_name(enum breaker_state state);

#endif
