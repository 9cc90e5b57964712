/* SPDX-License-Identifier: ISC */
#include "io/log_brake.h"

#include <stdio.h>

bool log_brake_lets(struct log_brake *brake, int64_t now_ms, char more[static LOG_BRAKE_TEXT_SIZE])
{
	if (now_ms >= brake->until_ms) {
		brake->until_ms = now_ms + LOG_BRAKE_MINUTE_MS;
		brake->written = 0;
	}
	if (brake->written >= brake->max) {
		brake->held++;
		return false;
	}
	more[0] = '\0';
	if (brake->held > 0)
		snprintf(more, LOG_BRAKE_TEXT_SIZE, " (and %u more before, not logged)", brake->held);
	brake->written++;
	brake->held = 0;
	return true;
}
