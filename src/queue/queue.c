/* SPDX-License-Identifier: ISC */
#include "queue/queue.h"

#include <stdlib.h>
#include <string.h>

#include "queue/queue_heap.h"

#define BUCKETS_MIN 64

struct queue {
	struct queue_entry *first, *last;	/* by arrival */
	struct queue_entry **buckets;		/* by id; their number is a power of two */
	size_t bucket_count;
	struct queue_heap due;			/* to be tried now, by arrival */
	struct queue_heap waiting;		/* DEFERRED and UNCERTAIN, by next_ms */
	size_t counts[QUEUE_STATES];
	size_t total;
	uint64_t next_order;
};

static bool arrived_before(const struct queue_entry *a, const struct queue_entry *b)
{
	return a->order < b->order;
}

static bool due_before(const struct queue_entry *a, const struct queue_entry *b)
{
	return a->next_ms != b->next_ms ? a->next_ms < b->next_ms : a->order < b->order;
}

struct queue *queue_new(void)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	if (queue == NULL)
		return NULL;
	queue->due.comes_before = arrived_before;
	queue->waiting.comes_before = due_before;
	queue->bucket_count = BUCKETS_MIN;
	queue->buckets = calloc(queue->bucket_count, sizeof(struct queue_entry *));
	if (queue->buckets == NULL) {
		free(queue);
		return NULL;
	}
	return queue;
}

static void free_entry(struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		free(entry->recipients[i].text);
	free(entry->reason);
	free(entry);
}

void queue_free(struct queue *queue)
{
	struct queue_entry *entry, *next;

	if (queue == NULL)
		return;
	for (entry = queue->first; entry; entry = next) {
		next = entry->next;
		free_entry(entry);
	}
	queue_heap_clear(&queue->due);
	queue_heap_clear(&queue->waiting);
	free(queue->buckets);
	free(queue);
}

/* FNV-1a, as published by its authors. */
static struct queue_entry **bucket_of(const struct queue *queue, const char *id)
{
	uint32_t hash = 2166136261u;

	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619u;
	return &queue->buckets[hash & (queue->bucket_count - 1)];
}

static void put_in_bucket(struct queue *queue, struct queue_entry *entry)
{
	struct queue_entry **bucket = bucket_of(queue, entry->id);

	entry->chain = *bucket;
	*bucket = entry;
}

static void take_from_bucket(struct queue *queue, struct queue_entry *entry)
{
	struct queue_entry **link = bucket_of(queue, entry->id);

	while (*link != entry)
		link = &(*link)->chain;
	*link = entry->chain;
}

/* Twice the buckets when the chains get long. Without memory they just stay. */
static void grow_buckets(struct queue *queue)
{
	struct queue_entry **grown;

	if (queue->total < queue->bucket_count)
		return;
	grown = calloc(queue->bucket_count * 2, sizeof(struct queue_entry *));
	if (grown == NULL)
		return;
	free(queue->buckets);
	queue->buckets = grown;
	queue->bucket_count *= 2;
	for (struct queue_entry *entry = queue->first; entry; entry = entry->next)
		put_in_bucket(queue, entry);
}

static char *put_text(char **room, const char *text)
{
	char *at = *room;

	*room = stpcpy(at, text ? text : "") + 1;
	return at;
}

/* Entry, recipients and addresses in one piece of memory: with 100,000 mails
 * the allocator's own share would be as large as theirs. */
static struct queue_entry *new_entry(const struct envelope *envelope)
{
	size_t count = envelope->recipient_count;
	size_t size = sizeof(struct queue_entry) + count * sizeof(struct queue_recipient) +
		      (envelope->sender ? strlen(envelope->sender) : 0) + 1;
	struct queue_entry *entry;
	char *room;

	for (size_t i = 0; i < count; i++)
		size += strlen(envelope->recipients[i].address) + 1;
	entry = calloc(1, size);
	if (entry == NULL)
		return NULL;
	entry->recipients = (struct queue_recipient *)(entry + 1);
	entry->recipient_count = count;
	room = (char *)(entry->recipients + count);
	entry->sender = put_text(&room, envelope->sender);
	for (size_t i = 0; i < count; i++)
		entry->recipients[i].address = put_text(&room, envelope->recipients[i].address);
	return entry;
}

