/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

#define CSQ "> AT+CSQ\n< +CSQ: 21,0\n< OK\n"
#define BOOTED ". 450\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n= ATE0\r\n~ ATE0\r\n< OK\n"
#define BODY "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n"

/* The bench has said "ATE0" before: five octets of the host, eleven of the module. */
#define HOST "{\"on\":\"bytes\",\"from\":\"host\","
#define MODULE "{\"on\":\"bytes\",\"from\":\"module\",\"has\":\"CSQ\","

static const struct row {
	const char *name;
	const char *script;
	const char *dialogue;
	unsigned hangups;
} rows[] = {
	/* From the host. */
	{ "an octet of a command is lost", HOST "\"at\":10,\"drop\":1}",
	  "> AT+CSQ\n< ERROR\n" CSQ, 0 },
	{ "three are", HOST "\"at\":9,\"drop\":3}", "> AT+CSQ\n< ERROR\n" CSQ, 0 },
	{ "the CR is, and the next line is one with it", HOST "\"at\":12,\"drop\":1}",
	  "> AT+CSQ\n> AT+CSQ\n< ERROR\n" CSQ, 0 },
	{ "an octet comes twice", HOST "\"at\":6,\"duplicate\":1}", "> AT+CSQ\n" CSQ, 0 },
	{ "a CR comes five times, and answers once", HOST "\"at\":12,\"duplicate\":4}", CSQ CSQ, 0 },
	{ "bits are turned over: Q to P", HOST "\"at\":11,\"flip\":1}", "> AT+CSQ\n< ERROR\n" CSQ, 0 },
	{ "a pause before the CR", HOST "\"at\":12,\"split\":50}",
	  "> AT+CSQ\n. 49\n. 1\n< +CSQ: 21,0\n< OK\n" CSQ, 0 },
	{ "two pauses, and what comes after them waits its turn",
	  HOST "\"at\":8,\"split\":50}\n" HOST "\"at\":12,\"split\":50}",
	  "> AT+CSQ\n. 60\n> AT\n. 39\n. 1\n< +CSQ: 21,0\n< OK\n< OK\n", 0 },
	{ "an octet of data is changed", HOST "\"has\":\"QFUPL\",\"at\":2,\"flip\":1}",
	  "> AT+QFUPL=\"a\",2\n< CONNECT\n= AB\n< +QFUPL: 2,4143\n< OK\n", 0 },
	{ "one is lost", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"drop\":1}",
	  BODY "= abc+++\n. 20\n< +QSMTPBODY: 2\n", 0 },
	{ "four are", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"drop\":4}",
	  BODY "= abcdefg+++\n. 20\n< +QSMTPBODY: 3\n", 0 },
	{ "one comes twice", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"duplicate\":1}",
	  BODY "= abc+++\n. 20\n< +QSMTPBODY: 4\n", 0 },
	{ "a sign of the escape is lost, so that it is content",
	  HOST "\"has\":\"QSMTPBODY\",\"at\":5,\"drop\":1}",
	  BODY "= abc+++\n. 100\n= +\n. 20\n< +QSMTPBODY: 3\n", 0 },
	{ "a sign of content comes three times, and is an escape",
	  HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"duplicate\":2}", BODY "= a+b\r\n. 20\n< +QSMTPBODY: 1\n", 0 },
	{ "octets are counted from the command that is named, again and again",
	  HOST "\"has\":\"QSMTPBODY\",\"at\":1,\"drop\":1}",
	  BODY "= abc+++\n. 20\n< +QSMTPBODY: 2\n" BODY "= abcd+++\n. 20\n< +QSMTPBODY: 3\n", 0 },
	{ "the second time alone", HOST "\"has\":\"QSMTPBODY\",\"at\":1,\"nth\":2,\"drop\":1}",
	  BODY "= abc+++\n. 20\n< +QSMTPBODY: 3\n" BODY "= abcd+++\n. 20\n< +QSMTPBODY: 3\n"
	  BODY "= abcd+++\n. 20\n< +QSMTPBODY: 4\n", 0 },
	{ "every fourth", HOST "\"has\":\"QFUPL\",\"every\":4,\"drop\":1}",
	  "> AT+QFUPL=\"a\",6\n< CONNECT\n= ABCxDEFx\n< +QFUPL: 6,4740\n< OK\n", 0 },
	{ "every fourth from the second on", HOST "\"has\":\"QFUPL\",\"at\":2,\"every\":4,\"drop\":1}",
	  "> AT+QFUPL=\"a\",6\n< CONNECT\n= AxBCDxEF\n< +QFUPL: 6,4740\n< OK\n", 0 },
	{ "every one, as long as the rule lasts", HOST "\"nth\":6,\"times\":7,\"drop\":1}", "> AT+CSQ\n" CSQ, 0 },
	{ "a line of the module comes at that octet", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"say\":\"RING\"}",
	  BODY "= ab\n< RING\n= c+++\n. 20\n< +QSMTPBODY: 3\n", 0 },
	{ "the module restarts at that octet", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"reset\":true}",
	  BODY "= abc\n" BOOTED CSQ, 0 },
	{ "the line is cut off at that octet, and the module goes on",
	  HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"hangup\":50}",
	  BODY "= abc\n. 50\n= +++\n. 20\n< +QSMTPBODY: 3\n", 1 },
	{ "it is deaf from that octet on", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"silence\":50}",
	  BODY "= abc\n. 50\n= d+++\n. 20\n< +QSMTPBODY: 2\n", 0 },
	{ "the context is lost at that octet", HOST "\"has\":\"QSMTPBODY\",\"at\":2,\"context\":\"lost\"}",
	  BODY "= ab\n< +PDP DEACT\n= c+++\n. 20\n< +QSMTPBODY: 3\n> AT+QISTAT\n< OK\n"
	  "< STATE: PDP DEACT\n", 0 },
	{ "what waits is lost when the line is cut off",
	  HOST "\"at\":12,\"split\":500}\n{\"on\":\"time\",\"at\":100,\"hangup\":10}",
	  "> AT+CSQ\n. 1000\n> \n< +CSQ: 21,0\n< OK\n", 1 },

	/* From the module. */
	{ "an octet of an answer is lost", MODULE "\"at\":4,\"drop\":1}",
	  "> AT+CSQ\n< +SQ: 21,0\n< OK\n> AT\n< OK\n", 0 },
	{ "one comes twice", MODULE "\"at\":3,\"duplicate\":1}", "> AT+CSQ\n< ++CSQ: 21,0\n< OK\n", 0 },
	{ "one is changed", MODULE "\"at\":4,\"flip\":32}", "> AT+CSQ\n< +cSQ: 21,0\n< OK\n", 0 },
	{ "a result in two parts", MODULE "\"at\":6,\"split\":1000}",
	  "> AT+CSQ\n~ \r^+CS\n. 999\n. 1\n~ Q: 21,0\r^\n< OK\n", 0 },
	{ "what the module says later waits behind it",
	  MODULE "\"at\":6,\"split\":1000}", "> AT+CSQ\n~ \r^+CS\n> AT\n. 1000\n~ Q: 21,0\r^\n< OK\n< OK\n", 0 },
	{ "OK and CONNECT apart", "{\"on\":\"bytes\",\"from\":\"module\",\"has\":\"BODY\",\"at\":7,\"split\":30}",
	  "> AT+QSMTPBODY=1\n< OK\n. 29\n. 1\n< CONNECT\n= a+++\n. 20\n< +QSMTPBODY: 1\n", 0 },
	{ "every third is lost", MODULE "\"every\":3,\"drop\":1}",
	  "> AT+CSQ\n~ \r^CS: 1,\r^^O\r^\n", 0 },
	{ "an echo can be hurt too", "{\"on\":\"bytes\",\"from\":\"module\",\"at\":19,\"flip\":32}",
	  "> ATE1\n< OK\n= AT\r\n~ At\r\n< OK\n= AT\r\n~ AT\r\n< OK\n", 0 },
	{ "another line in the middle of this one", MODULE "\"at\":5,\"say\":\"RING\",\"inside\":true}",
	  "> AT+CSQ\n~ \r^+C\n< RING\n~ SQ: 21,0\r^\n< OK\n", 0 },
	{ "or behind it", MODULE "\"at\":5,\"say\":\"RING\"}", "> AT+CSQ\n< +CSQ: 21,0\n< RING\n< OK\n", 0 },
	{ "the module restarts in the middle of a line", MODULE "\"at\":6,\"reset\":true}",
	  "> AT+CSQ\n~ \r^+CSQ\n" BOOTED "> AT\n< OK\n", 0 },
	{ "it falls silent there", MODULE "\"at\":6,\"nth\":1,\"silence\":100}",
	  "> AT+CSQ\n~ \r^+CSQ\n. 99\n> AT\n. 1\n" CSQ, 0 },

	/* Other rules that concern lines. */
	{ "a rule for a command puts a line into the middle of its answer",
	  "{\"on\":\"AT+CSQ\",\"nth\":1,\"say\":\"RING\",\"inside\":true}",
	  "> AT+CSQ\n~ \r^+CSQ:\n< RING\n~  21,0\r^\n< OK\n" CSQ, 0 },
	{ "or before it, even if it is late",
	  "{\"on\":\"AT+CSQ\",\"say\":\"RING\",\"delay-answer\":10}",
	  "> AT+CSQ\n< RING\n. 10\n< +CSQ: 21,0\n< OK\n", 0 },
	{ "one for a time puts it into the next line",
	  "{\"on\":\"time\",\"at\":100,\"say\":\"RING\",\"inside\":true}",
	  ". 1000\n> AT\n~ \r^O\n< RING\n~ K\r^\n> AT\n< OK\n", 0 },
	{ "a bell that rings again and again",
	  "{\"on\":\"time\",\"every\":100,\"at\":100,\"times\":3,\"say\":\"RING\"}",
	  ". 99\n. 1\n< RING\n. 100\n< RING\n. 100\n< RING\n. 10000\n", 0 },
	{ "an answer twice", "{\"on\":\"AT+CSQ\",\"repeat-answer\":1}",
	  "> AT+CSQ\n< +CSQ: 21,0\n< OK\n< +CSQ: 21,0\n< OK\n", 0 },
	{ "an error in words", "{\"on\":\"AT+CSQ\",\"cme\":\"no network service\"}",
	  "> AT+CSQ\n< +CME ERROR: no network service\n", 0 },

	/* Chance. */
	{ "what has no chance does not happen", HOST "\"chance\":0,\"drop\":1}", CSQ CSQ, 0 },
	{ "what is certain does", HOST "\"nth\":6,\"times\":7,\"chance\":1.0,\"drop\":1}", "> AT+CSQ\n" CSQ, 0 },
	{ "what is decided by chance is the same for every split of the input",
	  HOST "\"has\":\"QFUPL\",\"chance\":0.5,\"drop\":1}",
	  "> AT+QFUPL=\"a\",13,60\n< CONNECT\n= abcdefghijklmnopqrstuvwxyz\n< +QFUPL: 13,7d07\n< OK\n", 0 },
	{ "commands too", "{\"on\":\"AT+CSQ\",\"chance\":0.5,\"error\":true}", CSQ CSQ CSQ CSQ "> AT+CSQ\n< ERROR\n> AT+CSQ\n< ERROR\n" CSQ, 0 },
};

