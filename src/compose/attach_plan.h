/* SPDX-License-Identifier: ISC */
/* What becomes of the files of a mail: each as it is, gzipped, or gzipped and cut
 * into pieces; under which names; in as many parcels as it takes, one a
 * transaction. And the lines that tell what was changed or left out. */
#ifndef COMPOSE_ATTACH_PLAN_H
#define COMPOSE_ATTACH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/transaction.h"

#define ATTACH_PLAN_PARCELS_MAX 100

/* Smaller pieces are not worth their mails. */
#define ATTACH_PLAN_PIECE_MIN 10240

struct attach_source {
	struct span name;	/* as the sender gave it, UTF-8; may be empty */
	struct span type;	/* media type */
	struct span octets;	/* decoded */
	bool ours;		/* the name is safe; always gzipped, and no news */
};

struct attach_bounds {
	bool none;		/* nothing goes */
	size_t parcel_octets;	/* of one parcel, up to TRANSACTION_ATTACHMENTS_OCTETS_MAX */
	size_t parcels;		/* up to ATTACH_PLAN_PARCELS_MAX */
	size_t octets;		/* of all parcels */
};

struct attach_parcel {
	struct transaction_attachment attachments[TRANSACTION_ATTACHMENTS_MAX];
	size_t count;
	struct buf told;	/* "[...]" lines for the body, UTF-8, LF; may be empty */
};

struct attach_item;

/* Owns what it made; names and octets live as long as it and the sources. */
struct attach_plan {
	struct attach_parcel *parcels;
	size_t count;
	struct buf manifest;	/* what does not go at all; lines as above */
	struct buf note;	/* what was done to files, one a line */
	size_t left;		/* how many do not go */
	struct attach_item *items;
	size_t item_count;
	struct buf piece_names;
};

/* Packs the sources in order, each into the first parcel that has room; the pieces
 * of one in their order. What the line does not take as it is is gzipped, and
 * everything that gets smaller when that makes fewer parcels. What does not go
 * is told in the manifest, with octets and SHA-256. The same sources and bounds
 * give the same plan. False when out of memory; may be cleared whatever the
 * answer. */
bool attach_plan_build(const struct attach_source *sources, size_t count,
		       const struct attach_bounds *bounds, struct attach_plan *plan);
void attach_plan_clear(struct attach_plan *plan);

/* How a source of this number goes: its name, that of its first piece, or "". */
const char *attach_plan_find(const struct attach_plan *plan, size_t source);

/* Takes the first source out of a plan again, and leaves all else as it is. */
void attach_plan_withdraw_first(struct attach_plan *plan);

#endif
