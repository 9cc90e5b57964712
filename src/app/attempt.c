/* SPDX-License-Identifier: ISC */
#include "app/attempt_inside.h"

#include <errno.h>
#include <stdlib.h>

#include "app/outcome.h"
#include "app/reporter.h"
#include "io/clock.h"
#include "io/log.h"
#include "qsmtp/qsmtp_errors.h"
#include "qsmtp/qsmtp_plan.h"

void attempt_free(struct attempt *attempt)
{
	attempt_watch_close(attempt);
	composition_free(attempt->composition);
	at_script_clear(&attempt->script);
	parts_clear(&attempt->parts);
	free(attempt);
}

static void put_off(struct attempt *attempt)
{
	const struct attempt_context *context = &attempt->context;

	if (attempt->after.counted)
		outcome_defer(context->spool, attempt->entry, &attempt->after.verdict,
			      attempt->modem->conf->title, attempt->after.wait_ms);
	queue_set_state(context->queue, attempt->entry, attempt->after.state,
			clock_boot_ms() + attempt->after.wait_ms);
	if (attempt->after.counted && !attempt->stuck)
		reporter_put_off(context->reporter, attempt->entry);
}

void attempt_finish(struct attempt *attempt)
{
	struct attempt_context context = attempt->context;
	struct modem_driver *driver = attempt->driver;
	char phrase[160];

	if (attempt->after.has_verdict)
		queue_set_reason(attempt->entry, outcome_phrase(&attempt->after.verdict, phrase,
								sizeof phrase));
	if (queue_pending(attempt->entry) == 0)
		attempt->entry->attempts++;
	else
		put_off(attempt);
	reporter_settle(context.reporter, attempt->entry);
	attempt_free(attempt);
	context.ended(context.context, driver);
}

static void send_current(struct attempt *attempt)
{
	const struct transaction *transaction =
		&attempt->parts.list->transactions[attempt->current.transaction];
	struct modem_basis basis = modem_driver_basis(attempt->driver);
	const char *fault;

	for (size_t i = 0; i < attempt->current.count; i++)
		attempt->indices[i] = parts_index(&attempt->parts, &attempt->current, i);
	at_script_clear(&attempt->script);
	at_script_init(&attempt->script);
	fault = qsmtp_plan_build(&attempt->modem->plan, &basis, &attempt->modem->account, transaction,
				 attempt->current.first, attempt->current.count, &attempt->script);
	if (fault) {
		attempt->verdict = qsmtp_errors_unplanned(fault);
		attempt->step = "plan";
		attempt_judge(attempt);
		return;
	}
	attempt->sending = true;
	attempt_watch_begin(attempt);
	modem_driver_send(attempt->driver, &attempt->script);
}

void attempt_next_part(struct attempt *attempt)
{
	attempt->in_flight = false;
	if (!attempt->stopping && modem_driver_is_ready(attempt->driver) &&
	    parts_take(&attempt->parts, &attempt->current))
		send_current(attempt);
	else
		attempt_finish(attempt);
}

/* No transaction, and none to come: all that pend have this verdict. */
static void fail_all(struct attempt *attempt, const struct verdict *verdict)
{
	attempt->verdict = *verdict;
	attempt->current = (struct part){ 0 };
	attempt_note(attempt, JOURNAL_FAILED);
}

bool attempt_is_page(const struct attempt *attempt)
{
	return parts_page(&attempt->parts, &attempt->current) <
	       parts_pages(&attempt->parts, &attempt->current);
}

/* Whether the rest of what was begun can be sent: else, all of it once more. */
static bool goes_on(struct attempt *attempt)
{
	if (parts_goes_on(&attempt->parts))
		return true;
	queue_forget_pages(attempt->entry);
	return false;
}

/* Who was refused for good a while ago is tried alone, so that the others do not
 * stumble over it. */
static void isolate_refused(struct attempt *attempt)
{
	const struct queue_entry *entry = attempt->entry;
	int64_t now_ms = clock_boot_ms();

	for (size_t i = 0; entry->recipient_count > 1 && i < entry->recipient_count; i++)
		if (verdict_memory_holds(attempt->context.memory,
					 span_of(entry->recipients[i].address), now_ms))
			parts_isolate(&attempt->parts, i);
}