static const struct row *running;

static void look(struct bench *bench)
{
	assert_int_equal(bench->hangups, running->hangups);
}

static void test_row(void **state)
{
	static const struct emulator_settings settings = { .delay_ms = 20, .boot_ms = 300, .seed = 1 };

	running = *state;
	bench_run(&settings, running->script, running->dialogue, look);
}

static const struct rate {
	const char *name;
	const char *dialogue;
} rates[] = {
	{ "at the same rate they understand each other", CSQ },
	{ "a host that is too slow is not understood, nor understands",
	  "b 9600\n> AT\n> AT\nb 115200\n> \n" CSQ },
	{ "one that is too fast neither", "b 460800\n> AT\n> AT\nb 115200\n> \n" CSQ },
	{ "one that is near enough is", "b 113000\n" CSQ },
	{ "a host that has hung up says and hears nothing", "b 0\n> AT\n> AT\nb 115200\n" CSQ },
	{ "AT+IPR is in force behind its OK",
	  "> AT+IPR=9600\n< OK\n. 0\n> AT\nb 9600\n> \n" CSQ "> AT+IPR?\n< +IPR: 9600\n< OK\n" },
	{ "and is forgotten by a restart",
	  "> AT+IPR=9600\n< OK\nb 9600\n> AT+CFUN=1,1\n< OK\n. 0\nb 115200\n" BOOTED CSQ },
	{ "unless AT&W has kept it",
	  "> AT+IPR=9600\n< OK\nb 9600\n> AT&W\n< OK\n> AT+CFUN=1,1\n< OK\n. 0\n" BOOTED CSQ },
	{ "ATZ does not change it", "> AT+IPR=9600\n< OK\nb 9600\n> ATZ\n< OK\n= AT\r\n~ AT\r\n< OK\n" },
	{ "at 0 it takes any rate", "> AT+IPR=0\n< OK\nb 9600\n" CSQ "b 57600\n" CSQ },
	{ "and does not say RDY",
	  "> AT+IPR=0\n< OK\n> AT&W\n< OK\n> AT+CFUN=1,1\n< OK\n. 1000\nb 9600\n= ATE0\r\n~ ATE0\r\n< OK\n" },
	{ "data is garbled too, and its end is not heard",
	  BODY "b 9600\n= abc+++\n. 100\nb 115200\n= +++\n. 20\n< +QSMTPBODY: 21\n" },
};

