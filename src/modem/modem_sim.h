/* SPDX-License-Identifier: ISC */
/* The SIM: waited for, its PIN entered at most once wrongly in a lifetime. Three
 * wrong PINs lock a card, ten wrong PUKs destroy it, and nobody is there to
 * see it: so every try is noted on disk before it is made. A part of
 * modem_course; nobody else includes it. */
#ifndef MODEM_MODEM_SIM_H
#define MODEM_MODEM_SIM_H

#include <stdbool.h>

#include "modem/modem_course.h"

/* What comes after AT+CPIN?, the number of the SIM, what is remembered of it,
 * the counter of tries, the PIN, and its note. */
void modem_sim_after_query(struct modem_life *life, const struct at_chat_result *result);
void modem_sim_after_iccid(struct modem_life *life);
void modem_sim_after_recall(struct modem_life *life, enum modem_pin_memory memory);
void modem_sim_after_tries(struct modem_life *life);
void modem_sim_after_pin(struct modem_life *life, const struct at_chat_result *result);
void modem_sim_after_note(struct modem_life *life, bool durable);

#endif
