/* SPDX-License-Identifier: ISC */
#include "io/pin_memory.h"

#include <errno.h>

#include "state_scratch.h"

#define SIM "8949012345678901234"
#define OTHER_SIM "8949099999999999999"

static void test_round(void **state)
{
	static const enum modem_pin_memory memories[] = {
		MODEM_PIN_TRYING, MODEM_PIN_REFUSED, MODEM_PIN_ACCEPTED, MODEM_PIN_NEW,
	};

	(void)state;
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_NEW);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, memories[i]), 0);
		assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), memories[i]);
	}
}

static void test_other_pin(void **state)
{
	char pin[16];

	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_REFUSED), 0);
	for (int i = 0; i < 10000; i++) {
		snprintf(pin, sizeof(pin), "%04d", i);
		assert_int_equal(pin_memory_load(scratch, "gsm0", pin, SIM),
				 i == 1234 ? MODEM_PIN_REFUSED : MODEM_PIN_NEW);
	}
	assert_int_equal(pin_memory_load(scratch, "gsm0", "12345", SIM), MODEM_PIN_NEW);
	assert_int_equal(pin_memory_load(scratch, "gsm1", "1234", SIM), MODEM_PIN_NEW);
}

/* One wrong try ever belongs to a PIN and a SIM: a new card may be tried. */
static void test_other_sim(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_REFUSED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", OTHER_SIM), MODEM_PIN_NEW);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", OTHER_SIM, MODEM_PIN_TRYING), 0);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", OTHER_SIM, MODEM_PIN_ACCEPTED),
			 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", OTHER_SIM), MODEM_PIN_ACCEPTED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
	/* Which card it is may not be known: then the worst counts. */
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", ""), MODEM_PIN_REFUSED);
}

static void test_unknown_sim(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", "", MODEM_PIN_REFUSED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "4321", SIM), MODEM_PIN_NEW);
}

/* As the first version wrote it, for any SIM. */
static void test_old_form(void **state)
{
	(void)state;
	scratch_write("pin-gsm0", "gsmtpd-pin 1 refused 0000002a 7bbdc856\n");
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
}

/* It may have been any of them. */
static void test_unknown_keeps_others(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_REFUSED), 0);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", "", MODEM_PIN_ACCEPTED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", ""), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", OTHER_SIM), MODEM_PIN_ACCEPTED);
}

static void test_unknown_takes_the_worst(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_TRYING), 0);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", OTHER_SIM, MODEM_PIN_ACCEPTED),
			 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", ""), MODEM_PIN_TRYING);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_ACCEPTED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", ""), MODEM_PIN_ACCEPTED);
}

/* What is known of this SIM for sure is newer than what may be about it. */
static void test_newer_counts(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", "", MODEM_PIN_TRYING), 0);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_ACCEPTED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_ACCEPTED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", OTHER_SIM), MODEM_PIN_TRYING);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", "", MODEM_PIN_REFUSED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
}

static void test_bounded(void **state)
{
	char pin[16];

	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "0000", SIM, MODEM_PIN_REFUSED), 0);
	for (int i = 1; i < 100; i++) {
		snprintf(pin, sizeof(pin), "%04d", i);
		assert_int_equal(pin_memory_store(scratch, "gsm0", pin, SIM, MODEM_PIN_ACCEPTED),
				 0);
		assert_int_equal(pin_memory_load(scratch, "gsm0", pin, SIM), MODEM_PIN_ACCEPTED);
	}
	assert_int_equal(pin_memory_load(scratch, "gsm0", "0000", SIM), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "0001", SIM), MODEM_PIN_NEW);
}

static unsigned count_lines(void)
{
	unsigned lines = 0;

	for (const char *at = scratch_read("pin-gsm0"); *at != '\0'; at++)
		lines += *at == '\n';
	return lines;
}

