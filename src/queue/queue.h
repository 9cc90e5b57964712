/* SPDX-License-Identifier: ISC */
/* The queue: every message that is not finished, and who is due. It lives in
 * memory; the spool is its truth. Pure; times are milliseconds of a clock that
 * never steps. Each entry is in exactly one state. */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "mail/envelope.h"

#define QUEUE_ID_SIZE 16	/* an id with its NUL: letters and digits */

enum queue_state {
	QUEUE_QUEUED,		/* due, never tried or to be tried at once */
	QUEUE_ACTIVE,		/* a modem is at it */
	QUEUE_DEFERRED,		/* waits for next_ms */
	QUEUE_HELD,		/* by the operator */
	QUEUE_UNCERTAIN,	/* due or waiting, and perhaps delivered already */
	QUEUE_FAILED,		/* kept to look at */
	QUEUE_STATES,		/* how many there are */
};

enum queue_recipient_state {
	QUEUE_RECIPIENT_PENDING,
	QUEUE_RECIPIENT_DELIVERED,
	QUEUE_RECIPIENT_FAILED,
};

struct queue_recipient {
	char *address;
	enum queue_recipient_state state;
	bool uncertain;			/* told to send once, outcome never came */
	unsigned pages_sent;		/* transactions of the mail that it has, if there are several */
	bool reported;			/* FAILED: who is to be told of it was, or nobody is */
	bool in_flight;			/* after a start: the daemon before had the module told to
					 * send to it, and nobody knows the outcome yet */
	bool has_code;
	int code;
	char status[8];			/* RFC 3463; "" when none */
	char *text;			/* owned; NULL when none */
};

struct queue_heap;

struct queue_entry {
	char id[QUEUE_ID_SIZE];
	enum queue_state state;
	int64_t size_octets;
	int64_t arrived_s;		/* Unix time; for people */
	int64_t arrived_ms;		/* on the queue's clock: for its age */
	int64_t next_ms;		/* DEFERRED, UNCERTAIN: not before this. FAILED: since when,
					 * by the wall's clock */
	unsigned attempts;
	unsigned ours_tries;		/* in a row that failed at the same step, ... */
	const char *ours_step;		/* ... this one: static text, NULL when none */
	unsigned ours_steps;		/* ... and at how many others before it */
	unsigned silences;		/* in a row: attempts in which the module fell silent */
	bool degraded;
	bool warned;			/* its sender was told that it is late, or is not to be */
	bool reporting;			/* somebody is about to be told of it: it stays */
	bool others_first;		/* than those that are uncertain: these were just tried */
	size_t part_max;		/* recipients sent to at once; 0: no limit */
	unsigned pages;			/* transactions that make up the mail for a recipient, when the
					 * first of several was sent; 0: none was */
	size_t pages_room;		/* ... and the octets of attachments that each was made for */
	char *sender;
	struct queue_recipient *recipients;
	size_t recipient_count;
	char *reason;			/* the last outcome, for people; NULL when none */
	/* The queue's own: order of arrival, chain of the hash, place in a heap. */
	struct queue_entry *previous, *next, *chain;
	uint64_t order;
	struct queue_heap *heap;	/* NULL when it is not to be tried */
	size_t heap_index;
};

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *queue);

/* Makes an entry in state QUEUED from what the spool knows; copies all. NULL
 * when out of memory or when the id is there already. The order of adding is
 * the order of arrival. The entry owns all its texts; its recipients' addresses
 * and the sender lie in the entry's own memory. */
struct queue_entry *queue_add(struct queue *queue, const char *id, int64_t size_octets,
			      const struct envelope *envelope, int64_t now_ms);

/* Takes it out and frees it. */
void queue_remove(struct queue *queue, struct queue_entry *entry);

struct queue_entry *queue_find(struct queue *queue, const char *id);

/* The only way to change a state; next_ms counts for DEFERRED, UNCERTAIN and FAILED. */
void queue_set_state(struct queue *queue, struct queue_entry *entry, enum queue_state state,
		     int64_t next_ms);

/* The message to try now, oldest first among those whose time has come; NULL
 * when there is none. */
struct queue_entry *queue_next_due(struct queue *queue, int64_t now_ms);

/* When queue_next_due() may find something; INT64_MAX when nothing waits. */
int64_t queue_next_ms(struct queue *queue, int64_t now_ms);

/* All waiting ones (DEFERRED, UNCERTAIN) become due at once. Returns how many. */
size_t queue_retry_all(struct queue *queue);

size_t queue_count(const struct queue *queue, enum queue_state state);
size_t queue_total(const struct queue *queue);

/* In order of arrival; NULL starts, and NULL is the end. Only the entry that
 * was returned last may be removed, after the one behind it was asked for. */
struct queue_entry *queue_walk(const struct queue *queue, struct queue_entry *after);

/* Sets the entry's or a recipient's texts to copies (NULL or "" clears). */
void queue_set_reason(struct queue_entry *entry, const char *text);
void queue_set_recipient(struct queue_recipient *recipient, enum queue_recipient_state state,
			 bool has_code, int code, const char *status, const char *text);

/* The recipient has this page (from 1) of a mail of several, made with such a room.
 * Where it was made another way before, that is forgotten first. */
void queue_note_page(struct queue_entry *entry, size_t recipient, unsigned page, unsigned pages,
		     size_t room);

/* The mail cannot be made again as it was: all of it is to be sent once more, and
 * whoever has pages of it is uncertain. */
void queue_forget_pages(struct queue_entry *entry);

/* Whether one of those that wait has pages already. */
bool queue_has_pages(const struct queue_entry *entry);

/* How many recipients still wait for an outcome. */
size_t queue_pending(const struct queue_entry *entry);

/* How many failed without anybody having been told, or that nobody is to be. */
size_t queue_unreported(const struct queue_entry *entry);

/* Whether one of those that wait may have the message already. */
bool queue_has_uncertain(const struct queue_entry *entry);

/* Whether one of those that wait is in flight. */
bool queue_has_in_flight(const struct queue_entry *entry);

const char *queue_state_name(enum queue_state state);
const char *queue_recipient_state_name(enum queue_recipient_state state);

#endif
