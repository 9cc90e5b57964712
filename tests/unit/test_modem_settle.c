/* SPDX-License-Identifier: ISC */
#include "modem/modem_settle.h"

#include "modem_world.h"

struct settle_row {
	const char *name;
	struct row world;
	enum at_chat_outcome outcome;
	int code;
	int64_t from_ms, to_ms;		/* when it was settled */
};

#define WAITING(...) { .until_ms = 12 * MINUTE_MS, .settle_until_ms = 5 * MINUTE_MS, __VA_ARGS__ }

static const struct settle_row table[] = {
	{ "a result that comes soon settles it",
	  WAITING(.sends_until_ms = 2000, .put_result = "0"), AT_CHAT_OK, 0, 2000, 2000 },
	{ "a result that comes late settles it",
	  WAITING(.sends_until_ms = 123456, .put_result = "0"), AT_CHAT_OK, 0, 123456, 123456 },
	{ "a refusal settles it", WAITING(.sends_until_ms = 3000, .put_result = "-550"),
	  AT_CHAT_RESULT, -550, 3000, 3000 },
	{ "a module that sends no more and says nothing leaves it uncertain",
	  WAITING(.sends_until_ms = 0), AT_CHAT_TIMEOUT, 0, 7000, 8000 },
	{ "a module whose result came while nobody listened leaves it uncertain",
	  WAITING(.sends_until_ms = 100000), AT_CHAT_TIMEOUT, 0, 100000, 113000 },
	{ "a module that sends for ever is waited for to the limit",
	  WAITING(.sends_until_ms = NEVER_MS), AT_CHAT_TIMEOUT, 0, 5 * MINUTE_MS,
	  5 * MINUTE_MS + 1 },
	{ "a module that is silent is listened to, to the limit",
	  WAITING(.answers_at_ms = 6 * MINUTE_MS), AT_CHAT_TIMEOUT, 0, 5 * MINUTE_MS,
	  5 * MINUTE_MS + 1 },
	{ "a module that answers only later settles it all the same",
	  WAITING(.answers_at_ms = 2 * MINUTE_MS, .sends_until_ms = 3 * MINUTE_MS,
		  .put_result = "0"), AT_CHAT_OK, 0, 3 * MINUTE_MS, 3 * MINUTE_MS },
	{ "a module that started anew leaves it uncertain",
	  WAITING(.sends_until_ms = NEVER_MS, .events = { { 20000, BOOT, NULL, 0, { 0 } } }),
	  AT_CHAT_RESET, 0, 20000, 20010 },
	{ "a device that is not there is waited for to the limit",
	  WAITING(.device_at_ms = 6 * MINUTE_MS), AT_CHAT_TIMEOUT, 0, 5 * MINUTE_MS,
	  5 * MINUTE_MS },
	{ "a device that comes later is listened to",
	  WAITING(.device_at_ms = 60000, .sends_until_ms = 90000, .put_result = "0"), AT_CHAT_OK,
	  0, 90000, 90000 },
	{ "a line that hangs up is opened again and listened to",
	  WAITING(.sends_until_ms = 90000, .put_result = "-421",
		  .events = { { 2000, UNPLUG, NULL, 0, { 0 } },
			      { 30000, UNPLUG_FOR, NULL, 20000, { 0 } } }),
	  AT_CHAT_RESULT, -421, 90000, 90000 },
	{ "the operator's reset waits until it is settled",
	  WAITING(.sends_until_ms = 90000, .put_result = "0", .ran = "AT+CFUN=1,1",
		  .events = { { 20000, RESET, NULL, 0, { 0 } } }), AT_CHAT_OK, 0, 90000, 90000 },
	{ "a limit that is over settles it at once",
	  { .until_ms = 6 * MINUTE_MS, .settle_until_ms = 1, .sends_until_ms = NEVER_MS },
	  AT_CHAT_TIMEOUT, 0, 1, 10 },
	{ "the rate where it answered last is the one to listen at",
	  WAITING(.baud = 115200, .module_baud = 9600, .kept = { .baud = 9600 },
		  .sends_until_ms = 20000, .put_result = "0"), AT_CHAT_OK, 0, 20000, 20000 },
};

/* That nothing but OPEN and LISTEN is ordered before is looked at by the world. */
static void test_row(void **state)
{
	const struct settle_row *row = *state;
	struct row world_row = row->world;
	struct world world;

	/* The module may answer its set-up with ERROR for ever here: what follows
	 * is not the subject. */
	begin(&world, &world_row);
	assert_int_equal(modem_life_state(world.life), MODEM_SENDING);
	assert_non_null(strstr(modem_life_why(world.life), "waits for the outcome of a mail"));
	assert_false(modem_life_is_ready(world.life));
	live(&world);
	assert_int_equal(world.settled_count, 1);
	assert_int_equal(world.settled.outcome, row->outcome);
	assert_int_equal(world.settled.has_code ? world.settled.code : 0, row->code);
	assert_int_equal(world.settled.commit_done, row->outcome == AT_CHAT_OK);
	assert_true(world.settled.committed);
	assert_string_equal(world.settled.label, "QSMTPPUT");
	assert_in_range(world.settled_ms, row->from_ms, row->to_ms);
	assert_int_equal(modem_life_state(world.life), MODEM_READY);
	if (row->world.ran != NULL)
		assert_non_null(strstr(buf_string(&world.ran), row->world.ran));
	end_world(&world);
}

static const struct modem_life_options options = {
	.command_timeout_ms = 10000, .register_timeout_ms = MINUTE_MS,
};

