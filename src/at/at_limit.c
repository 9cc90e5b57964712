/* SPDX-License-Identifier: ISC */
#include "at/at_limit.h"

/* Ten bits an octet; and flow control may have a slow module take four times as long. */
#define BITS_AN_OCTET 10
#define SLOWNESS 4

/* Around a step, for what at_chat does by itself: the quiet before a command, the
 * silences around "+++", a line that does not take octets for AT_CHAT_STALL_MS. */
#define STEP_EXTRA_MS 15000
#define DATA_EXTRA_MS 30000

/* For synchronising before and behind a script, with every probe unanswered. */
#define SYNC_EXTRA_MS 120000

static int64_t wire_ms(size_t octets, unsigned baud)
{
	return baud > 0 ? (int64_t)octets * BITS_AN_OCTET * 1000 * SLOWNESS / baud : 0;
}

static int64_t step_ms(const struct at_step *step, unsigned baud)
{
	int64_t limit_ms = step->wait_before_ms + step->idle_ms + step->answer_ms +
			   step->result_ms + step->self_ending_ms + STEP_EXTRA_MS;

	limit_ms += wire_ms(step->line.length + 1, baud);
	if (step->data)
		limit_ms += wire_ms(step->payload.length, baud) + DATA_EXTRA_MS;
	return limit_ms;
}

int64_t at_limit_script_ms(const struct at_step *steps, size_t count, unsigned baud)
{
	int64_t limit_ms = SYNC_EXTRA_MS;

	for (size_t i = 0; i < count; i++)
		limit_ms += step_ms(&steps[i], baud);
	return limit_ms;
}
