/* SPDX-License-Identifier: ISC */
/* What is still to be sent of a message in one attempt: parts of transactions,
 * each some of its recipients, sent by one PUT. Starts with whole transactions
 * and may end with single recipients, when a refusal has to be pinned on one. */
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/transaction.h"

struct part {
	size_t transaction, first, count;
};

/* All zero holds nothing. */
struct parts {
	const struct transaction_list *list;	/* borrowed */
	struct part *stack;		/* the next one is the last */
	size_t count;
	bool *over;			/* by envelope index: nothing more in this attempt */
};

/* `recipients` of the envelope; `part_max` recipients at once, 0: no limit. False
 * when out of memory. */
bool parts_init(struct parts *parts, const struct transaction_list *list, size_t recipients,
		size_t part_max);
void parts_clear(struct parts *parts);

/* The next part, without recipients that are over; false when nothing is left. */
bool parts_take(struct parts *parts, struct part *part);

/* Puts a part of several recipients back as its two halves. */
void parts_split(struct parts *parts, const struct part *part);

/* Its recipients get nothing more in this attempt. */
void parts_close(struct parts *parts, const struct part *part);

/* Whether another page of the mail for the same recipients is still to come:
 * they have it only when they have the last one. */
bool parts_has_more_pages(const struct parts *parts, const struct part *part);

/* The envelope index of a part's i-th recipient. */
size_t parts_index(const struct parts *parts, const struct part *part, size_t i);

#endif
