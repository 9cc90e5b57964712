/* SPDX-License-Identifier: ISC */
#include "queue/queue_replay.h"

#include <stdlib.h>

#include "queue/clock_trust.h"

/* A journal comes from the disk: no wait in it is longer than any schedule's, no age
 * than any expiry. */
#define WAIT_MAX_MS (INT64_C(30) * 24 * 3600 * 1000)
#define AGE_MAX_MS (INT64_C(3650) * 24 * 3600 * 1000)

/* What is left of a wait when no clock tells how much of it is over. */
#define WAIT_UNKNOWN_MS (INT64_C(5) * 60 * 1000)

/* No limit in a journal, which comes from the disk, is longer than any module's
 * own (48000 s, reference) and what belongs to it. */
#define LIMIT_MAX_MS (INT64_C(24) * 3600 * 1000)

/* Puts a record's outcome on one recipient. `order` is the number of the order
 * to send that it is in flight by; 0: by none. */
static void apply_to_recipient(struct queue_recipient *recipient, size_t *order,
			       const struct journal_record *record, size_t orders)
{
	char status[sizeof recipient->status];
	char text[JOURNAL_TEXT_MAX + 1];

	span_copy(record->status, status, sizeof status);
	span_copy(record->text, text, sizeof text);
	*order = 0;
	switch (record->kind) {
	case JOURNAL_IN_FLIGHT:
		*order = recipient->state == QUEUE_RECIPIENT_PENDING ? orders : 0;
		break;
	case JOURNAL_SENT:
		queue_set_recipient(recipient, QUEUE_RECIPIENT_DELIVERED, record->has_code,
				    record->code, status, text);
		break;
	case JOURNAL_FAILED:
		queue_set_recipient(recipient, QUEUE_RECIPIENT_FAILED, record->has_code,
				    record->code, status, text);
		break;
	case JOURNAL_UNCERTAIN:
		recipient->uncertain = true;
		break;
	case JOURNAL_NONE:
	case JOURNAL_REPORTED:
	case JOURNAL_WARNED:
	case JOURNAL_SETTLED:
	case JOURNAL_PAGE:
	case JOURNAL_DEFERRED:
	case JOURNAL_HELD:
	case JOURNAL_RELEASED:
		break;
	}
}

static void apply_to_recipients(struct queue_entry *entry, size_t *in_flight,
				const struct journal_record *record, size_t orders)
{
	if (record->recipient_count == 0) {
		for (size_t i = 0; i < entry->recipient_count; i++)
			if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING)
				apply_to_recipient(&entry->recipients[i], &in_flight[i], record,
						   orders);
		return;
	}
	for (size_t i = 0; i < record->recipient_count; i++) {
		size_t index = record->recipients[i];

		/* Indices come from the disk. */
		if (index < entry->recipient_count)
			apply_to_recipient(&entry->recipients[index], &in_flight[index], record,
					   orders);
	}
}

static void note_pages(struct queue_entry *entry, const struct journal_record *record)
{
	for (size_t i = 0; i < record->recipient_count; i++)
		if (record->recipients[i] < entry->recipient_count)
			queue_note_page(entry, record->recipients[i], record->page, record->pages,
					record->room_octets);
}

static void note_flight(struct queue_flight *flight, const struct journal_record *record)
{
	*flight = (struct queue_flight){ .at_s = record->at_s, .page = record->page,
					 .pages = record->pages,
					 .room_octets = record->room_octets };
	if (record->limit_ms <= 0)
		return;
	flight->limit_ms = record->limit_ms < LIMIT_MAX_MS ? record->limit_ms : LIMIT_MAX_MS;
	span_copy(record->modem, flight->modem, sizeof flight->modem);
}

static void mark_reported(struct queue_entry *entry, const struct journal_record *record)
{
	for (size_t i = 0; i < record->recipient_count; i++)
		if (record->recipients[i] < entry->recipient_count)
			entry->recipients[record->recipients[i]].reported = true;
}

static void note_wait(struct queue_replay *replay, const struct journal_record *record)
{
	replay->wait_ms = record->wait_ms < WAIT_MAX_MS ? record->wait_ms : WAIT_MAX_MS;
	replay->wait_since_s = record->at_s;
	if (record->age_ms <= 0)
		return;
	replay->age_ms = record->age_ms < AGE_MAX_MS ? record->age_ms : AGE_MAX_MS;
	replay->age_at_s = record->at_s;
}

