/* SPDX-License-Identifier: ISC */
#include "compose/attach_fit.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/utf8.h"
#include "compose/attach_name.h"
#include "compose/gzip.h"
#include "mail/wire_text.h"

#define GZIP_SUFFIX ".gz"
#define GZIP_SUFFIX_OCTETS (sizeof GZIP_SUFFIX - 1)
#define MANIFEST_MAX 3600	/* octets of it; what goes beyond is counted */
#define MANIFEST_TAIL_MAX 200	/* ... of the line that counts */
#define SHOWN_NAME_MAX 120	/* octets of the sender's name in the manifest */

struct attach_item {
	const struct attach_source *source;
	char name[ATTACH_NAME_SIZE];
	struct buf gzip;
	bool gzip_tried;
	bool gzipped;
	const char *why_not;	/* NULL: it goes */
};

void attach_fit_digest(struct span octets, char out[static ATTACH_FIT_DIGEST_SIZE])
{
	char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
						   (const guchar *)(octets.at ? octets.at : ""),
						   octets.length);

	span_copy(span_of(digest), out, ATTACH_FIT_DIGEST_SIZE);
	g_free(digest);
}

static struct span carried_octets(const struct attach_item *item)
{
	return item->gzipped ? buf_span(&item->gzip) : item->source->octets;
}

/* True when a safe gzip of it fits. */
static bool can_gzip(struct attach_item *item)
{
	if (!item->gzip_tried && !gzip_make(item->source->octets, &item->gzip))
		buf_clear(&item->gzip);
	item->gzip_tried = true;
	return item->gzip.length > 0;
}

/* Gzips what cannot go as it is. */
static void make_safe(struct attach_item *item)
{
	if (!item->source->ours && wire_text_octets_fault(item->source->octets) == NULL)
		return;
	item->gzipped = can_gzip(item);
	if (!item->gzipped)
		item->why_not = "too large";
}

static size_t sum_octets(const struct attach_fit *fit)
{
	size_t sum = 0;

	for (size_t i = 0; i < fit->item_count; i++)
		if (fit->items[i].why_not == NULL)
			sum += carried_octets(&fit->items[i]).length;
	return sum;
}

/* Gzips all that gets smaller by it. */
static void shrink(struct attach_fit *fit)
{
	for (size_t i = 0; i < fit->item_count; i++) {
		struct attach_item *item = &fit->items[i];

		if (item->why_not == NULL && !item->gzipped && can_gzip(item))
			item->gzipped = item->gzip.length < item->source->octets.length;
	}
}

/* What goes and is the largest; what is dear only when nothing else is left. */
static struct attach_item *find_largest(struct attach_fit *fit)
{
	struct attach_item *largest = NULL;

	for (size_t i = 0; i < fit->item_count; i++) {
		struct attach_item *item = &fit->items[i];

		if (item->why_not)
			continue;
		if (largest == NULL || largest->source->dear ||
		    (!item->source->dear &&
		     carried_octets(item).length > carried_octets(largest).length))
			largest = item;
	}
	return largest;
}

/* Leaves out until the octets fit, then until the number fits. */
static void leave_out(struct attach_fit *fit)
{
	size_t sum = sum_octets(fit), count = 0;

	while (sum > fit->octets_max) {
		struct attach_item *largest = find_largest(fit);

		sum -= carried_octets(largest).length;
		largest->why_not = "too large";
	}
	for (size_t i = 0; i < fit->item_count; i++)
		if (fit->items[i].why_not == NULL && count++ >= TRANSACTION_ATTACHMENTS_MAX)
			fit->items[i].why_not = "too many files";
}

static bool is_taken(const struct attach_fit *fit, const char *name, const struct attach_item *but)
{
	for (size_t i = 0; i < fit->item_count; i++) {
		const struct attach_item *item = &fit->items[i];

		if (item != but && item->why_not == NULL &&
		    span_is_nocase(span_of(item->name), name))
			return true;
	}
	return false;
}

static void format_name(const struct attach_item *item, size_t place, size_t number,
			char name[static ATTACH_NAME_SIZE])
{
	size_t reserve = item->gzipped ? GZIP_SUFFIX_OCTETS : 0;

	if (item->source->ours)
		span_copy(item->source->name, name, ATTACH_NAME_SIZE - reserve);
	else
		attach_name_make(item->source->name, item->source->type, place, reserve, name);
	if (number > 1)
		attach_name_number(name, number, reserve);
	if (item->gzipped)
		strcat(name, GZIP_SUFFIX);
}

