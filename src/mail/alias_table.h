/* SPDX-License-Identifier: ISC */
/* The aliases file as a table: what alias.c looks names up in. Others use
 * mail/alias.h, where it is opaque. */
#ifndef MAIL_ALIAS_TABLE_H
#define MAIL_ALIAS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct alias_target {
	struct span address;	/* local@domain, or a bare name */
	bool verbatim;		/* "\name": no alias is looked up for it */
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
};

/* NULL when there is none of that name; case does not count. */
const struct alias_entry *alias_table_find(const struct alias_table *table, struct span name);

#endif
