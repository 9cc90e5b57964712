/* SPDX-License-Identifier: ISC */
/* A mail that an earlier daemon told the module to send, and whose result it
 * never saw: the module is listened to, and asked now and then with a command
 * that is refused while it sends; until that is settled nothing else is done to
 * it, since anything could break the sending off. A part of modem_course; nobody
 * else includes it. */
#ifndef MODEM_MODEM_SETTLE_H
#define MODEM_MODEM_SETTLE_H

#include <stdbool.h>

#include "modem/modem_course.h"

void modem_settle_begin(struct modem_life *life, int64_t until_ms);

/* The line was opened: goes on listening. */
void modem_settle_listen(struct modem_life *life);

/* A script of listening has ended. */
void modem_settle_after_script(struct modem_life *life, const struct at_chat_result *result);

/* Any line that is no answer: it may be the result, or say that the module
 * started anew. */
void modem_settle_hear(struct modem_life *life, struct span line);

/* Whether the time is over, and then it is settled. */
void modem_settle_look_at_clock(struct modem_life *life);

#endif
