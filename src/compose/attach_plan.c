/* SPDX-License-Identifier: ISC */
#include "compose/attach_plan.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "compose/attach_item.h"
#include "compose/attach_pack.h"
#include "mail/wire_text.h"

#define GZIP_SUFFIX ".gz"
#define PIECE_SUFFIX_OCTETS 4	/* ".001" */
#define PIECE_NAMES_MAX (ATTACH_PLAN_PARCELS_MAX * TRANSACTION_ATTACHMENTS_MAX * ATTACH_NAME_SIZE)
#define MANIFEST_MAX 3600	/* octets of it; what goes beyond is counted */
#define MANIFEST_TAIL_MAX 200	/* ... of the line that counts */
#define LINE_MAX_OCTETS 700	/* one line about a file */
#define TOLD_MAX (TRANSACTION_ATTACHMENTS_MAX * LINE_MAX_OCTETS)
#define NOTE_MAX 3000

static bool start(const struct attach_source *sources, size_t count, size_t octets_max,
		  struct attach_plan *plan)
{
	*plan = (struct attach_plan){
		.manifest = BUF_INIT(MANIFEST_MAX + MANIFEST_TAIL_MAX),
		.note = BUF_INIT(NOTE_MAX + LINE_MAX_OCTETS),
		.piece_names = BUF_INIT(PIECE_NAMES_MAX),
	};
	if (count == 0)
		return true;
	plan->items = calloc(count, sizeof *plan->items);
	if (plan->items == NULL)
		return false;
	plan->item_count = count;
	for (size_t i = 0; i < count; i++) {
		struct attach_item *item = &plan->items[i];

		item->source = &sources[i];
		item->unsafe = wire_text_octets_fault(sources[i].octets);
		buf_init(&item->gzip, octets_max);
	}
	return true;
}

/* Gzipping only where it must be is nicer to people than small octets. */
static bool pack(struct attach_plan *plan, const struct attach_bounds *bounds, size_t *parcels)
{
	struct attach_pack_result plain, shrunk;
	struct attach_item *items = plan->items;
	bool shrink;

	if (!attach_pack_all(items, plan->item_count, bounds, false, &plain))
		return false;
	*parcels = plain.parcels;
	if (bounds->none || (plain.left == 0 && plain.parcels <= 1))
		return true;
	if (!attach_pack_all(items, plan->item_count, bounds, true, &shrunk))
		return false;
	shrink = shrunk.left < plain.left ||
		 (shrunk.left == plain.left && shrunk.parcels < plain.parcels);
	*parcels = shrink ? shrunk.parcels : plain.parcels;
	return shrink || attach_pack_all(items, plan->item_count, bounds, false, &plain);
}

static void format_name(struct attach_item *item, const char *base, size_t number, size_t reserve)
{
	memcpy(item->name, base, sizeof item->name);
	if (number > 1)
		attach_name_number(item->name, number, reserve);
	if (item->gzipped)
		strcat(item->name, GZIP_SUFFIX);
}

/* Takes the names of all of a file's pieces, when none of them is taken yet. */
static bool take_names(GHashTable *taken, const struct attach_item *item)
{
	char *whole = g_ascii_strdown(item->name, -1);
	bool free_of = !g_hash_table_contains(taken, whole);

	for (size_t i = 1; free_of && item->piece_count > 1 && i <= item->piece_count; i++) {
		char *piece = g_strdup_printf("%s.%03zu", whole, i);

		free_of = !g_hash_table_contains(taken, piece);
		g_free(piece);
	}
	for (size_t i = 1; free_of && item->piece_count > 1 && i <= item->piece_count; i++)
		g_hash_table_add(taken, g_strdup_printf("%s.%03zu", whole, i));
	if (free_of)
		g_hash_table_add(taken, whole);
	else
		g_free(whole);
	return free_of;
}

/* Names that differ in case alone are one file on many a receiver's disk. */
static void name_item(struct attach_item *item, size_t place, GHashTable *taken)
{
	size_t reserve = (item->gzipped ? strlen(GZIP_SUFFIX) : 0) +
			 (item->piece_count > 1 ? PIECE_SUFFIX_OCTETS : 0);
	char base[ATTACH_NAME_SIZE];
	size_t number = 1;

	if (item->source->ours)
		span_copy(item->source->name, base, sizeof base - reserve);
	else
		attach_name_make(item->source->name, item->source->type, place, reserve, base);
	do
		format_name(item, base, number++, reserve);
	while (!take_names(taken, item));
}

static void name_all(struct attach_plan *plan)
{
	GHashTable *taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t i = 0; i < plan->item_count; i++)
		if (plan->items[i].why_not == NULL)
			name_item(&plan->items[i], i + 1, taken);
	g_hash_table_destroy(taken);
}

