/* SPDX-License-Identifier: ISC */
/* A binary heap of queue entries: the first by some order is found at once,
 * putting one in or taking any one out costs the logarithm of their number. The
 * queue has two: who is due (by arrival), who waits (by time). An entry lies in
 * one heap at most and knows its place. Pure; used by queue.c only. */
#ifndef QUEUE_QUEUE_HEAP_H
#define QUEUE_QUEUE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "queue/queue.h"

struct queue_heap {
	struct queue_entry **entries;
	size_t count, room;
	bool (*comes_before)(const struct queue_entry *a, const struct queue_entry *b);
};

void queue_heap_clear(struct queue_heap *heap);

/* Makes room for `count` entries, so that putting them in cannot fail. */
bool queue_heap_reserve(struct queue_heap *heap, size_t count);

void queue_heap_put(struct queue_heap *heap, struct queue_entry *entry);

/* Takes the entry out of the heap that it lies in, if any. */
void queue_heap_take(struct queue_entry *entry);

/* NULL when it is empty. */
struct queue_entry *queue_heap_first(const struct queue_heap *heap);

#endif
