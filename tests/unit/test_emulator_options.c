/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "emulator/emulator_options.h"

static const struct row {
	const char *name;
	const char *arguments[4];
	const char *why;	/* how the complaint begins; NULL: good */
} rows[] = {
	{ "nothing need be said", { NULL }, NULL },
	{ "a link", { "--link", "/tmp/x" }, NULL },
	{ "an empty link", { "--link", "" }, "--link: " },
	{ "a value is missing", { "--link" }, "--link: " },
	{ "no such option", { "--lnk", "x" }, "--lnk: " },
	{ "an argument", { "x" }, "x: no arguments" },
	{ "a relay", { "--relay", "127.0.0.1:25" }, NULL },
	{ "a relay by IPv6", { "--relay", "[::1]:2525" }, NULL },
	{ "a relay without a port", { "--relay", "host" }, "--relay: " },
	{ "a relay without a host", { "--relay", ":25" }, "--relay: " },
	{ "a port that is none", { "--relay", "host:0" }, "--relay: " },
	{ "a baud rate", { "--baud", "115200" }, NULL },
	{ "no pace", { "--baud", "0" }, NULL },
	{ "too slow", { "--baud", "299" }, "--baud: " },
	{ "yes", { "--filesz-ends", "yes" }, NULL },
	{ "perhaps", { "--filesz-ends", "perhaps" }, "--filesz-ends: " },
	{ "a delay", { "--delay", "0" }, NULL },
	{ "a negative one", { "--delay=-1" }, "--delay: " },
	{ "a PIN", { "--pin", "1234" }, NULL },
	{ "a short one, and it is not repeated", { "--pin", "123" }, "--pin: 4 to 8 digits" },
	{ "letters", { "--pin", "12a4" }, "--pin: " },
	{ "a long one", { "--pin", "123456789" }, "--pin: " },
};

static bool parse(const char *const *arguments, struct emulator_options *options, struct buf *why)
{
	static char texts[5][64];
	char *list[6] = { texts[0], NULL };
	int count = 1;

	strcpy(texts[0], "gsmtp-emulator");
	for (; count < 5 && arguments[count - 1] != NULL; count++) {
		strcpy(texts[count], arguments[count - 1]);
		list[count] = texts[count];
	}
	return emulator_options_parse(options, count, list, why);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	struct emulator_options options;
	struct buf why = BUF_INIT(1000);

	assert_int_equal(parse(row->arguments, &options, &why), row->why == NULL);
	if (row->why != NULL)
		assert_memory_equal(buf_string(&why), row->why, strlen(row->why));
	buf_clear(&why);
}

static void test_values(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const some[] = { "--guard=1000", "--baud=9600", "--no-space", "--pin=4321" };
	struct emulator_options options;
	struct buf why = BUF_INIT(1000);

	(void)state;
	assert_true(parse(none, &options, &why));
	assert_int_equal(options.module.delay_ms, 20);
	assert_int_equal(options.module.boot_ms, 300);
	assert_int_equal(options.module.guard_ms, 0);
	assert_false(options.module.filesz_ends);
	assert_false(options.module.no_space);
	assert_true(parse(some, &options, &why));
	assert_int_equal(options.module.guard_ms, 1000);
	assert_int_equal(options.baud, 9600);
	assert_int_equal(options.module.baud, 9600);
	assert_true(options.module.no_space);
	assert_string_equal(options.module.pin, "4321");
	buf_clear(&why);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	ROWS_ADD(&tests, "defaults, and values that are given", test_values);
	return rows_run(&tests, "emulator_options");
}
