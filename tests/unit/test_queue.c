/* SPDX-License-Identifier: ISC */
#include "queue/queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "rows.h"

static struct queue_entry *add(struct queue *queue, const char *id)
{
	struct envelope_recipient recipients[] = {
		{ .address = (char[]){ "a@example.net" }, .original = (char[]){ "a" } },
		{ .address = (char[]){ "b@example.net" }, .original = (char[]){ "b" } },
	};
	struct envelope envelope = {
		.sender = (char[]){ "root@gw1" },
		.arrived_s = 1763841300,
		.recipients = recipients,
		.recipient_count = 2,
	};

	return queue_add(queue, id, 1000, &envelope, 50);
}

static void test_entry(void **state)
{
	struct queue *queue = queue_new();
	struct queue_entry *entry = add(queue, "A");

	(void)state;
	assert_string_equal(entry->id, "A");
	assert_int_equal(entry->state, QUEUE_QUEUED);
	assert_int_equal(entry->size_octets, 1000);
	assert_int_equal(entry->arrived_s, 1763841300);
	assert_int_equal(entry->arrived_ms, 50);
	assert_string_equal(entry->sender, "root@gw1");
	assert_int_equal(entry->recipient_count, 2);
	assert_string_equal(entry->recipients[0].address, "a@example.net");
	assert_string_equal(entry->recipients[1].address, "b@example.net");
	assert_int_equal(queue_pending(entry), 2);
	assert_ptr_equal(queue_find(queue, "A"), entry);
	assert_null(queue_find(queue, "B"));
	assert_null(add(queue, "A"));
	assert_null(add(queue, "0123456789ABCDEF"));
	assert_int_equal(queue_total(queue), 1);
	queue_free(queue);
}

static void test_texts(void **state)
{
	struct queue *queue = queue_new();
	struct queue_entry *entry = add(queue, "A");

	(void)state;
	queue_set_reason(entry, "the server is busy");
	queue_set_reason(entry, entry->reason);
	assert_string_equal(entry->reason, "the server is busy");
	queue_set_reason(entry, "");
	assert_null(entry->reason);
	queue_set_recipient(&entry->recipients[1], QUEUE_RECIPIENT_FAILED, true, -550, "5.1.1", "no");
	assert_int_equal(queue_pending(entry), 1);
	assert_true(entry->recipients[1].has_code);
	assert_int_equal(entry->recipients[1].code, -550);
	assert_string_equal(entry->recipients[1].status, "5.1.1");
	assert_string_equal(entry->recipients[1].text, "no");
	queue_set_recipient(&entry->recipients[1], QUEUE_RECIPIENT_DELIVERED, false, -550,
			    "5.1.1 and more", NULL);
	assert_int_equal(entry->recipients[1].code, 0);
	assert_string_equal(entry->recipients[1].status, "5.1.1 a");
	assert_null(entry->recipients[1].text);
	queue_free(queue);
}

/* A day of a queue, step by step. */
enum act { END, ADD, SET, REMOVE, DUE, NEXT, RETRY_ALL };

struct step {
	enum act act;
	const char *id;			/* of DUE: who is expected; NULL nobody */
	enum queue_state state;
	int64_t ms;			/* SET: next_ms; DUE, NEXT: now */
	int64_t expected;		/* of NEXT, RETRY_ALL */
};

struct row {
	const char *name;
	struct step steps[16];
};