static void test_rate(void **state)
{
	static const struct emulator_settings settings = {
		.delay_ms = 20, .boot_ms = 300, .module_baud = 115200,
	};
	const struct rate *row = *state;

	bench_run(&settings, NULL, row->dialogue, NULL);
}

static void test_garbage_to_host(void **state)
{
	static const struct emulator_settings settings = { .boot_ms = 300, .module_baud = 115200 };
	struct bench bench;

	(void)state;
	bench_start(&bench, &settings, NULL);
	bench_dialogue(&bench, "= AT+CFUN=1,1\r\n~ AT+CFUN=1,1\r\n< OK\nb 57600\n");
	bench_pass(&bench, 1000);
	/* RDY and the rest: about one octet for each, and none of them right. */
	assert_in_range(bench.said.length, 20, 80);
	assert_null(strstr(buf_string(&bench.said), "RDY"));
	assert_null(strstr(buf_string(&bench.said), "CPIN"));
	bench_stop(&bench);
}

/* Times of octets on the line, as the log has them. */
static void test_stamps(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	emulator_core_stamp(bench.core, 1000000000, 1000000700);
	emulator_core_feed(bench.core, span_of("AT+CSQ\r"), 1000001);
	bench_take(&bench);
	assert_non_null(strstr(buf_string(&bench.log), "\"text\":\"AT+CSQ\",\"first_us\":1000000000,"
			       "\"last_us\":1000000700"));
	/* Two commands in a piece, the second not whole; its end comes later. */
	emulator_core_stamp(bench.core, 1000001000, 1000001500);
	emulator_core_feed(bench.core, span_of("AT\rAT"), 1000002);
	emulator_core_stamp(bench.core, 1000009000, 1000009100);
	emulator_core_feed(bench.core, span_of("\r"), 1000010);
	bench_take(&bench);
	assert_non_null(strstr(buf_string(&bench.log), "\"first_us\":1000001000,\"last_us\":1000001300"));
	assert_non_null(strstr(buf_string(&bench.log), "\"first_us\":1000001300,\"last_us\":1000009100"));
	bench_stop(&bench);
}

