/* SPDX-License-Identifier: ISC */
#include "modem/modem_recorder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rows.h"

#define START_MS 5000

struct part {
	char mark;		/* '>', '<', '=', or 'd' for data of `octets` */
	int64_t ms;
	const char *text;
	size_t octets;
};

struct row {
	const char *name;
	struct part parts[5];
	const char *read;
};

static const struct row table[] = {
	{ "nothing was said", { { 0 } }, "" },
	{ "a dialogue",
	  { { '>', 12043, "AT+QSMTPDST=1,1,\"a@example.org\"", 0 }, { '<', 12060, "OK", 0 },
	    { 'd', 12061, NULL, 512 }, { '=', 13000, "recovering: the module does not answer", 0 } },
	  "12.043 > AT+QSMTPDST=1,1,\"a@example.org\"\n12.060 < OK\n12.061 > (512 octets)\n"
	  "13.000 = recovering: the module does not answer\n" },
	{ "data in a row is one record, of the time of the last",
	  { { 'd', 1, NULL, 512 }, { 'd', 2, NULL, 512 }, { 'd', 30, NULL, 7 }, { '>', 31, "+++", 0 } },
	  "0.030 > (1031 octets)\n0.031 > +++\n" },
	{ "data that is interrupted is two",
	  { { 'd', 1, NULL, 5 }, { '<', 2, "RING", 0 }, { 'd', 3, NULL, 6 } },
	  "0.001 > (5 octets)\n0.002 < RING\n0.003 > (6 octets)\n" },
	{ "data at the end is told, too", { { 'd', 0, NULL, 1 } }, "0.000 > (1 octets)\n" },
	{ "data of nothing is none", { { 'd', 0, NULL, 0 }, { '<', 1, "OK", 0 } }, "0.001 < OK\n" },
	{ "controls and what is no ASCII",
	  { { '<', 0, "a\x1b[31m\nb\x7f\xc3\xa4\t", 0 } }, "0.000 < a?[31m?b????\n" },
	{ "an empty line", { { '<', 0, "", 0 } }, "0.000 < \n" },
	{ "a time before the start is the start", { { '<', -3000, "OK", 0 } }, "0.000 < OK\n" },
	{ "days later", { { '<', INT64_C(864000123), "OK", 0 } }, "864000.123 < OK\n" },
};

static void add(struct modem_recorder *recorder, const struct part *part)
{
	int64_t now_ms = START_MS + part->ms;

	if (part->mark == 'd')
		modem_recorder_add_data(recorder, part->octets, now_ms);
	else
		modem_recorder_add(recorder, part->mark == '>' ? MODEM_RECORDER_SENT :
				   part->mark == '<' ? MODEM_RECORDER_CAME : MODEM_RECORDER_NOTE,
				   span_of(part->text), now_ms);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct modem_recorder *recorder = modem_recorder_new(START_MS);
	struct buf out = BUF_INIT(4096);

	assert_non_null(recorder);
	for (size_t i = 0; i < 5 && row->parts[i].mark != 0; i++)
		add(recorder, &row->parts[i]);
	assert_true(modem_recorder_read(recorder, &out));
	assert_string_equal(buf_string(&out), row->read);
	/* Reading changes nothing. */
	buf_reset(&out);
	assert_true(modem_recorder_read(recorder, &out));
	assert_string_equal(buf_string(&out), row->read);
	buf_clear(&out);
	modem_recorder_free(recorder);
}

/* The number that stands behind the mark of the first record. */
static int number_of(struct span line)
{
	char text[64];
	int number;

	span_copy(line, text, sizeof(text));
	assert_int_equal(sscanf(text, "%*d.%*d < %d", &number), 1);
	return number;
}

/* Lines of all lengths go round many times: what is kept is whole, in order, the
 * newest, and nearly fills the ring. */
static void test_wrap(void **state)
{
	static char filler[700];
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct buf out = BUF_INIT(MODEM_RECORDER_OCTETS);
	struct span text, line;
	char record[800];
	int next;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	for (int i = 0; i < 5000; i++) {
		snprintf(record, sizeof(record), "%d %.*s", i, i % 600, filler);
		modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of(record), i);
		if (i % 97 != 0 && i != 4999)
			continue;
		buf_reset(&out);
		assert_true(modem_recorder_read(recorder, &out));
		text = buf_span(&out);
		assert_int_equal(text.at[text.length - 1], '\n');
		if (i > 300)
			assert_true(text.length > MODEM_RECORDER_OCTETS - 600);
		next = number_of(text);
		while (span_cut(&text, '\n', &line) && line.length > 0)
			assert_int_equal(number_of(line), next++);
		assert_int_equal(next, i + 1);
	}
	buf_clear(&out);
	modem_recorder_free(recorder);
}

/* A ring that is full to the last octet, and one record that is one octet too long. */
static void test_full(void **state)
{
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct buf out = BUF_INIT(MODEM_RECORDER_OCTETS);
	const size_t record = strlen("0.000 < 1234567\n");

	(void)state;
	for (size_t i = 0; i < MODEM_RECORDER_OCTETS / record; i++)
		modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of("1234567"), 0);
	assert_true(modem_recorder_read(recorder, &out));
	assert_int_equal(out.length, MODEM_RECORDER_OCTETS);
	modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of("x"), 0);
	modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of("12345678901234"), 0);
	buf_reset(&out);
	assert_true(modem_recorder_read(recorder, &out));
	assert_memory_equal(out.at, "0.000 < 1234567\n", record);
	assert_string_equal(out.at + out.length - 33, "0.000 < x\n0.000 < 12345678901234\n");
	assert_int_equal(out.length, MODEM_RECORDER_OCTETS - 3 * record + 33);
	buf_clear(&out);
	modem_recorder_free(recorder);
}

static void test_cut(void **state)
{
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct buf out = BUF_INIT(4096);
	char text[600];

	(void)state;
	memset(text, 'y', sizeof(text));
	modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_make(text, sizeof(text)), 0);
	assert_true(modem_recorder_read(recorder, &out));
	assert_int_equal(out.length, strlen("0.000 < ") + 512 + 1);
	buf_clear(&out);
	modem_recorder_free(recorder);
}

static void test_no_room(void **state)
{
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct buf out = BUF_INIT(10);

	(void)state;
	modem_recorder_add(recorder, MODEM_RECORDER_CAME, span_of("OK"), 0);
	assert_false(modem_recorder_read(recorder, &out));
	buf_clear(&out);
	modem_recorder_free(recorder);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "of more than fits the newest is kept, whole and in order", test_wrap);
	ROWS_ADD(&rows, "it is filled to the last octet and not further", test_full);
	ROWS_ADD(&rows, "a long line is cut", test_cut);
	ROWS_ADD(&rows, "too little room to read it is told", test_no_room);
	return rows_run(&rows, "modem_recorder");
}
