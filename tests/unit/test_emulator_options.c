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
	{ "a rate of the module", { "--module-baud", "9600" }, NULL },
	{ "one that is none", { "--module-baud", "fast" }, "--module-baud: " },
	{ "a seed", { "--seed", "0" }, NULL },
	{ "a negative seed", { "--seed=-1" }, "--seed: " },
	{ "a kind of guard", { "--guard-kind", "before" }, NULL },
	{ "no such kind", { "--guard-kind", "sometimes" }, "--guard-kind: " },
	{ "a store", { "--store", "1" }, NULL },
	{ "a store of nothing", { "--store", "0" }, "--store: " },
	{ "a store that is too large", { "--store", "16777217" }, "--store: " },
	{ "no store", { "--no-store" }, NULL },
	{ "tries that were made", { "--pin-failures", "3" }, NULL },
	{ "more than there are", { "--pin-failures", "4" }, "--pin-failures: " },
	{ "a card", { "--iccid", "8949011234567890123" }, NULL },
	{ "a card with too short a number", { "--iccid", "89490112345678901" }, "--iccid: " },
	{ "one with too long a number", { "--iccid", "89490112345678901234567" }, "--iccid: " },
	{ "a tape", { "--replay", "x" }, NULL },
	{ "how fast it runs", { "--replay-speed", "1000" }, NULL },
	{ "not at all", { "--replay-speed", "0" }, "--replay-speed: " },
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
	static const char *const more[] = {
		"--seed=42", "--module-baud=57600", "--guard-kind=after", "--store=4096",
	};
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
	assert_int_equal(options.module.seed, 1);
	assert_int_equal(options.module.module_baud, 0);
	assert_int_equal(options.module.guard_kind, EMULATOR_GUARD_BOTH);
	assert_int_equal(options.replay_speed, 1);
	assert_true(parse(more, &options, &why));
	assert_int_equal(options.module.seed, 42);
	assert_int_equal(options.module.module_baud, 57600);
	assert_int_equal(options.module.guard_kind, EMULATOR_GUARD_AFTER);
	assert_int_equal(options.module.store_octets, 4096);
	assert_int_equal(options.module.pin_failures, 0);
	assert_int_equal(options.baud, 0);
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
