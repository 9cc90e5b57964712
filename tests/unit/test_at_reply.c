/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "at/at_reply.h"

static const struct classify_row {
	const char *name;
	const char *line;
	enum at_reply reply;
} classify_rows[] = {
	{ "OK", "OK", AT_REPLY_OK },
	{ "OK with blanks around", " OK ", AT_REPLY_OK },
	{ "OK in small letters is text", "ok", AT_REPLY_TEXT },
	{ "a line that begins with OK is text", "OKAY", AT_REPLY_TEXT },
	{ "a line that ends with OK is text", "SEND OK", AT_REPLY_TEXT },
	{ "the end of QIDEACT is an OK", "DEACT OK", AT_REPLY_OK },
	{ "ERROR", "ERROR", AT_REPLY_ERROR },
	{ "ERROR within a text is text", "no ERROR here", AT_REPLY_TEXT },
	{ "an error with its number", "+CME ERROR: 13", AT_REPLY_ERROR },
	{ "an error without a blank", "+CME ERROR:13", AT_REPLY_ERROR },
	{ "an error in words", "+CME ERROR: SIM failure", AT_REPLY_ERROR },
	{ "an error of short messages", "+CMS ERROR: 500", AT_REPLY_ERROR },
	{ "NO CARRIER is never ours", "NO CARRIER", AT_REPLY_TEXT },
	{ "data mode", "CONNECT", AT_REPLY_CONNECT },
	{ "data mode with its speed", "CONNECT 115200", AT_REPLY_CONNECT },
	{ "a socket's CONNECT OK is text", "CONNECT OK", AT_REPLY_TEXT },
	{ "a socket's CONNECT FAIL is text", "CONNECT FAIL", AT_REPLY_TEXT },
	{ "RDY is a boot", "RDY", AT_REPLY_BOOT },
	{ "full function is a boot", "+CFUN: 1", AT_REPLY_BOOT },
	{ "full function without a blank is a boot", "+CFUN:1", AT_REPLY_BOOT },
	{ "other functions are text", "+CFUN: 10", AT_REPLY_TEXT },
	{ "Call Ready is a boot", "Call Ready", AT_REPLY_BOOT },
	{ "a SIM that is ready is text", "+CPIN: READY", AT_REPLY_TEXT },
	{ "power down by order", "NORMAL POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "power down of later modules", "POWERED DOWN", AT_REPLY_POWER_DOWN },
	{ "power down for want of voltage", "UNDER_VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "power down in the older spelling", "UNDER-VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "a warning of voltage is text", "UNDER_VOLTAGE WARNING", AT_REPLY_TEXT },
	{ "the bearer is gone", "+PDP DEACT", AT_REPLY_LINK_DOWN },
	{ "the bearer of a context is gone", "0,+PDP DEACT", AT_REPLY_LINK_DOWN },
	{ "the bearer of a context is gone, with a blank", "1, +PDP DEACT", AT_REPLY_LINK_DOWN },
	{ "no number, no context", "x,+PDP DEACT", AT_REPLY_TEXT },
	{ "the bearer of later modules is gone", "+QIURC: \"pdpdeact\",1", AT_REPLY_LINK_DOWN },
	{ "an answer is text", "+QSMTPPUT: 0", AT_REPLY_TEXT },
	{ "an empty line is text", "", AT_REPLY_TEXT },
};

static void classifies(void **state)
{
	const struct classify_row *row = *state;

	assert_int_equal(at_reply_classify(span_of(row->line)), row->reply);
}

static const struct error_row {
	const char *name;
	const char *line;
	int number;
} error_rows[] = {
	{ "the number of an error", "+CME ERROR: 14", 14 },
	{ "the number without a blank", "+CMS ERROR:500", 500 },
	{ "words have no number", "+CME ERROR: SIM busy", -1 },
	{ "ERROR has no number", "ERROR", -1 },
	{ "a number over all bounds is none", "+CME ERROR: 99999999999999999999", -1 },
	{ "a negative number is none", "+CME ERROR: -4", -1 },
};

static void finds_error_number(void **state)
{
	const struct error_row *row = *state;

	assert_int_equal(at_reply_error_number(span_of(row->line)), row->number);
}

static const struct fields_row {
	const char *name;
	const char *line, *prefix;
	bool found;
	const char *fields[5];	/* ended by NULL */
} fields_rows[] = {
	{ "a blank behind the colon", "+QSMTPPUT: 0", "+QSMTPPUT:", true, { "0" } },
	{ "no blank behind the colon", "+QSMTPPUT:0", "+QSMTPPUT:", true, { "0" } },
	{ "many blanks behind the colon", "+QSMTPPUT:  \t0 ", "+QSMTPPUT:", true, { "0" } },
	{ "another command's line", "+QSMTPDST: 0", "+QSMTPPUT:", false, { NULL } },
	{ "small letters are another line", "+qsmtpput: 0", "+QSMTPPUT:", false, { NULL } },
	{ "a prefix longer than the line", "+QSM", "+QSMTPPUT:", false, { NULL } },
	{ "two numbers", "+X: 1,20", "+X:", true, { "1", "20" } },
	{ "quotes are taken off", "+X: 1,\"a@b\"", "+X:", true, { "1", "a@b" } },
	{ "a comma within quotes does not separate", "+X: \"a,b\", 2", "+X:", true, { "a,b", "2" } },
	{ "an empty field between commas", "+X: 1,,3", "+X:", true, { "1", "", "3" } },
	{ "an empty field at the end", "+X: 1,", "+X:", true, { "1", "" } },
	{ "nothing behind the colon is one empty field", "+X:", "+X:", true, { "" } },
	{ "a quote without its twin ends with the line", "+X: \"a,b", "+X:", true, { "a,b" } },
	{ "what stands between quote and comma is lost", "+X: \"a\"b,2", "+X:", true, { "a", "2" } },
};

static void splits_fields(void **state)
{
	const struct fields_row *row = *state;
	struct span fields = span_make(NULL, 0), field;

	assert_int_equal(at_reply_fields(span_of(row->line), row->prefix, &fields), row->found);
	for (size_t i = 0; row->fields[i] != NULL; i++) {
		assert_true(at_reply_next_field(&fields, &field));
		assert_true(span_is(field, row->fields[i]));
	}
	assert_false(at_reply_next_field(&fields, &field));
	assert_int_equal(field.length, 0);
}

static const struct number_row {
	const char *name;
	const char *fields;
	bool good;
	int64_t value;
} number_rows[] = {
	{ "a lone number", "0", true, 0 },
	{ "a negative one", "-530", true, -530 },
	{ "the first of two", "7,8", true, 7 },
	{ "in quotes", "\"12\"", true, 12 },
	{ "a word is none", "READY", false, 0 },
	{ "nothing is none", "", false, 0 },
	{ "digits and a letter are none", "12x", false, 0 },
};

static void reads_number(void **state)
{
	const struct number_row *row = *state;
	int64_t value = 4711;

	assert_int_equal(at_reply_number(span_of(row->fields), &value), row->good);
	assert_int_equal(value, row->good ? row->value : 4711);
}

static const struct same_row {
	const char *name;
	const char *a, *b;
	bool same;
} same_rows[] = {
	{ "equal lines", "+X: 1,\"a\"", "+X: 1,\"a\"", true },
	{ "a blank behind the colon does not count", "+X: 1", "+X:1", true },
	{ "a blank behind a comma does not count", "+X: 1, \"a\"", "+X:1,\"a\"", true },
	{ "a blank at the end does not count", "+X: 1 ", "+X: 1", true },
	{ "a blank within quotes counts", "+X: \"a, b\"", "+X: \"a,b\"", false },
	{ "a blank elsewhere counts", "+X: 1 2", "+X: 12", false },
	{ "another recipient is another line", "+X: 1,\"a@b\"", "+X: 1,\"a@c\"", false },
	{ "a front is not the whole", "+X: 1,\"a\"", "+X: 1", false },
	{ "case counts", "+X: \"a\"", "+X: \"A\"", false },
};

static void compares(void **state)
{
	const struct same_row *row = *state;

	assert_int_equal(at_reply_same(span_of(row->a), span_of(row->b)), row->same);
	assert_int_equal(at_reply_same(span_of(row->b), span_of(row->a)), row->same);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, classify_rows, classifies);
	ROWS_ADD_TABLE(&rows, error_rows, finds_error_number);
	ROWS_ADD_TABLE(&rows, fields_rows, splits_fields);
	ROWS_ADD_TABLE(&rows, number_rows, reads_number);
	ROWS_ADD_TABLE(&rows, same_rows, compares);
	return rows_run(&rows, "at_reply");
}
