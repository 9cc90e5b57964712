/* SPDX-License-Identifier: ISC */
/* Who is told of a mail's fate, when it leaves the queue, and what the disk knows of it
 * at each moment; with a real spool. */
#include "app/reporter.h"

#include "io/clock.h"
#include "mail/spool_file.h"
#include "queue/queue_replay.h"
#include "queue/report_limit.h"
#include "spool_scratch.h"

#define HOUR INT64_C(3600000)

static struct scratch scratch;
static struct queue *queue;
static struct reporter *reporter;
static struct clock_trust trust;
static struct settings settings;
static char hostname[] = "gw1.example.net";
static char postmaster[] = "boss@example.net";
static char nobody[] = "";
static const struct span everybody[] = { { "*", 1 } };

/* What came out of it. */
static unsigned accepted, failed;
static char report_id[QUEUE_ID_SIZE];
static char told[256];
static size_t told_count;

static void on_accepted(void *context, const char *id, int64_t size_octets,
			const struct envelope *envelope)
{
	(void)context;
	accepted++;
	assert_in_range(size_octets, 500, 4096);
	assert_string_equal(envelope->sender, "");
	snprintf(report_id, sizeof report_id, "%s", id);
	snprintf(told, sizeof told, "%s", envelope->recipients[0].address);
	told_count = envelope->recipient_count;
	assert_non_null(queue_add(queue, id, size_octets, envelope, clock_boot_ms()));
}

static void on_failed(void *context)
{
	(void)context;
	failed++;
}

static void make_reporter(void)
{
	struct reporter_options options = {
		.base = scratch.base, .spool = scratch.spool, .queue = queue, .trust = &trust,
		.accepted = on_accepted, .failed = on_failed,
	};

	reporter = reporter_new(&options, &settings);
	assert_non_null(reporter);
}

static int set_up(void **state)
{
	(void)state;
	scratch = (struct scratch){ 0 };
	scratch_make(&scratch);
	queue = queue_new();
	trust = (struct clock_trust){ 0 };
	settings = (struct settings){ .policy = { .hostname = span_of(hostname), .allow = everybody,
						  .allow_count = 1 } };
	settings.conf.daemon.hostname = hostname;
	settings.conf.queue.postmaster = nobody;
	settings.conf.queue.bounce_to = CONF_BOUNCE_SENDER;
	settings.conf.queue.warn_ms = 4 * HOUR;
	settings.conf.queue.expire_ms = 120 * HOUR;
	settings.conf.queue.failed_keep_ms = 720 * HOUR;
	accepted = failed = 0;
	told[0] = report_id[0] = '\0';
	told_count = 0;
	make_reporter();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	reporter_free(reporter);
	queue_free(queue);
	scratch_clear(&scratch);
	return 0;
}

static const char plain[] = "From: alice@example.net\r\nSubject: Pump\r\n\r\nSecret text\r\n";

/* A mail in spool and queue. */
static struct queue_entry *take(const char *sender, const char *content, const char *notify)
{
	struct envelope envelope = { .arrived_s = clock_wall_s() };
	struct spool_draft *draft = spool_draft_begin(scratch.spool);
	struct queue_entry *entry;
	struct answer answer = { 0 };

	envelope_set(&envelope.sender, span_of(sender));
	envelope_add_recipient(&envelope, span_of("a@example.com"), span_of("root"));
	envelope_add_recipient(&envelope, span_of("b@example.com"), span_of("b@example.com"));
	if (notify)
		envelope_set(&envelope.recipients[0].notify, span_of(notify));
	assert_int_equal(spool_draft_write(draft, span_of(content)), 0);
	spool_draft_commit(draft, &envelope, scratch_on_committed, &answer);
	scratch_wait(&scratch, &answer);
	assert_int_equal(answer.result, 0);
	entry = queue_add(queue, answer.id, answer.size_octets, &envelope, clock_boot_ms());
	assert_non_null(entry);
	envelope_clear(&envelope);
	return entry;
}

static void fail_recipient(struct queue_entry *entry, size_t i)
{
	struct journal_record record = { .kind = JOURNAL_FAILED, .at_s = clock_wall_s(),
					 .recipients = &i, .recipient_count = 1, .has_code = true,
					 .code = -550, .status = span_of("5.1.1") };

	assert_int_equal(spool_note(scratch.spool, entry->id, &record, NULL, NULL), 0);
	queue_set_recipient(&entry->recipients[i], QUEUE_RECIPIENT_FAILED, true, -550, "5.1.1",
			    "mailbox not available");
}

