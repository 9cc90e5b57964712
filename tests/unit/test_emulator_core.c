/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

static const struct row {
	const char *name;
	const char *dialogue;
	const char *pin;
} rows[] = {
	{ "AT answers OK", "> AT\n< OK\n", NULL },
	{ "small letters are as good", "> at\n< OK\n> ate0\n< OK\n", NULL },
	{ "LF is ignored, and an empty line answers nothing", "= ^AT\r^\n< OK\n= \r^\r\n", NULL },
	{ "what does not begin with AT is not answered", "> hello\n> +++\n> BAT\n> AT\n< OK\n", NULL },
	{ "blanks in front are stepped over", ">  AT\n< OK\n> AT +CSQ\n< +CSQ: 21,0\n< OK\n", NULL },
	{ "unknown commands are errors",
	  "> AT+NOPE\n< ERROR\n> AT+\n< ERROR\n> ATY\n< ERROR\n> AT+CSQX\n< ERROR\n> AT%X\n< ERROR\n",
	  NULL },
	{ "joined commands are refused", "> AT+CREG=0;+CGREG=0\n< ERROR\n> AT+CNMI=2;+CSQ\n< ERROR\n",
	  NULL },
	{ "echo is given as it was typed", "> ATE1\n< OK\n= AT\r\n~ AT\r\n< OK\n= ATE0\r\n~ ATE0\r\n"
	  "< OK\n> AT\n< OK\n", NULL },
	{ "A/ repeats the last line at once", "> AT+CSQ\n< +CSQ: 21,0\n< OK\n= A/\n< +CSQ: 21,0\n"
	  "< OK\n= a/\n< +CSQ: 21,0\n< OK\n", NULL },
	{ "basic commands may stand together", "> ATE0V1Q0X4&D0&C1\n< OK\n> ATV1Y\n< ERROR\n", NULL },
	{ "ATV0 answers with numbers, ATV1 with words again",
	  "> ATV0\n~ 0\r\n> AT+NOPE\n~ 4\r\n> ATV1\n< OK\n", NULL },
	{ "ATQ1 is quiet, ATQ0 is not", "> ATQ1\n> AT\n> AT+NOPE\n> ATQ0\n< OK\n", NULL },
	{ "ATZ brings the echo back", "> ATZ\n< OK\n= AT\r\n~ AT\r\n< OK\n", NULL },
	{ "so does AT&F", "> AT&F\n< OK\n= AT\r\n~ AT\r\n< OK\n", NULL },
	{ "registers of V.250 are taken", "> ATS0=0\n< OK\n> ATS0?\n< 000\n< OK\n> ATS\n< ERROR\n", NULL },
	{ "it says what it is",
	  "> ATI\n< Quectel_Ltd\n< Quectel_M95\n< Revision: M95FAR02A08\n< OK\n"
	  "> AT+CGMI\n< Quectel_Ltd\n< OK\n> AT+CGMM\n< Quectel_M95\n< OK\n"
	  "> AT+CGMR\n< Revision: M95FAR02A08\n< OK\n> AT+GSN\n< 490154203237518\n< OK\n"
	  "> AT+CIMI\n< 001010123456789\n< OK\n> AT+QCCID\n< 8988211000000000014\n< OK\n", NULL },
	{ "settings are taken, read and tested",
	  "> AT+CMEE=?\n< +CMEE: (0-2)\n< OK\n> AT+CMEE=2\n< OK\n> AT+CMEE?\n< +CMEE: 2\n< OK\n"
	  "> AT+CMEE=3\n< ERROR\n> AT+IFC=2,2\n< OK\n> AT+IFC?\n< +IFC: 2,2\n< OK\n"
	  "> AT+IPR=115200\n< OK\n> AT+IPR?\n< +IPR: 115200\n< OK\n> AT+CNMI=2,0,0,0,0\n< OK\n"
	  "> AT+QIURC=0\n< OK\n> AT&W\n< OK\n> AT&D0\n< OK\n> AT+CLCC\n< OK\n", NULL },
	{ "it is registered and attached",
	  "> AT+CREG?\n< +CREG: 0,1\n< OK\n> AT+CREG=2\n< OK\n> AT+CREG?\n< +CREG: 2,1\n< OK\n"
	  "> AT+CGREG?\n< +CGREG: 0,1\n< OK\n> AT+CGATT?\n< +CGATT: 1\n< OK\n"
	  "> AT+COPS?\n< +COPS: 0,0,\"EMULATOR\"\n< OK\n> AT+CPIN?\n< +CPIN: READY\n< OK\n", NULL },
	{ "without radio it is not",
	  "> AT+CFUN=0\n< OK\n> AT+CFUN?\n< +CFUN: 0\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK\n"
	  "> AT+CGATT?\n< +CGATT: 0\n< OK\n> AT+CSQ\n< +CSQ: 99,0\n< OK\n> AT+COPS?\n< +COPS: 0\n< OK\n"
	  "> AT+QIACT\n< ERROR\n> AT+CFUN=1\n< OK\n> AT+CREG?\n< +CREG: 0,1\n< OK\n", NULL },
	{ "the bearer comes up and goes down",
	  "> AT+QIFGCNT=0\n< OK\n> AT+QICSGP=1,\"internet\",\"u\",\"p\"\n< OK\n"
	  "> AT+QICSGP?\n< +QICSGP: 1,\"internet\"\n< OK\n> AT+QILOCIP\n< ERROR\n"
	  "> AT+QISTAT\n< OK\n< STATE: IP INITIAL\n> AT+QIREGAPP\n< OK\n> AT+QISTAT\n< OK\n"
	  "< STATE: IP START\n> AT+QIACT\n< OK\n> AT+QILOCIP\n< 10.1.2.3\n> AT+QISTAT\n< OK\n"
	  "< STATE: IP GPRSACT\n> AT+QIDEACT\n< DEACT OK\n> AT+QILOCIP\n< ERROR\n", NULL },
	{ "CFUN=1,1 answers, is deaf while it starts, and has forgotten its echo",
	  "> AT+QSMTPUSER=\"me\"\n< OK\n> AT+CFUN=1,1\n< OK\n. 0\n= AT\r\n. 299\n. 1\n< RDY\n. 50\n"
	  "< +CFUN: 1\n. 50\n< +CPIN: READY\n. 50\n< Call Ready\n= ATE0\r\n~ ATE0\r\n< OK\n"
	  "> AT+QSMTPUSER?\n< +QSMTPUSER: \"\"\n< OK\n", NULL },
	{ "powered down it says so and nothing more",
	  "> AT+QPOWD=1\n< NORMAL POWER DOWN\n. 0\n> AT\n. 100000\n", NULL },

	/* The SIM. */
	{ "a SIM asks for its PIN, and is ready with it",
	  "> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK\n"
	  "> AT+CPIN=\"1234\"\n< OK\n< +CPIN: READY\n> AT+CPIN?\n< +CPIN: READY\n< OK\n"
	  "> AT+CREG?\n< +CREG: 0,1\n< OK\n", "1234" },
	{ "a PIN may stand without quotes", "> AT+CPIN=1234\n< OK\n< +CPIN: READY\n", "1234" },
	{ "without it what needs the SIM is an error",
	  "> AT+CMEE=1\n< OK\n> AT+CIMI\n< +CME ERROR: 11\n> AT+CMEE=2\n< OK\n"
	  "> AT+CIMI\n< +CME ERROR: SIM PIN required\n> AT+CMEE=0\n< OK\n> AT+CIMI\n< ERROR\n",
	  "1234" },
	{ "three wrong ones lock it, and it counts them",
	  "> AT+CMEE=1\n< OK\n> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",3,10\n< OK\n"
	  "> AT+CPIN=\"0000\"\n< +CME ERROR: 16\n> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",2,10\n< OK\n"
	  "> AT+CPIN=\"0000\"\n< +CME ERROR: 16\n> AT+CPIN=\"0000\"\n< +CME ERROR: 16\n"
	  "> AT+CPIN?\n< +CPIN: SIM PUK\n< OK\n> AT+CIMI\n< +CME ERROR: 12\n"
	  "> AT+CPIN=\"1234\"\n< +CME ERROR: 16\n> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",0,10\n< OK\n", "1234" },
	{ "a right one sets the counter back",
	  "> AT+CPIN=\"0000\"\n< ERROR\n> AT+CPIN=\"1234\"\n< OK\n< +CPIN: READY\n"
	  "> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",3,10\n< OK\n", "1234" },
	{ "the counters survive a restart, and the PIN is asked for again",
	  "> AT+CPIN=\"0000\"\n< ERROR\n> AT+CFUN=1,1\n< OK\n. 300\n< RDY\n. 100\n< +CFUN: 1\n"
	  "< +CPIN: SIM PIN\n= ATE0\r\n~ ATE0\r\n< OK\n> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",2,10\n< OK\n",
	  "1234" },
	{ "the PUK sets a new PIN",
	  "> AT+CPIN=\"0\"\n< ERROR\n> AT+CPIN=\"0\"\n< ERROR\n> AT+CPIN=\"0\"\n< ERROR\n"
	  "> AT+CPIN=\"11111111\",\"4321\"\n< ERROR\n> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",0,9\n< OK\n"
	  "> AT+CPIN=\"12345678\",\"4321\"\n< OK\n< +CPIN: READY\n"
	  "> AT+QPINC=\"SC\"\n< +QPINC: \"SC\",3,10\n< OK\n", "1234" },
	{ "a ready SIM takes no PIN", "> AT+CMEE=1\n< OK\n> AT+CPIN=\"1234\"\n< +CME ERROR: 3\n", NULL },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct emulator_settings settings = { .delay_ms = 20, .boot_ms = 300 };

	if (row->pin != NULL)
		strcpy(settings.pin, row->pin);
	bench_run(&settings, NULL, row->dialogue, NULL);
}

static void test_echo_at_power_up(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= AT\r\n~ AT\r\n< OK\n");
	/* In data mode nothing is echoed. */
	bench_dialogue(&bench, "= AT+QSMTPBODY=1\r\n~ AT+QSMTPBODY=1\r\n< OK\n< CONNECT\n= abc\n= +++\n"
		       ". 20\n< +QSMTPBODY: 3\n");
	bench_stop(&bench);
}

static void test_line_limit(void **state)
{
	struct bench bench;
	char line[1100];

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n");
	memset(line, 'x', sizeof(line));
	memcpy(line, "AT+QSMTPNAME=\"", 14);
	line[1023] = '"';
	line[1024] = '\r';
	bench_feed(&bench, span_make(line, 1025));
	assert_string_equal(buf_string(&bench.said), "\r\nOK\r\n");
	buf_reset(&bench.said);
	line[1023] = 'x';
	line[1024] = '"';
	line[1025] = '\r';
	bench_feed(&bench, span_make(line, 1026));
	assert_string_equal(buf_string(&bench.said), "\r\nERROR\r\n");
	buf_reset(&bench.said);
	bench_dialogue(&bench, "> AT\n< OK\n");
	bench_stop(&bench);
}

static void test_power_key(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n> AT+QPOWD=1\n< NORMAL POWER DOWN\n. 10\n> AT\n");
	emulator_core_press(bench.core, bench.now_ms);
	bench_take(&bench);
	bench_dialogue(&bench, ". 450\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n");
	bench_dialogue(&bench, "= AT\r\n~ AT\r\n< OK\n");
	bench_stop(&bench);
}

static void test_reset_abandons(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n> AT+QSMTPCFG=1,0\n< OK\n"
		       "> AT+QSMTPSRV=\"h\",25\n< OK\n> AT+QSMTPADDR=\"a@b\"\n< OK\n"
		       "> AT+QSMTPDST=1,1,\"a@b\"\n< OK\n. 20\n< +QSMTPDST: 0\n> AT+QSMTPPUT\n< OK\n"
		       "> AT+CFUN=1,1\n< OK\n. 450\n< RDY\n< +CFUN: 1\n< +CPIN: READY\n< Call Ready\n");
	assert_int_equal(bench.abandoned, 1);
	emulator_core_delivered(bench.core, 0, bench.now_ms);
	/* It is free again, and says nothing of the lost mail. */
	bench_dialogue(&bench, ". 1000\n= ATE0\r\n~ ATE0\r\n< OK\n> AT+QSMTPCLR\n< OK\n");
	bench_stop(&bench);
}

static void test_sms(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL, NULL);
	bench_dialogue(&bench, "= ATE0\r\n~ ATE0\r\n< OK\n");
	bench_feed(&bench, span_of("AT+CMGS=\"123\"\r"));
	assert_string_equal(buf_string(&bench.said), "\r\n> ");
	buf_reset(&bench.said);
	bench_feed(&bench, span_of("text\x1a"));
	assert_string_equal(buf_string(&bench.said), "\r\n+CMGS: 1\r\n\r\nOK\r\n");
	assert_int_equal(bench.dangers, 2);
	bench_stop(&bench);
}

