/* SPDX-License-Identifier: ISC */
/* What is found out about a firmware on the way up and kept: whether "+++" needs
 * silence around it, and whether there is a file store and what of ours lies in
 * it. Nothing of it costs air time, and nothing of it holds the module up: what
 * fails is done without. A part of modem_course; nobody else includes it. */
#ifndef MODEM_MODEM_PROBE_H
#define MODEM_MODEM_PROBE_H

#include <stdbool.h>

#include "modem/modem_course.h"

/* The module told its model and firmware: what is to be found out about it? */
void modem_probe_begin(struct modem_life *life);

/* Whether the script is one of the following, which take any end. */
bool modem_probe_is_ours(enum modem_script script);
void modem_probe_after_guard(struct modem_life *life, const struct at_chat_result *result);
void modem_probe_after_size(struct modem_life *life, const struct at_chat_result *result);
void modem_probe_after_store(struct modem_life *life, const struct at_chat_result *result);

/* Of ready: deletes what a mail has left in the store and reads its room anew. */
void modem_probe_tidy_store(struct modem_life *life);

void modem_probe_hear_store(struct modem_life *life, const char *label, struct span line);

/* What a mail told about the firmware. */
void modem_probe_learn(struct modem_life *life, const struct at_chat_result *result);

/* Another module may come: nothing is known of it. */
void modem_probe_forget(struct modem_life *life);

#endif
