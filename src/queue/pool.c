/* SPDX-License-Identifier: ISC */
#include "queue/pool.h"

static bool is_healthier(const struct pool_member *a, const struct pool_member *b)
{
	if (a->probes != b->probes)
		return !a->probes;
	if (a->failures != b->failures)
		return a->failures < b->failures;
	if (a->has_signal != b->has_signal)
		return a->has_signal;
	return a->has_signal && a->signal_dbm > b->signal_dbm;
}

size_t pool_choose(const struct pool_member *members, size_t count)
{
	size_t best = count;

	for (size_t i = 0; i < count; i++) {
		if (!members[i].usable)
			continue;
		if (best == count || is_healthier(&members[i], &members[best]))
			best = i;
	}
	return best;
}
