/* SPDX-License-Identifier: ISC */
#include "app/attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/composition.h"
#include "app/outcome.h"
#include "app/parts.h"
#include "base/time_text.h"
#include "io/clock.h"
#include "io/dice.h"
#include "io/log.h"
#include "io/spool.h"
#include "mail/transaction.h"
#include "qsmtp/qsmtp_errors.h"
#include "qsmtp/qsmtp_plan.h"
#include "queue/retry.h"

/* In which state the entry is left when the attempt ends with recipients still
 * pending. Worse outcomes of later parts replace better ones. */
struct aftermath {
	enum queue_state state;		/* QUEUED, DEFERRED or UNCERTAIN */
	int64_t wait_ms;
	bool counted;
	struct verdict verdict;
	bool has_verdict;
};

struct attempt {
	struct attempt_context context;
	struct queue_entry *entry;
	struct modem_driver *driver;
	const struct settings_modem *modem;
	struct composition *composition;
	struct parts parts;		/* of the composition's list; empty until it is made */
	struct part current;
	size_t indices[TRANSACTION_RECIPIENTS_MAX];	/* of the current part's recipients */
	struct at_script script;
	bool sending;			/* the driver runs the script */
	bool in_flight;			/* written down for the current part */
	bool stopping;
	bool noting;			/* a durable note is under way */
	bool abandoned;			/* freed as soon as the note is done */
	enum journal_kind noted;	/* which */
	bool ended_early;		/* the script ended while a note was under way */
	struct at_chat_result early;	/* with this */
	bool committed;			/* the module was told to send the current part */
	struct verdict verdict;		/* of that */
	bool expired;
	struct aftermath after;
};

/* How long a message waits whose journal could not be written. */
#define DISK_WAIT_MS 30000

static void next_part(struct attempt *attempt);

static void free_attempt(struct attempt *attempt)
{
	composition_free(attempt->composition);
	at_script_clear(&attempt->script);
	parts_clear(&attempt->parts);
	free(attempt);
}

static void finish(struct attempt *attempt)
{
	struct attempt_context context = attempt->context;
	struct modem_driver *driver = attempt->driver;
	char phrase[160];

	if (attempt->after.has_verdict)
		queue_set_reason(attempt->entry, outcome_phrase(&attempt->after.verdict, phrase,
								sizeof phrase));
	if (queue_pending(attempt->entry) == 0) {
		attempt->entry->attempts++;
		outcome_settle_message(context.spool, context.queue, attempt->entry);
	} else {
		if (attempt->after.counted)
			outcome_defer(context.spool, attempt->entry, &attempt->after.verdict,
				      attempt->modem->conf->title, attempt->after.wait_ms);
		queue_set_state(context.queue, attempt->entry, attempt->after.state,
				clock_boot_ms() + attempt->after.wait_ms);
	}
	free_attempt(attempt);
	context.ended(context.context, driver);
}

/* The entry's fate if it still has pending recipients; a state further down in
 * the list QUEUED, DEFERRED, UNCERTAIN wins over one before it. */
static void leave(struct attempt *attempt, enum queue_state state, int64_t wait_ms, bool counted)
{
	for (size_t i = 0; i < attempt->current.count; i++)
		outcome_show(&attempt->entry->recipients[attempt->indices[i]], &attempt->verdict);
	if (attempt->after.has_verdict && attempt->after.state > state)
		return;
	attempt->after = (struct aftermath){
		state, wait_ms, counted || attempt->after.counted, attempt->verdict, true,
	};
}

static struct outcome current_outcome(const struct attempt *attempt, enum journal_kind kind)
{
	return (struct outcome){
		.kind = kind,
		.recipients = attempt->indices,
		.count = attempt->current.count,
		.verdict = kind == JOURNAL_IN_FLIGHT || kind == JOURNAL_SETTLED ? NULL :
			   &attempt->verdict,
		.modem = attempt->modem->conf->title,
		.expired = attempt->expired,
	};
}

/* Without the journal nothing may be sent; the disk is given a moment. */
static void wait_for_disk(struct attempt *attempt)
{
	static const struct verdict verdict = {
		VERDICT_LATER, false, 0, "4.3.0", "its journal cannot be written",
	};

	attempt->verdict = verdict;
	leave(attempt, QUEUE_DEFERRED, DISK_WAIT_MS, false);
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
			modem_driver_release(attempt->driver);
		else
			modem_driver_cancel(attempt->driver);
		return;
	}
	/* What happened has happened, also when the disk will not remember it. */
	outcome_apply(attempt->entry, &outcome, clock_wall_s());
	parts_close(&attempt->parts, &attempt->current);
	if (attempt->noted == JOURNAL_UNCERTAIN)
		finish(attempt);
	else
		next_part(attempt);
}

