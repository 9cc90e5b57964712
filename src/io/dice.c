/* SPDX-License-Identifier: ISC */
#include "io/dice.h"

#include <sys/random.h>

unsigned dice_permille(void)
{
	unsigned value = 0;

	/* Early in a boot there may be none yet: that is no reason to wait. */
	if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value)
		return 0;
	return value % 1000;
}
