/* SPDX-License-Identifier: ISC */
/* Which recipients a server refused for good a while ago: the next mail to several
 * of which one is known so puts that one alone from the start, so that the others
 * do not stumble over it. It is tried all the same: the mailbox may be there by now.
 * Pure; times are milliseconds of a clock that never steps. */
#ifndef QUEUE_VERDICT_MEMORY_H
#define QUEUE_VERDICT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define VERDICT_MEMORY_MAX 256
#define VERDICT_MEMORY_MS (INT64_C(3600) * 1000)

/* Addresses are known by a hash: two that share one only cost a transaction. */
struct verdict_memory_row {
	uint64_t hash;
	int64_t until_ms;	/* 0: the row is free */
};

/* All zero remembers nobody. */
struct verdict_memory {
	struct verdict_memory_row rows[VERDICT_MEMORY_MAX];
};

/* Refused for good; when there is no room, whoever would be forgotten first is. */
void verdict_memory_note(struct verdict_memory *memory, struct span address, int64_t now_ms);

/* It took a mail. */
void verdict_memory_forget(struct verdict_memory *memory, struct span address);

bool verdict_memory_holds(const struct verdict_memory *memory, struct span address, int64_t now_ms);

#endif
