/* SPDX-License-Identifier: ISC */
/* The answers, read back by jansson: names and types are a contract. */
#include "rows.h"

#include <jansson.h>
#include <stdlib.h>

#include "control/control_json.h"

/* The queue's clock says 100 s when the wall's says this. */
#define NOW_MS 100000
#define NOW_S INT64_C(1795377300)	/* 2026-11-22T19:55:00Z */
#define WALL_MS (NOW_S * 1000)

static struct queue *queue;
static struct queue_entry *entry;

static int make_queue(void **state)
{
	struct envelope envelope = { .arrived_s = NOW_S - 60 };

	(void)state;
	envelope_set(&envelope.sender, span_of("root@gw1"));
	envelope_add_recipient(&envelope, span_of("a@example.net"), span_of("root"));
	envelope_add_recipient(&envelope, span_of("b@example.net"), span_of("root"));
	queue = queue_new();
	entry = queue_add(queue, "4Kd2", 1234, &envelope, NOW_MS - 60000);
	envelope_clear(&envelope);
	return entry ? 0 : -1;
}

static int free_queue(void **state)
{
	(void)state;
	queue_free(queue);
	return 0;
}

/* Takes the text over. */
static json_t *read_back(char *text)
{
	json_error_t error;
	json_t *json;

	assert_non_null(text);
	assert_int_equal(text[strlen(text) - 1], '\n');
	/* One line, whatever is in it. */
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		fail_msg("%s in %s", error.text, text);
	free(text);
	return json;
}

static struct control_times times = { NOW_MS, WALL_MS, 0 };

static json_t *read_entry(void)
{
	return read_back(control_json_queue_entry(entry, &times));
}

static void writes_an_entry_exactly(void **state)
{
	char *text;

	(void)state;
	queue_set_recipient(&entry->recipients[0], QUEUE_RECIPIENT_DELIVERED, true, 0, "2.0.0",
			    "delivered");
	queue_set_recipient(&entry->recipients[1], QUEUE_RECIPIENT_PENDING, true, -451, "4.3.0",
			    "local error in processing");
	queue_set_reason(entry, "local error in processing (-451)");
	entry->attempts = 2;
	queue_set_state(queue, entry, QUEUE_DEFERRED, NOW_MS + 480000);
	text = control_json_queue_entry(entry, &times);
	assert_string_equal(text,
		"{\"id\":\"4Kd2\",\"state\":\"deferred\",\"size\":1234,"
		"\"arrived\":\"2026-11-22T19:54:00Z\",\"attempts\":2,"
		"\"next_attempt\":\"2026-11-22T20:03:00Z\",\"sender\":\"root@gw1\","
		"\"recipients\":[{\"address\":\"a@example.net\",\"state\":\"delivered\","
		"\"code\":0,\"status\":\"2.0.0\",\"text\":\"delivered\"},"
		"{\"address\":\"b@example.net\",\"state\":\"pending\",\"code\":-451,"
		"\"status\":\"4.3.0\",\"text\":\"local error in processing\"}],"
		"\"reason\":\"local error in processing (-451)\"}\n");
	free(text);
}

static void says_null_for_what_is_not_known(void **state)
{
	json_t *json = read_entry(), *recipient;

	(void)state;
	recipient = json_array_get(json_object_get(json, "recipients"), 0);
	assert_true(json_is_null(json_object_get(json, "reason")));
	assert_true(json_is_null(json_object_get(json, "next_attempt")));
	assert_int_equal(json_object_size(recipient), 5);
	assert_true(json_is_null(json_object_get(recipient, "code")));
	assert_true(json_is_null(json_object_get(recipient, "status")));
	assert_true(json_is_null(json_object_get(recipient, "text")));
	json_decref(json);
}

static const struct state_row {
	const char *name;
	enum queue_state state;
	int64_t next_ms;
	const char *text, *next_attempt;
	int64_t opens_ms;
} state_rows[] = {
	{ "a queued entry has no next attempt", QUEUE_QUEUED, 0, "queued", NULL, 0 },
	{ "an active entry has none", QUEUE_ACTIVE, 0, "active", NULL, 0 },
	{ "a deferred entry's is in the future", QUEUE_DEFERRED, NOW_MS + 1000, "deferred",
	  "2026-11-22T19:55:01Z", 0 },
	{ "a part of a second is rounded up", QUEUE_DEFERRED, NOW_MS + 1001, "deferred",
	  "2026-11-22T19:55:02Z", 0 },
	{ "one that is due is due now", QUEUE_DEFERRED, NOW_MS - 5000, "deferred",
	  "2026-11-22T19:55:00Z", 0 },
	{ "an uncertain entry has one", QUEUE_UNCERTAIN, NOW_MS + 60000, "uncertain",
	  "2026-11-22T19:56:00Z", 0 },
	{ "a held entry has none", QUEUE_HELD, NOW_MS + 1000, "held", NULL, 0 },
	{ "a failed entry has none", QUEUE_FAILED, NOW_MS + 1000, "failed", NULL, 0 },
	{ "a queued entry waits for a link that rests", QUEUE_QUEUED, 0, "queued",
	  "2026-11-22T19:55:30Z", NOW_MS + 30000 },
	{ "not for one that may be tried", QUEUE_QUEUED, 0, "queued", NULL, NOW_MS },
	{ "a deferred one waits for both", QUEUE_DEFERRED, NOW_MS + 1000, "deferred",
	  "2026-11-22T19:55:30Z", NOW_MS + 30000 },
	{ "for whichever is later", QUEUE_UNCERTAIN, NOW_MS + 60000, "uncertain",
	  "2026-11-22T19:56:00Z", NOW_MS + 30000 },
	{ "a held one waits for nothing", QUEUE_HELD, 0, "held", NULL, NOW_MS + 30000 },
};

