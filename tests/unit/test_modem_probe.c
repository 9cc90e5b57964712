/* SPDX-License-Identifier: ISC */
#include "modem/modem_probe.h"

#include "modem_world.h"

#define KNOWN(...) { .model = "Quectel_M95", .baud = 0, __VA_ARGS__ }
#define PROBE "AT+QSMTPBODY=1,60"
#define SIZE_PROBE "AT+QSMTPATT=\"probe.txt\",1,60"

struct guard_row {
	const char *name;
	struct row world;
	int64_t guard_ms;		/* in the end */
	enum at_known kept;		/* on disk in the end */
	unsigned writes;
};

static const struct guard_row guards[] = {
	{ "a firmware whose escape needs no silence gets none",
	  { .finds_guard = true, .guard = AT_YES, .ran = PROBE " AT+QSMTPCLR " SIZE_PROBE " AT+QSMTPCLR AT+CPIN?" }, 0,
	  AT_YES, 1 },
	{ "a firmware whose escape needs silence gets it",
	  { .finds_guard = true, .guard = AT_NO, .ran = PROBE }, MODEM_GUARD_SURE_MS, AT_NO, 1 },
	{ "a firmware that leaves it open gets the silence that is sure",
	  { .finds_guard = true, .guard = AT_UNKNOWN, .ran = PROBE }, MODEM_GUARD_SURE_MS,
	  AT_UNKNOWN, 0 },
	{ "a configured silence is taken as it is",
	  { .guard = AT_YES, .not_ran = PROBE }, 700, AT_UNKNOWN, 0 },
	{ "what is remembered is not asked again", { .finds_guard = true, .guard = AT_NO,
	  .kept = KNOWN(.bare_escape_ends = AT_YES), .not_ran = PROBE }, 0, AT_YES, 0 },
	{ "what is remembered of another model is asked again", { .finds_guard = true,
	  .guard = AT_NO, .kept = { .model = "Quectel_M26", .bare_escape_ends = AT_YES },
	  .ran = PROBE }, MODEM_GUARD_SURE_MS, AT_NO, 1 },
	{ "what is remembered of another firmware is asked again", { .finds_guard = true,
	  .guard = AT_NO, .kept = KNOWN(.firmware = "R1", .bare_escape_ends = AT_YES),
	  .ran = PROBE }, MODEM_GUARD_SURE_MS, AT_NO, 1 },
	{ "a module that is busy is not asked", { .finds_guard = true, .guard = AT_YES,
	  .clear_errors = true, .not_ran = PROBE, .why = "busy" }, MODEM_GUARD_SURE_MS,
	  AT_UNKNOWN, 0 },
	{ "a refused question does not hold it up", { .finds_guard = true,
	  .guard_outcome = AT_CHAT_ERROR, .ran = PROBE }, MODEM_GUARD_SURE_MS, AT_UNKNOWN, 0 },
	{ "a question with a wrong length does not hold it up", { .finds_guard = true,
	  .guard = AT_YES, .guard_outcome = AT_CHAT_MISMATCH }, MODEM_GUARD_SURE_MS, AT_UNKNOWN,
	  0 },
	{ "a failed question does not hold it up", { .finds_guard = true,
	  .guard_outcome = AT_CHAT_RESULT }, MODEM_GUARD_SURE_MS, AT_UNKNOWN, 0 },
	{ "a question without an answer does not hold it up", { .finds_guard = true,
	  .guard_outcome = AT_CHAT_TIMEOUT }, MODEM_GUARD_SURE_MS, AT_UNKNOWN, 0 },
	{ "a question that makes the module silent is put once", { .finds_guard = true,
	  .guard_outcome = AT_CHAT_TIMEOUT, .guard_unsynced = true }, MODEM_GUARD_SURE_MS,
	  AT_UNKNOWN, 0 },
	{ "a question that makes the module start anew is put once", { .finds_guard = true,
	  .guard_outcome = AT_CHAT_RESET }, MODEM_GUARD_SURE_MS, AT_UNKNOWN, 0 },
};

static unsigned count(const struct world *world, const char *command)
{
	unsigned found = 0;

	for (const char *at = buf_string(&world->ran); (at = strstr(at, command)) != NULL; at++)
		found++;
	return found;
}

