/* SPDX-License-Identifier: ISC */
#include "queue/queue_replay.h"

#include "queue/journal.h"
#include "rows.h"

#define RECIPIENTS 3

/* A step of a message's story, and at the end what the recipients are. */
struct story {
	const char *name;
	struct journal_record records[5];
	const char *states;		/* one letter a recipient: p d f, U: uncertain, F: in flight */
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
	{ "an order without an outcome is in flight",
	  { RECORD(JOURNAL_IN_FLIGHT, last_two) }, "pFF", 0, false, true, 0 },
	{ "an order that came to nothing is in flight no more",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_SETTLED, first) }, "ppp", 0, false, false, 0 },
	{ "a second order after a settled one is in flight again",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_SETTLED, first),
	    RECORD(JOURNAL_IN_FLIGHT, first) }, "Fpp", 0, false, true, 0 },
	{ "who is sent to again after an uncertain outcome is both",
	  { RECORD(JOURNAL_UNCERTAIN, first), RECORD(JOURNAL_IN_FLIGHT, first) },
	  "Bpp", 0, false, true, 0 },
	{ "an outcome known to be unknown stays so without being in flight",
	  { RECORD(JOURNAL_IN_FLIGHT, first), RECORD(JOURNAL_UNCERTAIN, first) },
	  "Upp", 0, false, false, 0 },
	{ "what was delivered is not in flight by a record for all",
	  { RECORD(JOURNAL_SENT, first), RECORD_ALL(JOURNAL_IN_FLIGHT) }, "dFF", 0, false, true, 0 },
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
	if (recipient->in_flight)
		return recipient->uncertain ? 'B' : 'F';
	return recipient->uncertain ? 'U' : 'p';
}

static struct queue_entry *add_entry(struct queue *queue)
{
	struct envelope envelope = { 0 };
	struct queue_entry *entry;

	envelope_set(&envelope.sender, span_of("a@example.net"));
	envelope_add_recipient(&envelope, span_of("one@example.net"), span_of("one@example.net"));
	envelope_add_recipient(&envelope, span_of("two@example.net"), span_of("two@example.net"));
	envelope_add_recipient(&envelope, span_of("three@example.net"), span_of("three"));
	entry = queue_add(queue, "1", 100, &envelope, 0);
	assert_non_null(entry);
	envelope_clear(&envelope);
	return entry;
}

static void test_story(void **state)
{
	const struct story *story = *state;
	struct buf text = BUF_INIT(65536);
	struct queue *queue = queue_new();
	struct queue_entry *entry = add_entry(queue);
	struct queue_replay replay;
	char states[RECIPIENTS + 1] = "";

	for (size_t i = 0; i < 5 && story->records[i].kind != JOURNAL_NONE; i++)
		assert_true(journal_format(&story->records[i], &text));
	assert_true(queue_replay_journal(entry, buf_span(&text), &replay));
	for (size_t i = 0; i < RECIPIENTS; i++)
		states[i] = letter(&entry->recipients[i]);
	assert_string_equal(states, story->states);
	assert_int_equal(entry->attempts, story->attempts);
	assert_int_equal(replay.held, story->held);
	assert_int_equal(queue_has_in_flight(entry), story->in_flight);
	assert_int_equal(replay.wait_ms, story->wait_ms);
	assert_int_equal(replay.strange, 0);
	queue_free(queue);
	buf_clear(&text);
}

static const struct page_row {
	const char *name;
	const char *journal;
	const char *sent;	/* pages that each recipient has */
	const char *states;
	unsigned pages;
	size_t room;
} page_rows[] = {
	{ "a page is remembered", "in-flight 1 0\npage 1 0 page=1 pages=3 room=100\n", "100", "ppp", 3,
	  100 },
	{ "the next one counts on", "page 1 0,1 page=1 pages=3 room=100\npage 1 0 page=2 pages=3 room=100\n",
	  "210", "ppp", 3, 100 },
	{ "an order for the next one is in flight",
	  "page 1 0 page=1 pages=3 room=100\nin-flight 1 0\n", "100", "Fpp", 3, 100 },
	{ "one made for other room makes those before worthless",
	  "page 1 0,1 page=2 pages=3 room=100\npage 1 0 page=1 pages=3 room=50\n", "100", "UUp", 3, 50 },
	{ "so does another number of them",
	  "page 1 1 page=2 pages=3 room=100\npage 1 0 page=1 pages=4 room=100\n", "100", "pUp", 4, 100 },
	{ "who is not in the envelope is nobody", "page 1 9 page=1 pages=3 room=100\n", "000", "ppp", 0,
	  0 },
};

