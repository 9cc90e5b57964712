/* SPDX-License-Identifier: ISC */
#include "modem/modem_facts.h"

#include <string.h>

#include "rows.h"

struct registration_row {
	const char *name;
	const char *line;
	enum modem_registration registration;
};

static const struct registration_row registrations[] = {
	{ "home", "+CREG: 0,1", MODEM_REGISTRATION_HOME },
	{ "home without a blank", "+CREG:0,1", MODEM_REGISTRATION_HOME },
	{ "home with a cell", "+CREG: 2,1,\"00C3\",\"5A1B\"", MODEM_REGISTRATION_HOME },
	{ "roaming", "+CREG: 0,5", MODEM_REGISTRATION_ROAMING },
	{ "none", "+CREG: 0,0", MODEM_REGISTRATION_NONE },
	{ "searching", "+CREG: 0,2", MODEM_REGISTRATION_SEARCHING },
	{ "denied", "+CREG: 0,3", MODEM_REGISTRATION_DENIED },
	{ "unknown", "+CREG: 0,4", MODEM_REGISTRATION_UNKNOWN },
	{ "the short form", "+CREG: 1", MODEM_REGISTRATION_HOME },
	{ "the short form with a cell", "+CREG: 5,\"0001\",\"0002\"", MODEM_REGISTRATION_ROAMING },
	{ "short messages only", "+CREG: 0,6", MODEM_REGISTRATION_UNKNOWN },
	{ "a number too many", "+CREG: 0,11", MODEM_REGISTRATION_UNKNOWN },
	{ "no number", "+CREG: x,y", MODEM_REGISTRATION_UNKNOWN },
	{ "nothing", "+CREG:", MODEM_REGISTRATION_UNKNOWN },
	{ "another line", "+CGREG: 0,1", MODEM_REGISTRATION_UNKNOWN },
};

static void test_registration(void **state)
{
	const struct registration_row *row = *state;

	assert_int_equal(modem_facts_read_registration(span_of(row->line), "+CREG:"),
			 row->registration);
}

struct signal_row {
	const char *name;
	const char *line;
	bool known;
	int dbm;
};

static const struct signal_row signals[] = {
	{ "the weakest", "+CSQ: 0,0", true, -113 },
	{ "a usual one", "+CSQ: 21,0", true, -71 },
	{ "without a blank", "+CSQ:21,99", true, -71 },
	{ "the strongest", "+CSQ: 31,0", true, -51 },
	{ "unknown", "+CSQ: 99,99", false, 0 },
	{ "in steps of 1 dBm", "+CSQ: 145,99", true, -71 },
	{ "out of range", "+CSQ: 50,0", false, 0 },
	{ "negative", "+CSQ: -1,0", false, 0 },
};

static void test_signal(void **state)
{
	const struct signal_row *row = *state;
	struct modem_facts facts = { .has_signal = true, .signal_dbm = -1 };

	modem_facts_read_signal(span_of(row->line), &facts);
	assert_int_equal(facts.has_signal, row->known);
	if (row->known)
		assert_int_equal(facts.signal_dbm, row->dbm);
}

struct sim_row {
	const char *name;
	const char *line;
	enum modem_sim sim;
};

static const struct sim_row sims[] = {
	{ "ready", "+CPIN: READY", MODEM_SIM_READY },
	{ "ready without a blank", "+CPIN:READY", MODEM_SIM_READY },
	{ "a PIN", "+CPIN: SIM PIN", MODEM_SIM_WANTS_PIN },
	{ "a PUK", "+CPIN: SIM PUK", MODEM_SIM_WANTS_PUK },
	{ "PIN2 is not for us", "+CPIN: SIM PIN2", MODEM_SIM_LOCKED },
	{ "a network lock", "+CPIN: PH-NET PIN", MODEM_SIM_LOCKED },
	{ "a telephone lock", "+CPIN: PH-SIM PIN", MODEM_SIM_LOCKED },
	{ "none", "+CPIN: NOT INSERTED", MODEM_SIM_ABSENT },
	{ "not yet", "+CPIN: NOT READY", MODEM_SIM_BUSY },
	{ "another line", "+CPIN READY", MODEM_SIM_UNKNOWN },
};

static void test_sim(void **state)
{
	const struct sim_row *row = *state;

	assert_int_equal(modem_facts_read_sim(span_of(row->line)), row->sim);
}

struct tries_row {
	const char *name;
	const char *line;
	int tries;		/* -1: none */
};

