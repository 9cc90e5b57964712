/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_queue.h"

#include <stdlib.h>

#define OCTETS_MAX (1024 * 1024)	/* of one order to send */

static struct emulator_order *append(struct emulator_queue *queue, enum emulator_order_kind kind)
{
	struct emulator_order *order;

	if (queue->first + queue->count == queue->room) {
		size_t room = queue->count < 16 ? 32 : queue->count * 2;
		struct emulator_order *moved = calloc(room, sizeof(*moved));

		if (moved == NULL)
			abort();
		if (queue->count > 0)
			memcpy(moved, queue->orders + queue->first,
			       queue->count * sizeof(*moved));
		free(queue->orders);
		*queue = (struct emulator_queue){ moved, 0, queue->count, room };
	}
	order = &queue->orders[queue->first + queue->count++];
	*order = (struct emulator_order){ .kind = kind };
	buf_init(&order->octets, OCTETS_MAX);
	return order;
}

void emulator_queue_clear(struct emulator_queue *queue)
{
	struct emulator_order order;

	while (emulator_queue_take(queue, &order))
		emulator_queue_done(&order);
	free(queue->orders);
	*queue = (struct emulator_queue){ NULL, 0, 0, 0 };
}

void emulator_queue_send(struct emulator_queue *queue, struct span octets)
{
	struct emulator_order *last = NULL;

	if (octets.length == 0)
		return;
	/* Echo comes octet by octet: one order for a run of it. */
	if (queue->count > 0)
		last = &queue->orders[queue->first + queue->count - 1];
	if (last == NULL || last->kind != EMULATOR_ORDER_SEND)
		last = append(queue, EMULATOR_ORDER_SEND);
	buf_put(&last->octets, octets);
}

void emulator_queue_log(struct emulator_queue *queue, json_t *record)
{
	append(queue, EMULATOR_ORDER_LOG)->record = record;
}

void emulator_queue_mail(struct emulator_queue *queue, struct emulator_mail *mail, bool deliver)
{
	struct emulator_order *order = append(queue, EMULATOR_ORDER_MAIL);

	order->mail = mail;
	order->deliver = deliver;
}

void emulator_queue_abandon(struct emulator_queue *queue)
{
	append(queue, EMULATOR_ORDER_ABANDON);
}

void emulator_queue_hangup(struct emulator_queue *queue, int64_t hangup_ms)
{
	append(queue, EMULATOR_ORDER_HANGUP)->hangup_ms = hangup_ms;
}

bool emulator_queue_take(struct emulator_queue *queue, struct emulator_order *order)
{
	if (queue->count == 0)
		return false;
	*order = queue->orders[queue->first++];
	if (--queue->count == 0)
		queue->first = 0;
	return true;
}

void emulator_queue_done(struct emulator_order *order)
{
	buf_clear(&order->octets);
	json_decref(order->record);
	emulator_mail_free(order->mail);
}