static void on_noted(void *context, int result)
{
	struct attempt *attempt = context;

	if (attempt->abandoned)
		free_attempt(attempt);
	else
		after_note(attempt, result);
}

static void note(struct attempt *attempt, enum journal_kind kind)
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

/* Nothing of the current part was sent: a restart must not take it for
 * uncertain. */
static void settle_flight(struct attempt *attempt)
{
	struct outcome outcome = current_outcome(attempt, JOURNAL_SETTLED);

	if (attempt->in_flight)
		outcome_write_soon(attempt->context.spool, attempt->entry, &outcome,
				   clock_wall_s());
	attempt->in_flight = false;
}

static struct retry_decision decide(const struct attempt *attempt)
{
	const struct queue_entry *entry = attempt->entry;
	struct retry_history history = {
		.attempts = entry->attempts,
		.ours_tries = entry->ours_tries,
		.degraded = entry->degraded,
		.age_ms = clock_boot_ms() - entry->arrived_ms,
	};

	return retry_decide(&attempt->context.settings->retry, &history, &attempt->verdict,
			    dice_permille());
}

/* One page of several is there. Until the last one is, the recipients count as
 * uncertain: should all be sent again, the copies say so. */
static void end_page(struct attempt *attempt)
{
	struct outcome outcome = current_outcome(attempt, JOURNAL_UNCERTAIN);

	outcome_write_soon(attempt->context.spool, attempt->entry, &outcome, clock_wall_s());
	for (size_t i = 0; i < attempt->current.count; i++)
		attempt->entry->recipients[attempt->indices[i]].uncertain = true;
	next_part(attempt);
}

static void act(struct attempt *attempt, const struct retry_decision *decision)
{
	int64_t probe_ms = 2 * attempt->context.settings->conf.queue.account_retry_ms;

	attempt->expired = decision->expired;
	switch (decision->action) {
	case RETRY_DONE:
		if (parts_has_more_pages(&attempt->parts, &attempt->current))
			end_page(attempt);
		else
			note(attempt, JOURNAL_SENT);
		return;
	case RETRY_FAIL:
		attempt->entry->ours_tries = 0;
		note(attempt, JOURNAL_FAILED);
		return;
	case RETRY_RESEND_MARKED:
		leave(attempt, QUEUE_UNCERTAIN, decision->wait_ms, true);
		note(attempt, JOURNAL_UNCERTAIN);
		return;
	case RETRY_AFTER:
		settle_flight(attempt);
		leave(attempt, QUEUE_DEFERRED, decision->wait_ms, true);
		attempt->entry->others_first =
			attempt->entry->recipients[attempt->indices[0]].uncertain;
		parts_close(&attempt->parts, &attempt->current);
		next_part(attempt);
		return;
	case RETRY_NOW:
		if (attempt->verdict.class == VERDICT_OURS)
			attempt->entry->ours_tries++;
		settle_flight(attempt);
		leave(attempt, QUEUE_DEFERRED, decision->wait_ms, false);
		break;
	case RETRY_DEGRADE:
		attempt->entry->degraded = true;
		settle_flight(attempt);
		leave(attempt, QUEUE_QUEUED, 0, false);
		break;
	case RETRY_HOLD_ACCOUNT:
	case RETRY_OPEN_BREAKER:
		settle_flight(attempt);
		/* Perhaps it is this mail after all: another one is the next probe. */
		if (attempt->verdict.code == REFUSALS_CODE)
			leave(attempt, QUEUE_DEFERRED, probe_ms, false);
		else
			leave(attempt, QUEUE_QUEUED, 0, false);
		break;
	}
	finish(attempt);
}

/* A refusal by the module, before PUT, says nothing of link and server. */
static bool tells_health(const struct attempt *attempt)
{
	return attempt->committed || attempt->verdict.class == VERDICT_LINK ||
	       attempt->verdict.class == VERDICT_ACCOUNT;
}

/* Silence may be this mail's own fault: from the second time on it is counted, so
 * that it does not keep the others waiting for ever. */
static bool is_stuck(const struct attempt *attempt)
{
	bool silent = attempt->verdict.class == VERDICT_LINK && !attempt->verdict.has_code;

	attempt->entry->silences = silent ? attempt->entry->silences + 1 : 0;
	return attempt->entry->silences > 1;
}

