/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "emulator/emulator_syntax.h"

static const struct row {
	const char *name;
	const char *text;
	bool good;
	const char *command;
	enum emulator_form form;
	const char *parameters;
} rows[] = {
	{ "bare", "+CSQ", true, "+CSQ", EMULATOR_FORM_EXECUTE, "" },
	{ "read", "+CPIN?", true, "+CPIN", EMULATOR_FORM_READ, "" },
	{ "test", "+CPIN=?", true, "+CPIN", EMULATOR_FORM_TEST, "" },
	{ "write", "+CPIN=1,2", true, "+CPIN", EMULATOR_FORM_WRITE, "1,2" },
	{ "write with nothing", "+CPIN=", true, "+CPIN", EMULATOR_FORM_WRITE, "" },
	{ "write of a question mark and more", "+X=?1", true, "+X", EMULATOR_FORM_WRITE, "?1" },
	{ "no plus", "CSQ", false, "", EMULATOR_FORM_EXECUTE, "" },
	{ "plus alone", "+", false, "", EMULATOR_FORM_EXECUTE, "" },
	{ "plus and a sign", "+=1", false, "", EMULATOR_FORM_EXECUTE, "" },
	{ "something behind the read form", "+CSQ?1", false, "", EMULATOR_FORM_EXECUTE, "" },
	{ "a blank behind the name", "+CSQ =1", false, "", EMULATOR_FORM_EXECUTE, "" },
	{ "an empty line", "", false, "", EMULATOR_FORM_EXECUTE, "" },
};

static void test_split(void **state)
{
	const struct row *row = *state;
	struct emulator_command command;

	assert_int_equal(emulator_syntax_split(span_of(row->text), &command), row->good);
	if (!row->good)
		return;
	assert_true(span_is(command.name, row->command));
	assert_int_equal(command.form, row->form);
	assert_true(span_is(command.parameters, row->parameters));
}

/* Each letter reads a parameter: t text, n number 0-9, e either. */
static const struct reading {
	const char *name;
	const char *parameters, *kinds;
	bool good;
	const char *last;	/* the last text read */
} readings[] = {
	{ "a text", "\"a b\"", "t", true, "a b" },
	{ "an empty text", "\"\"", "t", true, "" },
	{ "a comma in quotes is text", "\"a,b\",1", "tn", true, "a,b" },
	{ "blanks before a parameter", "\"a\",  1, \"b\"", "tnt", true, "b" },
	{ "none after it", "\"a\" ,1", "tn", false, NULL },
	{ "a missing one", "\"a\"", "tn", false, NULL },
	{ "one too many", "\"a\",1", "t", false, NULL },
	{ "an empty one", "\"a\",,1", "tnn", false, NULL },
	{ "a comma at the end", "1,", "n", false, NULL },
	{ "an open quote", "\"a", "t", false, NULL },
	{ "text behind a quote", "\"a\"b", "t", false, NULL },
	{ "a number in quotes", "\"1\"", "n", false, NULL },
	{ "a number out of range", "10", "n", false, NULL },
	{ "a negative number", "-1", "n", false, NULL },
	{ "a number with a plus", "+1", "n", false, NULL },
	{ "a number with a blank behind it", "1 ,2", "nn", false, NULL },
	{ "a very long number", "99999999999999999999", "n", false, NULL },
	{ "a text without quotes", "a", "t", false, NULL },
	{ "either way, bare", "a,\"b\"", "ee", true, "b" },
	{ "a control character", "\"a\x01\"", "t", false, NULL },
	{ "DEL", "\"a\x7f\"", "t", false, NULL },
	{ "octets over 127 are text", "\"\xff\"", "t", true, "\xff" },
	{ "nothing at all", "", "t", false, NULL },
};

static void test_reading(void **state)
{
	const struct reading *row = *state;
	struct emulator_syntax syntax;
	struct span last = { NULL, 0 };

	emulator_syntax_begin(&syntax, span_of(row->parameters));
	for (const char *kind = row->kinds; *kind != '\0'; kind++) {
		if (*kind == 't')
			last = emulator_syntax_text(&syntax);
		else if (*kind == 'e')
			last = emulator_syntax_either(&syntax);
		else
			emulator_syntax_number(&syntax, 0, 9);
	}
	assert_int_equal(emulator_syntax_end(&syntax), row->good);
	if (row->good && row->last)
		assert_true(span_is(last, row->last));
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_split);
	ROWS_ADD_TABLE(&tests, readings, test_reading);
	return rows_run(&tests, "emulator_syntax");
}