static void look_at_danger(struct bench *bench)
{
	assert_int_equal(bench->dangers, 1);
	assert_non_null(strstr(buf_string(&bench->log), "ATD112;"));
}

static void test_danger_is_told(void **state)
{
	(void)state;
	bench_run(NULL, NULL,
		  "> AT+QSMTPBODY=1\n< OK\n< CONNECT\n= one+++\r^ATD112;\r^\n< OK\n. 20\n"
		  "< +QSMTPBODY: 3\n> AT+CMGS=?\n< OK\n", look_at_danger);
}

static void look_at_secrets(struct bench *bench)
{
	assert_null(strstr(buf_string(&bench->log), "secret"));
	assert_null(strstr(buf_string(&bench->log), "1234"));
	assert_non_null(strstr(buf_string(&bench->log), "QSMTPPWD=***"));
}

static void test_no_secret_in_log(void **state)
{
	(void)state;
	bench_run(NULL, NULL,
		  "> AT+QSMTPPWD=\"secret\"\n< OK\n> at+qsmtppwd = \"secret\n< ERROR\n> AT+QSMTPPWD=secret\n< ERROR\n"
		  "> xx AT+QSMTPPWD=secret\n> AT+QICSGP=1,\"net\",\"me\",\"secret\"\n< OK\n"
		  "> AT+CPIN=\"1234\"\n< ERROR\n", look_at_secrets);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "echo is on at power-up, and never for data", test_echo_at_power_up);
	ROWS_ADD(&tests, "a line has 1024 octets; a longer one is refused whole", test_line_limit);
	ROWS_ADD(&tests, "the power key switches it on", test_power_key);
	ROWS_ADD(&tests, "a reset abandons the mail on its way", test_reset_abandons);
	ROWS_ADD(&tests, "a text message is taken and told as danger", test_sms);
	ROWS_ADD(&tests, "a dangerous command from the content is told", test_danger_is_told);
	ROWS_ADD(&tests, "no secret stands in the log", test_no_secret_in_log);
	return rows_run(&tests, "emulator_core");
}
