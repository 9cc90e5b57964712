/* SPDX-License-Identifier: ISC */
/* What becomes of a mail that the daemon before left in flight, by what its modem
 * tells; with a real spool, so that the journal is looked at as well. */
#include "app/settlement.h"

#include "app/reporter.h"
#include "qsmtp/qsmtp_errors.h"
#include "queue/queue_replay.h"
#include "spool_scratch.h"

#define LIMIT_MS 340000

static struct scratch scratch;
static struct queue *queue;
static struct settlement *settlement;
static struct reporter *reporter;
static struct clock_trust trust;
/* Nobody is to be told. */
static struct settings settings = { .conf.queue.bounce_to = CONF_BOUNCE_NONE };
static struct retry_policy policy;
static unsigned told;

static void on_settled(void *context)
{
	(void)context;
	told++;
}

static void on_failed(void *context)
{
	(void)context;
}

static int set_up(void **state)
{
	struct settlement_options options = { .settled = on_settled };
	struct reporter_options room = { .failed = on_failed };

	(void)state;
	scratch = (struct scratch){ 0 };
	scratch_make(&scratch);
	queue = queue_new();
	options.base = scratch.base;
	options.spool = scratch.spool;
	options.queue = queue;
	room.base = scratch.base;
	room.spool = scratch.spool;
	room.queue = queue;
	room.trust = &trust;
	reporter = reporter_new(&room, &settings);
	options.reporter = reporter;
	settlement = settlement_new(&options);
	policy = (struct retry_policy){ .waits_ms = { 60000 }, .wait_count = 1,
					.resend_uncertain = true };
	told = 0;
	return settlement && queue ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	settlement_free(settlement);
	reporter_free(reporter);
	queue_free(queue);
	scratch_clear(&scratch);
	return 0;
}

static const char *read_journal(const char *folder, const char *id)
{
	static struct buf text = BUF_INIT(4096);
	static char copy[4096];
	char name[64];

	snprintf(name, sizeof name, "%s/%s.journal", folder, id);
	scratch_read(&scratch, name, &text);
	snprintf(copy, sizeof copy, "%s", buf_string(&text));
	buf_clear(&text);
	return copy;
}

/* Takes a mail to two recipients whose journal has these lines. */
static struct queue_entry *take(const char *journal)
{
	struct envelope envelope = { .arrived_s = 1763841300 };
	char name[64], id[QUEUE_ID_SIZE];
	struct queue_entry *entry;

	snprintf(id, sizeof id, "%s", scratch_take(&scratch, span_of("Subject: x\r\n\r\ntext\r\n")));
	snprintf(name, sizeof name, "queue/%s.journal", id);
	scratch_write(&scratch, name, span_of(journal));
	envelope_set(&envelope.sender, span_of("root@gw1"));
	envelope_add_recipient(&envelope, span_of("a@example.net"), span_of("a"));
	envelope_add_recipient(&envelope, span_of("b@example.net"), span_of("b"));
	entry = queue_add(queue, id, 100, &envelope, 0);
	assert_non_null(entry);
	envelope_clear(&envelope);
	return entry;
}

/* As a start does: replays the journal and hands the mail over. */
static struct queue_entry *add(const char *journal)
{
	struct queue_entry *entry = take(journal);
	struct queue_replay replay;

	assert_true(queue_replay_journal(entry, span_of(journal), &replay));
	settlement_add(settlement, entry, &replay, &policy);
	return entry;
}

static void configure(const char *first, const char *second)
{
	int64_t until_ms;

	settlement_begin(settlement, &policy);
	if (first)
		settlement_claim(settlement, first, &until_ms);
	if (second)
		settlement_claim(settlement, second, &until_ms);
	settlement_end(settlement);
}

static void tell(const char *modem, enum at_chat_outcome outcome, bool has_code, int code)
{
	struct at_chat_result result = { .outcome = outcome, .has_code = has_code, .code = code };

	settlement_on_told(settlement, modem, &result);
}