static void append(struct queue *queue, struct queue_entry *entry)
{
	entry->order = queue->next_order++;
	entry->previous = queue->last;
	if (queue->last)
		queue->last->next = entry;
	else
		queue->first = entry;
	queue->last = entry;
}

static void unlink_entry(struct queue *queue, struct queue_entry *entry)
{
	if (entry->previous)
		entry->previous->next = entry->next;
	else
		queue->first = entry->next;
	if (entry->next)
		entry->next->previous = entry->previous;
	else
		queue->last = entry->previous;
}

struct queue_entry *queue_add(struct queue *queue, const char *id, int64_t size_octets,
			      const struct envelope *envelope, int64_t now_ms)
{
	struct queue_entry *entry;

	if (strlen(id) >= QUEUE_ID_SIZE || queue_find(queue, id) != NULL ||
	    !queue_heap_reserve(&queue->due, queue->total + 1) ||
	    !queue_heap_reserve(&queue->waiting, queue->total + 1))
		return NULL;
	entry = new_entry(envelope);
	if (entry == NULL)
		return NULL;
	strcpy(entry->id, id);
	entry->state = QUEUE_QUEUED;
	entry->size_octets = size_octets;
	entry->arrived_s = envelope->arrived_s;
	entry->arrived_ms = now_ms;
	append(queue, entry);
	put_in_bucket(queue, entry);
	queue->counts[QUEUE_QUEUED]++;
	queue->total++;
	queue_heap_put(&queue->due, entry);
	grow_buckets(queue);
	return entry;
}

void queue_remove(struct queue *queue, struct queue_entry *entry)
{
	queue_heap_take(entry);
	take_from_bucket(queue, entry);
	unlink_entry(queue, entry);
	queue->counts[entry->state]--;
	queue->total--;
	free_entry(entry);
}

struct queue_entry *queue_find(struct queue *queue, const char *id)
{
	struct queue_entry *entry = *bucket_of(queue, id);

	while (entry && strcmp(entry->id, id) != 0)
		entry = entry->chain;
	return entry;
}

void queue_set_state(struct queue *queue, struct queue_entry *entry, enum queue_state state,
		     int64_t next_ms)
{
	queue_heap_take(entry);
	queue->counts[entry->state]--;
	queue->counts[state]++;
	entry->state = state;
	entry->next_ms = 0;
	switch (state) {
	case QUEUE_QUEUED:
		queue_heap_put(&queue->due, entry);
		break;
	case QUEUE_DEFERRED:
	case QUEUE_UNCERTAIN:
		entry->next_ms = next_ms;
		queue_heap_put(&queue->waiting, entry);
		break;
	case QUEUE_FAILED:
		entry->next_ms = next_ms;
		break;
	case QUEUE_ACTIVE:
	case QUEUE_HELD:
	case QUEUE_STATES:
		break;
	}
}

/* Those whose time has come join the due ones, where arrival counts. */
static void wake(struct queue *queue, int64_t now_ms)
{
	struct queue_entry *entry;

	while ((entry = queue_heap_first(&queue->waiting)) && entry->next_ms <= now_ms) {
		queue_heap_take(entry);
		queue_heap_put(&queue->due, entry);
	}
}

struct queue_entry *queue_next_due(struct queue *queue, int64_t now_ms)
{
	wake(queue, now_ms);
	return queue_heap_first(&queue->due);
}

int64_t queue_next_ms(struct queue *queue, int64_t now_ms)
{
	const struct queue_entry *entry;

	if (queue_next_due(queue, now_ms))
		return now_ms;
	entry = queue_heap_first(&queue->waiting);
	return entry ? entry->next_ms : INT64_MAX;
}

size_t queue_retry_all(struct queue *queue)
{
	struct queue_entry *entry;

	while ((entry = queue_heap_first(&queue->waiting))) {
		queue_heap_take(entry);
		entry->next_ms = 0;
		queue_heap_put(&queue->due, entry);
	}
	return queue->counts[QUEUE_DEFERRED] + queue->counts[QUEUE_UNCERTAIN];
}

size_t queue_count(const struct queue *queue, enum queue_state state)
{
	return queue->counts[state];
}

size_t queue_total(const struct queue *queue)
{
	return queue->total;
}

struct queue_entry *queue_walk(const struct queue *queue, struct queue_entry *after)
{
	return after ? after->next : queue->first;
}
