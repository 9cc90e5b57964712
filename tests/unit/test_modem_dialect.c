/* SPDX-License-Identifier: ISC */
#include "modem/modem_dialect.h"

#include "rows.h"

static void test_find(void **state)
{
	const struct modem_dialect *dialect = modem_dialect_find("gsm");

	(void)state;
	assert_non_null(dialect);
	assert_string_equal(dialect->name, "gsm");
	assert_null(modem_dialect_find("GSM"));
	assert_null(modem_dialect_find(""));
	assert_string_equal(modem_dialect_names(), "gsm");
}

/* Reference, command table. */
static void test_limits(void **state)
{
	const struct modem_dialect *dialect = modem_dialect_find("gsm");

	(void)state;
	assert_int_equal(dialect->user_max, 50);
	assert_int_equal(dialect->password_max, 50);
	assert_int_equal(dialect->subject_max, 100);
	assert_int_equal(dialect->body_max, 10240);
	assert_int_equal(dialect->recipients_max, 20);
	assert_int_equal(dialect->attachments_max, 10);
	assert_int_equal(dialect->line_attachments_octets_max, 102400);
	assert_int_equal(dialect->put_timeout_min_s, 100);
	assert_int_equal(dialect->put_timeout_max_s, 48000);
	assert_int_equal(dialect->data_timeout_min_s, 1);
	assert_int_equal(dialect->data_timeout_max_s, 48000);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD(&rows, "a dialect is found by its exact name", test_find);
	ROWS_ADD(&rows, "the limits are the reference's", test_limits);
	return rows_run(&rows, "modem_dialect");
}
