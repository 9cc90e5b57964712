/* SPDX-License-Identifier: ISC */
#include "emulator_bench.h"

#define MAIL \
	"0.000 = opening\n0.100 < RDY\n0.150 < +CFUN: 1\n0.500 > AT\n0.520 < OK\n" \
	"0.600 > AT+QSMTPPWD=(hidden)\n0.620 < OK\n" \
	"0.700 > AT+QSMTPBODY=1,60\n0.720 < OK\n0.725 < CONNECT\n0.730 > (5 octets)\n" \
	"1.730 > +++\n2.730 < +QSMTPBODY: 5\n" \
	"2.800 > AT+QSMTPPUT=300\n2.810 < OK\n4.000 = a call\n4.810 < RING\n9.810 < +QSMTPPUT: 0\n"
#define BOOT ". 0\n< RDY\n. 49\n. 1\n< +CFUN: 1\n"
#define PASSWORD "> AT+QSMTPPWD=\"secret\"\n. 19\n. 1\n< OK\n"
#define BODY "> AT+QSMTPBODY=1,60\n. 20\n< OK\n. 5\n< CONNECT\n"

static const struct row {
	const char *name;
	const char *tape;
	const char *dialogue;
	unsigned speed;
	const char *log;	/* something that is in it; NULL: nothing of the replay but its end */
} rows[] = {
	{ "a whole mail at its own pace", MAIL,
	  BOOT "> AT\n. 19\n. 1\n< OK\n" PASSWORD BODY "= Hello\n. 1000\n= +++\n. 999\n. 1\n"
	  "< +QSMTPBODY: 5\n> AT+QSMTPPUT=300\n. 10\n< OK\n. 1999\n. 1\n< RING\n. 5000\n"
	  "< +QSMTPPUT: 0\n", 1, NULL },
	{ "ten times as fast", MAIL,
	  ". 0\n< RDY\n. 5\n< +CFUN: 1\n> AT\n. 1\n. 1\n< OK\n", 10, NULL },
	{ "data that is shorter ends with the escape", MAIL,
	  BOOT "> AT\n. 20\n< OK\n" PASSWORD BODY "= Hi+++\n. 1000\n< +QSMTPBODY: 5\n", 1, NULL },
	{ "a host that does not wait is told first what it did not wait for", MAIL,
	  BOOT "> AT\n. 20\n< OK\n> AT+QSMTPPWD=\"x\"\n. 5\n> AT+QSMTPBODY=1\n. 0\n< OK\n. 20\n< OK\n. 5\n< CONNECT\n", 1,
	  NULL },
	{ "what is not on the tape is an error, and the tape waits", MAIL,
	  BOOT "> AT\n. 20\n< OK\n> AT+CSQ\n< ERROR\n" PASSWORD, 1,
	  "\"text\":\"AT+CSQ\",\"state\":\"unmatched\",\"wanted\":\"AT+QSMTPPWD=(hidden)\"" },
	{ "what was left out is passed over", MAIL,
	  BOOT "> AT\n. 20\n< OK\n" BODY, 1, "\"state\":\"skipped\",\"records\":2" },
	{ "at its end everything is an error", "1 > AT\n1 < OK\n", "> AT\n. 0\n< OK\n> AT\n< ERROR\n", 1,
	  "\"state\":\"unmatched\"}" },
	{ "what the module said at first comes by itself", "1 < RDY\n3.5 < Call Ready\n",
	  ". 0\n< RDY\n. 2499\n. 1\n< Call Ready\n", 1, NULL },
	{ "times that run backwards are no time", "9 > AT\n1 < OK\n", "> AT\n. 0\n< OK\n", 1, NULL },
	{ "an escape that the tape does not have is passed over", "1 > AT\n1 < OK\n",
	  "= +++\n. 5000\n> AT\n. 0\n< OK\n", 1, NULL },
	{ "empty lines are too", "1 > AT\n1 < OK\n", "= \r\r^\n> AT\n. 0\n< OK\n", 1, NULL },
	{ "data of no octets", "1 > AT+QSMTPBODY=1\n1 < CONNECT\n1 > (0 octets)\n2 < +QSMTPBODY: 0\n",
	  "> AT+QSMTPBODY=1\n. 0\n< CONNECT\n= +++\n. 1000\n< +QSMTPBODY: 0\n", 1, NULL },
};

static void run(const struct row *row, const struct emulator_tape *tape, size_t piece)
{
	struct bench bench;

	bench_start(&bench, NULL, NULL);
	bench.piece = piece;
	emulator_core_replay(bench.core, tape, row->speed);
	bench_dialogue(&bench, row->dialogue);
	assert_null(strstr(buf_string(&bench.log), "secret"));
	if (row->log != NULL)
		assert_non_null(strstr(buf_string(&bench.log), row->log));
	else
		assert_null(strstr(buf_string(&bench.log), "unmatched"));
	bench_stop(&bench);
}

static void test_row(void **state)
{
	static const size_t pieces[] = { 0, 1, 7 };
	const struct row *row = *state;
	struct buf why = BUF_INIT(1000);
	struct emulator_tape tape;

	assert_true(emulator_tape_parse(&tape, span_of(row->tape), &why));
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		run(row, &tape, pieces[i]);
	emulator_tape_clear(&tape);
	buf_clear(&why);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	return rows_run(&tests, "emulator_replay");
}
