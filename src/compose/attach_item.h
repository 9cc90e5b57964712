/* SPDX-License-Identifier: ISC */
/* One file of a mail on its way into parcels, inside of compose/attach_*. */
#ifndef COMPOSE_ATTACH_ITEM_H
#define COMPOSE_ATTACH_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/attach_name.h"
#include "compose/attach_plan.h"

struct attach_piece {
	size_t length;
	size_t parcel;
};

struct attach_item {
	const struct attach_source *source;
	const char *unsafe;	/* why the line does not take it as it is; NULL: it does */
	struct buf gzip;
	bool gzip_tried;
	bool gzipped;		/* goes so */
	const char *why_not;	/* NULL: it goes */
	struct attach_piece *pieces;	/* one, unless it is cut */
	size_t piece_count;
	char name[ATTACH_NAME_SIZE];	/* of the whole; a piece has ".001" behind it */
};

/* As it goes. */
struct span attach_item_octets(const struct attach_item *item);

/* Whether there is a gzip of it; makes that at the first call. */
bool attach_item_gzip(struct attach_item *item);

/* The sender's name in quotes, or what stands for it, with no line end in it. */
void attach_item_put_shown(const struct attach_item *item, size_t place, struct buf *out);

/* For the body: "[... is attached as ...]" when it goes under another name or in
 * pieces; nothing else. */
void attach_item_tell_sent(const struct attach_item *item, size_t place, struct buf *out);

/* For the body: that it does not go, with octets and SHA-256. */
void attach_item_tell_left(const struct attach_item *item, size_t place, struct buf *out);

/* For the note: what was done to it and why, if anything. */
void attach_item_note(const struct attach_item *item, struct buf *out);

#endif