/* The name of a piece, kept in the plan; the buffer never moves. */
static struct span keep_piece_name(struct attach_plan *plan, const struct attach_item *item,
				   size_t number)
{
	struct buf *names = &plan->piece_names;
	size_t start = names->length;

	if (item->piece_count == 1)
		return span_of(item->name);
	buf_format(names, "%s.%03zu", item->name, number);
	return span_skip(buf_span(names), start);
}

/* Each mail with a piece tells how they are joined. */
static void put_item(struct attach_plan *plan, const struct attach_item *item, size_t place)
{
	struct span rest = attach_item_octets(item);
	struct buf line = BUF_INIT(LINE_MAX_OCTETS);

	attach_item_tell_sent(item, place, &line);
	for (size_t i = 0; i < item->piece_count; i++) {
		const struct attach_piece *piece = &item->pieces[i];
		struct attach_parcel *parcel = &plan->parcels[piece->parcel];

		parcel->attachments[parcel->count++] = (struct transaction_attachment){
			keep_piece_name(plan, item, i + 1), span_take(rest, piece->length),
		};
		rest = span_skip(rest, piece->length);
		buf_put(&parcel->told, buf_span(&line));
		parcel->told.failed |= line.failed;
	}
	buf_clear(&line);
}

static bool attach(struct attach_plan *plan, size_t parcels)
{
	if (parcels == 0)
		return true;
	plan->parcels = calloc(parcels, sizeof *plan->parcels);
	if (plan->parcels == NULL ||
	    buf_room(&plan->piece_names, plan->piece_names.max) == NULL)
		return false;
	plan->count = parcels;
	for (size_t i = 0; i < parcels; i++)
		buf_init(&plan->parcels[i].told, TOLD_MAX);
	for (size_t i = 0; i < plan->item_count; i++)
		if (plan->items[i].why_not == NULL)
			put_item(plan, &plan->items[i], i + 1);
	for (size_t i = 0; i < parcels; i++)
		if (plan->parcels[i].told.failed)
			return false;
	return !plan->piece_names.failed;
}

static void tell_left(struct attach_plan *plan)
{
	size_t untold = 0, untold_octets = 0;

	buf_reset(&plan->manifest);
	plan->left = 0;
	for (size_t i = 0; i < plan->item_count; i++) {
		const struct attach_item *item = &plan->items[i];

		if (item->why_not == NULL)
			continue;
		plan->left++;
		if (plan->manifest.length < MANIFEST_MAX - LINE_MAX_OCTETS) {
			attach_item_tell_left(item, i + 1, &plan->manifest);
			continue;
		}
		untold++;
		untold_octets += item->source->octets.length;
	}
	if (untold > 0)
		buf_format(&plan->manifest, "[%zu files more are not carried: %zu octets]\n",
			   untold, untold_octets);
}

static void note_files(struct attach_plan *plan)
{
	for (size_t i = 0; i < plan->item_count && plan->note.length < NOTE_MAX; i++)
		if (plan->items[i].why_not == NULL)
			attach_item_note(&plan->items[i], &plan->note);
}

bool attach_plan_build(const struct attach_source *sources, size_t count,
		       const struct attach_bounds *bounds, struct attach_plan *plan)
{
	size_t parcels = 0;

	if (!start(sources, count, bounds->octets, plan) || !pack(plan, bounds, &parcels))
		return false;
	name_all(plan);
	if (!attach(plan, parcels))
		return false;
	tell_left(plan);
	note_files(plan);
	return !plan->manifest.failed && !plan->note.failed;
}

static void clear_item(struct attach_item *item)
{
	buf_clear(&item->gzip);
	free(item->pieces);
}

void attach_plan_clear(struct attach_plan *plan)
{
	for (size_t i = 0; i < plan->item_count; i++)
		clear_item(&plan->items[i]);
	for (size_t i = 0; i < plan->count; i++)
		buf_clear(&plan->parcels[i].told);
	free(plan->items);
	free(plan->parcels);
	buf_clear(&plan->manifest);
	buf_clear(&plan->note);
	buf_clear(&plan->piece_names);
	*plan = (struct attach_plan){ 0 };
}

const char *attach_plan_find(const struct attach_plan *plan, size_t source)
{
	if (source >= plan->item_count || plan->items[source].why_not)
		return "";
	return plan->items[source].name;
}

/* The first source stands first in the first parcel. */
void attach_plan_withdraw_first(struct attach_plan *plan)
{
	struct attach_item *item = &plan->items[0];

	if (item->why_not == NULL) {
		struct attach_parcel *parcel = &plan->parcels[0];

		memmove(&parcel->attachments[0], &parcel->attachments[1],
			--parcel->count * sizeof parcel->attachments[0]);
	}
	item->why_not = NULL;
	tell_left(plan);
}