static void judge(struct attempt *attempt)
{
	const struct attempt_context *context = &attempt->context;
	struct retry_decision decision;

	if (refusals_note(context->refusals, attempt->entry->id, &attempt->verdict))
		attempt->verdict.class = VERDICT_ACCOUNT;
	if (attempt->verdict.class != VERDICT_OURS)
		attempt->entry->ours_tries = 0;
	if (tells_health(attempt))
		context->judged(context->context, attempt->driver, &attempt->verdict);
	if (is_stuck(attempt))
		attempt->verdict.class = VERDICT_LATER;
	decision = decide(attempt);
	if (!retry_wants_split(&decision, &attempt->verdict, attempt->current.count)) {
		act(attempt, &decision);
		return;
	}
	settle_flight(attempt);
	/* The module has to be set up anew first: the next attempt goes on with
	 * parts of this size. */
	if (!modem_driver_is_ready(attempt->driver))
		attempt->entry->part_max = attempt->current.count / 2;
	parts_split(&attempt->parts, &attempt->current);
	next_part(attempt);
}

static void send_current(struct attempt *attempt)
{
	const struct transaction *transaction =
		&attempt->parts.list->transactions[attempt->current.transaction];
	const char *fault;

	for (size_t i = 0; i < attempt->current.count; i++)
		attempt->indices[i] = parts_index(&attempt->parts, &attempt->current, i);
	at_script_clear(&attempt->script);
	at_script_init(&attempt->script);
	fault = qsmtp_plan_build(&attempt->modem->plan, &attempt->modem->account, transaction,
				 attempt->current.first, attempt->current.count, &attempt->script);
	if (fault) {
		/* The transaction was checked when it was read: what is left is the
		 * account's own text. */
		attempt->verdict = (struct verdict){ VERDICT_ACCOUNT, false, 0, "4.3.5", fault };
		judge(attempt);
		return;
	}
	attempt->sending = true;
	modem_driver_send(attempt->driver, &attempt->script);
}

static void next_part(struct attempt *attempt)
{
	attempt->in_flight = false;
	if (!attempt->stopping && modem_driver_is_ready(attempt->driver) &&
	    parts_take(&attempt->parts, &attempt->current))
		send_current(attempt);
	else
		finish(attempt);
}

/* No transaction, and none to come: all that pend have this verdict. */
static void fail_all(struct attempt *attempt, const struct verdict *verdict)
{
	attempt->verdict = *verdict;
	attempt->current = (struct part){ 0 };
	note(attempt, JOURNAL_FAILED);
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
	    parts_init(&attempt->parts, list, attempt->entry->recipient_count,
		       attempt->entry->part_max)) {
		next_part(attempt);
	} else if (result == COMPOSITION_REJECTED) {
		fail_all(attempt, &rejected);
	} else {
		attempt->verdict = failed;
		leave(attempt, QUEUE_DEFERRED, decide(attempt).wait_ms, true);
		finish(attempt);
	}
}

struct attempt *attempt_start(const struct attempt_context *context, struct queue_entry *entry,
			      struct modem_driver *driver, const struct settings_modem *modem)
{
	struct composition_options options = {
		context->base, context->spool, &context->settings->conf, context->compose_program,
	};
	struct attempt *attempt = calloc(1, sizeof *attempt);

	if (attempt == NULL)
		return NULL;
	attempt->context = *context;
	attempt->entry = entry;
	attempt->driver = driver;
	attempt->modem = modem;
	attempt->after.state = QUEUE_QUEUED;
	at_script_init(&attempt->script);
	attempt->composition = composition_start(&options, entry, on_composed, attempt);
	if (attempt->composition == NULL) {
		free(attempt);
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
	note(attempt, JOURNAL_IN_FLIGHT);
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
	if (result->outcome == AT_CHAT_CANCELLED && !result->committed) {
		settle_flight(attempt);
		finish(attempt);
		return;
	}
	attempt->committed = result->committed;
	attempt->verdict = qsmtp_errors_judge(result);
	judge(attempt);
}

void attempt_stop(struct attempt *attempt)
{
	attempt->stopping = true;
	if (attempt->parts.list == NULL && !attempt->noting)
		finish(attempt);
	else if (attempt->sending && !attempt->noting)
		modem_driver_cancel(attempt->driver);
}

void attempt_abandon(struct attempt *attempt)
{
	attempt->abandoned = true;
	if (!attempt->noting)
		free_attempt(attempt);
}
