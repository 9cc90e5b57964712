/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "base/time_text.h"

static const struct parse_row {
	const char *name;
	const char *text;
	bool good;
	int64_t value;
} duration_rows[] = {
	{ "milliseconds", "1200ms", true, 1200 },
	{ "seconds", "90s", true, 90000 },
	{ "minutes", "15m", true, 900000 },
	{ "hours", "4h", true, 14400000 },
	{ "days", "5d", true, 432000000 },
	{ "a bare zero", "0", true, 0 },
	{ "zero with a unit", "0s", true, 0 },
	{ "two parts without a blank", "1h30m", true, 5400000 },
	{ "two parts with a blank", "1h 30m", true, 5400000 },
	{ "blanks around", " 5s ", true, 5000 },
	{ "a bare number is refused", "90", false, 0 },
	{ "a bare number behind a part is refused", "1h 30", false, 0 },
	{ "an unknown unit is refused", "3w", false, 0 },
	{ "a unit in capitals is refused", "3S", false, 0 },
	{ "a unit without a number is refused", "s", false, 0 },
	{ "a minus is refused", "-5s", false, 0 },
	{ "a fraction is refused", "1.5s", false, 0 },
	{ "a blank before the unit is refused", "5 s", false, 0 },
	{ "nothing is refused", "", false, 0 },
	{ "only blanks are refused", "  ", false, 0 },
	{ "the greatest that fits", "9223372036854775807ms", true, INT64_MAX },
	{ "one more is refused", "9223372036854775808ms", false, 0 },
	{ "a product that overflows is refused", "9223372036854775807d", false, 0 },
	{ "a sum that overflows is refused", "9223372036854775807ms 1ms", false, 0 },
}, size_rows[] = {
	{ "plain octets", "512", true, 512 },
	{ "kibibytes", "10K", true, 10240 },
	{ "mebibytes", "2M", true, 2097152 },
	{ "gibibytes", "1G", true, 1073741824 },
	{ "a small k", "10k", true, 10240 },
	{ "zero octets", "0", true, 0 },
	{ "a unit alone is no size", "M", false, 0 },
	{ "two units are no size", "2MK", false, 0 },
	{ "two sizes are no size", "2M 1K", false, 0 },
	{ "a negative size is refused", "-1", false, 0 },
	{ "an empty size is refused", "", false, 0 },
	{ "the greatest size that fits", "9223372036854775807", true, INT64_MAX },
	{ "a size that overflows by its unit is refused", "9223372036854775807K", false, 0 },
	{ "the last whole G that fits", "8589934591G", true, INT64_C(9223372035781033984) },
	{ "one G more is refused", "8589934592G", false, 0 },
};

static void parses_duration(void **state)
{
	const struct parse_row *row = *state;
	int64_t value = 4711;

	assert_int_equal(time_text_parse_duration(span_of(row->text), &value), row->good);
	assert_int_equal(value, row->good ? row->value : 4711);
}

static void parses_size(void **state)
{
	const struct parse_row *row = *state;
	int64_t value = 4711;

	assert_int_equal(time_text_parse_size(span_of(row->text), &value), row->good);
	assert_int_equal(value, row->good ? row->value : 4711);
}

static const struct duration_text_row {
	const char *name;
	int64_t duration_ms;
	const char *text;
} duration_text_rows[] = {
	{ "nothing at all is 0 s", 0, "0 s" },
	{ "less than nothing is 0 s", INT64_MIN, "0 s" },
	{ "the smallest part", 1, "1 ms" },
	{ "below a second", 999, "999 ms" },
	{ "a second", 1000, "1 s" },
	{ "parts of a second are left out", 12999, "12 s" },
	{ "below a minute", 59999, "59 s" },
	{ "a whole minute", 60000, "1 min" },
	{ "minutes and seconds", 61000, "1 min 1 s" },
	{ "a whole hour", 3600000, "1 h" },
	{ "seconds beside hours are left out", 3659000, "1 h" },
	{ "hours and minutes", 22320000, "6 h 12 min" },
	{ "a whole day", 86400000, "1 d" },
	{ "minutes beside days are left out", 86400000 + 3540000, "1 d" },
	{ "days and hours", 86400000 + 7200000, "1 d 2 h" },
	{ "the longest of all still fits", INT64_MAX, "106751991167 d 7 h" },
};

