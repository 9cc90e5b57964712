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

/* What next_attempt depends on. */
struct control_times {
	int64_t now_ms;		/* by the queue's clock */
	int64_t wall_ms;	/* by the wall's: Unix time */
	int64_t opens_ms;	/* by the queue's clock: no modem is given a mail before, since links
				 * and accounts rest; 0: one may be at any time, or nobody knows */
};

char *control_json_status(const struct control_status_view *view, const struct queue *queue);
char *control_json_queue(const struct queue *queue, const struct control_times *times);
char *control_json_queue_entry(const struct queue_entry *entry, const struct control_times *times);
char *control_json_modems(const struct control_modem_view *modems, size_t count);
char *control_json_error(const char *code, const char *message);

/* {"count": n}: how many entries an action touched. */
char *control_json_count(size_t count);

/* The same of a reload, with "complaints": its mistakes, given a line each. */
char *control_json_reload(struct span complaints);

#endif
