/* SPDX-License-Identifier: ISC */
/* When mails that failed leave the spool; with a real spool and the marks of other days. */
#include "app/failed_keep.h"

#include "io/clock.h"
#include "spool_scratch.h"

#define DAY_MS INT64_C(86400000)

static struct scratch scratch;
static struct queue *queue;
static struct failed_keep *keep;
static struct clock_trust trust;
static unsigned removed;

static void on_removed(void *context)
{
	(void)context;
	removed++;
}

static int set_up(void **state)
{
	struct failed_keep_options options = { .trust = &trust, .removed = on_removed };

	(void)state;
	scratch = (struct scratch){ 0 };
	scratch_make(&scratch);
	queue = queue_new();
	trust = (struct clock_trust){ 0 };
	removed = 0;
	options.base = scratch.base;
	options.spool = scratch.spool;
	options.queue = queue;
	keep = failed_keep_new(&options);
	return keep ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	failed_keep_free(keep);
	queue_free(queue);
	scratch_clear(&scratch);
	return 0;
}

/* A mail in failed/ that is marked so. */
static struct queue_entry *take(int64_t failed_ms)
{
	struct envelope envelope = { .arrived_s = 1763841300 };
	char id[QUEUE_ID_SIZE];
	struct queue_entry *entry;

	snprintf(id, sizeof id, "%s", scratch_take(&scratch, span_of("Subject: x\r\n\r\n")));
	assert_int_equal(spool_fail(scratch.spool, id), 0);
	envelope_set(&envelope.sender, span_of(""));
	envelope_add_recipient(&envelope, span_of("a@example.net"), span_of("a"));
	entry = queue_add(queue, id, 100, &envelope, 0);
	envelope_clear(&envelope);
	queue_set_state(queue, entry, QUEUE_FAILED, failed_ms);
	return entry;
}

static void look(int64_t keep_ms)
{
	failed_keep_set_ms(keep, keep_ms);
	event_base_loop(scratch.base, EVLOOP_ONCE);
}

static const struct row {
	const char *name;
	int64_t age_ms;		/* since it failed, by the mark; -1: it has none */
	int64_t keep_ms;
	bool doubted, reporting;
	bool stays;
} table[] = {
	{ "a month is over", 31 * DAY_MS, 30 * DAY_MS, false, false, false },
	{ "a month is not over yet", 29 * DAY_MS, 30 * DAY_MS, false, false, true },
	{ "the clock is in doubt", 31 * DAY_MS, 30 * DAY_MS, true, false, true },
	{ "it is not to be kept at all", 0, 0, false, false, false },
	{ "for that no clock has to be right", 0, 0, true, false, false },
	{ "its report is still being written", 31 * DAY_MS, 30 * DAY_MS, false, true, true },
	{ "so it is when none is to be kept", 0, 0, false, true, true },
	{ "nobody knows since when", -1, DAY_MS, false, false, true },
	{ "it failed in days to come", -3650 * DAY_MS, DAY_MS, false, false, true },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	int64_t now_ms = clock_wall_ms();
	struct queue_entry *entry = take(row->age_ms == -1 ? 0 : now_ms - row->age_ms);

	entry->reporting = row->reporting;
	if (row->doubted)
		clock_trust_learn(&trust, now_ms / 1000 + 400 * 86400);
	look(row->keep_ms);
	assert_int_equal(queue_count(queue, QUEUE_FAILED), row->stays);
	assert_int_equal(scratch_count(&scratch, "failed"), row->stays);
	assert_int_equal(removed, !row->stays);
}

static void test_marks_are_mended(void **state)
{
	struct queue_entry *old = take(5000), *late = take(clock_wall_ms() + 3650 * DAY_MS);

	(void)state;
	look(DAY_MS);
	assert_true(clock_wall_ms() - old->next_ms < 60000);
	assert_true(clock_wall_ms() - late->next_ms < 60000);
	assert_true(late->next_ms <= clock_wall_ms());
}

static void test_only_failed(void **state)
{
	struct queue_entry *entry = take(5000);

	(void)state;
	queue_set_state(queue, entry, QUEUE_HELD, 0);
	look(0);
	assert_int_equal(queue_total(queue), 1);
}

/* Nobody has to wait an hour for one that is to stay a moment. */
static void test_soon(void **state)
{
	(void)state;
	look(20);
	take(clock_wall_ms());
	failed_keep_add(keep);
	take(clock_wall_ms());
	failed_keep_add(keep);
	while (queue_total(queue) > 0)
		assert_int_equal(event_base_loop(scratch.base, EVLOOP_ONCE), 0);
	assert_int_equal(scratch_count(&scratch, "failed"), 0);
}

static void test_many(void **state)
{
	(void)state;
	for (int i = 0; i < 450; i++)
		take(clock_wall_ms());
	look(0);
	assert_int_equal(queue_total(queue), 250);
	while (queue_total(queue) > 0)
		assert_int_equal(event_base_loop(scratch.base, EVLOOP_ONCE), 0);
	assert_int_equal(removed, 3);
}

static void with_spool(struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		rows->tests[i].setup_func = set_up;
		rows->tests[i].teardown_func = tear_down;
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a mark that makes no sense counts from now on", test_marks_are_mended);
	ROWS_ADD(&rows, "nothing else is touched", test_only_failed);
	ROWS_ADD(&rows, "a short time is no hour", test_soon);
	ROWS_ADD(&rows, "many go in portions", test_many);
	with_spool(&rows);
	return rows_run(&rows, "failed_keep");
}
