/* SPDX-License-Identifier: ISC */
#include "io/pin_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"

static char folder[256];

static const char *path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int make(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/gsmtpd-pin-XXXXXX", parent ? parent : "/tmp");
	return mkdtemp(folder) == NULL;
}

static int drop(void **state)
{
	(void)state;
	unlink(path_of("pin-gsm0"));
	unlink(path_of("pin-______etc"));
	return rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_round(void **state)
{
	static const enum modem_pin_memory memories[] = {
		MODEM_PIN_TRYING, MODEM_PIN_REFUSED, MODEM_PIN_ACCEPTED, MODEM_PIN_NEW,
	};

	(void)state;
	assert_int_equal(pin_memory_load(folder, "gsm0", "1234"), MODEM_PIN_NEW);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pin_memory_store(folder, "gsm0", "1234", memories[i]), 0);
		assert_int_equal(pin_memory_load(folder, "gsm0", "1234"), memories[i]);
	}
}

static void test_other_pin(void **state)
{
	char pin[8];

	(void)state;
	assert_int_equal(pin_memory_store(folder, "gsm0", "1234", MODEM_PIN_REFUSED), 0);
	for (int i = 0; i < 10000; i++) {
		snprintf(pin, sizeof(pin), "%04d", i);
		assert_int_equal(pin_memory_load(folder, "gsm0", pin),
				 i == 1234 ? MODEM_PIN_REFUSED : MODEM_PIN_NEW);
	}
	assert_int_equal(pin_memory_load(folder, "gsm0", "12345"), MODEM_PIN_NEW);
	assert_int_equal(pin_memory_load(folder, "gsm1", "1234"), MODEM_PIN_NEW);
}

static void test_broken(void **state)
{
	static const char *const texts[] = {
		"", "x", "gsmtpd-pin 2 refused 1 2\n", "gsmtpd-pin 1 refused\n", "\n\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file("pin-gsm0", texts[i]);
		assert_int_equal(pin_memory_load(folder, "gsm0", "1234"), MODEM_PIN_TRYING);
	}
}

static void test_no_secret(void **state)
{
	char text[200] = "";
	struct stat status;
	FILE *file;

	(void)state;
	assert_int_equal(pin_memory_store(folder, "gsm0", "13579246", MODEM_PIN_REFUSED), 0);
	file = fopen(path_of("pin-gsm0"), "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_null(strstr(text, "13579246"));
	assert_int_equal(fstat(fileno(file), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	fclose(file);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(folder, "../../etc", "1234", MODEM_PIN_TRYING), 0);
	assert_int_equal(access(path_of("pin-______etc"), F_OK), 0);
	assert_int_equal(pin_memory_store("/nonexistent/folder", "gsm0", "1", MODEM_PIN_TRYING),
			 -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "what was noted is read back", test_round, make, drop, NULL },
		{ "the note belongs to one PIN and one modem", test_other_pin, make, drop, NULL },
		{ "a damaged note counts as a try", test_broken, make, drop, NULL },
		{ "the note holds no PIN and is for the owner only", test_no_secret, make, drop, NULL },
		{ "a modem's name leads to no other folder", test_names, make, drop, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pin_memory", tests, NULL, NULL);
}