/* A life that listens, with the first script under way. */
static struct modem_life *listening(int64_t until_ms, struct modem_order *order)
{
	struct modem_life_options with_dialect = options;
	struct modem_life *life;

	with_dialect.dialect = modem_dialect_find("gsm");
	life = modem_life_new(&with_dialect, 0);
	assert_non_null(life);
	modem_life_settle(life, until_ms, 0);
	modem_life_next(life, 0, order);
	assert_int_equal(order->kind, MODEM_ORDER_OPEN);
	modem_life_opened(life, 0);
	modem_life_next(life, 0, order);
	assert_int_equal(order->kind, MODEM_ORDER_LISTEN);
	return life;
}

static void finish(struct modem_life *life, enum at_chat_outcome outcome, size_t step,
		   int64_t now_ms)
{
	const struct at_chat_result result = {
		.outcome = outcome, .step = step, .synced = outcome != AT_CHAT_TIMEOUT,
	};

	modem_life_finished(life, &result, now_ms);
}

static void assert_settled(struct modem_life *life, int64_t now_ms, enum at_chat_outcome outcome,
			   int code)
{
	struct modem_order order;

	modem_life_next(life, now_ms, &order);
	assert_int_equal(order.kind, MODEM_ORDER_SETTLED);
	assert_int_equal(order.settled->outcome, outcome);
	assert_int_equal(order.settled->code, code);
	modem_life_next(life, now_ms, &order);
	assert_int_not_equal(order.kind, MODEM_ORDER_SETTLED);
}

/* The module says its result just before it refuses the question. */
static void test_result_before_error(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);

	(void)state;
	finish(life, AT_CHAT_TIMEOUT, 0, 5000);
	modem_life_next(life, 5000, &order);
	assert_int_equal(order.kind, MODEM_ORDER_LISTEN);
	assert_true(span_is(order.steps[0].line, "AT+QSMTPCFG=1,1"));
	modem_life_info(life, "QSMTPCFG", span_of("+QSMTPPUT:0"));
	modem_life_next(life, 5010, &order);
	assert_int_equal(order.kind, MODEM_ORDER_WAIT);
	finish(life, AT_CHAT_ERROR, 0, 5020);
	assert_settled(life, 5020, AT_CHAT_OK, 0);
	modem_life_free(life);
}

/* ... or between two scripts, when nobody asked. */
static void test_result_between(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);

	(void)state;
	finish(life, AT_CHAT_TIMEOUT, 0, 5000);
	modem_life_unsolicited(life, span_of("RING"), 5001);
	modem_life_unsolicited(life, span_of("+QSMTPPUT: -535"), 5001);
	assert_settled(life, 5001, AT_CHAT_RESULT, -535);
	modem_life_free(life);
}

/* ... or twice: the first one counts. */
static void test_two_results(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);

	(void)state;
	modem_life_unsolicited(life, span_of("+QSMTPPUT: 0"), 10);
	modem_life_unsolicited(life, span_of("+QSMTPPUT: -3"), 20);
	finish(life, AT_CHAT_TIMEOUT, 0, 5000);
	assert_settled(life, 5000, AT_CHAT_OK, 0);
	modem_life_free(life);
}

static void test_strange_results(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);

	(void)state;
	modem_life_unsolicited(life, span_of("+QSMTPPUT: (100-48000)"), 10);
	modem_life_unsolicited(life, span_of("+QSMTPPUT:"), 10);
	finish(life, AT_CHAT_TIMEOUT, 0, 5000);
	modem_life_next(life, 5000, &order);
	assert_int_equal(order.kind, MODEM_ORDER_LISTEN);
	modem_life_unsolicited(life, span_of("+QSMTPPUT: 99999999999"), 5010);
	finish(life, AT_CHAT_TIMEOUT, 0, 6000);
	assert_settled(life, 6000, AT_CHAT_RESULT, INT32_MIN);
	modem_life_free(life);
}

static void test_boot_between(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);

	(void)state;
	finish(life, AT_CHAT_TIMEOUT, 0, 5000);
	modem_life_unsolicited(life, span_of("RDY"), 5001);
	assert_settled(life, 5001, AT_CHAT_RESET, 0);
	modem_life_free(life);
}

/* An end that is none, again and again, does not go in a circle. */
static void test_no_circle(void **state)
{
	struct modem_order order;
	struct modem_life *life = listening(100000, &order);
	int64_t now_ms = 0;
	int scripts = 0;

	(void)state;
	for (; now_ms < 99000; now_ms = modem_life_deadline_ms(life)) {
		modem_life_next(life, now_ms, &order);
		if (order.kind != MODEM_ORDER_LISTEN && now_ms > 0)
			continue;
		scripts++;
		finish(life, AT_CHAT_BROKEN_DATA, 0, now_ms);
	}
	assert_in_range(scripts, 10, 110);
	modem_life_free(life);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a result just before the question is refused settles it",
		 test_result_before_error);
	ROWS_ADD(&rows, "a result between two scripts settles it", test_result_between);
	ROWS_ADD(&rows, "of two results the first settles it", test_two_results);
	ROWS_ADD(&rows, "what is no number is no result, and a number too large is none of ours",
		 test_strange_results);
	ROWS_ADD(&rows, "a start between two scripts leaves it uncertain", test_boot_between);
	ROWS_ADD(&rows, "a script that ends strangely is not run in a circle", test_no_circle);
	return rows_run(&rows, "modem_settle");
}
