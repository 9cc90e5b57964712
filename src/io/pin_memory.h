/* SPDX-License-Identifier: ISC */
/* What became of PINs, kept in the state folder over restarts: the file pin-NAME of
 * a modem, a line for each PIN and SIM with salted sums of both, so that another one
 * is told from it. (The sum of a PIN hides little: it has ten thousand values. The
 * folder is 0700.) */
#ifndef IO_PIN_MEMORY_H
#define IO_PIN_MEMORY_H

#include "modem/modem_life.h"

/* How many are kept; of more, the oldest go, refusals last. */
#define PIN_MEMORY_LINES_MAX 32

/* NEW when nothing is known of this PIN and SIM. `iccid` may be "" when the SIM does
 * not tell it: the worst that is known of the PIN with any SIM counts then, and what is
 * noted then counts for all. A file that cannot be read counts as TRYING: then only a
 * counter of 3 tries allows another one. */
enum modem_pin_memory pin_memory_load(const char *folder, const char *modem, const char *pin,
				      const char *iccid);

/* Durable when it returns 0; else a negative errno. */
int pin_memory_store(const char *folder, const char *modem, const char *pin, const char *iccid,
		     enum modem_pin_memory memory);

#endif
