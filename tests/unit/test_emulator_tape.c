/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdio.h>

#include "emulator/emulator_tape.h"

/* A tape, and what was read: "mark ms text" a line. */
static const struct good {
	const char *name;
	const char *text;
	const char *read;
} good[] = {
	{ "lines of both sides, and data",
	  "12.043 > AT+QSMTPDST=1,1,\"a@example.org\"\n12.060 < OK\n12.061 > (512 octets)\n",
	  "> 12043 AT+QSMTPDST=1,1,\"a@example.org\"\n< 12060 OK\n# 12061 512\n" },
	{ "notes, comments and empty lines are passed over",
	  "# made by hand\n\n1.0 = recovering: no answer\n1.0 < OK\n", "< 1000 OK\n" },
	{ "any number of decimals", "7 < A\n7.5 < B\n7.25 < C\n7.1239 < D\n",
	  "< 7000 A\n< 7500 B\n< 7250 C\n< 7123 D\n" },
	{ "lines may end with CR and LF", "1.0 > AT\r\n1.0 < OK\r\n", "> 1000 AT\n< 1000 OK\n" },
	{ "one octet", "1.0 > (1 octet)\n", "# 1000 1\n" },
	{ "what is no number of octets is a line", "1.0 > (hidden)\n1.0 > (5 octets) more\n",
	  "> 1000 (hidden)\n> 1000 (5 octets) more\n" },
	{ "a line may be empty, and hold marks", "1.0 <\n1.0 < > = <\n", "< 1000 \n< 1000 > = <\n" },
};

static void test_good(void **state)
{
	static const char marks[] = { '>', '#', '<' };
	const struct good *row = *state;
	struct emulator_tape tape;
	struct buf read = BUF_INIT(1000);
	struct buf why = BUF_INIT(1000);

	assert_true(emulator_tape_parse(&tape, span_of(row->text), &why));
	for (size_t i = 0; i < tape.count; i++) {
		const struct emulator_tape_entry *entry = &tape.entries[i];

		buf_format(&read, "%c %lld ", marks[entry->kind], (long long)entry->ms);
		if (entry->kind == EMULATOR_TAPE_DATA)
			buf_format(&read, "%zu\n", entry->octets);
		else
			buf_format(&read, "%s\n", entry->text);
	}
	assert_string_equal(buf_string(&read), row->read);
	buf_clear(&read);
	buf_clear(&why);
	emulator_tape_clear(&tape);
}

static const struct wrong {
	const char *name;
	const char *text;
	const char *why;
} wrong[] = {
	{ "nothing", "", " nothing is recorded there" },
	{ "notes alone", "1.0 = hello\n", " nothing is recorded there" },
	{ "no time", "1.0 < OK\nhello\n", "2: a time in seconds is wanted" },
	{ "a time that is none", "1.x < OK\n", "1: a time in seconds is wanted" },
	{ "a negative time", "-1.0 < OK\n", "1: a time in seconds is wanted" },
	{ "a time without end", "99999999999999999999 < OK\n", "1: a time in seconds is wanted" },
	{ "no mark", "1.0\n", "1: \">\", \"<\" or \"=\" is wanted behind the time" },
	{ "a mark that is none", "1.0 ! OK\n", "1: \">\", \"<\" or \"=\" is wanted behind the time" },
	{ "a mark that is two", "1.0 >> AT\n", "1: \">\", \"<\" or \"=\" is wanted behind the time" },
};

static void test_wrong(void **state)
{
	const struct wrong *row = *state;
	struct emulator_tape tape;
	struct buf why = BUF_INIT(1000);

	assert_false(emulator_tape_parse(&tape, span_of(row->text), &why));
	assert_string_equal(buf_string(&why), row->why);
	assert_int_equal(tape.count, 0);
	buf_clear(&why);
}

#define TAPE \
	"0 > AT\n0 < OK\n0 > AT+QSMTPUSER=(hidden)\n0 < OK\n0 > AT+CREG?\n0 < OK\n" \
	"0 > (9 octets)\n0 > AT+CREG=2\n0 > AT+CREG=?\n0 > AT+QSMTPPUT\n0 > AT\n"
#define NOWHERE 11

static const struct find {
	const char *name;
	const char *command;
	size_t from;
	unsigned within;
	size_t at;
} finds[] = {
	{ "a command with other parameters is the same", "AT+QSMTPUSER=\"me\"", 0, 9, 2 },
	{ "in small letters too", "at+qsmtpuser=\"me\"", 0, 9, 2 },
	{ "but not in another form", "AT+QSMTPUSER?", 0, 9, NOWHERE },
	{ "reading", "AT+CREG?", 0, 9, 4 },
	{ "writing", "AT+CREG=1,\"?\"", 0, 9, 7 },
	{ "testing", "AT+CREG=?", 0, 9, 8 },
	{ "executing", "AT+QSMTPPUT", 0, 9, 9 },
	{ "which is not writing", "AT+QSMTPPUT=300", 0, 9, NOWHERE },
	{ "the next of several", "AT", 1, 9, 10 },
	{ "not if it is too far away", "AT", 1, 5, NOWHERE },
	{ "a part of a name is none", "AT+QSMTP=1", 0, 9, NOWHERE },
	{ "nor what the module said", "OK", 0, 9, NOWHERE },
};

static void test_find(void **state)
{
	const struct find *row = *state;
	struct emulator_tape tape;
	struct buf why = BUF_INIT(1000);

	assert_true(emulator_tape_parse(&tape, span_of(TAPE), &why));
	assert_int_equal(tape.count, NOWHERE);
	assert_int_equal(emulator_tape_find(&tape, row->from, span_of(row->command), row->within),
			 row->at);
	emulator_tape_clear(&tape);
	buf_clear(&why);
}

static void test_find_far(void **state)
{
	struct buf text = BUF_INIT(100000), why = BUF_INIT(1000);
	struct emulator_tape tape;

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_text(&text, "0 > AT\n0 < OK\n0 > AT+CSQ\n0 > AT+CREG?\n");
	buf_text(&text, "0 > AT+QSMTPCLR\n");
	assert_true(emulator_tape_parse(&tape, buf_span(&text), &why));
	assert_int_equal(emulator_tape_find(&tape, 0, span_of("AT+QSMTPCLR"), 4), 1200);
	assert_int_equal(emulator_tape_find(&tape, 0, span_of("AT+QSMTPCLR"), 1000), 1200);
	assert_int_equal(emulator_tape_find(&tape, 0, span_of("AT+QSMTPCLR"), 3), 1201);
	assert_int_equal(emulator_tape_find(&tape, 0, span_of("AT"), 0), 1201);
	emulator_tape_clear(&tape);
	buf_clear(&text);
	buf_clear(&why);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, good, test_good);
	ROWS_ADD_TABLE(&tests, wrong, test_wrong);
	ROWS_ADD_TABLE(&tests, finds, test_find);
	ROWS_ADD(&tests, "what an idle module is asked for hours is passed over", test_find_far);
	return rows_run(&tests, "emulator_tape");
}