static void tells_state_and_next_attempt(void **state)
{
	const struct state_row *row = *state;
	json_t *json;
	const char *next;

	assert_int_equal(make_queue(NULL), 0);
	queue_set_state(queue, entry, row->state, row->next_ms);
	times.opens_ms = row->opens_ms;
	json = read_entry();
	times.opens_ms = 0;
	next = json_string_value(json_object_get(json, "next_attempt"));
	assert_string_equal(json_string_value(json_object_get(json, "state")), row->text);
	if (row->next_attempt)
		assert_string_equal(next, row->next_attempt);
	else
		assert_null(next);
	json_decref(json);
	free_queue(NULL);
}

static void tells_the_same_however_often(void **state)
{
	(void)state;
	queue_set_state(queue, entry, QUEUE_DEFERRED, NOW_MS + 60000);
	for (int64_t passed_ms = 1; passed_ms < 1000; passed_ms += 111) {
		struct control_times later = { NOW_MS + passed_ms, WALL_MS + 400 + passed_ms, 0 };
		json_t *json = read_back(control_json_queue_entry(entry, &later));

		assert_string_equal(json_string_value(json_object_get(json, "next_attempt")),
				    "2026-11-22T19:56:01Z");
		json_decref(json);
	}
}

static void lists_the_queue_in_order_of_arrival(void **state)
{
	struct envelope envelope = { 0 };
	json_t *json, *list;

	(void)state;
	envelope_set(&envelope.sender, span_of(""));
	queue_add(queue, "4Kd3", 0, &envelope, NOW_MS);
	json = read_back(control_json_queue(queue, &times));
	list = json_object_get(json, "queue");
	assert_int_equal(json_object_size(json), 1);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "id")),
			    "4Kd2");
	/* The null sender is a sender. */
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "sender")),
			    "");
	assert_int_equal(json_array_size(json_object_get(json_array_get(list, 1), "recipients")),
			 0);
	json_decref(json);
	envelope_clear(&envelope);
}

static void lists_an_empty_queue(void **state)
{
	char *text;

	(void)state;
	queue_remove(queue, entry);
	text = control_json_queue(queue, &times);
	assert_string_equal(text, "{\"queue\":[]}\n");
	free(text);
}

static void survives_hostile_texts(void **state)
{
	json_t *json;

	(void)state;
	queue_set_reason(entry, "\"},\n\x1b[31m\xff\xc3 end");
	json = read_entry();
	assert_string_equal(json_string_value(json_object_get(json, "reason")),
			    "\"},\n\x1b[31m\xef\xbf\xbd\xef\xbf\xbd end");
	json_decref(json);
}

static const struct modem_facts facts = {
	.model = "M95", .firmware = "M95AR01A21", .operator_name = "Example",
	.has_signal = true, .signal_dbm = -71, .registration = MODEM_REGISTRATION_HOME,
	.baud = 115200, .bare_escape_ends = AT_NO, .has_store = true, .store_free_octets = 280000,
};
static const struct control_modem_view modems[] = {
	{ "gsm0", "/dev/ttyUSB0", "main", MODEM_READY, "", false, &facts, BREAKER_CLOSED, 0 },
	{ "gsm1", "/dev/ttyUSB1", "main", MODEM_ABSENT, "no such device", true, NULL, BREAKER_OPEN,
	  3 },
};

static const struct control_account_view accounts[] = {
	{ "main", false, "" },
	{ "backup", true, "authentication failed (-535)" },
};

static void lists_the_modems_exactly(void **state)
{
	char *text = control_json_modems(modems, 2);

	(void)state;
	assert_string_equal(text,
		"{\"modems\":[{\"name\":\"gsm0\",\"device\":\"/dev/ttyUSB0\",\"account\":\"main\","
		"\"state\":\"ready\",\"reason\":null,\"wants_hand\":false,\"breaker\":\"closed\","
		"\"failures\":0,\"signal_dbm\":-71,\"registration\":\"home\","
		"\"operator\":\"Example\",\"model\":\"M95\",\"firmware\":\"M95AR01A21\","
		"\"baud\":115200,\"guard\":\"needed\",\"file_store\":true,"
		"\"file_store_free\":280000},"
		"{\"name\":\"gsm1\",\"device\":\"/dev/ttyUSB1\",\"account\":\"main\","
		"\"state\":\"absent\",\"reason\":\"no such device\",\"wants_hand\":true,"
		"\"breaker\":\"open\",\"failures\":3,\"signal_dbm\":null,"
		"\"registration\":\"unknown\",\"operator\":null,\"model\":null,"
		"\"firmware\":null,\"baud\":null,\"guard\":null,\"file_store\":false,"
		"\"file_store_free\":null}]}\n");
	free(text);
}