static void wait_until_told(unsigned times)
{
	while (told < times)
		assert_int_equal(event_base_loop(scratch.base, EVLOOP_ONCE), 0);
}

/* Later than any clock of a test, so that the whole limit is left. */
#define STRING_OF(number) #number
#define AS_TEXT(number) STRING_OF(number)
#define IN_FLIGHT(who, modem) "in-flight 100000000000 " who " modem=" modem " limit=" AS_TEXT(LIMIT_MS) "\n"

static void test_sent(void **state)
{
	char id[QUEUE_ID_SIZE], name[64];
	struct queue_entry *entry = add(IN_FLIGHT("0,1", "gsm0"));

	(void)state;
	snprintf(id, sizeof id, "%s", entry->id);
	assert_int_equal(entry->state, QUEUE_ACTIVE);
	assert_non_null(entry->reason);
	configure("gsm0", NULL);
	assert_int_equal(entry->state, QUEUE_ACTIVE);
	tell("gsm0", AT_CHAT_OK, true, 0);
	/* Not before the disk has it. */
	assert_non_null(queue_find(queue, id));
	wait_until_told(1);
	assert_null(queue_find(queue, id));
	snprintf(name, sizeof name, "queue/%s", id);
	assert_false(scratch_has(&scratch, name));
	assert_int_equal(scratch_count(&scratch, "failed"), 0);
}

static void test_sent_to_some(void **state)
{
	struct queue_entry *entry = add(IN_FLIGHT("1", "gsm0"));

	(void)state;
	configure("gsm0", NULL);
	tell("gsm0", AT_CHAT_OK, true, 0);
	wait_until_told(1);
	assert_int_equal(entry->state, QUEUE_QUEUED);
	assert_int_equal(entry->recipients[0].state, QUEUE_RECIPIENT_PENDING);
	assert_int_equal(entry->recipients[1].state, QUEUE_RECIPIENT_DELIVERED);
	assert_false(queue_has_uncertain(entry) || queue_has_in_flight(entry));
	assert_int_equal(entry->attempts, 0);
	assert_null(entry->reason);
	assert_non_null(strstr(read_journal("queue", entry->id), "\nsent "));
}

struct refused_row {
	const char *name;
	int code;
};

static const struct refused_row refusals[] = {
	{ "a refused recipient is queued at once", -550 },
	{ "so is a mail that was put off", -451 },
	{ "and one that the module was too busy for", -3 },
	{ "and one whose link failed", -5 },
	{ "and one whose account was refused", -535 },
	{ "and one with a number that no manual knows", -99 },
};

static void test_refused(void **state)
{
	const struct refused_row *row = *state;
	struct queue_entry *entry = add(IN_FLIGHT("0,1", "gsm0"));
	const char *journal;

	configure("gsm0", NULL);
	tell("gsm0", AT_CHAT_RESULT, true, row->code);
	assert_int_equal(told, 1);
	assert_int_equal(entry->state, QUEUE_QUEUED);
	assert_int_equal(queue_pending(entry), 2);
	assert_false(queue_has_uncertain(entry) || queue_has_in_flight(entry));
	assert_int_equal(entry->attempts, 0);
	assert_int_equal(entry->recipients[1].code, row->code);
	journal = read_journal("queue", entry->id);
	assert_non_null(strstr(journal, "\nsettled "));
	assert_null(strstr(journal, "deferred"));
}

struct lost_row {
	const char *name;
	enum at_chat_outcome outcome;
	bool has_code;
	int code;
};

static const struct lost_row lost[] = {
	{ "a result that never came is uncertain", AT_CHAT_TIMEOUT, false, 0 },
	{ "also with a number that is not its own", AT_CHAT_TIMEOUT, true, 0 },
	{ "a module that started anew is", AT_CHAT_RESET, false, 0 },
	{ "a line that was lost is", AT_CHAT_LOST, false, 0 },
	{ "a result without a number is", AT_CHAT_RESULT, false, 0 },
	{ "the module's own time-out is", AT_CHAT_RESULT, true, -9 },
};

