/* SPDX-License-Identifier: ISC */
#include "io/modem_keep.h"

#include <errno.h>

#include "io/clock.h"
#include "state_scratch.h"

static struct modem_memory some_memory(void)
{
	return (struct modem_memory){
		.failures = 3, .resets_hour = 1, .resets_day = 2,
		.hour_start_ms = clock_boot_ms() - 1000, .day_start_ms = clock_boot_ms() - 2000,
		.model = "Quectel_M95", .firmware = "M95FAR02A04",
		.bare_escape_ends = AT_YES, .size_ends_data = AT_NO, .baud = 57600,
	};
}

static void test_round(void **state)
{
	struct modem_memory memory = some_memory(), read;

	(void)state;
	assert_int_equal(modem_keep_store(scratch, "gsm0", &memory), 0);
	modem_keep_load(scratch, "gsm0", &read);
	assert_int_equal(read.failures, 3);
	assert_int_equal(read.resets_hour, 1);
	assert_int_equal(read.resets_day, 2);
	assert_string_equal(read.model, "Quectel_M95");
	assert_string_equal(read.firmware, "M95FAR02A04");
	assert_int_equal(read.bare_escape_ends, AT_YES);
	assert_int_equal(read.size_ends_data, AT_NO);
	assert_int_equal(read.baud, 57600);
	/* This start of the machine wrote it, so that its times hold. */
	assert_true(read.hour_start_ms == memory.hour_start_ms);
	assert_true(read.day_start_ms == memory.day_start_ms);
	modem_keep_load(scratch, "gsm1", &read);
	assert_int_equal(read.failures, 0);
	assert_int_equal(read.baud, 0);
}

static void test_other_boot(void **state)
{
	struct modem_memory read;
	int64_t before_ms = clock_boot_ms();

	(void)state;
	scratch_write("modem-gsm0", "boot 00000000-0000-0000-0000-000000000000\n"
				    "resets-hour 4 1\nresets-day 9 1\n");
	modem_keep_load(scratch, "gsm0", &read);
	assert_int_equal(read.resets_hour, 4);
	assert_int_equal(read.resets_day, 9);
	assert_true(read.hour_start_ms >= before_ms);
	assert_true(read.day_start_ms >= before_ms);
}

static void test_replaced_whole(void **state)
{
	struct modem_memory memory = some_memory(), read;

	(void)state;
	assert_int_equal(modem_keep_store(scratch, "gsm0", &memory), 0);
	assert_int_equal(scratch_mode("modem-gsm0"), 0600);
	/* What a run that died in the middle has left is in nobody's way. */
	scratch_write("modem-gsm0.new", "boot x\nfailures 99\nand more than there will be, "
					"so that a rest of it would show, and more, and more, and more, "
					"and more, and more, and more, and more, and more, and more\n");
	memory.failures = 4;
	assert_int_equal(modem_keep_store(scratch, "gsm0", &memory), 0);
	assert_int_equal(scratch_count(), 1);
	modem_keep_load(scratch, "gsm0", &read);
	assert_int_equal(read.failures, 4);
	assert_null(strstr(scratch_read("modem-gsm0"), "and more"));
}

static void test_trouble(void **state)
{
	struct modem_memory memory = some_memory(), read;
	char path[600];

	(void)state;
	assert_int_equal(modem_keep_store("/nonexistent/folder", "gsm0", &memory), -ENOENT);
	modem_keep_load("/nonexistent/folder", "gsm0", &read);
	assert_int_equal(read.failures, 0);
	/* Nobody's link is followed, and a folder is no file. */
	snprintf(path, sizeof(path), "%s", scratch_path("elsewhere"));
	scratch_write("elsewhere", "failures 7\n");
	assert_int_equal(symlink(path, scratch_path("modem-gsm0")), 0);
	modem_keep_load(scratch, "gsm0", &read);
	assert_int_equal(read.failures, 0);
	assert_int_equal(symlink(path, scratch_path("modem-gsm1.new")), 0);
	assert_int_equal(modem_keep_store(scratch, "gsm1", &memory), -ELOOP);
	assert_string_equal(scratch_read("elsewhere"), "failures 7\n");
}

static void test_damaged(void **state)
{
	static const char *const texts[] = { "", "\n\n\n", "failures\nbaud x\n", "\xff\xfe" };
	struct modem_memory read;
	char *text = malloc(100001);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		scratch_write("modem-gsm0", texts[i]);
		modem_keep_load(scratch, "gsm0", &read);
		assert_int_equal(read.failures, 0);
		assert_int_equal(read.baud, 0);
	}
	assert_non_null(text);
	memset(text, '\n', 100000);
	memcpy(text, "failures 9\n", 11);
	text[100000] = '\0';
	scratch_write("modem-gsm0", text);
	modem_keep_load(scratch, "gsm0", &read);
	assert_int_equal(read.failures, 0);
	free(text);
}

static void test_names(void **state)
{
	struct modem_memory memory = some_memory();

	(void)state;
	assert_int_equal(modem_keep_store(scratch, "../../etc/x", &memory), 0);
	assert_int_equal(access(scratch_path("modem-______etc_x"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "what was kept is read back", test_round, scratch_make, scratch_drop, NULL },
		{ "after another start of the machine hour and day begin anew", test_other_boot,
		  scratch_make, scratch_drop, NULL },
		{ "it is replaced whole, for its owner only", test_replaced_whole, scratch_make,
		  scratch_drop, NULL },
		{ "a folder that is not there and links are told", test_trouble, scratch_make,
		  scratch_drop, NULL },
		{ "a damaged file is a memory of nothing", test_damaged, scratch_make, scratch_drop,
		  NULL },
		{ "a modem's name leads to no other folder", test_names, scratch_make, scratch_drop,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("modem_keep", tests, NULL, NULL);
}