static void deliver_recipient(struct queue_entry *entry, size_t i)
{
	queue_set_recipient(&entry->recipients[i], QUEUE_RECIPIENT_DELIVERED, true, 0, "2.0.0", NULL);
}

static void run(void)
{
	/* Until neither the timer nor the disk has anything to say. */
	for (int i = 0; i < 50; i++) {
		event_base_loop(scratch.base, EVLOOP_NONBLOCK);
		usleep(1000);
	}
}

static bool has(const char *folder, const char *id, const char *suffix)
{
	char name[64];

	snprintf(name, sizeof name, "%s/%s%s", folder, id, suffix);
	return scratch_has(&scratch, name);
}

static const char *read_text(const char *folder, const char *id, const char *suffix)
{
	static char copy[16384];
	struct buf text = BUF_INIT(sizeof copy);
	char name[64];

	snprintf(name, sizeof name, "%s/%s%s", folder, id, suffix);
	scratch_read(&scratch, name, &text);
	snprintf(copy, sizeof copy, "%s", buf_string(&text));
	buf_clear(&text);
	return copy;
}

static void test_delivered(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	deliver_recipient(entry, 0);
	deliver_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(queue_total(queue), 0);
	assert_int_equal(accepted + failed, 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
}

static void test_failed(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);
	const char *report;

	(void)state;
	deliver_recipient(entry, 1);
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	/* It is FAILED at once, and its file waits for the report. */
	assert_int_equal(entry->state, QUEUE_FAILED);
	assert_true(clock_wall_ms() - entry->next_ms < 60000);
	assert_true(has("queue", entry->id, ""));
	assert_int_equal(failed, 0);
	run();
	assert_int_equal(accepted, 1);
	assert_int_equal(failed, 1);
	assert_string_equal(told, "alice@example.net");
	assert_false(has("queue", entry->id, ""));
	assert_true(has("failed", entry->id, ""));
	assert_non_null(strstr(read_text("failed", entry->id, ".journal"), "reported "));
	assert_non_null(strstr(read_text("failed", entry->id, ".journal"), " 0 text=report "));
	report = read_text("queue", report_id, "");
	assert_non_null(strstr(report, "\r\nSubject: Undelivered: Pump\r\n"));
	assert_non_null(strstr(report, "<a@example.com>, which stands for <root>"));
	assert_null(strstr(report, "b@example.com"));
	assert_null(strstr(report, "Secret"));
	assert_non_null(strstr(report, "\nsender\n"));
	/* No second one. */
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 1);
}

static void test_some_failed(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	fail_recipient(entry, 0);
	queue_set_state(queue, entry, QUEUE_DEFERRED, clock_boot_ms() + HOUR);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 1);
	assert_int_equal(failed, 0);
	assert_int_equal(entry->state, QUEUE_DEFERRED);
	assert_true(has("queue", entry->id, ""));
	fail_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 2);
	assert_null(strstr(read_text("queue", report_id, ""), "<a@example.com>"));
	assert_true(has("failed", entry->id, ""));
}

/* Fails while the report about another is on its way to the disk. */
static void test_fails_meanwhile(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	event_base_loop(scratch.base, EVLOOP_NONBLOCK);
	fail_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 2);
	assert_int_equal(failed, 1);
	assert_int_equal(queue_unreported(entry), 0);
}

/* Whoever is killed before the report is in the spool makes it after the start. */
static void test_killed_before(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);
	struct queue_replay replay;
	char id[QUEUE_ID_SIZE], journal[4096];
	struct envelope envelope = { .arrived_s = 1 };

	(void)state;
	fail_recipient(entry, 0);
	fail_recipient(entry, 1);
	snprintf(id, sizeof id, "%s", entry->id);
	reporter_settle(reporter, entry);
	reporter_free(reporter);
	queue_remove(queue, entry);
	assert_true(has("queue", id, ""));
	snprintf(journal, sizeof journal, "%s", read_text("queue", id, ".journal"));
	make_reporter();
	envelope_set(&envelope.sender, span_of("alice@example.net"));
	envelope_add_recipient(&envelope, span_of("a@example.com"), span_of("root"));
	envelope_add_recipient(&envelope, span_of("b@example.com"), span_of("b@example.com"));
	entry = queue_add(queue, id, 100, &envelope, 0);
	envelope_clear(&envelope);
	assert_true(queue_replay_journal(entry, span_of(journal), &replay));
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 1);
	assert_true(has("failed", id, ""));
}