static void test_uncertain(void **state)
{
	const struct lost_row *row = *state;
	struct queue_entry *entry = add(IN_FLIGHT("0", "gsm0"));
	const char *journal;

	configure("gsm0", NULL);
	tell("gsm0", row->outcome, row->has_code, row->code);
	assert_int_equal(told, 1);
	assert_int_equal(entry->state, QUEUE_UNCERTAIN);
	assert_true(entry->recipients[0].uncertain);
	assert_false(entry->recipients[1].uncertain || queue_has_in_flight(entry));
	assert_int_equal(entry->attempts, 1);
	journal = read_journal("queue", entry->id);
	assert_non_null(strstr(journal, "\nuncertain "));
	assert_non_null(strstr(journal, "attempts=1 wait=60000"));
}

static void test_fail(void **state)
{
	const struct lost_row *row = *state;
	struct queue_entry *entry;

	policy.resend_uncertain = false;
	entry = add(IN_FLIGHT("0,1", "gsm0"));
	configure("gsm0", NULL);
	tell("gsm0", row->outcome, row->has_code, row->code);
	assert_int_equal(entry->state, QUEUE_FAILED);
	assert_non_null(strstr(read_journal("failed", entry->id), "\nfailed "));
}

struct at_once_row {
	const char *name;
	const char *journal;
	enum queue_state state;
};

static const struct at_once_row at_once[] = {
	{ "an order of the old form is uncertain at once", "in-flight 100000000000 0,1\n",
	  QUEUE_UNCERTAIN },
	{ "one whose limit is over is", "in-flight 1000 0,1 modem=gsm0 limit=340000\n",
	  QUEUE_UNCERTAIN },
	{ "one of several is", "in-flight 100000000000 0 modem=gsm0 limit=9\n"
	  IN_FLIGHT("1", "gsm0"), QUEUE_UNCERTAIN },
	{ "a held mail stays held", "held 1000 *\n" IN_FLIGHT("0,1", "gsm0"), QUEUE_HELD },
};

static void test_at_once(void **state)
{
	const struct at_once_row *row = *state;
	struct queue_entry *entry = add(row->journal);

	assert_int_equal(entry->state, row->state);
	assert_true(entry->recipients[0].uncertain && entry->recipients[1].uncertain);
	assert_false(queue_has_in_flight(entry));
	configure("gsm0", NULL);
	tell("gsm0", AT_CHAT_OK, true, 0);
	assert_int_equal(entry->state, row->state);
	assert_int_equal(told, 0);
}

static void test_no_such_modem(void **state)
{
	struct queue_entry *entry = add(IN_FLIGHT("0,1", "gone"));

	(void)state;
	assert_int_equal(entry->state, QUEUE_ACTIVE);
	configure("gsm0", NULL);
	assert_int_equal(entry->state, QUEUE_UNCERTAIN);
	assert_true(queue_has_uncertain(entry));
}

static void test_reload(void **state)
{
	struct queue_entry *entry = add(IN_FLIGHT("0,1", "gsm0"));
	int64_t first_ms = 0, second_ms = 0;

	(void)state;
	settlement_begin(settlement, &policy);
	assert_true(settlement_claim(settlement, "gsm0", &first_ms));
	settlement_end(settlement);
	settlement_begin(settlement, &policy);
	/* It was closed, and another one has not been opened yet. */
	tell("gsm0", AT_CHAT_LOST, false, 0);
	assert_true(settlement_claim(settlement, "gsm0", &second_ms));
	settlement_end(settlement);
	assert_int_equal(first_ms, second_ms);
	assert_int_equal(entry->state, QUEUE_ACTIVE);
	assert_string_equal(read_journal("queue", entry->id), IN_FLIGHT("0,1", "gsm0"));
	tell("gsm0", AT_CHAT_RESULT, true, -451);
	assert_int_equal(entry->state, QUEUE_QUEUED);
}

