/* SPDX-License-Identifier: ISC */
/* Which file goes in which parcel: first fit, in order; one that has to be cut begins
 * in what is left of the last parcel. */
#ifndef COMPOSE_ATTACH_PACK_H
#define COMPOSE_ATTACH_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "compose/attach_item.h"
#include "compose/attach_plan.h"

struct attach_pack_result {
	size_t parcels;
	size_t left;		/* items that do not go */
};

/* Decides for all items: gzipped or not, pieces, parcel; or why not. With `shrink`
 * all that gets smaller by it is gzipped. May be called again. False when out of
 * memory. */
bool attach_pack_all(struct attach_item *items, size_t count, const struct attach_bounds *bounds,
		     bool shrink, struct attach_pack_result *result);

#endif
