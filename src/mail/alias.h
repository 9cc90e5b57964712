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

/* Reads the text of an aliases file ("name: target, target", folded lines, '#'
 * comments, "default:"). A pipe, a file or an :include: target is refused:
 * one complaint a line, "LINE: what, what is allowed", LF-ended, is appended to
 * `complaints`; the rest of the table holds. NULL only when out of memory. */
struct alias_table *alias_table_parse(struct span text, struct buf *complaints);
void alias_table_free(struct alias_table *table);

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
	ALIAS_TOO_MANY,		/* more targets than an envelope takes: 452 4.5.3 */
};

/* Adds the final addresses of `address` to the envelope, each with `address` as
 * its original. Nothing is added unless ALIAS_OK. */
enum alias_outcome alias_resolve(const struct alias_policy *policy, struct span address,
				 struct envelope *envelope);

/* '*' stands for any run of octets; case does not count. */
bool alias_pattern_matches(struct span pattern, struct span text);

#endif
