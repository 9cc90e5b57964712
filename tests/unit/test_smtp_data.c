/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "smtp/smtp_data.h"

struct data_row {
	const char *name, *input, *output;
	enum smtp_data_state state;
	size_t left;			/* octets behind the end */
};

static const struct data_row datas[] = {
	{ "nothing but the end", ".\r\nNOOP\r\n", "", SMTP_DATA_END, 6 },
	{ "a line and the end", "a\r\n.\r\n", "a\r\n", SMTP_DATA_END, 0 },
	{ "a dot at the very start is stuffing", ".a\r\n", "a\r\n", SMTP_DATA_LINE_START, 0 },
	{ "two dots are one", "..\r\n", ".\r\n", SMTP_DATA_LINE_START, 0 },
	{ "dots within a line stay", "a.\r\n", "a.\r\n", SMTP_DATA_LINE_START, 0 },
	{ "a bare LF", "a\nb", "a\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "a bare CR", "a\rb", "a\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "a CR that is not known yet", "a\r", "a", SMTP_DATA_CR, 0 },
	{ "a dot that is not known yet", "a\r\n.", "a\r\n", SMTP_DATA_DOT, 0 },
	{ "a dot and a CR that are not known yet", "a\r\n.\r", "a\r\n", SMTP_DATA_DOT_CR, 0 },
	{ "LF dot LF is text", "a\n.\nb", "a\r\n.\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "LF dot CRLF is text", "a\n.\r\nb", "a\r\n.\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "CRLF dot LF is text", "a\r\n.\nb", "a\r\n.\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "CRLF dot CR is text", "a\r\n.\rb", "a\r\n.\r\nb", SMTP_DATA_IN_LINE, 0 },
	{ "a dot behind a bare LF is stuffing as well", "a\n..b", "a\r\n.b", SMTP_DATA_IN_LINE, 0 },
	{ "a dot behind a bare LF that is not known yet", "a\n.", "a\r\n", SMTP_DATA_LOOSE_DOT, 0 },
};

/* `step` octets of output are asked for at a time. */
static void decode(const struct data_row *row, size_t step)
{
	struct smtp_data data = { 0 };
	struct span input = span_of(row->input);
	struct buf out = BUF_INIT(step + 4), all = BUF_INIT(1000);
	size_t before;

	do {
		before = input.length;
		buf_reset(&out);
		smtp_data_decode(&data, &input, &out, step);
		assert_false(out.failed);
		buf_put(&all, buf_span(&out));
	} while (input.length != before || out.length > 0);
	assert_string_equal(buf_string(&all), row->output);
	assert_int_equal(data.state, row->state);
	assert_int_equal(input.length, row->left);
	assert_false(data.has_nul);
	buf_clear(&out);
	buf_clear(&all);
}

static void data_is_decoded(void **state)
{
	decode(*state, 1000);
	decode(*state, 1);
	decode(*state, 2);
}

static void a_nul_is_told_and_dropped(void **state)
{
	struct smtp_data data = { 0 };
	struct span input = span_make("a\0b\r\n.\0\r\n", 9);
	struct buf out = BUF_INIT(100);

	(void)state;
	smtp_data_decode(&data, &input, &out, 50);
	assert_true(data.has_nul);
	assert_int_equal(data.state, SMTP_DATA_LINE_START);
	assert_string_equal(buf_string(&out), "ab\r\n\r\n");
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, datas, data_is_decoded);
	ROWS_ADD(&rows, "a NUL is told and dropped", a_nul_is_told_and_dropped);
	return rows_run(&rows, "SMTP data");
}
