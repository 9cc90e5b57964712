/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

static const struct wrong {
	const char *name;
	const char *script;
	const char *why;
} wrong[] = {
	{ "what is no JSON is refused with its line", "\n# good\n{\"on\":", "3: " },
	{ "a list is no rule", "[1]", "1: an object is wanted" },
	{ "a rule says what it is for", "{\"answer\":0}", "1: on: is missing" },
	{ "events have names", "{\"on\":\"sometimes\"}", "1: on: " },
	{ "keys are known", "{\"on\":\"put\",\"anwser\":0}", "1: anwser: there is no such key" },
	{ "no key is given twice", "{\"on\":\"put\",\"answer\":0,\"answer\":1}", "1: " },
	{ "an answer is a number", "{\"on\":\"put\",\"answer\":\"-550\"}", "1: answer: " },
	{ "answers are a list", "{\"on\":\"put\",\"answers\":[]}", "1: answers: " },
	{ "of numbers and null", "{\"on\":\"put\",\"answers\":[1,\"x\"]}", "1: answers: " },
	{ "occurrences count from 1", "{\"on\":\"put\",\"nth\":0}", "1: nth: " },
	{ "a delay is not negative", "{\"on\":\"put\",\"delay-result\":-1}", "1: delay-result: " },
	{ "what can be dropped has names", "{\"on\":\"put\",\"drop\":\"it\"}", "1: drop: " },
	{ "so have phases", "{\"on\":\"put\",\"phase\":\"never\"}", "1: phase: " },
	{ "one disaster a rule", "{\"on\":\"put\",\"reset\":true,\"hangup\":5}", "1: hangup: " },
	{ "a reset is true", "{\"on\":\"put\",\"reset\":5}", "1: reset: " },
	{ "a truth is true or false", "{\"on\":\"put\",\"mute\":1}", "1: mute: " },
	{ "a text is not empty", "{\"on\":\"put\",\"before\":\"\"}", "1: before: " },
	{ "octets come from somewhere", "{\"on\":\"bytes\",\"at\":5}", "1: from: is missing" },
	{ "from one of two", "{\"on\":\"bytes\",\"from\":\"me\"}", "1: from: " },
	{ "only they do", "{\"on\":\"put\",\"from\":\"host\"}", "1: from: has no meaning" },
	{ "octets are lost by the number, other things by name",
	  "{\"on\":\"put\",\"drop\":3}", "1: drop: octets are dropped by" },
	{ "and those not with the octets", "{\"on\":\"bytes\",\"from\":\"host\",\"drop\":\"ok\"}",
	  "1: drop: there is nothing" },
	{ "nor by the clock", "{\"on\":\"time\",\"drop\":\"all\"}", "1: drop: there is nothing" },
	{ "an octet has eight bits", "{\"on\":\"bytes\",\"from\":\"host\",\"flip\":256}", "1: flip: " },
	{ "a pause is one", "{\"on\":\"bytes\",\"from\":\"host\",\"split\":0}", "1: split: " },
	{ "an answer is for what is asked", "{\"on\":\"time\",\"answer\":0}", "1: answer: has no meaning" },
	{ "only time and octets come again and again", "{\"on\":\"AT\",\"every\":5}", "1: every: has no" },
	{ "a chance is at most 1", "{\"on\":\"put\",\"chance\":1.1}", "1: chance: " },
	{ "and no text", "{\"on\":\"put\",\"chance\":\"0.5\"}", "1: chance: " },
	{ "networks have names", "{\"on\":\"put\",\"network\":\"gone\"}", "1: network: " },
	{ "or numbers", "{\"on\":\"put\",\"creg\":6}", "1: creg: " },
	{ "a bearer is fine, stuck or dead", "{\"on\":\"put\",\"bearer\":\"lost\"}", "1: bearer: " },
	{ "a context can be lost", "{\"on\":\"put\",\"context\":true}", "1: context: " },
	{ "a checksum can be wrong", "{\"on\":\"AT\",\"checksum\":5}", "1: checksum: " },
	{ "the error of a later line is found", "{\"on\":\"put\"}\r\n{\"on\":\"put\",\"x\":1}\n", "2: x: " },
};

