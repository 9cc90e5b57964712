/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

#define READY \
	"> AT+QSMTPCFG=1,0\n< OK\n> AT+QSMTPSRV=\"h\",25\n< OK\n> AT+QSMTPADDR=\"a@b\"\n< OK\n" \
	"> AT+QSMTPDST=1,1,\"to@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
#define PUT "> AT+QSMTPPUT\n< OK\n"
#define SENT PUT "! 0\n. 20\n< +QSMTPPUT: 0\n"
#define KEPT(code) PUT ". 20\n< +QSMTPPUT: " code "\n"
#define CREG(stat) "> AT+CREG?\n< +CREG: 0," stat "\n< OK\n"
#define CGREG(stat) "> AT+CGREG?\n< +CGREG: 0," stat "\n< OK\n"
#define BOOTED ". 450\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n= ATE0\r\n~ ATE0\r\n< OK\n"

static const struct row {
	const char *name;
	const char *script;
	const char *dialogue;
	unsigned mails, kept_back, abandoned;
} rows[] = {
	/* Registration. */
	{ "a time line: searching, denied, roaming",
	  "{\"on\":\"time\",\"at\":0,\"network\":\"searching\"}\n"
	  "{\"on\":\"time\",\"at\":1000,\"network\":\"denied\"}\n"
	  "{\"on\":\"time\",\"at\":2000,\"network\":\"roaming\"}",
	  ". 0\n" CREG("2") CGREG("2") ". 1000\n" CREG("3") "> AT+COPS?\n< +COPS: 0\n< OK\n. 1000\n"
	  CREG("5") CGREG("5") "> AT+COPS?\n< +COPS: 0,0,\"EMULATOR\"\n< OK\n", 0, 0, 0 },
	{ "each registration by itself",
	  "{\"on\":\"time\",\"at\":0,\"cgreg\":2}\n{\"on\":\"time\",\"at\":1000,\"creg\":0,\"cgreg\":1}",
	  ". 0\n" CREG("1") CGREG("2") "> AT+CGATT?\n< +CGATT: 0\n< OK\n> AT+QIACT\n< ERROR\n. 1000\n"
	  CREG("0") CGREG("1") "> AT+CGATT?\n< +CGATT: 1\n< OK\n> AT+QIACT\n< OK\n", 0, 0, 0 },
	{ "unknown, none, and home again",
	  "{\"on\":\"time\",\"at\":0,\"network\":\"unknown\"}\n{\"on\":\"time\",\"at\":5,\"network\":\"none\"}\n"
	  "{\"on\":\"time\",\"at\":9,\"network\":\"home\"}",
	  ". 0\n" CREG("4") ". 5\n" CREG("0") ". 4\n" CREG("1"), 0, 0, 0 },
	{ "changes are told when that was asked for, and only changes",
	  "{\"on\":\"time\",\"at\":10,\"network\":\"searching\"}\n"
	  "{\"on\":\"time\",\"at\":20,\"network\":\"searching\",\"csq\":5}\n"
	  "{\"on\":\"time\",\"at\":30,\"network\":\"home\"}",
	  "> AT+CREG=1\n< OK\n. 10\n< +CREG: 2\n. 10\n> AT+CGREG=2\n< OK\n. 10\n< +CREG: 1\n< +CGREG: 1\n",
	  0, 0, 0 },
	{ "a rule for a command changes the world before its answer",
	  "{\"on\":\"AT+CREG?\",\"nth\":2,\"network\":\"denied\"}", CREG("1") CREG("3") CREG("3"), 0, 0, 0 },
	{ "a walk of the signal",
	  "{\"on\":\"time\",\"at\":0,\"csq\":7}\n{\"on\":\"time\",\"at\":1000,\"csq\":99}",
	  ". 0\n> AT+CSQ\n< +CSQ: 7,0\n< OK\n. 1000\n> AT+CSQ\n< +CSQ: 99,0\n< OK\n", 0, 0, 0 },
	{ "the network does not come back by a restart",
	  "{\"on\":\"time\",\"at\":0,\"network\":\"denied\"}",
	  ". 0\n> AT+CFUN=1,1\n< OK\n" BOOTED CREG("3"), 0, 0, 0 },
	{ "without data a mail fails", "{\"on\":\"time\",\"at\":0,\"cgreg\":0}", ". 0\n" READY KEPT("-5"),
	  1, 1, 0 },
	{ "a mail that is under way fails with it", "{\"on\":\"time\",\"at\":1000,\"network\":\"none\"}",
	  READY PUT ". 980\n. 20\n< +QSMTPPUT: -5\n" CREG("0"), 1, 0, 1 },
	{ "and is not sent when it goes first", "{\"on\":\"put\",\"nth\":1,\"network\":\"none\"}",
	  READY KEPT("-5"), 1, 1, 0 },

	/* The context. */
	{ "the context is lost at a time", "{\"on\":\"time\",\"at\":1000,\"context\":\"lost\"}",
	  "> AT+QIACT\n< OK\n> AT+QILOCIP\n< 10.1.2.3\n. 1000\n< +PDP DEACT\n> AT+QILOCIP\n< ERROR\n"
	  "> AT+QISTAT\n< OK\n< STATE: PDP DEACT\n> AT+QIACT\n< OK\n> AT+QILOCIP\n< 10.1.2.3\n", 0, 0, 0 },
	{ "a mail under way ends with it, the next is sent",
	  "{\"on\":\"time\",\"at\":1000,\"context\":\"lost\"}",
	  READY PUT ". 979\n. 1\n< +PDP DEACT\n. 20\n< +QSMTPPUT: -8\n" SENT, 2, 0, 1 },
	{ "a rule for a mail loses it behind OK, and the mail with it",
	  "{\"on\":\"put\",\"nth\":1,\"context\":\"lost\"}",
	  READY PUT ". 0\n< +PDP DEACT\n. 20\n< +QSMTPPUT: -8\n" SENT, 2, 1, 0 },
	{ "unless it is to be delivered all the same",
	  "{\"on\":\"put\",\"nth\":1,\"context\":\"lost\",\"deliver\":true}",
	  READY PUT ". 0\n< +PDP DEACT\n! 0\n. 20\n< +QSMTPPUT: -8\n", 1, 0, 0 },
	{ "or after the result",
	  "{\"on\":\"put\",\"nth\":1,\"context\":\"lost\",\"phase\":\"after\"}",
	  READY PUT "! 0\n. 20\n< +QSMTPPUT: 0\n< +PDP DEACT\n", 1, 0, 0 },
	{ "before a command, which is executed then",
	  "{\"on\":\"AT+QILOCIP\",\"context\":\"lost\"}",
	  "> AT+QIACT\n< OK\n> AT+QILOCIP\n< +PDP DEACT\n< ERROR\n", 0, 0, 0 },
	{ "behind its answer",
	  "{\"on\":\"AT+QILOCIP\",\"nth\":1,\"context\":\"lost\",\"phase\":\"after\"}",
	  "> AT+QIACT\n< OK\n> AT+QILOCIP\n< 10.1.2.3\n. 0\n< +PDP DEACT\n> AT+QILOCIP\n< ERROR\n", 0, 0, 0 },

	/* The way to the servers. */
	{ "a stuck bearer looks well and sends nothing until it was taken down",
	  "{\"on\":\"put\",\"nth\":2,\"bearer\":\"stuck\"}",
	  READY SENT KEPT("-5") "> AT+QIACT\n< OK\n" KEPT("-5") "> AT+QIDEACT\n< DEACT OK\n" SENT, 4, 2, 0 },
	{ "or the radio was", "{\"on\":\"put\",\"nth\":1,\"bearer\":\"stuck\"}",
	  READY KEPT("-5") "> AT+CFUN=0\n< OK\n> AT+CFUN=1\n< OK\n" SENT, 2, 1, 0 },
	{ "a dead one wants a restart", "{\"on\":\"put\",\"nth\":2,\"bearer\":\"dead\"}",
	  READY SENT KEPT("-5") "> AT+QIDEACT\n< DEACT OK\n" KEPT("-5")
	  "> AT+CFUN=0\n< OK\n> AT+CFUN=1\n< OK\n" KEPT("-5") "> AT+CFUN=1,1\n< OK\n" BOOTED READY SENT,
	  5, 3, 0 },
	{ "or the script's word",
	  "{\"on\":\"put\",\"nth\":1,\"bearer\":\"dead\"}\n{\"on\":\"time\",\"at\":5000,\"bearer\":\"fine\"}",
	  READY KEPT("-5") ". 5000\n" SENT, 2, 1, 0 },
};

