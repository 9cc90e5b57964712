/* SPDX-License-Identifier: ISC */
/* What is still to be sent of a message in one attempt: parts of transactions,
 * each some of its recipients, sent by one PUT. Starts with whole transactions
 * and may end with single recipients, when a refusal has to be pinned on one. A mail
 * for a recipient may be several transactions, its pages: in the order of the list. */
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/transaction.h"
#include "queue/queue.h"

struct part {
	size_t transaction, first, count;
};

/* All zero holds nothing. */
struct parts {
	const struct transaction_list *list;	/* borrowed */
	const struct queue_entry *entry;	/* borrowed */
	struct part *stack;		/* the next one is the last */
	size_t count;
	bool *over;			/* by envelope index: nothing more in this attempt */
	unsigned *page;			/* by transaction: which page it is, from 1 */
	unsigned *pages;		/* by envelope index: how many there are */
};

/* For a mail whose recipients may have some pages already. Not more than its part_max
 * recipients at once. False when out of memory. */
bool parts_init(struct parts *parts, const struct transaction_list *list,
		const struct queue_entry *entry);
void parts_clear(struct parts *parts);

/* Before anything is taken: sends this recipient (by envelope index) its transactions
 * alone, behind those who would share them. */
void parts_isolate(struct parts *parts, size_t recipient);

/* The next part, without recipients that are over; false when nothing is left. */
bool parts_take(struct parts *parts, struct part *part);

/* Puts a part of several recipients back as its two halves. */
void parts_split(struct parts *parts, const struct part *part);

/* Its recipients get nothing more in this attempt. */
void parts_close(struct parts *parts, const struct part *part);

/* Which page of the mail for its recipients the part is, from 1, and of how many:
 * they have it only when they have the last one. */
unsigned parts_page(const struct parts *parts, const struct part *part);
unsigned parts_pages(const struct parts *parts, const struct part *part);

/* Whether what recipients have already are the first pages of this list. */
bool parts_goes_on(const struct parts *parts);

/* The envelope index of a part's i-th recipient. */
size_t parts_index(const struct parts *parts, const struct part *part, size_t i);

#endif
