/* SPDX-License-Identifier: ISC */
#include "modem/modem_life.h"

#include "modem_world.h"

static const struct row table[] = {
	{ .name = "a module that is there comes up", .until_ms = 10000, .states = UP, .why = "",
	  .ran = "ATE0 ATV1 AT+CMEE=1 AT+CGMM AT+CGMR AT+QSMTPCFG=? AT+QSMTPCLR AT+CPIN? "
		 "AT+CREG=0 AT+CGREG=0 AT+CNMI=2,0,0,0,0 AT+CSQ AT+CREG? AT+CGREG? AT+COPS? ",
	  .not_ran = "AT+IFC" },
	{ .name = "a device that is not there is looked for until it is", .until_ms = 30000,
	  .states = UP, .device_at_ms = 20000 },
	{ .name = "a device in use is tried again", .until_ms = 30000, .states = "absent opening",
	  .busy = true, .why = "in use by minicom" },
	{ .name = "a module that boots slowly is waited for", .until_ms = 30000, .states = UP,
	  .answers_at_ms = 7000 },
	{ .name = "an idle heart-beat every minute", .until_ms = 200000, .states = UP,
	  .ran = "AT+COPS? AT+CSQ AT+CREG? AT+CGREG? AT+CSQ AT+CREG? AT+CGREG? "
		 "AT+CSQ AT+CREG? AT+CGREG? " },
	{ .name = "a slow operator's name does not hold it up", .until_ms = 10000, .states = UP,
	  .slow_operator = true },
	{ .name = "GSM registration is enough where GPRS is unknown", .until_ms = 10000,
	  .states = UP, .no_gprs = true },

	{ .name = "an unplugged module is absent and comes again", .until_ms = 20000,
	  .states = UP " absent" UP_AGAIN, .events = { { 10000, UNPLUG, NULL, 0, { 0 } } } },
	{ .name = "a module unplugged in a script comes again", .until_ms = 20000,
	  .states = "absent syncing " UP, .events = { { 100, UNPLUG, NULL, 0, { 0 } } } },
	{ .name = "a boot line while ready begins all anew", .until_ms = 30000,
	  .states = UP UP_AGAIN, .events = { { 10000, SAY, "RDY", 0, { 0 } } } },
	{ .name = "all lines of one start count as one", .until_ms = 30000,
	  .states = UP UP_AGAIN, .why = "", .events = {
		{ 10000, SAY, "RDY", 0, { 0 } }, { 10100, SAY, "+CFUN: 1", 0, { 0 } },
		{ 10200, SAY, "Call Ready", 0, { 0 } } } },
	{ .name = "a module that starts again and again climbs the ladder", .until_ms = 300000,
	  .states = NULL, .ran = "AT+CFUN=0", .boots = true },
	{ .name = "a power-down line while ready begins all anew", .until_ms = 30000,
	  .states = UP UP_AGAIN, .events = { { 10000, SAY, "NORMAL POWER DOWN", 0, { 0 } } } },
	{ .name = "another unasked line changes nothing", .until_ms = 30000, .states = UP,
	  .events = { { 10000, SAY, "RING", 0, { 0 } }, { 11000, SAY, "+CMTI: \"SM\",1", 0, { 0 } },
		      { 12000, SAY, "OK", 0, { 0 } } } },
	{ .name = "the operator's reset restarts it", .until_ms = 30000,
	  .states = UP " recovering" UP_AGAIN, .ran = "AT+CFUN=1,1",
	  .events = { { 10000, RESET, NULL, 0, { 0 } } } },
	{ .name = "the operator's reset looks for an absent device at once", .until_ms = 3000,
	  .states = "absent", .device_at_ms = MINUTE_MS,
	  .events = { { 500, RESET, NULL, 0, { 0 } } } },

	{ .name = "the LTE dialect is told from ours", .until_ms = 10000,
	  .states = "absent syncing resting", .why = "Quectel_M95) does not speak",
	  .probe = "\"account\",<username>,<password>", .not_ran = "AT+CPIN" },
	{ .name = "a module without AT+QSMTP is looked at again", .until_ms = 70000,
	  .states = "absent syncing resting syncing resting", .why = "check device and dialect",
	  .probe = "", .not_ran = "AT+CPIN" },
	{ .name = "a module that still sends is waited for", .until_ms = 12000,
	  .states = "absent syncing resting syncing resting syncing resting", .why = "busy",
	  .clear_errors = true, .not_ran = "AT+CFUN" },
	{ .name = "a module that is busy for ever is reset in the end",
	  .until_ms = 20 * MINUTE_MS, .states = NULL, .clear_errors = true, .ran = "AT+CFUN=0" },

	{ .name = "a network that searches is waited for", .until_ms = 60000,
	  .states = UP, .stat = 2, .events = { { 40000, NETWORK, NULL, 1, { 0 } } } },
	{ .name = "the wait for a network is told", .until_ms = 20000,
	  .states = "absent syncing sim registering", .stat = 2,
	  .why = "waits for a network (searching) for " },
	{ .name = "no network for the register time-out is worth a radio restart",
	  .until_ms = 150000, .states = "absent syncing sim registering recovering syncing sim "
	  "registering", .stat = 2, .ran = "AT+CFUN=0 AT+CFUN=1" },
	{ .name = "roaming is not used unless allowed, and nothing is reset for it",
	  .until_ms = 60 * MINUTE_MS, .states = "absent syncing sim registering", .stat = 5,
	  .why = "roaming = no", .not_ran = "AT+CFUN" },
	{ .name = "roaming is used where allowed", .until_ms = 10000, .states = UP, .stat = 5,
	  .roaming = true },
	{ .name = "a network that goes while idle is noticed and waited for", .until_ms = 120000,
	  .states = UP " registering ready", .events = { { 10000, NETWORK, NULL, 2, { 0 } },
							 { 90000, NETWORK, NULL, 1, { 0 } } } },

	{ .name = "a mail goes and the modem is ready again", .until_ms = 20000,
	  .states = UP " sending ready", .not_ran = "AT+QIDEACT",
	  .events = { { 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true,
		      .committed = true, .commit_done = true) } } },
	{ .name = "what a mail left is taken away a moment later", .until_ms = 20000,
	  .states = UP " sending ready", .ran = "AT+COPS? AT+QSMTPCLR ",
	  .events = { { 10000, MAIL, NULL, 1, OF(AT_CHAT_OK, NULL, .synced = true) } } },
	{ .name = "nothing is taken away between the mails of a burst", .until_ms = 12900,
	  .states = UP " sending ready sending ready", .ran = "AT+COPS? ",
	  .not_ran = "AT+COPS? AT+QSMTPCLR",
	  .events = { { 8000, MAIL, NULL, 1, OF(AT_CHAT_OK, NULL, .synced = true) },
		      { 10500, MAIL, NULL, 1, OF(AT_CHAT_OK, NULL, .synced = true) } } },
	{ .name = "a refused mail leaves it ready, the draft is cleared", .until_ms = 20000,
	  .states = UP " sending ready", .ran = "AT+COPS? AT+QSMTPCLR ", .not_ran = "AT+QIDEACT",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-550) } } },
	{ .name = "the next mail may follow a refused one at once", .until_ms = 20000,
	  .states = UP " sending ready sending ready",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-550) },
		      { 12100, MAIL, NULL, 0, AT_PUT(-550) } } },
	{ .name = "a network error takes the bearer down", .until_ms = 20000,
	  .states = UP " sending ready", .ran = "AT+QSMTPCLR AT+QIDEACT ",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-5) } } },
	{ .name = "the third network error in a row restarts the radio", .until_ms = 60000,
	  .states = UP " sending ready sending ready sending recovering" UP_AGAIN,
	  .ran = "AT+CFUN=0 AT+CFUN=1", .not_ran = "AT+CFUN=1,1",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-5) }, { 20000, MAIL, NULL, 0, AT_PUT(-8) },
		      { 30000, MAIL, NULL, 0, AT_PUT(-4) } } },
	{ .name = "an answer of the server between network errors counts as health",
	  .until_ms = 60000, .states = UP " sending ready sending ready sending ready sending ready",
	  .not_ran = "AT+CFUN",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-5) }, { 20000, MAIL, NULL, 0, AT_PUT(-5) },
		      { 30000, MAIL, NULL, 0, AT_PUT(-550) },
		      { 40000, MAIL, NULL, 0, AT_PUT(-5) } } },
	{ .name = "a busy module rests", .until_ms = 20000,
	  .states = UP " sending resting" UP_AGAIN,
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-3) } } },
	{ .name = "an ERROR sets it up anew", .until_ms = 20000, .states = UP " sending" UP_AGAIN,
	  .events = { { 10000, MAIL, NULL, 0, OF(AT_CHAT_ERROR, "QSMTPDST", .synced = true) } } },
	{ .name = "a wrong read-back sets it up anew", .until_ms = 20000,
	  .states = UP " sending" UP_AGAIN,
	  .events = { { 10000, MAIL, NULL, 0, OF(AT_CHAT_MISMATCH, "QSMTPDST?",
						 .synced = true) } } },
	{ .name = "a cancelled mail leaves it ready, the draft is cleared", .until_ms = 20000,
	  .states = UP " sending ready", .ran = "AT+COPS? AT+QSMTPCLR ",
	  .events = { { 10000, MAIL, NULL, 0, OF(AT_CHAT_CANCELLED, "QSMTPPUT",
						 .synced = true) } } },
	{ .name = "silence in a mail leads to the ladder", .until_ms = 20000,
	  .states = UP " sending recovering" UP_AGAIN, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_TIMEOUT, "QSMTPBODY", .synced = true) } } },
	{ .name = "data broken in a mail leads to the ladder", .until_ms = 20000,
	  .states = UP " sending recovering" UP_AGAIN, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_BROKEN_DATA, "QSMTPBODY", .synced = true) } } },
	{ .name = "a restart in a mail begins all anew", .until_ms = 20000,
	  .states = UP " sending" UP_AGAIN, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_RESET, "QSMTPPUT", .committed = true) } } },
	{ .name = "the plug pulled in a mail", .until_ms = 20000,
	  .states = UP " sending absent" UP_AGAIN, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_LOST, "QSMTPPUT", .committed = true) } } },
	{ .name = "the plug pulled in a mail, told by the line first", .until_ms = 20000,
	  .states = UP " sending absent" UP_AGAIN, .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) },
		{ 11000, UNPLUG, NULL, 0, { 0 } } } },
	{ .name = "the operator's reset waits for the mail", .until_ms = 40000,
	  .states = UP " sending ready recovering" UP_AGAIN, .ran = "AT+CFUN=1,1", .events = {
		{ 10000, MAIL, NULL, 0, OF(AT_CHAT_OK, NULL, .synced = true) },
		{ 11000, RESET, NULL, 0, { 0 } } } },

	{ .name = "a frozen module is noticed by the heart-beat and comes back", .until_ms = 120000,
	  .states = UP " recovering" UP_AGAIN, .events = {
		{ 10000, FREEZE, NULL, 0, { 0 } }, { 80000, THAW, NULL, 0, { 0 } } } },
	{ .name = "a frozen module climbs the ladder to its end", .until_ms = 4 * MINUTE_MS,
	  .states = UP " recovering syncing resting syncing resting",
	  .ran = "AT+CFUN=1,1", .not_ran = "reset-command",
	  .events = { { 10000, FREEZE, NULL, 0, { 0 } } } },
	{ .name = "where there is a reset-command it is run", .until_ms = 4 * MINUTE_MS,
	  .states = UP " recovering syncing recovering syncing resting",
	  .ran = "AT+CFUN=1,1 reset-command", .has_command = true,
	  .events = { { 10000, FREEZE, NULL, 0, { 0 } } } },
	{ .name = "a module that goes away in its reset is waited for", .until_ms = 60000,
	  .states = UP " recovering absent" UP_AGAIN, .reset_hangs_up = true,
	  .why = "", .events = { { 10000, RESET, NULL, 0, { 0 } } } },
	{ .name = "that it comes back from a reset is told", .until_ms = 14000,
	  .states = UP " recovering absent", .reset_hangs_up = true,
	  .why = "no such device", .events = { { 10000, RESET, NULL, 0, { 0 } } } },
	{ .name = "a module that goes away in reset-command is waited for and comes up",
	  .until_ms = 4 * MINUTE_MS,
	  .states = UP " recovering syncing recovering absent" UP_AGAIN, .has_command = true,
	  .ran = "AT+CFUN=1,1 reset-command AT", .reset_hangs_up = true, .command_revives = true,
	  .events = { { 10000, FREEZE, NULL, 0, { 0 } } } },
	{ .name = "a device that is away for long is told to a person", .until_ms = MINUTE_MS,
	  .states = "absent", .device_at_ms = NEVER_MS,
	  .why = "no such device: plug it in, or set device to where it is" },
	{ .name = "network errors in a row tell what to look at", .until_ms = 25000,
	  .states = UP " sending ready sending ready", .why = "(-5): check apn",
	  .events = { { 10000, MAIL, NULL, 0, AT_PUT(-5) }, { 15000, MAIL, NULL, 0, AT_PUT(-5) } } },
	{ .name = "a task that never ends is given up and the line opened anew",
	  .until_ms = 20 * MINUTE_MS, .states = "absent syncing absent syncing",
	  .open_for_ever = true },
};