static void data_stamps(const char *script)
{
	struct bench bench;

	bench_start(&bench, NULL, script);
	emulator_core_feed(bench.core, span_of("AT+QSMTPBODY=1\r"), 1000001);
	emulator_core_stamp(bench.core, 1000002000, 1000002500);
	emulator_core_feed(bench.core, span_of("abcde"), 1000003);
	emulator_core_stamp(bench.core, 1000003000, 1000003500);
	emulator_core_feed(bench.core, span_of("fg+++"), 1000004);
	bench_take(&bench);
	assert_non_null(strstr(buf_string(&bench.log), "\"bytes\":7,\"first_us\":1000002000,"
			       "\"content_us\":1000003200,\"last_us\":1000003500"));
	bench_stop(&bench);
}

static void test_data_stamps(void **state)
{
	(void)state;
	data_stamps(NULL);
	/* Octet by octet, because a rule watches them, it is the same. */
	data_stamps("{\"on\":\"bytes\",\"from\":\"host\",\"chance\":0,\"drop\":1}");
}

/* A shell that comes late does not make a silence shorter or longer. */
static void test_guard_on_the_line(void **state)
{
	static const struct emulator_settings settings = { .delay_ms = 20, .guard_ms = 1000 };
	struct bench bench;

	(void)state;
	bench_start(&bench, &settings, NULL);
	emulator_core_feed(bench.core, span_of("AT+QSMTPBODY=1\r"), 1000001);
	emulator_core_stamp(bench.core, 1000100000, 1000101000);
	emulator_core_feed(bench.core, span_of("abcde"), 1000150);
	emulator_core_stamp(bench.core, 1001101000, 1001102000);
	emulator_core_feed(bench.core, span_of("+++"), 1001102);
	emulator_core_tick(bench.core, 1002101);
	bench_take(&bench);
	assert_null(strstr(buf_string(&bench.log), "\"end\""));
	emulator_core_tick(bench.core, 1002102);
	bench_take(&bench);
	assert_non_null(strstr(buf_string(&bench.log), "\"bytes\":5,"));
	assert_non_null(strstr(buf_string(&bench.log), "\"end\":\"escape\""));
	bench_stop(&bench);
}

