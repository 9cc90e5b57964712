/* SPDX-License-Identifier: ISC */
#include "queue/queue_id.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const char *queue_id_format(int64_t time_us, char out[static QUEUE_ID_SIZE])
{
	if (time_us < 0)
		time_us = 0;
	if (time_us > QUEUE_ID_MAX_US)
		time_us = QUEUE_ID_MAX_US;
	for (size_t i = QUEUE_ID_LENGTH; i-- > 0; time_us >>= 5)
		out[i] = digits[time_us & 31];
	out[QUEUE_ID_LENGTH] = '\0';
	return out;
}

bool queue_id_parse(struct span text, int64_t *time_us)
{
	int64_t value = 0;

	if (text.length != QUEUE_ID_LENGTH)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		const char *digit = memchr(digits, text.at[i], 32);

		if (digit == NULL)
			return false;
		value = value << 5 | (digit - digits);
	}
	*time_us = value;
	return true;
}