static void test_reload_while_noting(void **state)
{
	int64_t until_ms;

	(void)state;
	add(IN_FLIGHT("0,1", "gsm0"));
	configure("gsm0", NULL);
	tell("gsm0", AT_CHAT_OK, true, 0);
	settlement_begin(settlement, &policy);
	assert_false(settlement_claim(settlement, "gsm0", &until_ms));
	settlement_end(settlement);
	assert_int_equal(queue_count(queue, QUEUE_ACTIVE), 1);
	wait_until_told(1);
	assert_int_equal(queue_total(queue), 0);
}

static void test_two_modems(void **state)
{
	struct queue_entry *one = add(IN_FLIGHT("0,1", "gsm0"));
	struct queue_entry *two = add(IN_FLIGHT("0,1", "gsm1"));

	(void)state;
	configure("gsm0", "gsm1");
	tell("gsm1", AT_CHAT_RESULT, true, -451);
	assert_int_equal(one->state, QUEUE_ACTIVE);
	assert_int_equal(two->state, QUEUE_QUEUED);
	tell("gsm0", AT_CHAT_RESET, false, 0);
	assert_int_equal(one->state, QUEUE_UNCERTAIN);
	tell("gsm0", AT_CHAT_OK, true, 0);
	tell("gsm1", AT_CHAT_OK, true, 0);
	assert_int_equal(told, 2);
	assert_int_equal(queue_total(queue), 2);
}

static void test_last_of_two(void **state)
{
	struct queue_entry *one, *two;

	(void)state;
	one = add("in-flight 100000000007 0,1 modem=gsm0 limit=340000\n");
	two = add("in-flight 100000000006 0,1 modem=gsm0 limit=340000\n");
	configure("gsm0", NULL);
	assert_int_equal(one->state, QUEUE_ACTIVE);
	assert_int_equal(two->state, QUEUE_UNCERTAIN);
}

static void test_both_of_two(void **state)
{
	struct queue_entry *one = add(IN_FLIGHT("0,1", "gsm0"));
	struct queue_entry *two = add(IN_FLIGHT("0,1", "gsm0"));

	(void)state;
	configure("gsm0", NULL);
	assert_int_equal(one->state, QUEUE_UNCERTAIN);
	assert_int_equal(two->state, QUEUE_UNCERTAIN);
}

static void test_stop(void **state)
{
	struct queue_entry *entry = add(IN_FLIGHT("0,1", "gsm0"));

	(void)state;
	configure("gsm0", NULL);
	settlement_free(settlement);
	settlement = NULL;
	assert_string_equal(read_journal("queue", entry->id), IN_FLIGHT("0,1", "gsm0"));
}

static void with_spool(struct rows *rows, size_t from)
{
	for (size_t i = from; i < rows->count; i++) {
		rows->tests[i].setup_func = set_up;
		rows->tests[i].teardown_func = tear_down;
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "a mail that was sent leaves when the disk knows", test_sent);
	ROWS_ADD(&rows, "one that was sent to some is queued for the others", test_sent_to_some);
	ROWS_ADD_TABLE(&rows, refusals, test_refused);
	ROWS_ADD_TABLE(&rows, lost, test_uncertain);
	ROWS_ADD_TABLE(&rows, lost, test_fail);
	ROWS_ADD_TABLE(&rows, at_once, test_at_once);
	ROWS_ADD(&rows, "a modem that is not there any more tells nothing", test_no_such_modem);
	ROWS_ADD(&rows, "a reload writes nothing and goes on", test_reload);
	ROWS_ADD(&rows, "a reload does not disturb what is being noted", test_reload_while_noting);
	ROWS_ADD(&rows, "two modems tell of two mails", test_two_modems);
	ROWS_ADD(&rows, "of two mails of a modem it tells of the last", test_last_of_two);
	ROWS_ADD(&rows, "of two of the same second nobody knows", test_both_of_two);
	ROWS_ADD(&rows, "a stop writes nothing", test_stop);
	with_spool(&rows, 0);
	return rows_run(&rows, "settlement");
}