static void test_bounded_refusals(void **state)
{
	char pin[16];

	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "7777", SIM, MODEM_PIN_ACCEPTED), 0);
	for (int i = 0; i < 100; i++) {
		snprintf(pin, sizeof(pin), "%04d", i);
		assert_int_equal(pin_memory_store(scratch, "gsm0", pin, SIM, MODEM_PIN_REFUSED), 0);
		assert_int_equal(pin_memory_load(scratch, "gsm0", pin, SIM), MODEM_PIN_REFUSED);
		assert_int_equal(pin_memory_load(scratch, "gsm0", "7777", SIM),
				 i < 31 ? MODEM_PIN_ACCEPTED : MODEM_PIN_NEW);
	}
	assert_int_equal(count_lines(), PIN_MEMORY_LINES_MAX);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "0068", SIM), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "0067", SIM), MODEM_PIN_NEW);
	/* The same pair takes no further line. */
	assert_int_equal(pin_memory_store(scratch, "gsm0", "0068", SIM, MODEM_PIN_REFUSED), 0);
	assert_int_equal(count_lines(), PIN_MEMORY_LINES_MAX);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "0069", SIM), MODEM_PIN_REFUSED);
}

static void test_old_form_stays(void **state)
{
	(void)state;
	scratch_write("pin-gsm0", "gsmtpd-pin 1 trying 0000002a 7bbdc856\n");
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_TRYING);
	assert_int_equal(pin_memory_store(scratch, "gsm0", "1234", SIM, MODEM_PIN_ACCEPTED), 0);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_ACCEPTED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", OTHER_SIM), MODEM_PIN_TRYING);
}

/* A line that is still legible counts among others that are not. */
static void test_refusal_in_damage(void **state)
{
	(void)state;
	scratch_write("pin-gsm0", "\x01\x02\n"
				  "gsmtpd-pin 1 refused 0000002a 7bbdc856\nx\n");
	assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_REFUSED);
	assert_int_equal(pin_memory_load(scratch, "gsm0", "4321", SIM), MODEM_PIN_TRYING);
}

static void test_broken(void **state)
{
	static const char *const texts[] = {
		"", "x", "gsmtpd-pin 2 refused 1 2\n", "gsmtpd-pin 1 refused\n", "\n\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		scratch_write("pin-gsm0", texts[i]);
		assert_int_equal(pin_memory_load(scratch, "gsm0", "1234", SIM), MODEM_PIN_TRYING);
	}
}

static void test_no_secret(void **state)
{
	const char *text;

	(void)state;
	assert_int_equal(pin_memory_store(scratch, "gsm0", "13579246", SIM, MODEM_PIN_REFUSED), 0);
	text = scratch_read("pin-gsm0");
	assert_non_null(strstr(text, "refused"));
	assert_null(strstr(text, "13579246"));
	assert_null(strstr(text, SIM));
	assert_int_equal(scratch_mode("pin-gsm0"), 0600);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(pin_memory_store(scratch, "../../etc", "1234", SIM, MODEM_PIN_TRYING), 0);
	assert_int_equal(access(scratch_path("pin-______etc"), F_OK), 0);
	assert_int_equal(pin_memory_store("/nonexistent/folder", "gsm0", "1", SIM, MODEM_PIN_TRYING),
			 -ENOENT);
}

int main(void)
{
#define ON_DISK(sentence, function) { sentence, function, scratch_make, scratch_drop, NULL }
	const struct CMUnitTest tests[] = {
		ON_DISK("what was noted is read back", test_round),
		ON_DISK("the note belongs to one PIN and one modem", test_other_pin),
		ON_DISK("the note belongs to one SIM", test_other_sim),
		ON_DISK("a note made without knowing the SIM counts for all", test_unknown_sim),
		ON_DISK("a note made without knowing the SIM leaves the others",
			test_unknown_keeps_others),
		ON_DISK("of a SIM that is not known the worst counts", test_unknown_takes_the_worst),
		ON_DISK("of one SIM the newest counts, a refusal always", test_newer_counts),
		ON_DISK("a note of the first form counts for all", test_old_form),
		ON_DISK("a note of the first form stays for other SIMs", test_old_form_stays),
		ON_DISK("old notes go, refusals stay", test_bounded),
		ON_DISK("of refusals alone the oldest goes", test_bounded_refusals),
		ON_DISK("a damaged note counts as a try", test_broken),
		ON_DISK("a refusal among damage is a refusal", test_refusal_in_damage),
		ON_DISK("the note holds no PIN and no SIM and is for the owner only",
			test_no_secret),
		ON_DISK("a modem's name leads to no other folder", test_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pin_memory", tests, NULL, NULL);
}
