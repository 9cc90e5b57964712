/* SPDX-License-Identifier: ISC */
/* Who is told of a mail that failed or is late, and of which of its recipients; or why
 * nobody is. */
#ifndef APP_REPORT_PLAN_H
#define APP_REPORT_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/report_source.h"
#include "app/settings.h"
#include "mail/address.h"
#include "mail/report.h"
#include "queue/queue.h"

struct report_plan {
	const char *why_not;	/* NULL: a report is to be sent; else a phrase */
	char to[ADDRESS_MAX + 1];	/* as its header names who is told */
	struct envelope envelope;	/* of the report */
	bool *concerned;	/* by recipient of the mail: it is about them ... */
	bool *told;		/* ... and this is told of them */
	size_t told_count;
};

/* Whether it can concern anybody at all: for whoever has not read the mail yet. */
bool report_plan_concerns(const struct queue_entry *entry, enum report_kind kind);

/* False when out of memory. Clear it in any case. */
bool report_plan_make(const struct queue_entry *entry, const struct report_source *source,
		      const struct settings *settings, enum report_kind kind,
		      struct report_plan *plan);
void report_plan_clear(struct report_plan *plan);

#endif
