/* SPDX-License-Identifier: ISC */
/* The vectors of RFC 4648, section 10, and what is no text. */
#include "rows.h"

#include "base/base64.h"

struct row {
	const char *name;
	struct span octets;
	const char *digits;
};

#define OCTETS(text) { text, sizeof(text) - 1 }

static const struct row table[] = {
	{ "nothing", OCTETS(""), "" },
	{ "one octet", OCTETS("f"), "Zg==" },
	{ "two octets", OCTETS("fo"), "Zm8=" },
	{ "three octets", OCTETS("foo"), "Zm9v" },
	{ "four octets", OCTETS("foob"), "Zm9vYg==" },
	{ "five octets", OCTETS("fooba"), "Zm9vYmE=" },
	{ "six octets", OCTETS("foobar"), "Zm9vYmFy" },
	{ "NULs", OCTETS("\0\0"), "AAA=" },
	{ "the last two digits", OCTETS("\xfb\xef\xff"), "++//" },
};

static void octets_become_digits(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(64);

	assert_true(base64_put(row->octets, &out));
	assert_string_equal(buf_string(&out), row->digits);
	buf_clear(&out);
}

static void digits_become_octets(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(64);

	assert_true(base64_read(span_of(row->digits), &out));
	assert_true(span_equal(buf_span(&out), row->octets));
	buf_clear(&out);
}

static const struct bad_row {
	const char *name;
	const char *digits;
} bad_rows[] = {
	{ "three digits", "Zm9" },
	{ "five digits", "Zm9vY" },
	{ "a blank", "Zm 9" },
	{ "a line end", "Zm9v\r\n" },
	{ "an octet that is no digit", "Zm9-" },
	{ "a pad in the middle", "Zg==Zg==" },
	{ "three pads", "Z===" },
	{ "nothing but pads", "====" },
	{ "bits left over behind one octet", "Zh==" },
	{ "bits left over behind two octets", "Zm9=" },
	{ "a pad before a digit", "Zg=v" },
};

static void bad_digits_are_refused(void **state)
{
	const struct bad_row *row = *state;
	struct buf out = BUF_INIT(64);

	assert_false(base64_read(span_of(row->digits), &out));
	buf_clear(&out);
}

static void a_full_buffer_is_told(void **state)
{
	struct buf out = BUF_INIT(3);

	(void)state;
	assert_false(base64_put(span_of("foo"), &out));
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, octets_become_digits);
	ROWS_ADD_TABLE(&rows, table, digits_become_octets);
	ROWS_ADD_TABLE(&rows, bad_rows, bad_digits_are_refused);
	ROWS_ADD(&rows, "a buffer that is full is told", a_full_buffer_is_told);
	return rows_run(&rows, "base64");
}
