/* SPDX-License-Identifier: ISC */
/* The one line that STATUS= and the control API show: "3 queued, gsm0
 * registered (-71 dBm), last sent 12 s ago". */
#ifndef APP_STATUS_H
#define APP_STATUS_H

#include <stdint.h>

#include "app/delivery.h"
#include "base/buf.h"
#include "queue/queue.h"

#define STATUS_MAX 512

/* `trouble` is what else is wrong ("" when nothing is). */
void status_format(const struct queue *queue, const struct delivery *delivery,
		   const char *trouble, int64_t now_ms, struct buf *out);

#endif
