/* SPDX-License-Identifier: ISC */
#include "queue/clock_trust.h"

/* Before gsmtpd was written, and after anybody still runs it: threats.md, row 19,
 * has seen time servers that are fifty years ahead. */
#define PLAUSIBLE_MIN_S INT64_C(1735689600)	/* 2025-01-01 */
#define PLAUSIBLE_MAX_S INT64_C(3313526400)	/* 2075-01-01 */

bool clock_trust_is_plausible(int64_t wall_s)
{
	return wall_s >= PLAUSIBLE_MIN_S && wall_s < PLAUSIBLE_MAX_S;
}

void clock_trust_learn(struct clock_trust *trust, int64_t known_s)
{
	if (clock_trust_is_plausible(known_s) && known_s > trust->known_s)
		trust->known_s = known_s;
}

/* The first reading that makes sense has only the disk to be held against. */
static bool is_strange_start(const struct clock_trust *trust, int64_t wall_ms)
{
	int64_t gap_ms = wall_ms - trust->known_s * 1000;

	return trust->known_s > 0 &&
	       (gap_ms < -CLOCK_TRUST_STEP_MAX_MS || gap_ms > CLOCK_TRUST_GAP_MAX_MS);
}

static bool is_strange_step(const struct clock_trust *trust, int64_t offset_ms)
{
	int64_t step_ms = offset_ms - trust->offset_ms;

	return step_ms > CLOCK_TRUST_STEP_MAX_MS || step_ms < -CLOCK_TRUST_STEP_MAX_MS;
}

bool clock_trust_look(struct clock_trust *trust, int64_t wall_ms, int64_t boot_ms)
{
	int64_t offset_ms;

	if (!clock_trust_is_plausible(wall_ms / 1000)) {
		trust->plausible = false;
		return false;
	}
	offset_ms = wall_ms - boot_ms;
	if (trust->plausible ? is_strange_step(trust, offset_ms) : is_strange_start(trust, wall_ms)) {
		trust->doubted = true;
		trust->doubted_ms = boot_ms;
	}
	trust->plausible = true;
	trust->offset_ms = offset_ms;
	if (trust->doubted && boot_ms - trust->doubted_ms >= CLOCK_TRUST_STEADY_MS)
		trust->doubted = false;
	return !trust->doubted;
}

int64_t clock_trust_passed_ms(int64_t since_s, int64_t now_s)
{
	int64_t passed_ms;

	if (!clock_trust_is_plausible(since_s) || !clock_trust_is_plausible(now_s) || now_s < since_s)
		return 0;
	passed_ms = (now_s - since_s) * 1000;
	return passed_ms <= CLOCK_TRUST_GAP_MAX_MS ? passed_ms : 0;
}
