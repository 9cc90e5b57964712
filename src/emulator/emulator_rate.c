/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_rate.h"

#include <stddef.h>

unsigned emulator_rate(speed_t speed)
{
	static const struct { speed_t speed; unsigned baud; } rates[] = {
		{ B300, 300 }, { B600, 600 }, { B1200, 1200 }, { B2400, 2400 }, { B4800, 4800 },
		{ B9600, 9600 }, { B19200, 19200 }, { B38400, 38400 }, { B57600, 57600 },
		{ B115200, 115200 }, { B230400, 230400 }, { B460800, 460800 },
		{ B921600, 921600 }, { B1000000, 1000000 }, { B2000000, 2000000 },
		{ B3000000, 3000000 }, { B4000000, 4000000 },
	};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i].speed == speed)
			return rates[i].baud;
	return 0;
}
