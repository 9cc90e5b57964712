/* SPDX-License-Identifier: ISC */
#include "compose/compose_options.h"

#include <stdlib.h>
#include <string.h>

#include "rows.h"

#define ARGUMENTS_MAX 8

struct row {
	const char *name;
	const char *arguments[ARGUMENTS_MAX];
	const char *fault;
};

static const struct row faults[] = {
	{ "no option is good", { NULL }, NULL },
	{ "all words are good", { "--preamble", "none", "--html", "both", "--oversize", "reject" },
	  NULL },
	{ "an unknown option is refused", { "--colour" },
	  "an unknown option, or one without its value" },
	{ "a missing value is refused", { "--id" }, "an unknown option, or one without its value" },
	{ "a file name is refused", { "mail.eml" },
	  "the message is read from standard input, not from a file" },
	{ "an unknown preamble is refused", { "--preamble", "long" },
	  "--preamble is short, none or full" },
	{ "an unknown html is refused", { "--html", "yes" }, "--html is text, attach or both" },
	{ "an unknown oversize is refused", { "--oversize", "cut" },
	  "--oversize is attach, split or reject" },
	{ "an unknown hidden is refused", { "--hidden", "cc" }, "--hidden is bcc or separate" },
	{ "an unknown answer is refused", { "--original", "1" }, "--original is yes or no" },
	{ "a time with a unit is refused", { "--now", "12s" }, "--now is a Unix time" },
	{ "attempt 0 is refused", { "--attempt", "0" }, "--attempt is a number from 1" },
	{ "no room for attachments is good", { "--attachments-max", "0" }, NULL },
	{ "a megabyte of attachments is good", { "--attachments-max", "1048576" }, NULL },
	{ "more than a megabyte is refused", { "--attachments-max", "1048577" },
	  "--attachments-max is a number of octets, 0-1048576" },
	{ "less than no attachments is refused", { "--attachments-max", "-1" },
	  "--attachments-max is a number of octets, 0-1048576" },
	{ "a size with a unit is refused", { "--attachments-max", "1M" },
	  "--attachments-max is a number of octets, 0-1048576" },
	{ "an empty size is refused", { "--attachments-max", "" },
	  "--attachments-max is a number of octets, 0-1048576" },
	{ "an empty range is refused", { "--pending", "1,,2" },
	  "--pending is a list of numbers and ranges" },
	{ "a backward range is refused", { "--pending", "5-2" },
	  "--pending is a list of numbers and ranges" },
	{ "a recipient beyond the most is refused", { "--pending", "1000" },
	  "--pending is a list of numbers and ranges" },
	{ "a negative recipient is refused", { "--pending", "-1" },
	  "--pending is a list of numbers and ranges" },
};

static const char *parse(const char *const *arguments, struct compose_options *options)
{
	char *argv[ARGUMENTS_MAX + 2] = { strdup("gsmtpd-compose") };
	static char copies[ARGUMENTS_MAX][100];
	const char *fault;
	int argc = 1;

	for (; argc <= ARGUMENTS_MAX && arguments[argc - 1]; argc++) {
		strcpy(copies[argc - 1], arguments[argc - 1]);
		argv[argc] = copies[argc - 1];
	}
	fault = compose_options_parse(argc, argv, options);
	free(argv[0]);
	return fault;
}

static void judges(void **state)
{
	const struct row *row = *state;
	struct compose_options options;
	const char *fault = parse(row->arguments, &options);

	assert_string_equal(fault ? fault : "(none)", row->fault ? row->fault : "(none)");
}

static void defaults(void **state)
{
	const char *const none[ARGUMENTS_MAX] = { NULL };
	struct compose_options options;

	(void)state;
	assert_null(parse(none, &options));
	assert_string_equal(options.id, "");
	assert_string_equal(options.hostname, "");
	assert_int_equal(options.now_s, 0);
	assert_int_equal(options.attempt, 1);
	assert_true(options.pending[0] && options.pending[ENVELOPE_RECIPIENTS_MAX - 1]);
	assert_int_equal(options.attachments_max, 102400);
	assert_int_equal(options.preamble, COMPOSE_PREAMBLE_SHORT);
	assert_int_equal(options.html, COMPOSE_HTML_TEXT);
	assert_int_equal(options.oversize, COMPOSE_OVERSIZE_ATTACH);
	assert_false(options.hidden_separate || options.original || options.degrade ||
		     options.uncertain || options.help || options.version);
}

static void takes_all(void **state)
{
	const char *const first[ARGUMENTS_MAX] = { "--id", "4K2X", "--hostname", "gw1", "--now",
						   "1795377300", "--attempt", "3" };
	const char *const second[ARGUMENTS_MAX] = { "--pending=0,2-4", "--preamble=full",
						    "--html=attach", "--oversize=split",
						    "--hidden=separate", "--original=yes",
						    "--degrade", "--uncertain" };
	const char *const third[ARGUMENTS_MAX] = { "--attachments-max", "300000" };
	struct compose_options options;

	(void)state;
	assert_null(parse(third, &options));
	assert_int_equal(options.attachments_max, 300000);
	assert_null(parse(first, &options));
	assert_string_equal(options.id, "4K2X");
	assert_string_equal(options.hostname, "gw1");
	assert_int_equal(options.now_s, 1795377300);
	assert_int_equal(options.attempt, 3);
	assert_null(parse(second, &options));
	assert_true(options.pending[0] && options.pending[2] && options.pending[4]);
	assert_false(options.pending[1] || options.pending[5]);
	assert_int_equal(options.preamble, COMPOSE_PREAMBLE_FULL);
	assert_int_equal(options.html, COMPOSE_HTML_ATTACH);
	assert_int_equal(options.oversize, COMPOSE_OVERSIZE_SPLIT);
	assert_true(options.hidden_separate && options.original && options.degrade &&
		    options.uncertain);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, faults, judges);
	ROWS_ADD(&rows, "everything has a default", defaults);
	ROWS_ADD(&rows, "every option is taken", takes_all);
	return rows_run(&rows, "compose_options");
}
