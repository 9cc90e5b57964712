/* SPDX-License-Identifier: ISC */
#include "queue/queue_heap.h"

#include <stdlib.h>

void queue_heap_clear(struct queue_heap *heap)
{
	free(heap->entries);
	heap->entries = NULL;
	heap->count = heap->room = 0;
}

bool queue_heap_reserve(struct queue_heap *heap, size_t count)
{
	size_t room = heap->room ? heap->room : 16;
	struct queue_entry **grown;

	if (count <= heap->room)
		return true;
	/* By halves, to waste little: a queue may hold 100,000 mails. */
	while (room < count)
		room += room / 2;
	grown = realloc(heap->entries, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	heap->entries = grown;
	heap->room = room;
	return true;
}

static void set(struct queue_heap *heap, size_t index, struct queue_entry *entry)
{
	heap->entries[index] = entry;
	entry->heap_index = index;
}

static void sift_up(struct queue_heap *heap, size_t index, struct queue_entry *entry)
{
	while (index > 0) {
		size_t parent = (index - 1) / 2;

		if (!heap->comes_before(entry, heap->entries[parent]))
			break;
		set(heap, index, heap->entries[parent]);
		index = parent;
	}
	set(heap, index, entry);
}

static void sift_down(struct queue_heap *heap, size_t index, struct queue_entry *entry)
{
	for (size_t child = index * 2 + 1; child < heap->count; child = index * 2 + 1) {
		if (child + 1 < heap->count &&
		    heap->comes_before(heap->entries[child + 1], heap->entries[child]))
			child++;
		if (!heap->comes_before(heap->entries[child], entry))
			break;
		set(heap, index, heap->entries[child]);
		index = child;
	}
	set(heap, index, entry);
}

void queue_heap_put(struct queue_heap *heap, struct queue_entry *entry)
{
	entry->heap = heap;
	sift_up(heap, heap->count++, entry);
}

void queue_heap_take(struct queue_entry *entry)
{
	struct queue_heap *heap = entry->heap;
	size_t hole = entry->heap_index;
	struct queue_entry *last;

	if (heap == NULL)
		return;
	entry->heap = NULL;
	last = heap->entries[--heap->count];
	if (last == entry)
		return;
	/* The last one fills the hole and finds its place up or down from there. */
	if (hole > 0 && heap->comes_before(last, heap->entries[(hole - 1) / 2]))
		sift_up(heap, hole, last);
	else
		sift_down(heap, hole, last);
}

struct queue_entry *queue_heap_first(const struct queue_heap *heap)
{
	return heap->count ? heap->entries[0] : NULL;
}
