/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_outcome.h"

#include <stddef.h>

/* The SMTP replies that have a number of their own (reference, error codes). */
static bool has_code(int reply)
{
	static const int replies[] = {
		421, 450, 451, 452, 500, 501, 502, 503, 504, 521, 530, 535, 550, 551, 552, 553, 554,
	};

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		if (replies[i] == reply)
			return true;
	return false;
}

int emulator_outcome(enum emulator_way way, int reply, bool authenticating)
{
	if (way == EMULATOR_WAY_SENT)
		return 0;
	if (way == EMULATOR_WAY_NO_MECHANISM)
		return -6;
	/* RFC 4954, section 6: too weak (534), needs encryption (538). */
	if (authenticating && (reply == 534 || reply == 538))
		return -6;
	if (reply >= 400)
		return has_code(reply) ? -reply : -1;
	switch (way) {
	case EMULATOR_WAY_SENT:
	case EMULATOR_WAY_NO_MECHANISM:
		break;
	case EMULATOR_WAY_NO_NAME:
		return -4;
	case EMULATOR_WAY_NO_CONNECTION:
		return -5;
	case EMULATOR_WAY_CLOSED:
		return -7;
	case EMULATOR_WAY_TIMEOUT:
		return -9;
	case EMULATOR_WAY_OTHER:
		return -11;
	}
	return -1;
}
