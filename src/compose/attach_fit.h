/* SPDX-License-Identifier: ISC */
/* Which files of a mail go as attachments of one transaction, under which names
 * and in which form; and the lines that tell what was changed or left out. */
#ifndef COMPOSE_ATTACH_FIT_H
#define COMPOSE_ATTACH_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/transaction.h"

struct attach_source {
	struct span name;	/* as the sender gave it, UTF-8; may be empty */
	struct span type;	/* media type */
	struct span octets;	/* decoded */
	bool ours;		/* the name is safe; always gzipped */
	bool dear;		/* left out last */
};

struct attach_item;

/* Owns what it made; names and octets live as long as it. */
struct attach_fit {
	struct transaction_attachment attachments[TRANSACTION_ATTACHMENTS_MAX];
	size_t count;
	struct buf manifest;	/* "[...]" lines for the body, UTF-8, LF; may be empty */
	size_t octets_max;	/* of all that go */
	struct attach_item *items;
	size_t item_count;
};

/* Fits the sources, in order, into one transaction of at most `octets_max` (itself
 * at most TRANSACTION_ATTACHMENTS_OCTETS_MAX): gzipped where the wire or the
 * room needs it; of what does not fit, the largest is left out first. With `none`
 * nothing goes. What is left out or goes under another name is told in the
 * manifest, with octets and SHA-256. False when out of memory; may be cleared
 * whatever the answer. */
bool attach_fit_build(const struct attach_source *sources, size_t count, bool none,
		      size_t octets_max, struct attach_fit *fit);
void attach_fit_clear(struct attach_fit *fit);

/* Whether the source of this number goes; "" or its name there. */
const char *attach_fit_find(const struct attach_fit *fit, size_t source);

/* SHA-256 as 64 hexadecimal digits and NUL. */
#define ATTACH_FIT_DIGEST_SIZE 65
void attach_fit_digest(struct span octets, char out[static ATTACH_FIT_DIGEST_SIZE]);

#endif
