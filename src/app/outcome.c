/* SPDX-License-Identifier: ISC */
#include "app/outcome.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"

#define PHRASE_SIZE 160

/* By the clock that never steps. */
static int64_t age_ms(const struct queue_entry *entry)
{
	return clock_boot_ms() - entry->arrived_ms;
}

const char *outcome_phrase(const struct verdict *verdict, char *out, size_t size)
{
	if (verdict->has_code && verdict->code != 0)
		snprintf(out, size, "%s (%d)", verdict->text, verdict->code);
	else
		snprintf(out, size, "%s", verdict->text);
	return out;
}

/* What is kept of a verdict; of one that ended a mail for its age, that as well. */
static const char *fate(const struct queue_entry *entry, const struct outcome *outcome,
			char out[static PHRASE_SIZE])
{
	char age[TIME_TEXT_SIZE];

	if (!outcome->expired)
		return outcome->verdict->text;
	snprintf(out, PHRASE_SIZE, "given up after %s: %s",
		 time_text_duration(age_ms(entry), age), outcome->verdict->text);
	return out;
}

/* Its text is in `room`. */
static struct journal_record make_record(const struct queue_entry *entry,
					 const struct outcome *outcome, int64_t now_s,
					 char room[static PHRASE_SIZE])
{
	struct journal_record record = {
		.kind = outcome->kind,
		.at_s = now_s,
		.recipients = outcome->recipients,
		.recipient_count = outcome->count,
	};

	if (outcome->kind == JOURNAL_IN_FLIGHT && outcome->modem) {
		record.modem = span_of(outcome->modem);
		record.limit_ms = outcome->limit_ms;
	}
	record.page = outcome->page;
	record.pages = outcome->pages;
	record.room_octets = outcome->room_octets;
	if (outcome->verdict) {
		record.has_code = outcome->verdict->has_code;
		record.code = outcome->verdict->code;
		record.status = span_of(outcome->verdict->status);
		record.text = span_of(fate(entry, outcome, room));
	}
	return record;
}

int outcome_write(struct spool *spool, const struct queue_entry *entry,
		  const struct outcome *outcome, int64_t now_s,
		  void (*done)(void *context, int result), void *context)
{
	char room[PHRASE_SIZE];
	struct journal_record record = make_record(entry, outcome, now_s, room);

	return spool_note(spool, entry->id, &record, done, context);
}

void outcome_write_soon(struct spool *spool, const struct queue_entry *entry,
			const struct outcome *outcome, int64_t now_s)
{
	char room[PHRASE_SIZE];
	struct journal_record record = make_record(entry, outcome, now_s, room);
	int result = spool_note(spool, entry->id, &record, NULL, NULL);

	if (result < 0)
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: its journal cannot be written: error %d", entry->id, -result);
}

static void log_outcome(const struct queue_entry *entry, const char *address,
			const struct outcome *outcome)
{
	const struct verdict *verdict = outcome->verdict;
	char phrase[PHRASE_SIZE], age[TIME_TEXT_SIZE];
	struct log_fields fields = {
		.queue_id = entry->id,
		.modem = outcome->modem,
		.recipient = address,
		.status = verdict->status,
		.has_code = verdict->has_code,
		.code = verdict->code,
		.delay_us = age_ms(entry) * 1000,
	};

	outcome_phrase(verdict, phrase, sizeof phrase);
	time_text_duration(age_ms(entry), age);
	if (outcome->kind == JOURNAL_SENT)
		log_write(LOG_DELIVERED, &fields, "%s: delivered to <%s> by %s after %s", entry->id,
			  address, outcome->modem ? outcome->modem : "no modem", age);
	else if (outcome->kind == JOURNAL_UNCERTAIN)
		log_write(LOG_UNCERTAIN, &fields,
			  "%s: not known whether it was delivered to <%s>: %s", entry->id, address,
			  phrase);
	else if (outcome->expired)
		log_write(LOG_FAILED, &fields, "%s: given up for <%s> after %s: %s", entry->id,
			  address, age, phrase);
	else
		log_write(LOG_FAILED, &fields, "%s: failed for <%s>: %s", entry->id, address,
			  phrase);
}

void outcome_show(struct queue_recipient *recipient, const struct verdict *verdict)
{
	queue_set_recipient(recipient, recipient->state, verdict->has_code, verdict->code,
			    verdict->status, verdict->text);
}

static void apply_to_recipient(struct queue_entry *entry, struct queue_recipient *recipient,
			       const struct outcome *outcome)
{
	const struct verdict *verdict = outcome->verdict;
	char phrase[PHRASE_SIZE];

	if (outcome->kind == JOURNAL_UNCERTAIN)
		recipient->uncertain = true;
	queue_set_recipient(recipient,
			    outcome->kind == JOURNAL_SENT ? QUEUE_RECIPIENT_DELIVERED :
			    outcome->kind == JOURNAL_FAILED ? QUEUE_RECIPIENT_FAILED : recipient->state,
			    verdict->has_code, verdict->code, verdict->status,
			    fate(entry, outcome, phrase));
	if (outcome->kind == JOURNAL_FAILED)
		queue_set_reason(entry, outcome_phrase(verdict, phrase, sizeof phrase));
	log_outcome(entry, recipient->address, outcome);
}

void outcome_apply(struct queue_entry *entry, const struct outcome *outcome)
{
	if (outcome->verdict == NULL)
		return;
	for (size_t i = 0; outcome->count == 0 && i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING)
			apply_to_recipient(entry, &entry->recipients[i], outcome);
	for (size_t i = 0; i < outcome->count; i++)
		apply_to_recipient(entry, &entry->recipients[outcome->recipients[i]], outcome);
}

void outcome_defer(struct spool *spool, struct queue_entry *entry, const struct verdict *verdict,
		   const char *modem, int64_t wait_ms)
{
	const char *reason = entry->reason ? entry->reason : "no reason known";
	struct journal_record record = {
		.kind = JOURNAL_DEFERRED,
		.at_s = clock_wall_s(),
		.attempts = ++entry->attempts,
		.wait_ms = wait_ms,
		.has_code = verdict->has_code,
		.code = verdict->code,
		.status = span_of(verdict->status),
		.age_ms = age_ms(entry),
		.text = span_of(reason),
	};
	struct log_fields fields = {
		.queue_id = entry->id,
		.modem = modem,
		.status = verdict->status,
		.has_code = verdict->has_code,
		.code = verdict->code,
	};
	char wait[TIME_TEXT_SIZE];

	if (spool_note(spool, entry->id, &record, NULL, NULL) < 0)
		log_write(LOG_TROUBLE, &fields, "%s: its journal cannot be written", entry->id);
	log_write(LOG_DEFERRED, &fields, "%s: deferred, attempt %u, next try in %s: %s", entry->id,
		  entry->attempts, time_text_duration(wait_ms, wait), reason);
}
