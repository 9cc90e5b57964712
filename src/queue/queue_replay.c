/* SPDX-License-Identifier: ISC */
#include "queue/queue_replay.h"

#include <stdlib.h>

#include "queue/journal.h"

/* Puts a record's outcome on one recipient. */
static void apply_to_recipient(struct queue_recipient *recipient, bool *in_flight,
			       const struct journal_record *record)
{
	char status[sizeof recipient->status];
	char text[JOURNAL_TEXT_MAX + 1];

	span_copy(record->status, status, sizeof status);
	span_copy(record->text, text, sizeof text);
	*in_flight = false;
	switch (record->kind) {
	case JOURNAL_IN_FLIGHT:
		*in_flight = recipient->state == QUEUE_RECIPIENT_PENDING;
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
	case JOURNAL_SETTLED:
	case JOURNAL_DEFERRED:
	case JOURNAL_HELD:
	case JOURNAL_RELEASED:
		break;
	}
}

static void apply_to_recipients(struct queue_entry *entry, bool *in_flight,
				const struct journal_record *record)
{
	if (record->recipient_count == 0) {
		for (size_t i = 0; i < entry->recipient_count; i++)
			if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING)
				apply_to_recipient(&entry->recipients[i], &in_flight[i], record);
		return;
	}
	for (size_t i = 0; i < record->recipient_count; i++) {
		size_t index = record->recipients[i];

		/* Indices come from the disk. */
		if (index < entry->recipient_count)
			apply_to_recipient(&entry->recipients[index], &in_flight[index], record);
	}
}

static void apply_record(struct queue_entry *entry, bool *in_flight,
			 const struct journal_record *record, struct queue_replay *replay)
{
	switch (record->kind) {
	case JOURNAL_IN_FLIGHT:
	case JOURNAL_SETTLED:
	case JOURNAL_SENT:
	case JOURNAL_FAILED:
	case JOURNAL_UNCERTAIN:
		apply_to_recipients(entry, in_flight, record);
		break;
	case JOURNAL_DEFERRED:
		entry->attempts = record->attempts;
		replay->wait_ms = record->wait_ms;
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

bool queue_replay_journal(struct queue_entry *entry, struct span journal,
			  struct queue_replay *replay)
{
	size_t room = entry->recipient_count;
	bool *in_flight = calloc(room + 1, sizeof *in_flight);
	size_t *indices = calloc(room + 1, sizeof *indices);
	struct journal_record record;
	int found;

	*replay = (struct queue_replay){ 0 };
	if (in_flight == NULL || indices == NULL) {
		free(in_flight);
		free(indices);
		return false;
	}
	while ((found = journal_next(&journal, &record, indices, room)) != 0) {
		if (found < 0)
			replay->strange++;
		else
			apply_record(entry, in_flight, &record, replay);
	}
	for (size_t i = 0; i < room; i++) {
		if (in_flight[i] && entry->recipients[i].state == QUEUE_RECIPIENT_PENDING) {
			entry->recipients[i].uncertain = true;
			replay->in_flight = true;
		}
	}
	free(in_flight);
	free(indices);
	return true;
}
