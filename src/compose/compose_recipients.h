/* SPDX-License-Identifier: ISC */
/* Which recipient goes with whom, and as what: To, Cc or hidden. Only the
 * envelope gives recipients, the header only says how they may be shown: with
 * this module listing is sending. Pure. */
#ifndef COMPOSE_COMPOSE_RECIPIENTS_H
#define COMPOSE_COMPOSE_RECIPIENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "mail/envelope.h"
#include "mail/transaction.h"

/* One transaction's worth. */
struct compose_group {
	struct transaction_recipient recipients[TRANSACTION_RECIPIENTS_MAX];
	size_t count;
};

/* Owns the groups; the addresses point into the envelope. */
struct compose_groups {
	struct compose_group *groups;
	size_t count;
};

struct compose_recipients_view {
	struct span to, cc;	/* values of the header fields, raw */
	struct span hostname;	/* where a bare name (root) belongs to */
	bool hidden_separate;	/* a group for each hidden one */
};

/* Fills empty groups with the recipients that have pending[i] set: visible ones
 * first, hidden ones apart. False when out of memory; the groups may be cleared
 * whatever the answer. */
bool compose_recipients_group(const struct envelope *envelope, const bool *pending,
			      const struct compose_recipients_view *view,
			      struct compose_groups *groups);
void compose_recipients_clear(struct compose_groups *groups);

#endif