static void on_composed(void *context, enum composition_result result,
			const struct transaction_list *list)
{
	static const struct verdict rejected = {
		VERDICT_NEVER, false, 0, "5.3.4",
		"the text is larger than the module carries, and oversize = reject",
	};
	static const struct verdict failed = {
		VERDICT_LATER, false, 0, "4.3.0", "cannot be composed",
	};
	struct attempt *attempt = context;

	if (result == COMPOSITION_MADE &&
	    parts_init(&attempt->parts, list, attempt->entry)) {
		isolate_refused(attempt);
		if (goes_on(attempt))
			attempt_next_part(attempt);
		else
			attempt_finish(attempt);
	} else if (result == COMPOSITION_REJECTED) {
		fail_all(attempt, &rejected);
	} else {
		attempt->verdict = failed;
		attempt_leave(attempt, QUEUE_DEFERRED, attempt_decide(attempt).wait_ms, true);
		attempt_finish(attempt);
	}
}

/* Pages are only the same again when they are made for the same room. */
static size_t choose_room(struct queue_entry *entry, size_t room_octets)
{
	if (!queue_has_pages(entry))
		return room_octets;
	if (room_octets >= entry->pages_room)
		return entry->pages_room;
	queue_forget_pages(entry);
	return room_octets;
}

struct attempt *attempt_start(const struct attempt_context *context, struct queue_entry *entry,
			      struct modem_driver *driver, const struct settings_modem *modem)
{
	struct modem_basis basis = modem_driver_basis(driver);
	struct composition_options options = {
		context->base, context->spool, &context->settings->conf, context->compose_program,
		choose_room(entry, qsmtp_plan_attachments_max(&modem->plan, &basis)),
	};
	struct attempt *attempt = calloc(1, sizeof *attempt);

	if (attempt == NULL)
		return NULL;
	attempt->context = *context;
	attempt->entry = entry;
	attempt->driver = driver;
	attempt->modem = modem;
	attempt->room_octets = options.attachments_octets_max;
	attempt->after.state = QUEUE_QUEUED;
	at_script_init(&attempt->script);
	if (!attempt_watch_open(attempt)) {
		free(attempt);
		errno = ENOMEM;
		return NULL;
	}
	attempt->composition = composition_start(&options, entry, on_composed, attempt);
	if (attempt->composition == NULL) {
		int error = errno;

		attempt_free(attempt);
		errno = error;
		return NULL;
	}
	queue_set_state(context->queue, entry, QUEUE_ACTIVE, 0);
	log_write(LOG_ATTEMPT, &(struct log_fields){ .queue_id = entry->id,
						      .modem = modem->conf->title },
		  "%s: attempt %u by %s", entry->id, entry->attempts + 1, modem->conf->title);
	return attempt;
}

void attempt_on_held(struct attempt *attempt)
{
	attempt_watch_pause(attempt);
	attempt_note(attempt, JOURNAL_IN_FLIGHT);
}

void attempt_on_sent(struct attempt *attempt, const struct at_chat_result *result)
{
	/* The line was lost while the disk was slow: one after the other. */
	if (attempt->noting) {
		attempt->early = *result;
		attempt->ended_early = true;
		return;
	}
	attempt->ended_early = false;
	attempt->sending = false;
	attempt_watch_pause(attempt);
	if (result->outcome == AT_CHAT_CANCELLED && !result->committed) {
		attempt_settle_flight(attempt);
		attempt_finish(attempt);
		return;
	}
	attempt->committed = result->committed;
	attempt->step = result->label;
	attempt->verdict = qsmtp_errors_judge(result);
	attempt_judge(attempt);
}

void attempt_stop(struct attempt *attempt)
{
	attempt->stopping = true;
	if (attempt->parts.list == NULL && !attempt->noting)
		attempt_finish(attempt);
	else if (attempt->sending && !attempt->noting)
		modem_driver_cancel(attempt->driver);
}

void attempt_abandon(struct attempt *attempt)
{
	attempt->abandoned = true;
	if (!attempt->noting)
		attempt_free(attempt);
}
