/* SPDX-License-Identifier: ISC */
/* What became of a PIN, kept in the state folder over restarts: a file a modem,
 * with a salted sum of the PIN so that another PIN is told from it. (The sum
 * hides nothing: a PIN has ten thousand values. The folder is 0700.) */
#ifndef IO_PIN_MEMORY_H
#define IO_PIN_MEMORY_H

#include "modem/modem_life.h"

/* NEW when nothing is known of this PIN. A file that cannot be read counts as
 * TRYING: then only a counter of 3 tries allows another one. */
enum modem_pin_memory pin_memory_load(const char *folder, const char *modem, const char *pin);

/* Durable when it returns 0; else a negative errno. */
int pin_memory_store(const char *folder, const char *modem, const char *pin,
		     enum modem_pin_memory memory);

#endif