static void test_log(void **state)
{
	static const struct emulator_settings settings = { .delay_ms = 20, .seed = 77 };
	struct bench bench;

	(void)state;
	bench_start(&bench, &settings, "\n{\"on\":\"bytes\",\"from\":\"host\",\"at\":2,\"drop\":1}");
	bench_feed(&bench, span_of("AT\r"));
	assert_memory_equal(buf_string(&bench.log), "{\"event\":\"start\",\"seed\":77}\n", 28);
	assert_non_null(strstr(buf_string(&bench.log),
			       "{\"event\":\"fault\",\"script_line\":2,\"occurrence\":1,"
			       "\"from\":\"host\",\"octet\":2}"));
	bench_stop(&bench);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD_TABLE(&tests, rates, test_rate);
	ROWS_ADD(&tests, "what the module says is garbage to a host at another rate",
		 test_garbage_to_host);
	ROWS_ADD(&tests, "a line has the times of its first and last octet", test_stamps);
	ROWS_ADD(&tests, "data has those of its content and of its end", test_data_stamps);
	ROWS_ADD(&tests, "a guard is measured on the line", test_guard_on_the_line);
	ROWS_ADD(&tests, "the log tells the seed, and each fault with its octet", test_log);
	return rows_run(&tests, "emulator_wire");
}
