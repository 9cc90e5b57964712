/* SPDX-License-Identifier: ISC */
#include "app/attempt_inside.h"

#include <event2/event.h>

#include "at/at_limit.h"
#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"

/* How long a driver that was told to give up has to say that it did. */
#define LAST_WORD_MS 10000

static void arm(struct attempt *attempt, int64_t wait_ms)
{
	event_add(attempt->watch, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

/* Not even that: it goes on as if the line had been lost, and the driver is never
 * waited for again. */
static void end_without_driver(struct attempt *attempt)
{
	struct at_chat_result lost = { .outcome = AT_CHAT_LOST, .committed = attempt->in_flight };

	attempt_on_sent(attempt, &lost);
}

static void on_watch(evutil_socket_t fd, short what, void *context)
{
	struct attempt *attempt = context;
	const char *modem = attempt->modem->conf->title;
	char limit[TIME_TEXT_SIZE];

	(void)fd;
	(void)what;
	if (attempt->gave_up) {
		end_without_driver(attempt);
		return;
	}
	attempt->gave_up = true;
	log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = attempt->entry->id, .modem = modem },
		  "%s: %s did not end sending within %s: it is reset", attempt->entry->id, modem,
		  time_text_duration(attempt->limit_ms, limit));
	arm(attempt, LAST_WORD_MS);
	modem_driver_give_up(attempt->driver);
}

bool attempt_watch_open(struct attempt *attempt)
{
	attempt->watch = event_new(attempt->context.base, -1, 0, on_watch, attempt);
	return attempt->watch != NULL;
}

void attempt_watch_begin(struct attempt *attempt)
{
	struct modem_basis basis = modem_driver_basis(attempt->driver);

	attempt->gave_up = false;
	attempt->limit_ms = at_limit_script_ms(attempt->script.steps, attempt->script.count,
					       basis.baud ? basis.baud : attempt->modem->plan.baud);
	arm(attempt, attempt->limit_ms);
}

void attempt_watch_pause(struct attempt *attempt)
{
	event_del(attempt->watch);
}

void attempt_watch_resume(struct attempt *attempt)
{
	arm(attempt, attempt->limit_ms);
}

void attempt_watch_close(struct attempt *attempt)
{
	if (attempt->watch)
		event_free(attempt->watch);
}
