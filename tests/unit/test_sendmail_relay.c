/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "sendmail/sendmail_relay.h"

struct line_row {
	const char *name, *first, *second, *out;
};

static const struct line_row lines[] = {
	{ "LF becomes CRLF", "a\nb\n", "", "a\r\nb\r\n" },
	{ "CRLF stays", "a\r\nb\r\n", "", "a\r\nb\r\n" },
	{ "an LF first", "\na", "", "\r\na" },
	{ "CRLF in two pieces", "a\r", "\nb\n", "a\r\nb\r\n" },
	{ "LF at the start of the second piece", "a", "\nb", "a\r\nb" },
	{ "CRLF at the end of the first piece", "a\r\n", "\nb", "a\r\n\r\nb" },
	{ "a CR alone stays", "a\rb", "\nc", "a\rb\r\nc" },
	{ "CR CR LF stays", "a\r\r\n", "", "a\r\r\n" },
};

static void line_ends_are_mended(void **state)
{
	const struct line_row *row = *state;
	struct buf out = BUF_INIT(100);
	bool after_cr = false;

	assert_true(sendmail_relay_line_ends(span_of(row->first), &after_cr, &out));
	assert_true(sendmail_relay_line_ends(span_of(row->second), &after_cr, &out));
	assert_string_equal(buf_string(&out), row->out);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, lines, line_ends_are_mended);
	return rows_run(&rows, "line ends of -bs");
}
