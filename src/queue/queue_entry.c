/* SPDX-License-Identifier: ISC */
#include "queue/queue.h"

#include <stdlib.h>
#include <string.h>

/* Without memory the text is merely missing: it is for people only. */
static void set_text(char **field, const char *text)
{
	char *copy = text && *text ? strdup(text) : NULL;

	free(*field);
	*field = copy;
}

void queue_set_reason(struct queue_entry *entry, const char *text)
{
	set_text(&entry->reason, text);
}

void queue_set_recipient(struct queue_recipient *recipient, enum queue_recipient_state state,
			 bool has_code, int code, const char *status, const char *text)
{
	recipient->state = state;
	recipient->has_code = has_code;
	recipient->code = has_code ? code : 0;
	span_copy(span_of(status), recipient->status, sizeof(recipient->status));
	set_text(&recipient->text, text);
}

size_t queue_pending(const struct queue_entry *entry)
{
	size_t pending = 0;

	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING)
			pending++;
	return pending;
}

size_t queue_unreported(const struct queue_entry *entry)
{
	size_t unreported = 0;

	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_FAILED &&
		    !entry->recipients[i].reported)
			unreported++;
	return unreported;
}

bool queue_has_pages(const struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING &&
		    entry->recipients[i].pages_sent > 0)
			return true;
	return false;
}

void queue_forget_pages(struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++) {
		struct queue_recipient *recipient = &entry->recipients[i];

		recipient->uncertain |= recipient->pages_sent > 0;
		recipient->pages_sent = 0;
	}
	entry->pages = 0;
}

void queue_note_page(struct queue_entry *entry, size_t recipient, unsigned page, unsigned pages,
		     size_t room)
{
	if (entry->pages != pages || entry->pages_room != room)
		queue_forget_pages(entry);
	entry->pages = pages;
	entry->pages_room = room;
	entry->recipients[recipient].pages_sent = page;
}

bool queue_has_uncertain(const struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING &&
		    entry->recipients[i].uncertain)
			return true;
	return false;
}

bool queue_has_in_flight(const struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING &&
		    entry->recipients[i].in_flight)
			return true;
	return false;
}

const char *queue_state_name(enum queue_state state)
{
	switch (state) {
	case QUEUE_QUEUED:
		return "queued";
	case QUEUE_ACTIVE:
		return "active";
	case QUEUE_DEFERRED:
		return "deferred";
	case QUEUE_HELD:
		return "held";
	case QUEUE_UNCERTAIN:
		return "uncertain";
	case QUEUE_FAILED:
		return "failed";
	case QUEUE_STATES:
		break;
	}
	return "unknown";
}

const char *queue_recipient_state_name(enum queue_recipient_state state)
{
	switch (state) {
	case QUEUE_RECIPIENT_PENDING:
		return "pending";
	case QUEUE_RECIPIENT_DELIVERED:
		return "delivered";
	case QUEUE_RECIPIENT_FAILED:
		return "failed";
	}
	return "unknown";
}
