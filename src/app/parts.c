/* SPDX-License-Identifier: ISC */
#include "app/parts.h"

#include <stdlib.h>

size_t parts_index(const struct parts *parts, const struct part *part, size_t i)
{
	return parts->list->transactions[part->transaction].recipients[part->first + i].index;
}

static void push(struct parts *parts, size_t transaction, size_t first, size_t count)
{
	parts->stack[parts->count++] = (struct part){ transaction, first, count };
}

bool parts_init(struct parts *parts, const struct transaction_list *list, size_t recipients,
		size_t part_max)
{
	*parts = (struct parts){ .list = list };
	/* Room for every transaction cut down to single recipients. */
	parts->stack = calloc((list->count + 1) * TRANSACTION_RECIPIENTS_MAX, sizeof *parts->stack);
	parts->over = calloc(recipients + 1, sizeof *parts->over);
	if (parts->stack == NULL || parts->over == NULL)
		return false;
	for (size_t i = list->count; i-- > 0;) {
		size_t rest = list->transactions[i].recipient_count;

		while (rest > 0) {
			size_t count = part_max > 0 && rest > part_max ? part_max : rest;

			rest -= count;
			push(parts, i, rest, count);
		}
	}
	return true;
}

void parts_clear(struct parts *parts)
{
	free(parts->stack);
	free(parts->over);
	*parts = (struct parts){ 0 };
}

/* Takes the first run of recipients that are not over out of a part; what stands
 * behind it goes back. */
static struct part take_run(struct parts *parts, const struct part *part)
{
	size_t first = 0, end;

	while (first < part->count && parts->over[parts_index(parts, part, first)])
		first++;
	for (end = first; end < part->count && !parts->over[parts_index(parts, part, end)];)
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

bool parts_has_more_pages(const struct parts *parts, const struct part *part)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct part *other = &parts->stack[i];

		if (other->transaction == part->transaction)
			continue;
		for (size_t k = 0; k < other->count; k++)
			if (parts_index(parts, other, k) == parts_index(parts, part, 0))
				return true;
	}
	return false;
}
