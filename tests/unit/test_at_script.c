/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "at/at_script.h"

static void add_recipient(struct at_script *script, const char *address)
{
	struct at_step *step = at_script_add(script, "QSMTPDST");
	struct at_command command;

	at_script_begin(script, &command, "AT+QSMTPDST");
	at_command_integer(&command, 1);
	at_command_integer(&command, 1);
	at_command_text(&command, span_of(address), 50);
	at_script_set_line(script, step, &command);
}

static void expect_recipient(struct at_script *script, struct at_step *step, const char *address)
{
	struct at_command command;

	at_script_begin(script, &command, "+QSMTPDST:");
	at_command_integer(&command, 1);
	at_command_text(&command, span_of(address), 50);
	at_script_expect(script, step, &command);
}

static void keeps_its_texts_while_it_grows(void **state)
{
	struct at_script script;

	(void)state;
	at_script_init(&script);
	for (size_t i = 0; i < AT_SCRIPT_STEPS_MAX; i++)
		add_recipient(&script, "someone@example.net");
	assert_null(script.fault);
	assert_int_equal(script.count, AT_SCRIPT_STEPS_MAX);
	for (size_t i = 0; i < script.count; i++) {
		assert_string_equal(script.steps[i].label, "QSMTPDST");
		assert_true(span_is(script.steps[i].line,
				    "AT+QSMTPDST=1,1,\"someone@example.net\""));
	}
	add_recipient(&script, "one.too.many@example.net");
	assert_string_equal(script.fault, "too many steps");
	assert_int_equal(script.count, AT_SCRIPT_STEPS_MAX);
	at_script_clear(&script);
	assert_int_equal(script.count, 0);
	assert_null(script.fault);
}

static void groups_what_is_read_back(void **state)
{
	struct at_script script;
	struct at_step *first, *second;

	(void)state;
	at_script_init(&script);
	first = at_script_add(&script, "QSMTPDST?");
	expect_recipient(&script, first, "a@example.net");
	expect_recipient(&script, first, "b@example.net");
	second = at_script_add(&script, "QSMTPATT?");
	expect_recipient(&script, second, "c@example.net");
	assert_null(script.fault);
	assert_true(first->verify_expected && second->verify_expected);
	assert_int_equal(first->expected_count, 2);
	assert_true(span_is(first->expected[0], "+QSMTPDST:1,\"a@example.net\""));
	assert_true(span_is(first->expected[1], "+QSMTPDST:1,\"b@example.net\""));
	assert_int_equal(second->expected_count, 1);
	assert_true(span_is(second->expected[0], "+QSMTPDST:1,\"c@example.net\""));
	expect_recipient(&script, first, "d@example.net");
	assert_non_null(script.fault);
	assert_int_equal(first->expected_count, 2);
	at_script_clear(&script);
}

static void counts_what_is_read_back(void **state)
{
	struct at_script script;
	struct at_step *step;

	(void)state;
	at_script_init(&script);
	step = at_script_add(&script, "QSMTPDST?");
	for (size_t i = 0; i < AT_SCRIPT_EXPECTED_MAX; i++)
		expect_recipient(&script, step, "a@example.net");
	assert_null(script.fault);
	expect_recipient(&script, step, "a@example.net");
	assert_non_null(script.fault);
	assert_int_equal(step->expected_count, AT_SCRIPT_EXPECTED_MAX);
	at_script_clear(&script);
}

static void fails_whole_and_for_good(void **state)
{
	struct at_script script;

	(void)state;
	at_script_init(&script);
	add_recipient(&script, "a\"b@example.net");
	assert_non_null(script.fault);
	at_script_fail(&script, "a later fault");
	assert_string_not_equal(script.fault, "a later fault");
	add_recipient(&script, "good@example.net");
	assert_non_null(script.fault);
	assert_int_equal(script.count, 1);
	assert_int_equal(script.steps[0].line.length, 0);
	at_script_clear(&script);
}

static void fails_when_its_text_is_full(void **state)
{
	static char text[400];
	struct at_script script;

	(void)state;
	memset(text, 'a', sizeof text);
	at_script_init(&script);
	for (size_t i = 0; i < 200 && script.fault == NULL; i++) {
		struct at_step *step = at_script_add(&script, "X");
		struct at_command command;

		for (size_t j = 0; j < 2; j++) {
			at_script_begin(&script, &command, "AT+X");
			at_command_text(&command, span_make(text, sizeof text), sizeof text);
			at_script_set_line(&script, step, &command);
		}
	}
	assert_string_equal(script.fault, "no room for the command");
	assert_true(script.text.length <= AT_SCRIPT_TEXT_MAX);
	at_script_clear(&script);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "texts and steps stay where they are while a script grows",
		 keeps_its_texts_while_it_grows);
	ROWS_ADD(&rows, "lines to read back belong to their step", groups_what_is_read_back);
	ROWS_ADD(&rows, "lines to read back are counted", counts_what_is_read_back);
	ROWS_ADD(&rows, "one bad parameter fails the script for good", fails_whole_and_for_good);
	ROWS_ADD(&rows, "a script without room for its text fails", fails_when_its_text_is_full);
	return rows_run(&rows, "at_script");
}