static void test_wrong(void **state)
{
	const struct wrong *row = *state;
	struct emulator_script script;
	struct buf why = BUF_INIT(1000);

	assert_false(emulator_script_parse(&script, span_of(row->script), &why));
	assert_memory_equal(buf_string(&why), row->why, strlen(row->why));
	assert_int_equal(script.count, 0);
	buf_clear(&why);
}

#define READY \
	"> AT+QSMTPCFG=1,0\n< OK\n> AT+QSMTPSRV=\"h\",25\n< OK\n> AT+QSMTPADDR=\"a@b\"\n< OK\n" \
	"> AT+QSMTPDST=1,1,\"to@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n"
#define PUT "> AT+QSMTPPUT\n< OK\n"
#define SENT PUT "! 0\n. 20\n< +QSMTPPUT: 0\n"
#define KEPT(code) PUT ". 20\n< +QSMTPPUT: " code "\n"
#define BOOTED ". 450\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n= ATE0\r\n~ ATE0\r\n< OK\n"

static const struct row {
	const char *name;
	const char *script;
	const char *dialogue;
	unsigned mails, kept_back, hangups;
} rows[] = {
	{ "without a script all goes well", "# nothing\n\n", READY SENT, 1, 0, 0 },
	{ "PUT is answered by the script, and the mail stays",
	  "{\"on\":\"put\",\"answer\":-550}", READY KEPT("-550") KEPT("-550"), 2, 2, 0 },
	{ "a number that is in no table can be answered",
	  "{\"on\":\"put\",\"answer\":-2}", READY KEPT("-2"), 1, 1, 0 },
	{ "the second PUT alone",
	  "{\"on\":\"put\",\"nth\":2,\"answer\":-421}", READY SENT KEPT("-421") SENT, 3, 1, 0 },
	{ "two from the second on",
	  "{\"on\":\"put\",\"nth\":2,\"times\":2,\"answer\":-421}",
	  READY SENT KEPT("-421") KEPT("-421") SENT, 4, 2, 0 },
	{ "several in a row, with holes",
	  "{\"on\":\"put\",\"answers\":[-421,null,-550]}", READY KEPT("-421") SENT KEPT("-550") SENT,
	  4, 2, 0 },
	{ "an answer of 0 is true: the mail goes out",
	  "{\"on\":\"put\",\"answer\":0}", READY SENT, 1, 0, 0 },
	{ "unless the script says otherwise",
	  "{\"on\":\"put\",\"answer\":0,\"deliver\":false}", READY KEPT("0"), 1, 1, 0 },
	{ "delivered, and told otherwise",
	  "{\"on\":\"put\",\"answer\":-9,\"deliver\":true}",
	  READY PUT "! 0\n. 20\n< +QSMTPPUT: -9\n", 1, 0, 0 },
	{ "a rule for a recipient",
	  "{\"on\":\"put\",\"rcpt\":\"bad@*\",\"answer\":-550}",
	  READY SENT "> AT+QSMTPDST=1,3,\"BAD@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n" KEPT("-550"), 2, 1, 0 },
	{ "only the first rule that fits is in force, but each counts",
	  "{\"on\":\"put\",\"nth\":1,\"answer\":-1}\n{\"on\":\"put\",\"nth\":2,\"answer\":-4}\n",
	  READY KEPT("-1") KEPT("-4") SENT, 3, 2, 0 },
	{ "the result of a mail that went out never comes",
	  "{\"on\":\"put\",\"drop\":\"result\"}",
	  READY PUT "! 0\n. 100000\n> AT+QSMTPCLR\n< OK\n", 1, 0, 0 },
	{ "a late result, and the module is busy until then",
	  "{\"on\":\"put\",\"delay-result\":5000}",
	  READY PUT "! 0\n. 5019\n> AT+QSMTPCLR\n< ERROR\n. 1\n< +QSMTPPUT: 0\n> AT+QSMTPCLR\n< OK\n",
	  1, 0, 0 },
	{ "a result twice",
	  "{\"on\":\"put\",\"repeat-result\":1}",
	  READY PUT "! 0\n. 20\n< +QSMTPPUT: 0\n< +QSMTPPUT: 0\n", 1, 0, 0 },
	{ "a rule for the command reaches its result",
	  "{\"on\":\"AT+QSMTPPUT\",\"answer\":-452}", READY KEPT("-452"), 1, 1, 0 },
	{ "refused mails refuse with ERROR too",
	  "{\"on\":\"put\",\"nth\":1,\"error\":true}", READY "> AT+QSMTPPUT\n< ERROR\n" SENT, 1, 0, 0 },
	{ "a refused recipient is not kept",
	  "{\"on\":\"AT+QSMTPDST=1\",\"has\":\"bad\",\"answer\":-1}",
	  "> AT+QSMTPDST=1,1,\"bad@x\"\n< OK\n. 20\n< +QSMTPDST: -1\n> AT+QSMTPDST?\n< OK\n"
	  "> AT+QSMTPDST=1,1,\"good@x\"\n< OK\n. 20\n< +QSMTPDST: 0\n", 0, 0, 0 },
	{ "a body that is refused at its end",
	  "{\"on\":\"AT+QSMTPBODY\",\"nth\":1,\"answer\":-14}",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= abc+++\n. 20\n< +QSMTPBODY: -14\n"
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= abc+++\n. 20\n< +QSMTPBODY: 3\n", 0, 0, 0 },
	{ "a wrong length",
	  "{\"on\":\"AT+QSMTPBODY\",\"answer\":2}",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= abc+++\n. 20\n< +QSMTPBODY: 2\n", 0, 0, 0 },
	{ "ERROR instead of the third command",
	  "{\"on\":\"AT+CSQ\",\"nth\":3,\"error\":true}",
	  "> AT+CSQ\n< +CSQ: 21,0\n< OK\n> AT+CSQ\n< +CSQ: 21,0\n< OK\n> AT+CSQ\n< ERROR\n"
	  "> AT+CSQ\n< +CSQ: 21,0\n< OK\n", 0, 0, 0 },
	{ "an error of the equipment",
	  "{\"on\":\"at+cpin?\",\"times\":2,\"cme\":14}",
	  "> AT+CPIN?\n< +CME ERROR: 14\n> AT+CPIN?\n< +CME ERROR: 14\n> AT+CPIN?\n"
	  "< +CPIN: READY\n< OK\n", 0, 0, 0 },
	{ "a command that was not heard",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"drop\":\"command\"}", "> AT+CSQ\n> AT+CSQ\n< +CSQ: 21,0\n< OK\n",
	  0, 0, 0 },
	{ "an OK that was not said",
	  "{\"on\":\"AT+QSMTPUSER\",\"drop\":\"ok\"}",
	  "> AT+QSMTPUSER=\"me\"\n> AT+QSMTPADDR?\n< +QSMTPADDR: \"\"\n< OK\n", 0, 0, 0 },
	{ "the result before OK",
	  "{\"on\":\"AT+QSMTPDST\",\"result-first\":true}",
	  "> AT+QSMTPDST=1,1,\"a@b\"\n< +QSMTPDST: 0\n< OK\n", 0, 0, 0 },
	{ "other lines before, in the middle and behind",
	  "{\"on\":\"AT+QSMTPDST\",\"before\":\"RING\",\"between\":\"+CREG: 1\",\"after\":\"+CMTI: 1\"}",
	  "> AT+QSMTPDST=1,1,\"a@b\"\n< RING\n< OK\n< +CREG: 1\n. 20\n< +QSMTPDST: 0\n< +CMTI: 1\n", 0, 0, 0 },
	{ "and between OK and CONNECT",
	  "{\"on\":\"AT+QSMTPBODY\",\"between\":\"RING\"}",
	  "> AT+QSMTPBODY=1\n< OK\n< RING\n< CONNECT\n= a+++\n. 20\n< +QSMTPBODY: 1\n", 0, 0, 0 },
	{ "a module that is searching for a network",
	  "{\"on\":\"AT+CREG?\",\"times\":2,\"info\":\"+CREG: 0,2\"}",
	  "> AT+CREG?\n< +CREG: 0,2\n< OK\n> AT+CREG?\n< +CREG: 0,2\n< OK\n> AT+CREG?\n"
	  "< +CREG: 0,1\n< OK\n", 0, 0, 0 },
	{ "an answer that comes late holds up what follows",
	  "{\"on\":\"AT+CSQ\",\"delay-answer\":3000}",
	  "> AT+CSQ\n. 1000\n> AT\n. 1999\n. 1\n< +CSQ: 21,0\n< OK\n< OK\n", 0, 0, 0 },
	{ "silence for a time",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"silence\":2000}",
	  "> AT+CSQ\n. 1000\n> AT\n. 999\n> AT\n. 1\n> AT\n< OK\n", 0, 0, 0 },
	{ "a reset instead of a command",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"reset\":true}", "> AT+CSQ\n" BOOTED "> AT+CSQ\n< +CSQ: 21,0\n< OK\n",
	  0, 0, 0 },
	{ "a reset without a word",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"reset\":true,\"mute\":true}",
	  "> AT+CSQ\n. 1000\n= AT\r\n~ AT\r\n< OK\n", 0, 0, 0 },
	{ "a reset behind PUT's OK: the mail is lost",
	  "{\"on\":\"put\",\"reset\":true}", READY PUT BOOTED ". 1000\n", 1, 1, 0 },
	{ "or is delivered all the same, and nothing tells",
	  "{\"on\":\"put\",\"reset\":true,\"deliver\":true}", READY PUT ". 0\n. 1000\n< RDY\n< +CFUN: 1\n"
	  "< +CPIN: READY\n< Call Ready\n", 1, 0, 0 },
	{ "a reset behind the result",
	  "{\"on\":\"put\",\"reset\":true,\"phase\":\"after\"}",
	  READY PUT "! 0\n. 20\n< +QSMTPPUT: 0\n" BOOTED, 1, 0, 0 },
	{ "a reset in the middle of data",
	  "{\"on\":\"data\",\"has\":\"QSMTPBODY\",\"at\":3,\"reset\":true}",
	  "> AT+QSMTPATT=\"a\"\n< OK\n< CONNECT\n= abcde+++\n. 20\n< +QSMTPATT: 5\n"
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= abcdefg\n" BOOTED "> AT+QSMTPATT?\n< OK\n", 0, 0, 0 },
	{ "a line in the middle of data, twice",
	  "{\"on\":\"data\",\"at\":2,\"before\":\"RING\"}\n{\"on\":\"data\",\"at\":4,\"before\":\"RING\"}",
	  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= abc\n< RING\n= d\n< RING\n= +++\n. 20\n"
	  "< +QSMTPBODY: 4\n", 0, 0, 0 },
	{ "a hang-up, and the module goes on",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"hangup\":100}",
	  "> AT+CSQ\n> AT+CSQ\n< +CSQ: 21,0\n< OK\n", 0, 0, 1 },
	{ "a hang-up behind PUT's OK does not stop the mail",
	  "{\"on\":\"put\",\"hangup\":100}", READY PUT ". 0\n! 0\n. 20\n< +QSMTPPUT: 0\n", 1, 0, 1 },
	{ "things happen by the clock, over a reset too",
	  "{\"on\":\"time\",\"at\":1000,\"before\":\"RING\"}\n{\"on\":\"time\",\"at\":500,\"reset\":true}",
	  ". 499\n. 451\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n. 49\n. 1\n< RING\n", 0, 0, 0 },
	{ "switched off",
	  "{\"on\":\"AT+CSQ\",\"off\":true}", "> AT+CSQ\n> AT\n. 100000\n> AT\n", 0, 0, 0 },
	{ "an upload whose result does not come",
	  "{\"on\":\"AT+QFUPL\",\"drop\":\"result\"}",
	  "> AT+QFUPL=\"a\",1\n< CONNECT\n= A\n> AT+QFLST\n< +QFLST: \"UFS:a\",1\n< OK\n", 0, 0, 0 },
};

static const struct row *running;

static void look(struct bench *bench)
{
	assert_int_equal(bench->mails, running->mails);
	assert_int_equal(bench->kept_back, running->kept_back);
	assert_int_equal(bench->hangups, running->hangups);
}

static void test_row(void **state)
{
	running = *state;
	bench_run(NULL, running->script, running->dialogue, look);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, wrong, test_wrong);
	ROWS_ADD_TABLE(&tests, rows, test_row);
	return rows_run(&tests, "emulator_script");
}