static void test_guard(void **state)
{
	const struct guard_row *row = *state;
	struct row world_row = row->world;
	struct world world;

	world_row.until_ms = 30000;
	begin(&world, &world_row);
	live(&world);
	assert_int_equal(modem_life_guard_ms(world.life), row->guard_ms);
	assert_int_equal(world.kept.bare_escape_ends, row->kept);
	assert_int_equal(world.writes, row->writes);
	assert_true(count(&world, PROBE) <= 1);
	if (row->world.why == NULL)
		assert_int_equal(modem_life_state(world.life), MODEM_READY);
	if (row->world.ran != NULL)
		assert_non_null(strstr(buf_string(&world.ran), row->world.ran));
	if (row->world.not_ran != NULL)
		assert_null(strstr(buf_string(&world.ran), row->world.not_ran));
	if (row->kept != AT_UNKNOWN)
		assert_string_equal(world.kept.model, "Quectel_M95");
	end_world(&world);
}

/* Whether a size ends a file is asked once for a firmware, and told to the plan. */
static void test_size_asked(void **state)
{
	static const struct row asked = {
		.until_ms = MINUTE_MS, .finds_guard = true, .guard = AT_YES, .size_ends = AT_NO,
	};
	static const struct row known = {
		.until_ms = MINUTE_MS, .finds_guard = true, .guard = AT_YES, .size_ends = AT_NO,
		.kept = KNOWN(.bare_escape_ends = AT_YES, .size_ends_data = AT_YES),
	};
	struct world world;

	(void)state;
	begin(&world, &asked);
	live(&world);
	assert_int_equal(count(&world, SIZE_PROBE), 1);
	assert_int_equal(modem_life_basis(world.life).size_ends_data, AT_NO);
	assert_int_equal(world.kept.size_ends_data, AT_NO);
	end_world(&world);
	begin(&world, &known);
	live(&world);
	assert_int_equal(count(&world, SIZE_PROBE), 0);
	assert_int_equal(modem_life_basis(world.life).size_ends_data, AT_YES);
	end_world(&world);
}

