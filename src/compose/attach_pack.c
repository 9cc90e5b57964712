/* SPDX-License-Identifier: ISC */
#include "compose/attach_pack.h"

#include <stdlib.h>

#include "compose/attach_piece.h"

/* The parcels as far as they are filled. */
struct load {
	const struct attach_bounds *bounds;
	size_t counts[ATTACH_PLAN_PARCELS_MAX];
	size_t octets[ATTACH_PLAN_PARCELS_MAX];
	size_t parcels;
	size_t sum;
};

static bool has_room(const struct load *load, size_t parcel, size_t length)
{
	return load->counts[parcel] < TRANSACTION_ATTACHMENTS_MAX &&
	       length <= load->bounds->parcel_octets - load->octets[parcel];
}

static bool add_piece(struct attach_item *item, size_t length, size_t parcel)
{
	struct attach_piece *grown = reallocarray(item->pieces, item->piece_count + 1,
						  sizeof *grown);

	if (grown == NULL)
		return false;
	item->pieces = grown;
	grown[item->piece_count++] = (struct attach_piece){ length, parcel };
	return true;
}

/* False when out of memory, as all here. */
static bool put_piece(struct load *load, struct attach_item *item, size_t length, size_t parcel)
{
	if (parcel == load->parcels)
		load->parcels++;
	load->counts[parcel]++;
	load->octets[parcel] += length;
	load->sum += length;
	return add_piece(item, length, parcel);
}

/* In the first parcel that has room, or a new one. */
static bool put_whole(struct load *load, struct attach_item *item)
{
	size_t length = attach_item_octets(item).length, parcel = 0;

	while (parcel < load->parcels && !has_room(load, parcel, length))
		parcel++;
	if (parcel < load->bounds->parcels && length <= load->bounds->octets - load->sum)
		return put_piece(load, item, length, parcel);
	item->why_not = "too many files";
	return true;
}

/* The room for the next piece: of the last parcel, or a new one. 0: there is none. */
static size_t find_room(const struct load *load, size_t *parcel)
{
	*parcel = load->parcels;
	if (load->parcels > 0 && has_room(load, load->parcels - 1, ATTACH_PLAN_PIECE_MIN)) {
		*parcel = load->parcels - 1;
		return load->bounds->parcel_octets - load->octets[*parcel];
	}
	return load->parcels < load->bounds->parcels ? load->bounds->parcel_octets : 0;
}

/* All pieces in their order, or none. */
static bool put_cut(struct load *load, struct attach_item *item)
{
	struct span rest = attach_item_octets(item);
	struct load kept = *load;

	if (rest.length > load->bounds->octets - load->sum)
		item->why_not = "too large";
	while (rest.length > 0 && item->why_not == NULL) {
		size_t parcel, room = find_room(load, &parcel);
		size_t length = attach_piece_length(rest, room);

		if (length == 0)
			item->why_not = "too large";
		else if (!put_piece(load, item, length, parcel))
			return false;
		rest = span_skip(rest, length);
	}
	if (item->why_not)
		*load = kept;
	return true;
}

static void choose_form(struct attach_item *item, const struct attach_bounds *bounds, bool shrink)
{
	size_t plain = item->source->octets.length;
	bool must = item->source->ours || item->unsafe || plain > bounds->parcel_octets;

	item->why_not = bounds->none ? "sent without files" : NULL;
	item->gzipped = false;
	if (bounds->none || !(must || shrink))
		return;
	if (attach_item_gzip(item))
		item->gzipped = must || item->gzip.length < plain;
	else if (must)
		item->why_not = "too large";
	if (attach_item_octets(item).length > bounds->parcel_octets &&
	    bounds->parcel_octets < ATTACH_PLAN_PIECE_MIN)
		item->why_not = "too large";
}

static bool pack(struct load *load, struct attach_item *item, bool shrink)
{
	choose_form(item, load->bounds, shrink);
	item->piece_count = 0;
	if (item->why_not)
		return true;
	return attach_item_octets(item).length > load->bounds->parcel_octets ?
		       put_cut(load, item) : put_whole(load, item);
}

bool attach_pack_all(struct attach_item *items, size_t count, const struct attach_bounds *bounds,
		     bool shrink, struct attach_pack_result *result)
{
	struct load load = { .bounds = bounds };

	*result = (struct attach_pack_result){ 0, 0 };
	for (size_t i = 0; i < count; i++) {
		if (!pack(&load, &items[i], shrink))
			return false;
		result->left += items[i].why_not != NULL;
	}
	result->parcels = load.parcels;
	return true;
}
