/* SPDX-License-Identifier: ISC */
#include "app/attempt_inside.h"

#include <string.h>

#include "app/outcome.h"
#include "io/clock.h"
#include "io/dice.h"

/* What the module refuses at one step and the next time at another was hurt on the
 * line: it is not this mail. But that has an end too. */
#define OURS_STEPS_MAX 5

static void note_step(struct queue_entry *entry, const struct attempt *attempt)
{
	const char *step = attempt->step ? attempt->step : "";

	if (attempt->verdict.class != VERDICT_OURS) {
		entry->ours_tries = entry->ours_steps = 0;
		entry->ours_step = NULL;
	} else if (entry->ours_step == NULL) {
		entry->ours_step = step;
	} else if (strcmp(entry->ours_step, step) != 0 && entry->ours_steps < OURS_STEPS_MAX) {
		entry->ours_tries = 0;
		entry->ours_steps++;
		entry->ours_step = step;
	}
}

void attempt_leave(struct attempt *attempt, enum queue_state state, int64_t wait_ms, bool counted)
{
	for (size_t i = 0; i < attempt->current.count; i++)
		outcome_show(&attempt->entry->recipients[attempt->indices[i]], &attempt->verdict);
	if (attempt->after.has_verdict && attempt->after.state > state)
		return;
	attempt->after = (struct aftermath){
		state, wait_ms, counted || attempt->after.counted, attempt->verdict, true,
	};
}

struct retry_decision attempt_decide(const struct attempt *attempt)
{
	const struct queue_entry *entry = attempt->entry;
	struct retry_history history = {
		.attempts = entry->attempts,
		.ours_tries = entry->ours_tries,
		.degraded = entry->degraded,
		.age_ms = clock_boot_ms() - entry->arrived_ms,
		.clock_doubted = !clock_trust_look(attempt->context.trust, clock_wall_ms(),
						   clock_boot_ms()),
	};

	return retry_decide(&attempt->context.settings->retry, &history, &attempt->verdict,
			    dice_permille());
}

/* Who is given up after an order to send without an outcome may have it. */
static void mark_uncertain(struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->current.count; i++)
		attempt->entry->recipients[attempt->indices[i]].uncertain |=
			attempt->verdict.class == VERDICT_UNCERTAIN;
}

static void act(struct attempt *attempt, const struct retry_decision *decision)
{
	int64_t probe_ms = 2 * attempt->context.settings->conf.queue.account_retry_ms;

	attempt->expired = decision->expired;
	switch (decision->action) {
	case RETRY_DONE:
		if (attempt_is_page(attempt))
			attempt_note_page(attempt);
		else
			attempt_note(attempt, JOURNAL_SENT);
		return;
	case RETRY_FAIL:
		attempt->entry->ours_tries = 0;
		mark_uncertain(attempt);
		attempt_note(attempt, JOURNAL_FAILED);
		return;
	case RETRY_RESEND_MARKED:
		attempt_leave(attempt, QUEUE_UNCERTAIN, decision->wait_ms, true);
		attempt_note(attempt, JOURNAL_UNCERTAIN);
		return;
	case RETRY_AFTER:
		attempt_settle_flight(attempt);
		attempt_leave(attempt, QUEUE_DEFERRED, decision->wait_ms, true);
		attempt->entry->others_first =
			attempt->entry->recipients[attempt->indices[0]].uncertain;
		parts_close(&attempt->parts, &attempt->current);
		attempt_next_part(attempt);
		return;
	case RETRY_NOW:
		if (attempt->verdict.class == VERDICT_OURS)
			attempt->entry->ours_tries++;
		attempt_settle_flight(attempt);
		attempt_leave(attempt, QUEUE_DEFERRED, decision->wait_ms, false);
		break;
	case RETRY_DEGRADE:
		attempt->entry->degraded = true;
		queue_forget_pages(attempt->entry);
		attempt_settle_flight(attempt);
		attempt_leave(attempt, QUEUE_QUEUED, 0, false);
		break;
	case RETRY_HOLD_ACCOUNT:
	case RETRY_OPEN_BREAKER:
		attempt_settle_flight(attempt);
		/* Perhaps it is this mail after all: another one is the next probe. */
		if (attempt->verdict.code == REFUSALS_CODE && !attempt->context.has_other_account)
			attempt_leave(attempt, QUEUE_DEFERRED, probe_ms, false);
		else
			attempt_leave(attempt, QUEUE_QUEUED, 0, false);
		break;
	}
	attempt_finish(attempt);
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

/* A recipient is only known to be refused when it was sent to alone. */
static void remember(struct attempt *attempt)
{
	struct verdict_memory *memory = attempt->context.memory;

	for (size_t i = 0; i < attempt->current.count; i++) {
		const char *address = attempt->entry->recipients[attempt->indices[i]].address;

		if (attempt->verdict.class == VERDICT_DELIVERED)
			verdict_memory_forget(memory, span_of(address));
		else if (attempt->verdict.class == VERDICT_RECIPIENT && attempt->current.count == 1)
			verdict_memory_note(memory, span_of(address), clock_boot_ms());
	}
}

void attempt_judge(struct attempt *attempt)
{
	const struct attempt_context *context = &attempt->context;
	struct retry_decision decision;

	if (refusals_note(context->refusals, attempt->entry->id, &attempt->verdict))
		attempt->verdict.class = VERDICT_ACCOUNT;
	note_step(attempt->entry, attempt);
	if (tells_health(attempt))
		context->judged(context->context, attempt->driver, &attempt->verdict);
	attempt->stuck = is_stuck(attempt);
	if (attempt->stuck)
		attempt->verdict.class = VERDICT_LATER;
	remember(attempt);
	decision = attempt_decide(attempt);
	if (!retry_wants_split(&decision, &attempt->verdict, attempt->current.count)) {
		act(attempt, &decision);
		return;
	}
	attempt_settle_flight(attempt);
	/* The module has to be set up anew first: the next attempt goes on with
	 * parts of this size. */
	if (!modem_driver_is_ready(attempt->driver))
		attempt->entry->part_max = attempt->current.count / 2;
	parts_split(&attempt->parts, &attempt->current);
	attempt_next_part(attempt);
}