static void test_page(void **state)
{
	const struct page_row *row = *state;
	struct queue *queue = queue_new();
	struct queue_entry *entry = add_entry(queue);
	struct queue_replay replay;

	assert_true(queue_replay_journal(entry, span_of(row->journal), &replay));
	assert_int_equal(replay.strange, 0);
	assert_int_equal(entry->pages, row->pages);
	assert_int_equal(entry->pages_room, row->room);
	for (size_t i = 0; i < RECIPIENTS; i++) {
		assert_int_equal(entry->recipients[i].pages_sent, row->sent[i] - '0');
		assert_int_equal(letter(&entry->recipients[i]), row->states[i]);
	}
	queue_free(queue);
}

struct flight_row {
	const char *name;
	const char *journal;
	const char *modem;
	int64_t at_s, limit_ms;
};

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const struct flight_row flights[] = {
	{ "without an order there is no modem", "deferred 5 * attempts=1 wait=1\n", "", 0, 0 },
	{ "an order of the old form names none", "in-flight 5 0\n", "", 5, 0 },
	{ "the modem, when, and how long",
	  "in-flight 5 0 modem=gsm0 limit=340000\n", "gsm0", 5, 340000 },
	{ "the last order counts",
	  "in-flight 5 0 modem=gsm0 limit=1\nsettled 6 0\nin-flight 7 0 modem=gsm1 limit=2\n",
	  "gsm1", 7, 2 },
	{ "an old form behind the new one takes its modem back",
	  "in-flight 5 0 modem=gsm0 limit=1\nsettled 6 0\nin-flight 7 0\n", "", 7, 0 },
	{ "what the module tells is not about those of an order before",
	  "in-flight 5 0 modem=gsm0 limit=1\nin-flight 7 1 modem=gsm0 limit=2\n", "", 7, 2 },
	{ "it is when those have their outcome",
	  "in-flight 5 0 modem=gsm0 limit=1\nin-flight 7 1 modem=gsm0 limit=2\nsent 9 0\n",
	  "gsm0", 7, 2 },
	{ "and when they are told to again",
	  "in-flight 5 0 modem=gsm0 limit=1\nin-flight 7 0,1 modem=gsm0 limit=2\n", "gsm0", 7, 2 },
	{ "no limit is longer than a day",
	  "in-flight 5 0 modem=gsm0 limit=9223372036854775807\n", "gsm0", 5, DAY_MS },
	{ "a limit without modem names none", "in-flight 5 0 limit=2\n", "", 5, 2 },
	{ "a modem without limit does not either", "in-flight 5 0 modem=gsm0\n", "", 5, 0 },
};

static void test_flight(void **state)
{
	const struct flight_row *row = *state;
	struct queue *queue = queue_new();
	struct queue_replay replay;

	assert_true(queue_replay_journal(add_entry(queue), span_of(row->journal), &replay));
	assert_string_equal(replay.flight.modem, row->modem);
	assert_int_equal(replay.flight.at_s, row->at_s);
	assert_int_equal(replay.flight.limit_ms, row->limit_ms);
	queue_free(queue);
}

struct rest_row {
	const char *name;
	struct queue_flight flight;
	int64_t now_s, rest_ms;
};

static const struct rest_row rests[] = {
	{ "at once the whole limit is left", { "gsm0", 1000, 340000, 0, 0, 0 }, 1000, 340000 },
	{ "it gets less with time", { "gsm0", 1000, 340000, 0, 0, 0 }, 1100, 240000 },
	{ "to the last second", { "gsm0", 1000, 340000, 0, 0, 0 }, 1339, 1000 },
	{ "then it is over", { "gsm0", 1000, 340000, 0, 0, 0 }, 1340, 0 },
	{ "and stays over", { "gsm0", 1000, 340000, 0, 0, 0 }, 100000, 0 },
	{ "a part of a second counts", { "gsm0", 1000, 1500, 0, 0, 0 }, 1001, 500 },
	{ "and then it is over, too", { "gsm0", 1000, 1500, 0, 0, 0 }, 1002, 0 },
	{ "a clock that went back leaves the whole", { "gsm0", 1000, 340000, 0, 0, 0 }, 999, 340000 },
	{ "also one that began with 1970", { "gsm0", 1763841300, 340000, 0, 0, 0 }, 5, 340000 },
	{ "and one of before", { "gsm0", 1763841300, 340000, 0, 0, 0 }, INT64_MIN, 340000 },
	{ "an order of before 1970 is over", { "gsm0", INT64_MIN, 340000, 0, 0, 0 }, 1000, 0 },
	{ "an order of the far future is not", { "gsm0", INT64_MAX, 340000, 0, 0, 0 }, 1000, 340000 },
	{ "nor does the end of time harm", { "gsm0", 0, 340000, 0, 0, 0 }, INT64_MAX, 0 },
	{ "without a modem nothing is left", { "", 1000, 340000, 0, 0, 0 }, 1000, 0 },
	{ "without a limit either", { "gsm0", 1000, 0, 0, 0, 0 }, 1000, 0 },
};

static void test_rest(void **state)
{
	const struct rest_row *row = *state;

	assert_int_equal(queue_flight_rest_ms(&row->flight, row->now_s), row->rest_ms);
}