static void test_deleted_meanwhile(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);
	struct queue_entry *other = take("bob@example.net", plain, NULL);

	(void)state;
	fail_recipient(entry, 0);
	fail_recipient(entry, 1);
	fail_recipient(other, 0);
	reporter_settle(reporter, entry);
	reporter_settle(reporter, other);
	assert_int_equal(spool_remove(scratch.spool, entry->id), 0);
	queue_remove(queue, entry);
	run();
	assert_int_equal(accepted, 1);
	assert_string_equal(told, "bob@example.net");
}

/* Whether somebody is told, and who, of a mail of which the first recipient failed. */
static const struct row {
	const char *name;
	const char *sender, *content, *notify;
	int bounce_to;
	bool has_postmaster;
	const char *told;	/* NULL: nobody */
} table[] = {
	{ "the sender", "alice@example.net", plain, NULL, CONF_BOUNCE_SENDER, false, "alice@example.net" },
	{ "the postmaster", "alice@example.net", plain, NULL, CONF_BOUNCE_POSTMASTER, true,
	  "boss@example.net" },
	{ "nobody, when nobody is to be", "alice@example.net", plain, NULL, CONF_BOUNCE_NONE, true, NULL },
	{ "nobody of what has no sender", "", plain, NULL, CONF_BOUNCE_SENDER, true, NULL },
	{ "not the postmaster either", "", plain, NULL, CONF_BOUNCE_POSTMASTER, true, NULL },
	{ "nobody of automatic mail", "alice@example.net", "Auto-Submitted: auto-generated\r\n\r\n", NULL,
	  CONF_BOUNCE_SENDER, true, NULL },
	{ "nobody of a list's mail", "alice@example.net", "List-Id: <x>\r\n\r\n", NULL, CONF_BOUNCE_SENDER,
	  true, NULL },
	{ "the postmaster, when no alias knows the sender", "root", plain, NULL, CONF_BOUNCE_SENDER, true,
	  "boss@example.net" },
	{ "and when he is of this machine", "root@gw1.example.net", plain, NULL, CONF_BOUNCE_SENDER, true,
	  "boss@example.net" },
	{ "nobody, when there is no postmaster", "root", plain, NULL, CONF_BOUNCE_SENDER, false, NULL },
	{ "the postmaster, when it was mail to oneself", "a@example.com", plain, NULL, CONF_BOUNCE_SENDER,
	  true, "boss@example.net" },
	{ "nobody, when mail to oneself failed and there is none", "a@example.com", plain, NULL,
	  CONF_BOUNCE_SENDER, false, NULL },
	{ "who wants to know", "alice@example.net", plain, "FAILURE,DELAY", CONF_BOUNCE_SENDER, false,
	  "alice@example.net" },
	{ "not who does not", "alice@example.net", plain, "NEVER", CONF_BOUNCE_SENDER, true, NULL },
	{ "not who wants to hear of success only", "alice@example.net", plain, "SUCCESS",
	  CONF_BOUNCE_SENDER, true, NULL },
	{ "not who wants to hear of delays only", "alice@example.net", plain, "success,delay",
	  CONF_BOUNCE_SENDER, true, NULL },
	{ "a mail without a header", "alice@example.net", "", NULL, CONF_BOUNCE_SENDER, false,
	  "alice@example.net" },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct queue_entry *entry = take(row->sender, row->content, row->notify);

	settings.conf.queue.bounce_to = row->bounce_to;
	settings.conf.queue.postmaster = row->has_postmaster ? postmaster : nobody;
	deliver_recipient(entry, 1);
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, row->told ? 1 : 0);
	assert_string_equal(told, row->told ? row->told : "");
	assert_true(has("failed", entry->id, ""));
	assert_int_equal(failed, 1);
	if (row->told == NULL && row->bounce_to != CONF_BOUNCE_NONE)
		assert_non_null(strstr(read_text("failed", entry->id, ".journal"), "nobody is told: "));
}

/* `allow` is for clients; the administrator knows where reports are to go. */
static void test_postmaster_need_not_be_allowed(void **state)
{
	static const struct span few[] = { { "*@example.com", 13 } };
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	settings.policy.allow = few;
	settings.conf.queue.postmaster = postmaster;
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	run();
	assert_string_equal(told, "boss@example.net");
}

