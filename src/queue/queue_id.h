/* SPDX-License-Identifier: ISC */
/* The name of a message: microseconds as 11 digits to the base of 32, without
 * the letters I, L, O, U that are taken for others (Crockford's base 32). It is
 * a file name, so it has no case to lose and no '-' or '.'; and as octets it
 * sorts by time. Pure. */
#ifndef QUEUE_QUEUE_ID_H
#define QUEUE_QUEUE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "queue/queue.h"

#define QUEUE_ID_LENGTH 11	/* below QUEUE_ID_SIZE; enough until the year 3111 */
#define QUEUE_ID_MAX_US ((INT64_C(1) << 55) - 1)

/* A time out of range is taken for the nearest one. */
const char *queue_id_format(int64_t time_us, char out[static QUEUE_ID_SIZE]);

/* False when the text is not exactly what queue_id_format() makes. */
bool queue_id_parse(struct span text, int64_t *time_us);

#endif