#define HOUR_S 3600
#define HOUR_MS (INT64_C(1000) * HOUR_S)
#define THEN_S INT64_C(1795478400)	/* in November 2026 */
#define YEARS_S (INT64_C(3650) * 24 * HOUR_S)

/* A mail that came at THEN_S, and its clocks. */
static const struct time_row {
	const char *name;
	const char *journal;
	int64_t now_s;
	int64_t age_ms, rest_ms;
} times[] = {
	{ "without a journal it is as old as the clock says", "", THEN_S + HOUR_S, HOUR_MS, 0 },
	{ "no older when the clock went back", "", THEN_S - HOUR_S, 0, 0 },
	{ "no older when it shows 1970", "", 5, 0, 0 },
	{ "nor when it is ten years ahead", "", THEN_S + YEARS_S, 0, 0 },
	{ "what was measured counts, and what passed since",
	  "deferred 1795482000 * attempts=1 wait=7200000 age=7000000\n", THEN_S + 2 * HOUR_S,
	  7000000 + HOUR_MS, HOUR_MS },
	{ "what was measured counts alone when the clock shows 1970",
	  "deferred 1795482000 * attempts=1 wait=7200000 age=7000000\n", 5, 7000000, 300000 },
	{ "and when it is ten years ahead",
	  "deferred 1795482000 * attempts=1 wait=7200000 age=7000000\n", THEN_S + YEARS_S, 7000000,
	  300000 },
	{ "and when it was then",
	  "deferred 2110842000 * attempts=1 wait=7200000 age=7000000\n", THEN_S + HOUR_S, 7000000,
	  300000 },
	{ "a short wait is no longer for that",
	  "deferred 1795482000 * attempts=1 wait=60000 age=7000000\n", 5, 7000000, 60000 },
	{ "in the same second the whole wait is left",
	  "deferred 1795482000 * attempts=1 wait=7200000 age=7000000\n", THEN_S + HOUR_S, 7000000,
	  7200000 },
	{ "a wait that is over is over",
	  "deferred 1795482000 * attempts=1 wait=3600000 age=7000000\n", THEN_S + 9 * HOUR_S,
	  7000000 + 8 * HOUR_MS, 0 },
	{ "an old record has no age: then it counts from the arrival",
	  "deferred 1795482000 * attempts=1 wait=60000\n", THEN_S + 3 * HOUR_S, 3 * HOUR_MS, 0 },
	{ "the last record counts",
	  "deferred 1795482000 * attempts=1 wait=1 age=1\ndeferred 1795485600 * attempts=2 wait=5 age=9\n",
	  THEN_S + 2 * HOUR_S, 9, 5 },
	{ "nothing from the disk is longer than any schedule",
	  "deferred 1795482000 * attempts=1 wait=9223372036854775807 age=9223372036854775807\n",
	  THEN_S + HOUR_S, INT64_C(3650) * DAY_MS, 30 * DAY_MS },
	{ "nor does the end of time harm",
	  "deferred 9223372036854775807 * attempts=1 wait=7200000 age=5\n", INT64_MIN, 5, 300000 },
};

static void test_time(void **state)
{
	const struct time_row *row = *state;
	struct queue *queue = queue_new();
	struct queue_entry *entry = add_entry(queue);
	struct queue_replay replay;

	entry->arrived_s = THEN_S;
	assert_true(queue_replay_journal(entry, span_of(row->journal), &replay));
	assert_int_equal(replay.strange, 0);
	assert_int_equal(queue_replay_age_ms(&replay, row->now_s), row->age_ms);
	assert_int_equal(queue_replay_rest_ms(&replay, row->now_s), row->rest_ms);
	queue_free(queue);
}

static void test_reported(void **state)
{
	struct queue *queue = queue_new();
	struct queue_entry *entry = add_entry(queue);
	struct queue_replay replay;

	(void)state;
	assert_true(queue_replay_journal(entry, span_of("failed 7 0,2\nreported 8 2,9 text=x\nwarned 9 1\n"),
					 &replay));
	assert_int_equal(replay.strange, 0);
	assert_int_equal(replay.failed_s, 7);
	assert_int_equal(replay.latest_s, 9);
	assert_int_equal(queue_unreported(entry), 1);
	assert_false(entry->recipients[0].reported);
	assert_false(entry->recipients[1].reported);
	assert_true(entry->recipients[2].reported);
	assert_true(entry->warned);
	queue_free(queue);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, stories, test_story);
	ROWS_ADD_TABLE(&rows, page_rows, test_page);
	ROWS_ADD_TABLE(&rows, flights, test_flight);
	ROWS_ADD_TABLE(&rows, rests, test_rest);
	ROWS_ADD_TABLE(&rows, times, test_time);
	ROWS_ADD(&rows, "who was told of what is remembered", test_reported);
	return rows_run(&rows, "queue_replay");
}
