/* SPDX-License-Identifier: ISC */
/* Keeps strangers from filling the log: of a kind of line only so many are written in a
 * minute, and the next one tells how many were not. */
#ifndef IO_LOG_BRAKE_H
#define IO_LOG_BRAKE_H

#include <stdbool.h>
#include <stdint.h>

#define LOG_BRAKE_MINUTE_MS 60000
#define LOG_BRAKE_TEXT_SIZE 64

/* All zero but `max` is a new one. */
struct log_brake {
	unsigned max;		/* lines a minute */
	int64_t until_ms;
	unsigned written, held;
};

/* Whether one more line may be written; `more` is for its end then: "", or how many
 * were not written since the last that was. */
bool log_brake_lets(struct log_brake *brake, int64_t now_ms, char more[static LOG_BRAKE_TEXT_SIZE]);

#endif
