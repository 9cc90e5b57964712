/* SPDX-License-Identifier: ISC */
/* Answers what an operator asks over the control API: joins control_api (what
 * is asked), the rooms (what is done) and control_json (the answer). */
#ifndef APP_OPERATOR_H
#define APP_OPERATOR_H

#include <stdint.h>

#include "app/delivery.h"
#include "io/control_server.h"
#include "queue/queue.h"

struct spool;

/* Borrowed; `reload` begins a reload and returns at once, with a line in `complaints`
 * for each mistake that it found. */
struct operator {
	struct queue *queue;
	struct delivery *delivery;
	struct spool *spool;
	const char *trouble;		/* "" when nothing is wrong */
	int64_t started_ms;
	void (*reload)(void *context, struct buf *complaints);
	void *context;
};

/* A control_handler; context is a struct operator. */
void operator_handle(void *context, const struct control_request *request,
		     struct control_answer *answer);

#endif