static void test_late(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	reporter_put_off(reporter, entry);
	run();
	assert_int_equal(accepted, 0);
	entry->arrived_ms -= 4 * HOUR;
	deliver_recipient(entry, 1);
	queue_set_recipient(&entry->recipients[0], QUEUE_RECIPIENT_PENDING, true, -450, "4.2.1", "busy");
	reporter_put_off(reporter, entry);
	reporter_put_off(reporter, entry);
	run();
	assert_int_equal(accepted, 1);
	assert_string_equal(told, "alice@example.net");
	assert_non_null(strstr(read_text("queue", report_id, ""), "\r\nSubject: Delayed: Pump\r\n"));
	assert_null(strstr(read_text("queue", report_id, ""), "b@example.com"));
	assert_non_null(strstr(read_text("queue", entry->id, ".journal"), "warned "));
	assert_int_equal(entry->state, QUEUE_QUEUED);
	assert_int_equal(failed, 0);
	/* And then it fails. */
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 2);
}

static void test_late_and_delivered(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	entry->arrived_ms -= 5 * HOUR;
	reporter_put_off(reporter, entry);
	deliver_recipient(entry, 0);
	deliver_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 0);
	assert_int_equal(queue_total(queue), 0);
}

static void test_never_late(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	settings.conf.queue.warn_ms = 0;
	entry->arrived_ms -= 5 * HOUR;
	reporter_put_off(reporter, entry);
	run();
	assert_int_equal(accepted, 0);
}

static void test_storm(void **state)
{
	struct queue_entry *entry = NULL;

	(void)state;
	for (int i = 0; i < REPORT_LIMIT_EACH + 4; i++) {
		entry = take("alice@example.net", plain, NULL);
		fail_recipient(entry, 0);
		fail_recipient(entry, 1);
		reporter_settle(reporter, entry);
	}
	for (int i = 0; i < 10; i++)
		run();
	assert_int_equal(accepted, REPORT_LIMIT_EACH);
	assert_int_equal(failed, REPORT_LIMIT_EACH + 4);
	assert_non_null(strstr(read_text("failed", entry->id, ".journal"), "too many reports"));
	entry = take("bob@example.net", plain, NULL);
	fail_recipient(entry, 0);
	reporter_settle(reporter, entry);
	run();
	assert_non_null(strstr(read_text("queue", report_id, ""), ": 4 in the last time."));
}

static void test_no_room(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	spool_set_limits(scratch.spool, INT64_MAX, 1 << 20);
	fail_recipient(entry, 0);
	fail_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	/* It waits, and nothing is forgotten. */
	assert_int_equal(accepted + failed, 0);
	assert_int_equal(entry->state, QUEUE_FAILED);
	assert_true(has("queue", entry->id, ""));
	assert_true(entry->reporting);
}

static void test_too_large(void **state)
{
	struct queue_entry *entry = take("alice@example.net", plain, NULL);

	(void)state;
	spool_set_limits(scratch.spool, 4096, 100);
	fail_recipient(entry, 0);
	fail_recipient(entry, 1);
	reporter_settle(reporter, entry);
	run();
	assert_int_equal(accepted, 0);
	assert_true(has("failed", entry->id, ""));
	assert_int_equal(scratch_count(&scratch, "tmp"), 0);
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

	ROWS_ADD(&rows, "what is delivered is gone, and nobody is told", test_delivered);
	ROWS_ADD(&rows, "what failed is told of, and kept", test_failed);
	ROWS_ADD(&rows, "some failed: they are told of, the others are tried on", test_some_failed);
	ROWS_ADD(&rows, "who fails meanwhile is told of as well", test_fails_meanwhile);
	ROWS_ADD(&rows, "killed before the report was written", test_killed_before);
	ROWS_ADD(&rows, "deleted before the report was written", test_deleted_meanwhile);
	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "the postmaster need not be allowed, the sender has to",
		 test_postmaster_need_not_be_allowed);
	ROWS_ADD(&rows, "late is told once", test_late);
	ROWS_ADD(&rows, "late, and then it arrives after all", test_late_and_delivered);
	ROWS_ADD(&rows, "late is not told with warn = 0", test_never_late);
	ROWS_ADD(&rows, "a storm is not told of one by one", test_storm);
	ROWS_ADD(&rows, "without room the mail and its report wait", test_no_room);
	ROWS_ADD(&rows, "a report that is too large is none", test_too_large);
	with_spool(&rows);
	return rows_run(&rows, "reporter");
}
