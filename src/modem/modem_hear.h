/* SPDX-License-Identifier: ISC */
/* What the scripts of a modem's life hear. A part of modem_life; nobody else
 * includes it. */
#ifndef MODEM_MODEM_HEAR_H
#define MODEM_MODEM_HEAR_H

#include "modem/modem_course.h"

/* A script begins: what is heard is its own. */
void modem_hear_begin(struct modem_life *life);

/* A line that the step `label` of the running script asked for. */
void modem_hear(struct modem_life *life, const char *label, struct span line);

#endif