/* Names that differ in case alone are one file on many a receiver's disk. */
static void name_item(struct attach_fit *fit, struct attach_item *item, size_t place)
{
	size_t number = 1;

	do
		format_name(item, place, number++, item->name);
	while (is_taken(fit, item->name, item));
}

static void attach(struct attach_fit *fit)
{
	for (size_t i = 0; i < fit->item_count; i++) {
		struct attach_item *item = &fit->items[i];

		if (item->why_not)
			continue;
		name_item(fit, item, i + 1);
		fit->attachments[fit->count++] = (struct transaction_attachment){
			span_of(item->name), carried_octets(item),
		};
	}
}

/* The sender's name, or what stands for it, with no line end in it. */
static void put_shown_name(const struct attach_item *item, size_t place, struct buf *out)
{
	struct span name = utf8_take(item->source->name, SHOWN_NAME_MAX);
	size_t start = out->length;

	if (name.length == 0) {
		buf_format(out, "part %zu, %.*s", place,
			   SPAN_ARG(utf8_take(item->source->type, SHOWN_NAME_MAX)));
	} else {
		buf_format(out, "\"%.*s%s\"", SPAN_ARG(name),
			   name.length < item->source->name.length ? "..." : "");
	}
	for (size_t i = start; i < out->length; i++)
		if ((unsigned char)out->at[i] < 0x20)
			out->at[i] = '?';
}

static void tell_renamed(const struct attach_item *item, size_t place, struct buf *out)
{
	if (item->why_not || item->source->ours || item->source->name.length == 0 ||
	    span_is(item->source->name, item->name))
		return;
	buf_text(out, "[");
	put_shown_name(item, place, out);
	buf_format(out, " is attached as %s]\n", item->name);
}

static void tell_left_out(const struct attach_item *item, size_t place, struct buf *out)
{
	char digest[ATTACH_FIT_DIGEST_SIZE];

	attach_fit_digest(item->source->octets, digest);
	buf_text(out, "[");
	put_shown_name(item, place, out);
	buf_format(out, " is not carried (%s): %zu octets, SHA-256 %s]\n", item->why_not,
		   item->source->octets.length, digest);
}

static void build_manifest(struct attach_fit *fit)
{
	size_t untold = 0, untold_octets = 0;

	for (size_t i = 0; i < fit->item_count; i++)
		tell_renamed(&fit->items[i], i + 1, &fit->manifest);
	for (size_t i = 0; i < fit->item_count; i++) {
		const struct attach_item *item = &fit->items[i];

		if (item->why_not == NULL)
			continue;
		if (fit->manifest.length < MANIFEST_MAX - 400) {
			tell_left_out(item, i + 1, &fit->manifest);
			continue;
		}
		untold++;
		untold_octets += item->source->octets.length;
	}
	if (untold > 0)
		buf_format(&fit->manifest, "[%zu files more are not carried: %zu octets]\n",
			   untold, untold_octets);
}

static bool start(const struct attach_source *sources, size_t count, bool none,
		  size_t octets_max, struct attach_fit *fit)
{
	*fit = (struct attach_fit){ .manifest = BUF_INIT(MANIFEST_MAX + MANIFEST_TAIL_MAX),
				    .octets_max = octets_max };
	if (count == 0)
		return true;
	fit->items = calloc(count, sizeof *fit->items);
	if (fit->items == NULL)
		return false;
	fit->item_count = count;
	for (size_t i = 0; i < count; i++) {
		fit->items[i].source = &sources[i];
		buf_init(&fit->items[i].gzip, fit->octets_max);
		fit->items[i].why_not = none ? "sent without files" : NULL;
	}
	return true;
}

bool attach_fit_build(const struct attach_source *sources, size_t count, bool none,
		      size_t octets_max, struct attach_fit *fit)
{
	if (!start(sources, count, none, octets_max, fit))
		return false;
	for (size_t i = 0; i < count && !none; i++)
		make_safe(&fit->items[i]);
	if (sum_octets(fit) > fit->octets_max)
		shrink(fit);
	leave_out(fit);
	attach(fit);
	build_manifest(fit);
	return !fit->manifest.failed;
}

void attach_fit_clear(struct attach_fit *fit)
{
	for (size_t i = 0; i < fit->item_count; i++)
		buf_clear(&fit->items[i].gzip);
	free(fit->items);
	buf_clear(&fit->manifest);
	*fit = (struct attach_fit){ 0 };
}

const char *attach_fit_find(const struct attach_fit *fit, size_t source)
{
	if (source >= fit->item_count || fit->items[source].why_not)
		return "";
	return fit->items[source].name;
}
