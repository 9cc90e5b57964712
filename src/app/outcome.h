/* SPDX-License-Identifier: ISC */
/* What became of recipients, told to everyone who must know: the message's
 * journal (durably, first), the queue entry, and the log, one line a final
 * outcome. */
#ifndef APP_OUTCOME_H
#define APP_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queue/journal.h"
#include "queue/queue.h"
#include "queue/verdict.h"

struct spool;

/* Some recipients of an entry and their outcome. Borrowed; copied where kept. */
struct outcome {
	enum journal_kind kind;		/* IN_FLIGHT, SENT, PAGE, FAILED, UNCERTAIN or SETTLED */
	const size_t *recipients;
	size_t count;			/* 0: all that pend */
	const struct verdict *verdict;	/* NULL for IN_FLIGHT, SETTLED and PAGE */
	const char *modem;		/* name; NULL when none was involved */
	bool expired;			/* FAILED because the message is too old */
	int64_t limit_ms;		/* IN_FLIGHT: how long the modem may still answer; 0: that
					 * would not help */
	unsigned page, pages;		/* PAGE: see struct journal_record */
	size_t room_octets;
};

/* Writes it down durably and then calls `done` in the loop with 0 or a negative
 * errno. Returns a negative errno when it cannot even be begun; then `done` is
 * not called. */
int outcome_write(struct spool *spool, const struct queue_entry *entry,
		  const struct outcome *outcome, int64_t now_s,
		  void (*done)(void *context, int result), void *context);

/* Writes it without waiting for the disk: for what a crash may forget. */
void outcome_write_soon(struct spool *spool, const struct queue_entry *entry,
			const struct outcome *outcome, int64_t now_s);

/* What a recipient that still waits last met with, for whoever looks at the queue. */
void outcome_show(struct queue_recipient *recipient, const struct verdict *verdict);

/* Changes the entry's recipients and logs a line for each. */
void outcome_apply(struct queue_entry *entry, const struct outcome *outcome);

/* An attempt counted: raises the entry's attempts, writes the deferral down (a
 * crash may forget it: then the message is merely tried sooner) and logs it. The
 * entry's reason is already set. */
void outcome_defer(struct spool *spool, struct queue_entry *entry, const struct verdict *verdict,
		   const char *modem, int64_t wait_ms);

/* "server name not resolved (-4)": for logs and the queue's reason. */
const char *outcome_phrase(const struct verdict *verdict, char *out, size_t size);

#endif
