/* SPDX-License-Identifier: ISC */
#include "app/attempt_inside.h"

#include <string.h>

#include "app/outcome.h"
#include "io/clock.h"
#include "io/log.h"

/* How long a message waits whose journal could not be written. */
#define DISK_WAIT_MS 30000

/* How long the module may take to say what came of its order to send. */
static int64_t flight_limit_ms(const struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->script.count; i++) {
		const struct at_step *step = &attempt->script.steps[i];

		if (step->commits)
			return step->answer_ms + step->result_ms;
	}
	return 0;
}

static struct outcome current_outcome(const struct attempt *attempt, enum journal_kind kind)
{
	struct outcome outcome = {
		.kind = kind,
		.recipients = attempt->indices,
		.count = attempt->current.count,
		.modem = attempt->modem->conf->title,
		.expired = attempt->expired,
	};

	if (kind == JOURNAL_SENT || kind == JOURNAL_FAILED || kind == JOURNAL_UNCERTAIN)
		outcome.verdict = &attempt->verdict;
	if (kind == JOURNAL_IN_FLIGHT)
		outcome.limit_ms = flight_limit_ms(attempt);
	if ((kind == JOURNAL_IN_FLIGHT || kind == JOURNAL_PAGE) &&
	    parts_pages(&attempt->parts, &attempt->current) > 1) {
		outcome.page = parts_page(&attempt->parts, &attempt->current);
		outcome.pages = parts_pages(&attempt->parts, &attempt->current);
		outcome.room_octets = attempt->room_octets;
	}
	return outcome;
}

/* Without the journal nothing may be sent; the disk is given a moment. */
static void wait_for_disk(struct attempt *attempt)
{
	static const struct verdict verdict = {
		VERDICT_LATER, false, 0, "4.3.0", "its journal cannot be written",
	};

	attempt->verdict = verdict;
	attempt_leave(attempt, QUEUE_DEFERRED, DISK_WAIT_MS, false);
}

static void release(struct attempt *attempt)
{
	attempt_watch_resume(attempt);
	modem_driver_release(attempt->driver);
}

static void cancel(struct attempt *attempt)
{
	attempt_watch_resume(attempt);
	modem_driver_cancel(attempt->driver);
}

static void after_note(struct attempt *attempt, int result)
{
	struct outcome outcome = current_outcome(attempt, attempt->noted);

	attempt->noting = false;
	if (result < 0)
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = attempt->entry->id },
			  "%s: its journal cannot be made durable: %s", attempt->entry->id,
			  strerror(-result));
	if (attempt->noted == JOURNAL_IN_FLIGHT) {
		/* A record that may not be durable may be there all the same. */
		attempt->in_flight = true;
		if (result < 0)
			wait_for_disk(attempt);
		if (attempt->ended_early)
			attempt_on_sent(attempt, &attempt->early);
		else if (result == 0 && !attempt->stopping)
			release(attempt);
		else
			cancel(attempt);
		return;
	}
	/* What happened has happened, also when the disk will not remember it. */
	outcome_apply(attempt->entry, &outcome);
	parts_close(&attempt->parts, &attempt->current);
	if (attempt->noted == JOURNAL_UNCERTAIN)
		attempt_finish(attempt);
	else
		attempt_next_part(attempt);
}

static void on_noted(void *context, int result)
{
	struct attempt *attempt = context;

	if (attempt->abandoned)
		attempt_free(attempt);
	else
		after_note(attempt, result);
}

void attempt_note(struct attempt *attempt, enum journal_kind kind)
{
	struct outcome outcome = current_outcome(attempt, kind);
	int result;

	attempt->noting = true;
	attempt->noted = kind;
	result = outcome_write(attempt->context.spool, attempt->entry, &outcome, clock_wall_s(),
			       on_noted, attempt);
	if (result < 0)
		after_note(attempt, result);
}

void attempt_settle_flight(struct attempt *attempt)
{
	struct outcome outcome = current_outcome(attempt, JOURNAL_SETTLED);

	if (attempt->in_flight)
		outcome_write_soon(attempt->context.spool, attempt->entry, &outcome,
				   clock_wall_s());
	attempt->in_flight = false;
}

void attempt_note_page(struct attempt *attempt)
{
	struct outcome outcome = current_outcome(attempt, JOURNAL_PAGE);

	outcome_write_soon(attempt->context.spool, attempt->entry, &outcome, clock_wall_s());
	for (size_t i = 0; i < outcome.count; i++)
		queue_note_page(attempt->entry, outcome.recipients[i], outcome.page, outcome.pages,
				outcome.room_octets);
	attempt_next_part(attempt);
}
