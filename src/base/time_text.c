/* SPDX-License-Identifier: ISC */
#include "base/time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit durations[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
};

static const struct unit sizes[] = {
	{ "", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 },
};

/* Takes the digits and the letters behind them off the front of *text. */
static bool take_number_and_unit(struct span *text, struct span *digits, struct span *unit)
{
	size_t i = 0, j;

	while (i < text->length && text->at[i] >= '0' && text->at[i] <= '9')
		i++;
	j = i;
	while (j < text->length && ((text->at[j] >= 'a' && text->at[j] <= 'z') ||
				    (text->at[j] >= 'A' && text->at[j] <= 'Z')))
		j++;
	*digits = span_take(*text, i);
	*unit = span_skip(span_take(*text, j), i);
	*text = span_skip(*text, j);
	return i > 0;
}

static bool multiply(struct span digits, int64_t factor, int64_t *product)
{
	int64_t number, result;

	if (!span_number(digits, 0, INT64_MAX, &number) ||
	    __builtin_mul_overflow(number, factor, &result))
		return false;
	*product = result;
	return true;
}

bool time_text_parse_duration(struct span text, int64_t *duration_ms)
{
	int64_t sum = 0, part = 0;

	text = span_trim(text);
	if (span_is(text, "0")) {
		*duration_ms = 0;
		return true;
	}
	if (text.length == 0)
		return false;
	while (text.length > 0) {
		struct span digits, name;
		bool known = false;

		if (!take_number_and_unit(&text, &digits, &name))
			return false;
		for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
			if (!span_is(name, durations[i].name))
				continue;
			known = multiply(digits, durations[i].factor, &part);
		}
		if (!known || __builtin_add_overflow(sum, part, &sum))
			return false;
		text = span_trim(text);
	}
	*duration_ms = sum;
	return true;
}

bool time_text_parse_size(struct span text, int64_t *octets)
{
	struct span digits, name;

	text = span_trim(text);
	if (!take_number_and_unit(&text, &digits, &name) || text.length > 0)
		return false;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		if (span_is_nocase(name, sizes[i].name))
			return multiply(digits, sizes[i].factor, octets);
	return false;
}

const char *time_text_duration(int64_t duration_ms, char out[static TIME_TEXT_SIZE])
{
	int64_t s = duration_ms / 1000;

	if (duration_ms < 0)
		s = duration_ms = 0;
	if (duration_ms > 0 && duration_ms < 1000)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " ms", duration_ms);
	else if (s < 60)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " s", s);
	else if (s < 3600 && s % 60 == 0)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " min", s / 60);
	else if (s < 3600)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else if (s < 86400 && s % 3600 < 60)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " h", s / 3600);
	else if (s < 86400)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " h %" PRId64 " min", s / 3600, s % 3600 / 60);
	else if (s % 86400 < 3600)
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " d", s / 86400);
	else
		snprintf(out, TIME_TEXT_SIZE, "%" PRId64 " d %" PRId64 " h", s / 86400, s % 86400 / 3600);
	return out;
}

/* gmtime_r of a time kept within the years 0 to 9999, so that every text has
 * the same form. */
static struct tm utc(int64_t unix_s)
{
	time_t when = (time_t)unix_s;
	struct tm tm = { 0 };

	if (unix_s < -62167219200 || unix_s > 253402300799)
		when = 0;
	gmtime_r(&when, &tm);
	return tm;
}

const char *time_text_rfc3339(int64_t unix_s, char out[static TIME_TEXT_SIZE])
{
	struct tm tm = utc(unix_s);

	/* Not strftime(): its %Y does not fill up to four digits. */
	snprintf(out, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", (tm.tm_year + 1900) % 10000,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return out;
}

bool time_text_parse_rfc3339(struct span text, int64_t *unix_s)
{
	char copy[24], again[TIME_TEXT_SIZE];
	struct tm tm = { 0 };

	if (text.length != 20 || !span_copy(text, copy, sizeof copy))
		return false;
	if (sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2dZ", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*unix_s = timegm(&tm);
	/* timegm() puts the 32nd of a month right; we do not want to. */
	return span_is(text, time_text_rfc3339(*unix_s, again));
}

const char *time_text_rfc5322(int64_t unix_s, int offset_min, char out[static TIME_TEXT_SIZE])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t local_s;
	bool overflows = __builtin_add_overflow(unix_s, (int64_t)offset_min * 60, &local_s);
	struct tm tm = utc(overflows ? INT64_MAX : local_s);
	unsigned offset = (unsigned)(offset_min < 0 ? -offset_min : offset_min);

	snprintf(out, TIME_TEXT_SIZE, "%s, %02d %s %04d %02d:%02d:%02d %c%02u%02u",
		 days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], (tm.tm_year + 1900) % 10000,
		 tm.tm_hour, tm.tm_min, tm.tm_sec, offset_min < 0 ? '-' : '+',
		 offset / 60 % 100, offset % 60);
	return out;
}
