/* SPDX-License-Identifier: ISC */
#include "app/parts.h"

#include <stdlib.h>
#include <string.h>

size_t parts_index(const struct parts *parts, const struct part *part, size_t i)
{
	return parts->list->transactions[part->transaction].recipients[part->first + i].index;
}

static void push(struct parts *parts, size_t transaction, size_t first, size_t count)
{
	parts->stack[parts->count++] = (struct part){ transaction, first, count };
}

/* Who shares one transaction shares them all, so all have the same number. */
static void number_pages(struct parts *parts)
{
	for (size_t i = 0; i < parts->list->count; i++) {
		const struct transaction *transaction = &parts->list->transactions[i];

		for (size_t k = 0; k < transaction->recipient_count; k++)
			parts->page[i] = ++parts->pages[transaction->recipients[k].index];
	}
}

static void push_transaction(struct parts *parts, size_t transaction, size_t part_max)
{
	size_t rest = parts->list->transactions[transaction].recipient_count;

	while (rest > 0) {
		size_t count = part_max > 0 && rest > part_max ? part_max : rest;

		rest -= count;
		push(parts, transaction, rest, count);
	}
}

bool parts_init(struct parts *parts, const struct transaction_list *list,
		const struct queue_entry *entry)
{
	*parts = (struct parts){ .list = list, .entry = entry };
	/* Room for every transaction cut down to single recipients. */
	parts->stack = calloc((list->count + 1) * TRANSACTION_RECIPIENTS_MAX, sizeof *parts->stack);
	parts->over = calloc(entry->recipient_count + 1, sizeof *parts->over);
	parts->page = calloc(list->count + 1, sizeof *parts->page);
	parts->pages = calloc(entry->recipient_count + 1, sizeof *parts->pages);
	if (parts->stack == NULL || parts->over == NULL || parts->page == NULL ||
	    parts->pages == NULL)
		return false;
	number_pages(parts);
	for (size_t i = list->count; i-- > 0;)
		push_transaction(parts, i, entry->part_max);
	return true;
}

void parts_clear(struct parts *parts)
{
	free(parts->stack);
	free(parts->over);
	free(parts->page);
	free(parts->pages);
	*parts = (struct parts){ 0 };
}

/* Its place in the part; the part's count when it is not there. */
static size_t place_of(const struct parts *parts, const struct part *part, size_t recipient)
{
	size_t place = 0;

	while (place < part->count && parts_index(parts, part, place) != recipient)
		place++;
	return place;
}

/* The parts above make room for one more in the stack at `at`. */
static void insert(struct parts *parts, size_t at, struct part part)
{
	memmove(&parts->stack[at + 1], &parts->stack[at],
		(parts->count - at) * sizeof *parts->stack);
	parts->stack[at] = part;
	parts->count++;
}

void parts_isolate(struct parts *parts, size_t recipient)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct part whole = parts->stack[i];
		size_t place = place_of(parts, &whole, recipient);

		if (place == whole.count || whole.count == 1)
			continue;
		/* What is taken last lies lowest: alone, those behind it, those before it. */
		parts->stack[i] = (struct part){ whole.transaction, whole.first + place, 1 };
		if (place + 1 < whole.count)
			insert(parts, ++i, (struct part){ whole.transaction, whole.first + place + 1,
							  whole.count - place - 1 });
		if (place > 0)
			insert(parts, ++i, (struct part){ whole.transaction, whole.first, place });
	}
}

/* It gets nothing more, or has this page already. */
static bool is_served(const struct parts *parts, const struct part *part, size_t i)
{
	size_t recipient = parts_index(parts, part, i);

	return parts->over[recipient] ||
	       parts->entry->recipients[recipient].pages_sent >= parts_page(parts, part);
}

/* Takes the first run of recipients that are not over out of a part; what stands
 * behind it goes back. */
static struct part take_run(struct parts *parts, const struct part *part)
{
	size_t first = 0, end;

	while (first < part->count && is_served(parts, part, first))
		first++;
	for (end = first; end < part->count && !is_served(parts, part, end);)
		end++;
	if (end < part->count)
		push(parts, part->transaction, part->first + end, part->count - end);
	return (struct part){ part->transaction, part->first + first, end - first };
}

bool parts_take(struct parts *parts, struct part *part)
{
	while (parts->count > 0) {
		struct part next = parts->stack[--parts->count];

		*part = take_run(parts, &next);
		if (part->count > 0)
			return true;
	}
	return false;
}

void parts_split(struct parts *parts, const struct part *part)
{
	size_t half = part->count / 2;

	push(parts, part->transaction, part->first + half, part->count - half);
	push(parts, part->transaction, part->first, half);
}

void parts_close(struct parts *parts, const struct part *part)
{
	for (size_t i = 0; i < part->count; i++)
		parts->over[parts_index(parts, part, i)] = true;
}

unsigned parts_page(const struct parts *parts, const struct part *part)
{
	return parts->page[part->transaction];
}

unsigned parts_pages(const struct parts *parts, const struct part *part)
{
	return parts->pages[parts_index(parts, part, 0)];
}

bool parts_goes_on(const struct parts *parts)
{
	const struct queue_entry *entry = parts->entry;

	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].pages_sent > 0 && parts->pages[i] > 0 &&
		    parts->pages[i] != entry->pages)
			return false;
	return true;
}
