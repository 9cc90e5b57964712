/* SPDX-License-Identifier: ISC */
/* The two clocks: one that never steps, for waiting; the wall's, for people. */
#ifndef IO_CLOCK_H
#define IO_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since the machine started, suspended time counted
 * (CLOCK_BOOTTIME). */
int64_t clock_boot_ms(void);

/* From now until then, 0 when it is past: for timers that are to be sharp to less
 * than a millisecond. */
int64_t clock_boot_wait_us(int64_t due_ms);

/* Since 1970 by the machine's clock, which may be wrong. */
int64_t clock_wall_s(void);
int64_t clock_wall_ms(void);

/* East of Greenwich, at that time and place. */
int clock_zone_offset_min(int64_t wall_s);

/* Whether the wall's clock may be right: a machine without a battery for it begins
 * in 1970, and shows a time before this program was written. */
bool clock_is_plausible(int64_t wall_s);

#endif