static const struct row *running;

static void look(struct bench *bench)
{
	assert_int_equal(bench->mails, running->mails);
	assert_int_equal(bench->kept_back, running->kept_back);
	assert_int_equal(bench->abandoned, running->abandoned);
}

static void test_row(void **state)
{
	running = *state;
	bench_run(NULL, running->script, running->dialogue, look);
}

#define PUK "> AT+CPIN=\"00000000\",\"4321\"\n< +CME ERROR: 16\n"
static const struct card {
	const char *name;
	struct emulator_settings settings;
	const char *dialogue;
} cards[] = {
	{ "a card has its number", { .iccid = "8949011234567890123F" }, "> AT+QCCID\n< 8949011234567890123F\n< OK\n" },
	{ "one try is left",
	  { .pin = "1234", .pin_failures = 2 },
	  "> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",1,10\n< OK\n> AT+CPIN=\"0000\"\n< ERROR\n"
	  "> AT+CPIN?\n< +CPIN: SIM PUK\n< OK\n" },
	{ "none is", { .pin = "1234", .pin_failures = 3 }, "> AT+CPIN?\n< +CPIN: SIM PUK\n< OK\n" },
	{ "ten wrong PUKs, and the card is dead",
	  { .pin = "1234", .pin_failures = 3 },
	  "> AT+CMEE=1\n< OK\n" PUK PUK PUK PUK PUK PUK PUK PUK PUK PUK
	  "> AT+CPIN=\"12345678\",\"4321\"\n< +CME ERROR: 13\n> AT+CPIN?\n< +CME ERROR: 13\n" },
};

static void test_card(void **state)
{
	const struct card *row = *state;

	bench_run(&row->settings, NULL, row->dialogue, NULL);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD_TABLE(&tests, cards, test_card);
	return rows_run(&tests, "emulator_world");
}
