/* SPDX-License-Identifier: ISC */
/* Which of several modems gets the mail that is due: the healthiest. Pure. */
#ifndef QUEUE_POOL_H
#define QUEUE_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* One modem, in plain numbers. */
struct pool_member {
	bool usable;		/* ready, without a mail, and nothing keeps mail from it */
	bool probes;		/* the mail would try whether its link or account works again */
	unsigned failures;	/* of its link, in a row */
	bool has_signal;
	int signal_dbm;
};

/* Its index; `count` when none is usable. What works comes before what is to be
 * tried, fewer failures before more, the better signal before the worse and one
 * that is not known; of equals the first, as the configuration has them. */
size_t pool_choose(const struct pool_member *members, size_t count);

#endif