static const struct row table[] = {
	{ "an empty queue has nothing to do",
	  { { DUE, NULL, 0, 100, 0 }, { NEXT, NULL, 0, 100, INT64_MAX }, { RETRY_ALL, NULL, 0, 0, 0 } } },
	{ "when a link is back, the oldest that may go goes first",
	  { { ADD, "A", 0, 0, 0 }, { ADD, "B", 0, 0, 0 }, { ADD, "C", 0, 0, 0 },
	    { SET, "B", QUEUE_DEFERRED, 500, 0 }, { SET, "A", QUEUE_ACTIVE, 0, 0 },
	    { SET, "A", QUEUE_QUEUED, 0, 0 }, { DUE, "A", 0, 400, 0 },
	    { SET, "A", QUEUE_ACTIVE, 0, 0 }, { DUE, "C", 0, 400, 0 }, { DUE, "B", 0, 500, 0 } } },
	{ "a new mail is due at once", { { ADD, "A", 0, 0, 0 }, { DUE, "A", 0, 7, 0 }, { NEXT, NULL, 0, 7, 7 } } },
	{ "the oldest goes first, whatever its id",
	  { { ADD, "C", 0, 0, 0 }, { ADD, "A", 0, 0, 0 }, { DUE, "C", 0, 7, 0 },
	    { SET, "C", QUEUE_ACTIVE, 0, 0 }, { DUE, "A", 0, 7, 0 },
	    { SET, "A", QUEUE_ACTIVE, 0, 0 }, { DUE, NULL, 0, 7, 0 }, { NEXT, NULL, 0, 7, INT64_MAX } } },
	{ "a deferred mail waits for its time",
	  { { ADD, "A", 0, 0, 0 }, { SET, "A", QUEUE_DEFERRED, 100, 0 }, { DUE, NULL, 0, 99, 0 },
	    { NEXT, NULL, 0, 99, 100 }, { DUE, "A", 0, 100, 0 }, { NEXT, NULL, 0, 101, 101 } } },
	{ "an uncertain mail waits as well",
	  { { ADD, "A", 0, 0, 0 }, { SET, "A", QUEUE_UNCERTAIN, 100, 0 }, { DUE, NULL, 0, 99, 0 },
	    { DUE, "A", 0, 100, 0 } } },
	{ "of those whose time has come the oldest goes first",
	  { { ADD, "A", 0, 0, 0 }, { ADD, "B", 0, 0, 0 }, { ADD, "C", 0, 0, 0 },
	    { SET, "A", QUEUE_DEFERRED, 200, 0 }, { SET, "B", QUEUE_DEFERRED, 100, 0 },
	    { DUE, "C", 0, 99, 0 }, { DUE, "B", 0, 150, 0 }, { DUE, "A", 0, 200, 0 } } },
	{ "a deferred one that is due can be deferred again",
	  { { ADD, "A", 0, 0, 0 }, { SET, "A", QUEUE_DEFERRED, 100, 0 }, { DUE, "A", 0, 100, 0 },
	    { SET, "A", QUEUE_DEFERRED, 300, 0 }, { DUE, NULL, 0, 299, 0 }, { NEXT, NULL, 0, 299, 300 } } },
	{ "held and failed mails are never due",
	  { { ADD, "A", 0, 0, 0 }, { ADD, "B", 0, 0, 0 }, { SET, "A", QUEUE_HELD, 0, 0 },
	    { SET, "B", QUEUE_FAILED, 0, 0 }, { DUE, NULL, 0, 1000, 0 }, { RETRY_ALL, NULL, 0, 0, 0 },
	    { DUE, NULL, 0, 1000, 0 }, { SET, "A", QUEUE_QUEUED, 0, 0 }, { DUE, "A", 0, 1000, 0 } } },
	{ "retry all wakes those that wait, oldest first",
	  { { ADD, "A", 0, 0, 0 }, { ADD, "B", 0, 0, 0 }, { ADD, "C", 0, 0, 0 },
	    { SET, "A", QUEUE_UNCERTAIN, 900, 0 }, { SET, "B", QUEUE_DEFERRED, 100, 0 },
	    { SET, "C", QUEUE_ACTIVE, 0, 0 }, { RETRY_ALL, NULL, 0, 0, 2 }, { DUE, "A", 0, 0, 0 },
	    { SET, "A", QUEUE_ACTIVE, 0, 0 }, { DUE, "B", 0, 0, 0 } } },
	{ "a removed mail is gone, wherever it was",
	  { { ADD, "A", 0, 0, 0 }, { ADD, "B", 0, 0, 0 }, { ADD, "C", 0, 0, 0 },
	    { SET, "B", QUEUE_DEFERRED, 100, 0 }, { REMOVE, "A", 0, 0, 0 }, { DUE, "C", 0, 0, 0 },
	    { REMOVE, "B", 0, 0, 0 }, { REMOVE, "C", 0, 0, 0 }, { DUE, NULL, 0, 1000, 0 },
	    { NEXT, NULL, 0, 0, INT64_MAX }, { ADD, "A", 0, 0, 0 }, { DUE, "A", 0, 0, 0 } } },
};

static void check_due(struct queue *queue, const struct step *step)
{
	const struct queue_entry *due = queue_next_due(queue, step->ms);

	if (step->id == NULL) {
		assert_null(due);
		return;
	}
	assert_non_null(due);
	assert_string_equal(due->id, step->id);
}