static const struct tries_row tries[] = {
	{ "of 3G modules", "+QPINC: \"SC\",3,10", 3 },
	{ "of another code", "+QPINC: \"P2\",3,10", -1 },
	{ "of the M series", "+QTRPIN: 2,3,10,10", 2 },
	{ "none", "+QPINC: \"SC\"", -1 },
	{ "no number", "+QTRPIN: x", -1 },
	{ "negative", "+QTRPIN: -1", -1 },
};

static void test_tries(void **state)
{
	const struct tries_row *row = *state;
	int value = -1;

	assert_int_equal(modem_facts_read_pin_tries(span_of(row->line), &value), row->tries >= 0);
	assert_int_equal(value, row->tries);
}

static void test_texts(void **state)
{
	struct modem_facts facts = { .has_signal = false };
	char text[8];

	(void)state;
	modem_facts_read_operator(span_of("+COPS: 0,0,\"Swiss, com\",2"), &facts);
	assert_string_equal(facts.operator_name, "Swiss, com");
	modem_facts_read_operator(span_of("+COPS: 0"), &facts);
	assert_string_equal(facts.operator_name, "Swiss, com");
	modem_facts_read_operator(span_of("+COPS: 0,0,\"a\x1b[31mb\xff\""), &facts);
	assert_string_equal(facts.operator_name, "a?[31mb?");
	modem_facts_read_text(span_of("Quectel_M95"), "+CGMM:", text, sizeof(text));
	assert_string_equal(text, "Quectel");
	modem_facts_read_text(span_of("+CGMM: \"M95\""), "+CGMM:", text, sizeof(text));
	assert_string_equal(text, "M95");
}

static void test_best(void **state)
{
	(void)state;
	assert_int_equal(modem_facts_best(MODEM_REGISTRATION_UNKNOWN, MODEM_REGISTRATION_HOME),
			 MODEM_REGISTRATION_HOME);
	assert_int_equal(modem_facts_best(MODEM_REGISTRATION_HOME, MODEM_REGISTRATION_SEARCHING),
			 MODEM_REGISTRATION_HOME);
	assert_int_equal(modem_facts_best(MODEM_REGISTRATION_HOME, MODEM_REGISTRATION_ROAMING),
			 MODEM_REGISTRATION_ROAMING);
}

struct iccid_row {
	const char *name;
	const char *line;
	const char *iccid;	/* NULL: none */
};

static const struct iccid_row iccids[] = {
	{ "a SIM's number behind QCCID", "+QCCID: 8988211000000000014", "8988211000000000014" },
	{ "a SIM's number behind CCID, no blank", "+CCID:8988211000000000014",
	  "8988211000000000014" },
	{ "a SIM's number alone", "89882110000000000140", "89882110000000000140" },
	{ "a SIM's number in quotes", "+QCCID: \"8988211000000000014\"", "8988211000000000014" },
	{ "a SIM's number filled up", "8988211000000000014F", "8988211000000000014" },
	{ "18 digits", "898821100000000001", "898821100000000001" },
	{ "22 digits", "8988211000000000014123", "8988211000000000014123" },
	{ "17 digits are none", "89882110000000001", NULL },
	{ "23 digits are none", "89882110000000000141234", NULL },
	{ "a letter among them", "+QCCID: 89882110000A0000014", NULL },
	{ "something behind them", "+QCCID: 8988211000000000014 x", NULL },
	{ "no SIM's number at all", "+QCCID:", NULL },
	{ "another line", "+CREG: 0,1", NULL },
};

static void test_iccid(void **state)
{
	const struct iccid_row *row = *state;
	char iccid[MODEM_ICCID_SIZE] = "before";

	assert_int_equal(modem_facts_read_iccid(span_of(row->line), iccid), row->iccid != NULL);
	assert_string_equal(iccid, row->iccid != NULL ? row->iccid : "before");
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, registrations, test_registration);
	ROWS_ADD_TABLE(&rows, signals, test_signal);
	ROWS_ADD_TABLE(&rows, sims, test_sim);
	ROWS_ADD_TABLE(&rows, tries, test_tries);
	ROWS_ADD(&rows, "texts are cut and made printable", test_texts);
	ROWS_ADD(&rows, "roaming in any network counts, else home in any", test_best);
	ROWS_ADD_TABLE(&rows, iccids, test_iccid);
	return rows_run(&rows, "modem_facts");
}
