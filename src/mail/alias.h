/* SPDX-License-Identifier: ISC */
/* Where an address given by a client really goes: aliases(5), the default
 * domain, and the patterns that are allowed. Pure: the file's text comes in,
 * decisions come out. */
#ifndef MAIL_ALIAS_H
#define MAIL_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/envelope.h"

/* Owned, immutable once made; all zero is an empty table. */
struct alias_table;

#define ALIAS_INCLUDES_MAX 64	/* files named by :include:, also by one another */

/* Reads the text of an aliases file ("name: target, target", folded lines, '#'
 * comments, "default:", ":include:/path"). A pipe or a file as target is refused:
 * one complaint a line, "LINE: what, what is allowed", LF-ended, is appended to
 * `complaints`; the rest of the table holds. An alias of which no target holds
 * stays one: its mail is refused, nobody else gets it. NULL only when out of
 * memory. */
struct alias_table *alias_table_parse(struct span text, struct buf *complaints);
void alias_table_free(struct alias_table *table);

/* How many aliases there are. */
size_t alias_table_count(const struct alias_table *table);

/* The files that are to be read as well, by number: absolute paths. More may
 * come with each alias_table_include(). */
size_t alias_table_include_count(const struct alias_table *table);
const char *alias_table_include_path(const struct alias_table *table, size_t number);

/* Which one names it: 0 the aliases file, else include file number - 1; and where. */
size_t alias_table_include_namer(const struct alias_table *table, size_t number, unsigned *line);

/* Reads the text of such a file, a list of targets on any number of lines.
 * Complaints as above, by its lines. False only when out of memory. */
bool alias_table_include(struct alias_table *table, size_t number, struct span text,
			 struct buf *complaints);

/* Each gets what the other holds: who has the first one's address sees the new. */
void alias_table_swap(struct alias_table *a, struct alias_table *b);

/* Everything that decides about a recipient; borrowed texts. */
struct alias_policy {
	const struct alias_table *table;	/* may be NULL */
	struct span hostname;		/* of this machine: its names are local ... */
	struct span mailname;		/* ... as are localhost and this (may be empty) */
	struct span default_domain;	/* added to a bare name that no alias catches */
	const struct span *allow;	/* patterns with '*' on the final address */
	size_t allow_count;
};

enum alias_outcome {
	ALIAS_OK,
	ALIAS_NOT_ALLOWED,	/* matches no pattern of `allow`: 550 5.7.1 */
	ALIAS_LOOP,		/* aliases name each other: 550 5.4.6 */
	ALIAS_NO_CARRY,		/* octets that the module cannot carry: 550 5.1.3 */
	ALIAS_LOCAL,		/* a name of this machine that no alias catches, and no
				 * default domain of another machine: 550 5.1.1 */
	ALIAS_NO_TARGET,	/* an alias of which no target holds: 550 5.3.5 */
	ALIAS_TOO_MANY,		/* more targets than an envelope takes: 452 4.5.3 */
};

/* Adds the final addresses of `address` to the envelope, each with `address` as
 * its original. Nothing is added unless ALIAS_OK. */
enum alias_outcome alias_resolve(const struct alias_policy *policy, struct span address,
				 struct envelope *envelope);

/* '*' stands for any run of octets; case does not count. */
bool alias_pattern_matches(struct span pattern, struct span text);

#endif