static void formats_duration(void **state)
{
	const struct duration_text_row *row = *state;
	char out[TIME_TEXT_SIZE];

	assert_string_equal(time_text_duration(row->duration_ms, out), row->text);
}

static const struct date_row {
	const char *name;
	int64_t unix_s;
	const char *rfc3339;
	int offset_min;
	const char *rfc5322;
} date_rows[] = {
	{ "the beginning of time", 0, "1970-01-01T00:00:00Z", 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
	{ "a second before it", -1, "1969-12-31T23:59:59Z", 0, "Wed, 31 Dec 1969 23:59:59 +0000" },
	{ "a leap day", 1709164800, "2024-02-29T00:00:00Z", 60, "Thu, 29 Feb 2024 01:00:00 +0100" },
	{ "an offset to the west moves to the day before", 1709164800, "2024-02-29T00:00:00Z", -210,
	  "Wed, 28 Feb 2024 20:30:00 -0330" },
	{ "behind the end of 32 bits", INT64_C(2147483648), "2038-01-19T03:14:08Z", 0,
	  "Tue, 19 Jan 2038 03:14:08 +0000" },
	{ "the last second of the year 9999", INT64_C(253402300799), "9999-12-31T23:59:59Z", 0,
	  "Fri, 31 Dec 9999 23:59:59 +0000" },
	{ "the first second of the year 0", INT64_C(-62167219200), "0000-01-01T00:00:00Z", 0,
	  "Sat, 01 Jan 0000 00:00:00 +0000" },
};

static void formats_dates(void **state)
{
	const struct date_row *row = *state;
	char out[TIME_TEXT_SIZE];
	int64_t again;

	assert_string_equal(time_text_rfc3339(row->unix_s, out), row->rfc3339);
	assert_true(time_text_parse_rfc3339(span_of(out), &again));
	assert_int_equal(again, row->unix_s);
	assert_string_equal(time_text_rfc5322(row->unix_s, row->offset_min, out), row->rfc5322);
}

static void dates_beyond_four_digits_keep_the_form(void **state)
{
	char out[TIME_TEXT_SIZE];

	(void)state;
	assert_string_equal(time_text_rfc3339(INT64_C(253402300800), out), "1970-01-01T00:00:00Z");
	assert_string_equal(time_text_rfc3339(INT64_MIN, out), "1970-01-01T00:00:00Z");
	assert_string_equal(time_text_rfc3339(INT64_MAX, out), "1970-01-01T00:00:00Z");
	assert_string_equal(time_text_rfc5322(INT64_MAX, 60, out),
			    "Thu, 01 Jan 1970 00:00:00 +0100");
}

static const struct bad_date_row {
	const char *name;
	const char *text;
} bad_date_rows[] = {
	{ "a date without its time is refused", "2026-11-22" },
	{ "a date with an offset is refused", "2026-11-22T19:55:00+00:00" },
	{ "a date with a small z is refused", "2026-11-22T19:55:00z" },
	{ "a date with a blank for T is refused", "2026-11-22 19:55:00Z" },
	{ "the 30th of February is refused", "2026-02-30T00:00:00Z" },
	{ "month 13 is refused", "2026-13-01T00:00:00Z" },
	{ "month 0 is refused", "2026-00-01T00:00:00Z" },
	{ "hour 24 is refused", "2026-01-01T24:00:00Z" },
	{ "second 60 is refused", "2026-01-01T00:00:60Z" },
	{ "a blank for a digit is refused", "2026- 1-01T00:00:00Z" },
	{ "a sign for a digit is refused", "+026-01-01T00:00:00Z" },
	{ "a text behind is refused", "2026-01-01T00:00:00Zx" },
	{ "nothing is no date", "" },
};

static void refuses_date(void **state)
{
	const struct bad_date_row *row = *state;
	int64_t value;

	assert_false(time_text_parse_rfc3339(span_of(row->text), &value));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, duration_rows, parses_duration);
	ROWS_ADD_TABLE(&rows, size_rows, parses_size);
	ROWS_ADD_TABLE(&rows, duration_text_rows, formats_duration);
	ROWS_ADD_TABLE(&rows, date_rows, formats_dates);
	ROWS_ADD(&rows, "dates beyond four digits keep the form",
		 dates_beyond_four_digits_keep_the_form);
	ROWS_ADD_TABLE(&rows, bad_date_rows, refuses_date);
	return rows_run(&rows, "time_text");
}