/* What the long rows want is not the exact way. */
static void test_long_row(void **state)
{
	const struct row *row = *state;
	struct world world;

	begin(&world, row);
	live(&world);
	if (row->ran != NULL)
		assert_non_null(strstr(buf_string(&world.ran), row->ran));
	if (row->not_ran != NULL)
		assert_null(strstr(buf_string(&world.ran), row->not_ran));
	end_world(&world);
}

static void test_facts(void **state)
{
	static const struct row row = { .until_ms = 10000 };
	const struct modem_facts *facts;
	struct world world;

	(void)state;
	begin(&world, &row);
	live(&world);
	facts = modem_life_facts(world.life);
	assert_string_equal(facts->model, "Quectel_M95");
	assert_string_equal(facts->operator_name, "Testnet");
	assert_true(facts->has_signal);
	assert_int_equal(facts->signal_dbm, -71);
	assert_int_equal(facts->registration, MODEM_REGISTRATION_HOME);
	modem_life_lost(world.life, "unplugged", world.now_ms);
	assert_false(facts->has_signal);
	assert_int_equal(facts->registration, MODEM_REGISTRATION_UNKNOWN);
	end_world(&world);
}

static void test_flow_control(void **state)
{
	const struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 1000,
		.hardware_flow_control = true,
	};
	struct modem_life *life = modem_life_new(&options, 0);
	struct at_chat_result good = { .outcome = AT_CHAT_OK, .synced = true };
	struct modem_order order;
	bool found = false;

	(void)state;
	modem_life_next(life, 0, &order);
	modem_life_opened(life, 0);
	modem_life_next(life, 0, &order);
	modem_life_finished(life, &good, 0);
	modem_life_next(life, 0, &order);
	assert_int_equal(order.kind, MODEM_ORDER_RUN);
	for (size_t i = 0; i < order.count; i++)
		found = found || span_is(order.steps[i].line, "AT+IFC=2,2");
	assert_true(found);
	modem_life_free(life);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < MODEM_STATES; i++)
		assert_string_not_equal(modem_state_name((enum modem_state)i), "unknown");
	assert_string_equal(modem_state_name(MODEM_STATES), "unknown");
}

int main(void)
{
	struct rows rows = { .count = 0 };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		rows_add(&rows, table[i].name, table[i].states ? world_test_row : test_long_row,
			 &table[i]);
	ROWS_ADD(&rows, "model, operator, signal and registration are read, and forgotten",
		 test_facts);
	ROWS_ADD(&rows, "flow control is switched on in the module too", test_flow_control);
	ROWS_ADD(&rows, "every state has a name", test_names);
	return rows_run(&rows, "modem_life");
}
