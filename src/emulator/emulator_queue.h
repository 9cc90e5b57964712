/* SPDX-License-Identifier: ISC */
/* What the module wants done by its shell, in order. Pure. */
#ifndef EMULATOR_EMULATOR_QUEUE_H
#define EMULATOR_EMULATOR_QUEUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "emulator/emulator_mail.h"

enum emulator_order_kind {
	EMULATOR_ORDER_SEND,	/* `octets` to the host */
	EMULATOR_ORDER_LOG,	/* `record` */
	EMULATOR_ORDER_MAIL,	/* log `mail`; if `deliver`, send it, then
				 * emulator_core_delivered() */
	EMULATOR_ORDER_ABANDON,	/* stop sending: nobody waits for it any more */
	EMULATOR_ORDER_HANGUP,	/* take the tty away for `hangup_ms` */
};

struct emulator_order {
	enum emulator_order_kind kind;
	struct buf octets;
	json_t *record;
	struct emulator_mail *mail;
	bool deliver;
	int64_t hangup_ms;
};

struct emulator_queue {
	struct emulator_order *orders;
	size_t first, count, room;
};

void emulator_queue_clear(struct emulator_queue *queue);
void emulator_queue_send(struct emulator_queue *queue, struct span octets);
void emulator_queue_log(struct emulator_queue *queue, json_t *record);	/* takes it over */
void emulator_queue_mail(struct emulator_queue *queue, struct emulator_mail *mail, bool deliver);
void emulator_queue_abandon(struct emulator_queue *queue);
void emulator_queue_hangup(struct emulator_queue *queue, int64_t hangup_ms);

/* Hands the first order over; emulator_queue_done() frees what it holds. */
bool emulator_queue_take(struct emulator_queue *queue, struct emulator_order *order);
void emulator_queue_done(struct emulator_order *order);

#endif