static void apply_record(struct queue_entry *entry, size_t *in_flight, size_t *orders,
			 const struct journal_record *record, struct queue_replay *replay)
{
	replay->latest_s = record->at_s;
	switch (record->kind) {
	case JOURNAL_IN_FLIGHT:
		++*orders;
		note_flight(&replay->flight, record);
		apply_to_recipients(entry, in_flight, record, *orders);
		break;
	case JOURNAL_FAILED:
		replay->failed_s = record->at_s;
		apply_to_recipients(entry, in_flight, record, *orders);
		break;
	case JOURNAL_SETTLED:
	case JOURNAL_SENT:
	case JOURNAL_UNCERTAIN:
		apply_to_recipients(entry, in_flight, record, *orders);
		break;
	case JOURNAL_REPORTED:
		mark_reported(entry, record);
		break;
	case JOURNAL_WARNED:
		entry->warned = true;
		break;
	case JOURNAL_PAGE:
		note_pages(entry, record);
		apply_to_recipients(entry, in_flight, record, *orders);
		break;
	case JOURNAL_DEFERRED:
		entry->attempts = record->attempts;
		note_wait(replay, record);
		break;
	case JOURNAL_HELD:
		replay->held = true;
		break;
	case JOURNAL_RELEASED:
		replay->held = false;
		break;
	case JOURNAL_NONE:
		break;
	}
}

/* What the module says is about the last order. Where an outcome before it was
 * lost with the disk, nothing it says is about all that are in flight. */
static void mark_in_flight(struct queue_entry *entry, const size_t *in_flight, size_t orders,
			   struct queue_flight *flight)
{
	for (size_t i = 0; i < entry->recipient_count; i++) {
		struct queue_recipient *recipient = &entry->recipients[i];

		recipient->in_flight = in_flight[i] > 0 &&
				       recipient->state == QUEUE_RECIPIENT_PENDING;
		if (recipient->in_flight && in_flight[i] != orders)
			flight->modem[0] = '\0';
	}
}

bool queue_replay_journal(struct queue_entry *entry, struct span journal,
			  struct queue_replay *replay)
{
	size_t room = entry->recipient_count, orders = 0;
	size_t *in_flight = calloc(room + 1, sizeof *in_flight);
	size_t *indices = calloc(room + 1, sizeof *indices);
	struct journal_record record;
	int found;

	*replay = (struct queue_replay){ .age_at_s = entry->arrived_s };
	if (in_flight == NULL || indices == NULL) {
		free(in_flight);
		free(indices);
		return false;
	}
	while ((found = journal_next(&journal, &record, indices, room)) != 0) {
		if (found < 0)
			replay->strange++;
		else
			apply_record(entry, in_flight, &orders, &record, replay);
	}
	mark_in_flight(entry, in_flight, orders, &replay->flight);
	free(in_flight);
	free(indices);
	return true;
}

int64_t queue_replay_rest_ms(const struct queue_replay *replay, int64_t now_s)
{
	int64_t passed_ms = clock_trust_passed_ms(replay->wait_since_s, now_s);

	if (passed_ms > 0)
		return passed_ms < replay->wait_ms ? replay->wait_ms - passed_ms : 0;
	if (now_s == replay->wait_since_s || replay->wait_ms < WAIT_UNKNOWN_MS)
		return replay->wait_ms;
	return WAIT_UNKNOWN_MS;
}

int64_t queue_replay_age_ms(const struct queue_replay *replay, int64_t now_s)
{
	return replay->age_ms + clock_trust_passed_ms(replay->age_at_s, now_s);
}

int64_t queue_flight_rest_ms(const struct queue_flight *flight, int64_t now_s)
{
	int64_t passed_s;

	if (flight->modem[0] == '\0')
		return 0;
	if (now_s <= flight->at_s)
		return flight->limit_ms;
	/* No clock that was right ever said so; and the difference must not overflow. */
	if (flight->at_s < 0)
		return 0;
	passed_s = now_s - flight->at_s;
	return passed_s <= flight->limit_ms / 1000 ? flight->limit_ms - passed_s * 1000 : 0;
}
