/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "at/at_hazard.h"
#include "base/buf.h"

static const struct hazard_row {
	const char *name;
	const char *data;
	const char *looks;	/* with "|" wherever one is due */
} hazard_rows[] = {
	{ "plain text", "The cat sat at the door\r\n", "The cat sat at the door\r\n" },
	{ "a number dialled", "ATD112;\r\nx", "AT|D112;\r\nx" },
	{ "indented", "\r\n  ATD112;\r\n", "\r\n  AT|D112;\r\n" },
	{ "small letters", "atdt 0900\r", "at|dt 0900\r" },
	{ "an extended command", "AT+QPOWD=1\r\n", "AT|+QPOWD=1\r\n" },
	{ "in the middle of a line", "so I typed AT+CFUN=0 twice",
	  "so I typed AT|+CFUN=0 twice" },
	{ "at the end of a word", "whatD1\n", "what|D1\n" },
	{ "the second A counts", "AAT&F\r", "AAT|&F\r" },
	{ "each of many in a line", "AT+AT+ATD1\r", "AT|+AT|+AT|D1\r" },
	{ "blanks between", "AT  D  1\r", "AT|  D  1\r" },
	{ "words that begin with d", "at dawn, at desk 5\r", "at dawn, at desk 5\r" },
	{ "a call from memory", "ATD>1;\r", "AT|D>1;\r" },
	{ "broken by the end of a line", "A\rT+X\rAT\r+X", "A\rT+X\rAT\r+X" },
	{ "too short", "AT", "AT" },
	{ "nothing", "", "" },
};

static void test_hazard(void **state)
{
	const struct hazard_row *row = *state;
	struct span data = span_of(row->data);
	struct buf looks = BUF_INIT(1000);
	size_t begin = 0, count = 0;

	for (size_t at; (at = at_hazard_find(data, begin)) < data.length; begin = at + 1) {
		buf_put(&looks, span_take(span_skip(data, begin), at - begin));
		buf_text(&looks, "|");
		buf_put(&looks, span_take(span_skip(data, at), 1));
		count++;
	}
	buf_put(&looks, span_skip(data, begin));
	assert_string_equal(buf_string(&looks), row->looks);
	assert_int_equal(at_hazard_count(data), count);
	buf_clear(&looks);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, hazard_rows, test_hazard);
	return rows_run(&rows, "at_hazard");
}