static void take_step(struct queue *queue, const struct step *step)
{
	switch (step->act) {
	case ADD:
		assert_non_null(add(queue, step->id));
		break;
	case SET:
		queue_set_state(queue, queue_find(queue, step->id), step->state, step->ms);
		assert_int_equal(queue_find(queue, step->id)->state, step->state);
		break;
	case REMOVE:
		queue_remove(queue, queue_find(queue, step->id));
		assert_null(queue_find(queue, step->id));
		break;
	case DUE:
		check_due(queue, step);
		break;
	case NEXT:
		assert_int_equal(queue_next_ms(queue, step->ms), step->expected);
		break;
	case RETRY_ALL:
		assert_int_equal(queue_retry_all(queue), step->expected);
		break;
	case END:
		break;
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct queue *queue = queue_new();

	for (size_t i = 0; i < 16 && row->steps[i].act != END; i++)
		take_step(queue, &row->steps[i]);
	queue_free(queue);
}

/* What the queue should answer, by looking at every entry. */
static const struct queue_entry *slow_due(const struct queue *queue, int64_t now_ms)
{
	for (struct queue_entry *entry = queue_walk(queue, NULL); entry;
	     entry = queue_walk(queue, entry)) {
		if (entry->state == QUEUE_QUEUED)
			return entry;
		if ((entry->state == QUEUE_DEFERRED || entry->state == QUEUE_UNCERTAIN) &&
		    entry->next_ms <= now_ms)
			return entry;
	}
	return NULL;
}

static void check_counts(const struct queue *queue)
{
	size_t counts[QUEUE_STATES] = { 0 };
	size_t total = 0;

	for (struct queue_entry *entry = queue_walk(queue, NULL); entry;
	     entry = queue_walk(queue, entry)) {
		counts[entry->state]++;
		total++;
	}
	for (size_t i = 0; i < QUEUE_STATES; i++)
		assert_int_equal(queue_count(queue, (enum queue_state)i), counts[i]);
	assert_int_equal(queue_total(queue), total);
}

/* Numbers that look random and are the same each time. */
static unsigned roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static void test_against_full_scan(void **state)
{
	struct queue *queue = queue_new();
	unsigned seed = 1;
	char id[QUEUE_ID_SIZE];

	(void)state;
	for (int64_t now_ms = 0; now_ms < 20000; now_ms++) {
		struct queue_entry *entry;

		snprintf(id, sizeof(id), "%u", roll(&seed, 300));
		entry = queue_find(queue, id);
		if (entry == NULL)
			assert_non_null(add(queue, id));
		else if (roll(&seed, 4) == 0)
			queue_remove(queue, entry);
		else
			queue_set_state(queue, entry, (enum queue_state)roll(&seed, QUEUE_STATES),
					now_ms + roll(&seed, 500));
		assert_ptr_equal(queue_next_due(queue, now_ms), slow_due(queue, now_ms));
		if (now_ms % 100 == 0)
			check_counts(queue);
	}
	assert_true(queue_total(queue) > 100);
	queue_free(queue);
}

/* 100,000 mails, each set and asked for several times: a full scan in any of
 * these would take minutes here. */
static void test_many(void **state)
{
	struct queue *queue = queue_new();
	struct queue_entry *entry;
	char id[QUEUE_ID_SIZE];
	size_t walked = 0;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(id, sizeof(id), "%u", i);
		assert_non_null(add(queue, id));
	}
	for (int64_t round = 1; round <= 2; round++) {
		for (unsigned i = 0; i < 100000; i++) {
			entry = queue_next_due(queue, round * 1000000);
			assert_non_null(entry);
			queue_set_state(queue, entry, QUEUE_DEFERRED, round * 1000000 + 1 + i * 7 % 1000);
		}
		assert_null(queue_next_due(queue, round * 1000000));
		assert_int_equal(queue_next_ms(queue, 0), round * 1000000 + 1);
	}
	for (entry = queue_walk(queue, NULL); entry; entry = queue_walk(queue, entry))
		assert_int_equal(atoi(entry->id), walked++);
	assert_int_equal(walked, 100000);
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(id, sizeof(id), "%u", 99999 - i);
		queue_remove(queue, queue_find(queue, id));
	}
	assert_int_equal(queue_total(queue), 0);
	queue_free(queue);
}

static void test_names(void **state)
{
	static const char *const names[QUEUE_STATES] = {
		"queued", "active", "deferred", "held", "uncertain", "failed",
	};

	(void)state;
	for (size_t i = 0; i < QUEUE_STATES; i++)
		assert_string_equal(queue_state_name((enum queue_state)i), names[i]);
	assert_string_equal(queue_recipient_state_name(QUEUE_RECIPIENT_PENDING), "pending");
	assert_string_equal(queue_recipient_state_name(QUEUE_RECIPIENT_DELIVERED), "delivered");
	assert_string_equal(queue_recipient_state_name(QUEUE_RECIPIENT_FAILED), "failed");
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "an entry holds what the spool knows", test_entry);
	ROWS_ADD(&rows, "texts are copied, replaced, cut and cleared", test_texts);
	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "it answers as a full scan would", test_against_full_scan);
	ROWS_ADD(&rows, "100,000 mails are no trouble", test_many);
	ROWS_ADD(&rows, "states have the names of the contract", test_names);
	return rows_run(&rows, "queue");
}
