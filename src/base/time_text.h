/* SPDX-License-Identifier: ISC */
/* Durations, sizes and dates as text. No clock: the caller passes the time. */
#ifndef BASE_TIME_TEXT_H
#define BASE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define TIME_TEXT_SIZE 40	/* enough for every text made here */

/* "1200ms", "90s", "15m", "4h", "5d", "0": a number with its unit; several may
 * follow each other ("1h 30m", "1h30m"). A bare number other than 0 has no
 * meaning and is refused. */
bool time_text_parse_duration(struct span text, int64_t *duration_ms);

/* For people, in at most two units: "0 s", "850 ms", "12 s", "6 h 12 min", "3 d". */
const char *time_text_duration(int64_t duration_ms, char out[static TIME_TEXT_SIZE]);

/* "512", "10K", "2M", "1G" (powers of 1024). */
bool time_text_parse_size(struct span text, int64_t *octets);

/* RFC 3339 in UTC, to the second: "2026-11-22T19:55:00Z". */
const char *time_text_rfc3339(int64_t unix_s, char out[static TIME_TEXT_SIZE]);
bool time_text_parse_rfc3339(struct span text, int64_t *unix_s);

/* RFC 5322 date-time with the offset east of UTC in minutes:
 * "Sun, 22 Nov 2026 19:55:00 +0000". */
const char *time_text_rfc5322(int64_t unix_s, int offset_min, char out[static TIME_TEXT_SIZE]);

#endif
