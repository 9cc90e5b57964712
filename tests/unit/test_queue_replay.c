/* SPDX-License-Identifier: ISC */
#include "queue/queue_replay.h"

#include "queue/journal.h"
#include "rows.h"

#define RECIPIENTS 3

/* A step of a message's story, and at the end what the recipients are. */
struct story {
	const char *name;
	struct journal_record records[5];
	const char *states;		/* one letter a recipient: p d f, U: pending and uncertain */
	unsigned attempts;
	bool held, in_flight;
	int64_t wait_ms;
};

static const size_t first[] = { 0 }, second[] = { 1 }, last_two[] = { 1, 2 }, outside[] = { 7 };

#define RECORD(what, who) { .kind = (what), .recipients = (who), \
			    .recipient_count = sizeof(who) / sizeof((who)[0]) }
#define RECORD_ALL(what) { .kind = (what) }

static const struct story stories[] = {
	{ "an empty journal leaves all pending", { { 0 } }, "ppp", 0, false, false, 0 },
	{ "a recipient that has it is delivered",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_SENT, first) }, "dpp", 0, false, false, 0 },
	{ "an order without an outcome is uncertain",
	  { RECORD(JOURNAL_IN_FLIGHT, last_two) }, "pUU", 0, false, true, 0 },
	{ "an order that came to nothing is not uncertain",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_SETTLED, first) }, "ppp", 0, false, false, 0 },
	{ "a second order after a settled one is uncertain again",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_SETTLED, first),
	    RECORD(JOURNAL_IN_FLIGHT, first) }, "Upp", 0, false, true, 0 },
	{ "an outcome known to be unknown stays so without being in flight",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_UNCERTAIN, first) },
	  "Upp", 0, false, false, 0 },
	{ "what was delivered is not in flight by a record for all",
	  { RECORD(JOURNAL_SENT, first), RECORD_ALL(JOURNAL_IN_FLIGHT) }, "dUU", 0, false, true, 0 },
	{ "a failed recipient is failed",
	  { RECORD(JOURNAL_FAILED, second) }, "pfp", 0, false, false, 0 },
	{ "an index outside of the envelope harms nobody",
	  { RECORD(JOURNAL_SENT, outside) }, "ppp", 0, false, false, 0 },
	{ "the last deferral counts",
	  { { .kind = JOURNAL_DEFERRED, .attempts = 1, .wait_ms = 60000 },
	    { .kind = JOURNAL_DEFERRED, .attempts = 2, .wait_ms = 120000 } },
	  "ppp", 2, false, false, 120000 },
	{ "held and released is not held",
	  { RECORD_ALL(JOURNAL_HELD), RECORD_ALL(JOURNAL_RELEASED) }, "ppp", 0, false, false, 0 },
	{ "held is held", { RECORD_ALL(JOURNAL_HELD) }, "ppp", 0, true, false, 0 },
};

static char letter(const struct queue_recipient *recipient)
{
	switch (recipient->state) {
	case QUEUE_RECIPIENT_DELIVERED:
		return 'd';
	case QUEUE_RECIPIENT_FAILED:
		return 'f';
	case QUEUE_RECIPIENT_PENDING:
		break;
	}
	return recipient->uncertain ? 'U' : 'p';
}

static void test_story(void **state)
{
	const struct story *story = *state;
	struct buf text = BUF_INIT(65536);
	struct envelope envelope = { 0 };
	struct queue *queue = queue_new();
	struct queue_entry *entry;
	struct queue_replay replay;
	char states[RECIPIENTS + 1] = "";

	envelope_set(&envelope.sender, span_of("a@example.net"));
	envelope_add_recipient(&envelope, span_of("one@example.net"), span_of("one@example.net"));
	envelope_add_recipient(&envelope, span_of("two@example.net"), span_of("two@example.net"));
	envelope_add_recipient(&envelope, span_of("three@example.net"), span_of("three"));
	for (size_t i = 0; i < 5 && story->records[i].kind != JOURNAL_NONE; i++)
		assert_true(journal_format(&story->records[i], &text));
	entry = queue_add(queue, "1", 100, &envelope, 0);
	assert_non_null(entry);
	assert_true(queue_replay_journal(entry, buf_span(&text), &replay));
	for (size_t i = 0; i < RECIPIENTS; i++)
		states[i] = letter(&entry->recipients[i]);
	assert_string_equal(states, story->states);
	assert_int_equal(entry->attempts, story->attempts);
	assert_int_equal(replay.held, story->held);
	assert_int_equal(replay.in_flight, story->in_flight);
	assert_int_equal(replay.wait_ms, story->wait_ms);
	assert_int_equal(replay.strange, 0);
	queue_free(queue);
	envelope_clear(&envelope);
	buf_clear(&text);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, stories, test_story);
	return rows_run(&rows, "queue_replay");
}
