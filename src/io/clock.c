/* SPDX-License-Identifier: ISC */
#include "io/clock.h"

#include <time.h>

#include "queue/clock_trust.h"

static int64_t read_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_boot_ms(void)
{
	return read_us(CLOCK_BOOTTIME) / 1000;
}

int64_t clock_boot_wait_us(int64_t due_ms)
{
	int64_t wait_us = due_ms * 1000 - read_us(CLOCK_BOOTTIME);

	return wait_us > 0 ? wait_us : 0;
}

int64_t clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_wall_s(void)
{
	return clock_wall_ms() / 1000;
}

int clock_zone_offset_min(int64_t wall_s)
{
	time_t time = (time_t)wall_s;
	struct tm local;

	return localtime_r(&time, &local) ? (int)(local.tm_gmtoff / 60) : 0;
}

bool clock_is_plausible(int64_t wall_s)
{
	return clock_trust_is_plausible(wall_s);
}
