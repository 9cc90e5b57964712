/* SPDX-License-Identifier: ISC */
/* The rate of the line: a module that does not answer at the configured one is
 * looked for at the usual ones, told the configured one, and used where it is
 * when that does not help. A part of modem_course; nobody else includes it. */
#ifndef MODEM_MODEM_BAUD_H
#define MODEM_MODEM_BAUD_H

#include <stdbool.h>

#include "modem/modem_course.h"

/* Where it answered last, or the configured one. */
void modem_baud_go_home(struct modem_life *life);

/* Begins one round over the usual rates; false when there is nothing to look for. */
bool modem_baud_look_around(struct modem_life *life);

/* What comes after a synchronisation, and after AT+IPR. True when the rate is
 * still to be found or set, and that goes on. */
bool modem_baud_after_sync(struct modem_life *life, const struct at_chat_result *result);
void modem_baud_after_setting(struct modem_life *life, const struct at_chat_result *result);

/* The module speaks at another rate than the configured one and cannot be moved. */
bool modem_baud_is_wrong(const struct modem_life *life);

#endif