static const struct guard_row {
	const char *name;
	enum at_known bare_escape_ends;
	const char *guard;
} guard_rows[] = {
	{ "a guard that was not found out about is null", AT_UNKNOWN, NULL },
	{ "where a bare escape ends data, no guard is needed", AT_YES, "none" },
	{ "where it does not, one is", AT_NO, "needed" },
};

static void tells_the_guard(void **state)
{
	const struct guard_row *row = *state;
	struct modem_facts known = { .bare_escape_ends = row->bare_escape_ends };
	struct control_modem_view view = { .name = "gsm0", .device = "/dev/x", .facts = &known };
	json_t *json = read_back(control_json_modems(&view, 1)), *guard;

	guard = json_object_get(json_array_get(json_object_get(json, "modems"), 0), "guard");
	assert_non_null(guard);
	if (row->guard)
		assert_string_equal(json_string_value(guard), row->guard);
	else
		assert_true(json_is_null(guard));
	json_decref(json);
}

static void lists_no_modems(void **state)
{
	char *text = control_json_modems(NULL, 0);

	(void)state;
	assert_string_equal(text, "{\"modems\":[]}\n");
	free(text);
}

static void tells_the_status_exactly(void **state)
{
	struct control_status_view view = {
		.version = "0.1.0", .uptime_s = 4711, .status = "1 queued", .corrupt = 2,
		.modems = modems, .modem_count = 0, .accounts = accounts, .account_count = 2,
	};
	char *text = control_json_status(&view, queue);

	(void)state;
	assert_string_equal(text,
		"{\"version\":\"0.1.0\",\"uptime_s\":4711,\"status\":\"1 queued\","
		"\"queue\":{\"queued\":1,\"active\":0,\"deferred\":0,\"held\":0,\"uncertain\":0,"
		"\"failed\":0},\"queue_total\":1,\"corrupt\":2,\"account_held\":true,"
		"\"account_reason\":\"authentication failed (-535)\",\"accounts\":["
		"{\"name\":\"main\",\"held\":false,\"reason\":null},"
		"{\"name\":\"backup\",\"held\":true,"
		"\"reason\":\"authentication failed (-535)\"}],\"modems\":[]}\n");
	free(text);
}

static void counts_each_state(void **state)
{
	struct control_status_view view = { .version = "0", .status = "", .modems = modems,
					    .modem_count = 2, .accounts = accounts,
					    .account_count = 1 };
	json_t *json, *counts;

	(void)state;
	queue_set_state(queue, entry, QUEUE_FAILED, 0);
	json = read_back(control_json_status(&view, queue));
	counts = json_object_get(json, "queue");
	assert_int_equal(json_integer_value(json_object_get(counts, "queued")), 0);
	assert_int_equal(json_integer_value(json_object_get(counts, "failed")), 1);
	assert_int_equal(json_array_size(json_object_get(json, "modems")), 2);
	assert_true(json_is_false(json_object_get(json, "account_held")));
	assert_true(json_is_null(json_object_get(json, "account_reason")));
	json_decref(json);
}

static void tells_an_error(void **state)
{
	char *text = control_json_error("unknown-id", "there is no \"x\"");

	(void)state;
	assert_string_equal(text, "{\"error\":{\"code\":\"unknown-id\","
				  "\"message\":\"there is no \\\"x\\\"\"}}\n");
	free(text);
}

static void tells_a_count(void **state)
{
	char *text = control_json_count(3);

	(void)state;
	assert_string_equal(text, "{\"count\":3}\n");
	free(text);
}

static void add(struct rows *rows, const char *sentence, CMUnitTestFunction function)
{
	ROWS_ADD(rows, sentence, function);
	rows->tests[rows->count - 1].setup_func = make_queue;
	rows->tests[rows->count - 1].teardown_func = free_queue;
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, state_rows, tells_state_and_next_attempt);
	ROWS_ADD_TABLE(rows, guard_rows, tells_the_guard);
	add(rows, "an entry, to the letter", writes_an_entry_exactly);
	add(rows, "what is not known is null", says_null_for_what_is_not_known);
	add(rows, "the next attempt does not move while it is waited for",
	    tells_the_same_however_often);
	add(rows, "the queue comes in order of arrival", lists_the_queue_in_order_of_arrival);
	add(rows, "an empty queue is an empty list", lists_an_empty_queue);
	add(rows, "a hostile text stays a text", survives_hostile_texts);
	add(rows, "the status, to the letter", tells_the_status_exactly);
	add(rows, "each state is counted", counts_each_state);
	ROWS_ADD(rows, "the modems, to the letter", lists_the_modems_exactly);
	ROWS_ADD(rows, "no modem is an empty list", lists_no_modems);
	ROWS_ADD(rows, "an error, to the letter", tells_an_error);
	ROWS_ADD(rows, "a count, to the letter", tells_a_count);
	return rows_run(rows, "control_json");
}
