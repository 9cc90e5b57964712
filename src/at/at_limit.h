/* SPDX-License-Identifier: ISC */
/* How long a script may take when everything takes as long as it may: for whoever
 * watches over the one who runs it. Pure. */
#ifndef AT_AT_LIMIT_H
#define AT_AT_LIMIT_H

#include <stdint.h>

#include "at/at_script.h"

/* Longer than any run of it by at_chat, the synchronising behind it included; a hold
 * is not in it. */
int64_t at_limit_script_ms(const struct at_step *steps, size_t count, unsigned baud);

#endif