/* A store that failed one mail is done without until the next way up. */
static void test_bad_store(void **state)
{
	static const struct row row = {
		.until_ms = 40000, .wants_store = true, .has_store = true,
		.events = { { 30000, MAIL, NULL, 0, OF(AT_CHAT_ERROR, "QFUPL", .synced = true) } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_false(modem_life_basis(world.life).has_store);
	end_world(&world);
}

/* What was left open is asked again on the next way up, not before. */
static void test_next_time(void **state)
{
	static const struct row row = {
		.until_ms = 3 * MINUTE_MS, .finds_guard = true, .guard = AT_UNKNOWN,
		.events = { { 2 * MINUTE_MS, UNPLUG, NULL, 0, { 0 } } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(count(&world, PROBE), 2);
	assert_int_equal(world.writes, 0);
	end_world(&world);
}

/* An escape without silence that failed in a mail is looked at once more. */
static void test_doubt(void **state)
{
	static const struct row row = {
		.until_ms = 40000, .finds_guard = true, .guard = AT_NO,
		.kept = KNOWN(.bare_escape_ends = AT_YES),
		.events = { { 10000, MAIL, NULL, 0, OF(AT_CHAT_TIMEOUT, "QSMTPBODY",
						       .synced = true) } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	assert_int_equal(count(&world, PROBE), 1);
	assert_int_equal(modem_life_guard_ms(world.life), MODEM_GUARD_SURE_MS);
	assert_int_equal(world.kept.bare_escape_ends, AT_NO);
	end_world(&world);
}

/* Of mails: whether a size that was told ends the data. Put on disk once. */
static void test_size(void **state)
{
	static const struct row row = {
		.until_ms = 60000, .events = {
			{ 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) },
			{ 20000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true,
						   .size_ends_data = AT_YES) },
			{ 30000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true,
						   .size_ends_data = AT_YES) },
			{ 40000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) } },
	};
	struct world world;

	(void)state;
	begin(&world, &row);
	assert_int_equal(modem_life_basis(world.life).size_ends_data, AT_UNKNOWN);
	live(&world);
	assert_int_equal(modem_life_basis(world.life).size_ends_data, AT_YES);
	assert_int_equal(world.kept.size_ends_data, AT_YES);
	assert_int_equal(world.writes, 1);
	modem_life_lost(world.life, "unplugged", world.now_ms);
	assert_int_equal(modem_life_basis(world.life).size_ends_data, AT_UNKNOWN);
	end_world(&world);
}

struct store_row {
	const char *name;
	struct row world;
	bool has_store;			/* in the end */
	int64_t free_octets;
	int files;			/* left of ours */
};

#define FAILED { 10000, MAIL, NULL, 0, AT_PUT(-550) }

static const struct store_row stores[] = {
	{ "a store is found", { .wants_store = true, .has_store = true,
	  .ran = "AT+QFUPL=? AT+QFLDS=\"UFS\" AT+QFLST=\"*\" AT+CPIN?", .not_ran = "QFDEL" },
	  true, 100000, 0 },
	{ "a firmware without a store comes up", { .wants_store = true,
	  .not_ran = "AT+QFLST" }, false, 0, 0 },
	{ "a store that is not wanted is not looked for", { .has_store = true,
	  .files = 2, .not_ran = "QF" }, false, 0, 2 },
	{ "what a dead run left there is deleted", { .wants_store = true, .has_store = true,
	  .files = 3, .ran = "AT+QFDEL=\"UFS:gsmtpd-0.txt\"", .not_ran = "ca.pem" }, true,
	  100000, 0 },
	{ "much that a dead run left there is deleted", { .wants_store = true, .has_store = true,
	  .files = 30 }, true, 100000, 0 },
	{ "files that cannot be deleted do not hold it up", { .wants_store = true,
	  .has_store = true, .files = 3, .files_stay = true }, true, 97000, 3 },
	{ "what a failed mail left there is deleted", { .wants_store = true, .has_store = true,
	  .ran = "AT+QSMTPCLR AT+QFLDS=\"UFS\" AT+QFLST=\"*\" AT+QFDEL",
	  .events = { FAILED, { 11000, FILES, NULL, 5, { 0 } } } }, true, 100000, 0 },
	{ "what a mail left there that the network failed is deleted", { .wants_store = true,
	  .has_store = true, .ran = "AT+QIDEACT AT+QFLDS=\"UFS\" AT+QFLST=\"*\" AT+QFDEL",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-5) }, { 11000, FILES, NULL, 1, { 0 } } } },
	  true, 100000, 0 },
	{ "the room is read again after a mail that went", { .wants_store = true,
	  .has_store = true, .files_stay = true, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) },
		{ 11000, FILES, NULL, 2, { 0 } } } }, true, 98000, 2 },
	{ "a module that is gone has no store", { .wants_store = true, .has_store = true,
	  .events = { { 25000, UNPLUG_FOR, NULL, 60000, { 0 } } } }, false, 0, 0 },
};

static void test_store(void **state)
{
	const struct store_row *row = *state;
	struct row world_row = row->world;
	struct modem_basis basis;
	struct world world;

	world_row.until_ms = 30000;
	begin(&world, &world_row);
	live(&world);
	basis = modem_life_basis(world.life);
	assert_int_equal(basis.has_store, row->has_store);
	assert_int_equal(basis.store_free_octets, row->free_octets);
	assert_int_equal(modem_life_facts(world.life)->has_store, row->has_store);
	assert_int_equal(world.files, row->files);
	assert_true(world.ready_ms > 0 && world.ready_ms < 10000);
	if (row->world.ran != NULL && strstr(buf_string(&world.ran), row->world.ran) == NULL)
		fail_msg("ran %s", buf_string(&world.ran));
	if (row->world.not_ran != NULL)
		assert_null(strstr(buf_string(&world.ran), row->world.not_ran));
	end_world(&world);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, guards, test_guard);
	ROWS_ADD(&rows, "what was left open is asked on the next way up", test_next_time);
	ROWS_ADD(&rows, "an escape that failed in a mail is doubted", test_doubt);
	ROWS_ADD(&rows, "whether a size ends the data is learnt and kept", test_size);
	ROWS_ADD_TABLE(&rows, stores, test_store);
	ROWS_ADD(&rows, "whether a size ends a file is found out and remembered", test_size_asked);
	ROWS_ADD(&rows, "a store that fails is done without", test_bad_store);
	return rows_run(&rows, "modem_probe");
}
