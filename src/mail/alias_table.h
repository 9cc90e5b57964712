/* SPDX-License-Identifier: ISC */
/* The aliases file as a table: what alias.c looks names up in. Others use
 * mail/alias.h, where it is opaque. */
#ifndef MAIL_ALIAS_TABLE_H
#define MAIL_ALIAS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct alias_target {
	struct span address;	/* local@domain, or a bare name; else empty, and ... */
	size_t include;		/* ... the number of a file with further targets */
	bool verbatim;		/* "\name": no alias is looked up for it */
};

struct alias_include {
	char *path, *text;	/* owned; text is NULL until it was read */
	size_t namer;		/* 0 the aliases file, else number + 1 of an include */
	unsigned line;		/* of the namer */
	size_t first_target, target_count;
};

struct alias_entry {
	struct span name;
	unsigned line;
	size_t first_target, target_count;	/* in the table's targets */
};

struct alias_table {
	char *text;			/* owned; what the spans point into */
	struct alias_entry *entries;	/* sorted by name, without case */
	size_t entry_count;
	struct alias_target *targets;
	size_t target_count;
	struct alias_include *includes;
	size_t include_count;
};

/* The name without the double quotes that it may stand in. */
struct span alias_unquote(struct span name);

/* The array with room for one more: it always has that of the next power of
 * two. NULL, and it is as before, when out of memory. */
void *alias_table_grow(void *array, size_t count, size_t size);

/* NULL when there is none of that name; case does not count. */
const struct alias_entry *alias_table_find(const struct alias_table *table, struct span name);

#endif
