/* SPDX-License-Identifier: ISC */
/* The answers of the control API as JSON text, from read-only views. Pure;
 * jansson writes it. Each function returns an owned text (free() it), or NULL
 * when out of memory. */
#ifndef CONTROL_CONTROL_JSON_H
#define CONTROL_CONTROL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modem/modem_life.h"
#include "queue/breaker.h"
#include "queue/queue.h"

/* One modem as the daemon sees it; borrowed. */
struct control_modem_view {
	const char *name, *device;
	const char *account;
	enum modem_state state;
	const char *why;
	bool wants_hand;	/* only a person can help */
	const struct modem_facts *facts;
	enum breaker_state breaker;
	unsigned failures;	/* of its link, in a row */
};

struct control_account_view {
	const char *name;
	bool held;
	const char *why;	/* "" when it is not held */
};

struct control_status_view {
	const char *version;
	int64_t uptime_s;
	const char *status;		/* the same line as STATUS= */
	size_t corrupt;
	const struct control_modem_view *modems;
	size_t modem_count;
	const struct control_account_view *accounts;
	size_t account_count;
};

/* now_ms is the queue's clock, wall_ms the wall's (Unix time): for next_attempt. */
char *control_json_status(const struct control_status_view *view, const struct queue *queue);
char *control_json_queue(const struct queue *queue, int64_t now_ms, int64_t wall_ms);
char *control_json_queue_entry(const struct queue_entry *entry, int64_t now_ms, int64_t wall_ms);
char *control_json_modems(const struct control_modem_view *modems, size_t count);
char *control_json_error(const char *code, const char *message);

/* {"count": n}: how many entries an action touched. */
char *control_json_count(size_t count);

#endif
