/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_agenda.h"

#include <stdlib.h>

void emulator_agenda_clear(struct emulator_agenda *agenda)
{
	for (size_t i = 0; i < agenda->count; i++)
		free(agenda->items[i].text);
	free(agenda->items);
	*agenda = (struct emulator_agenda){ NULL, 0 };
}

void emulator_agenda_forget(struct emulator_agenda *agenda)
{
	size_t kept = 0;

	for (size_t i = 0; i < agenda->count; i++) {
		if (agenda->items[i].lasting)
			agenda->items[kept++] = agenda->items[i];
		else
			free(agenda->items[i].text);
	}
	agenda->count = kept;
}

void emulator_agenda_add(struct emulator_agenda *agenda, const struct emulator_item *item,
			 struct span text)
{
	struct emulator_item *grown;
	size_t at = agenda->count;

	if (agenda->count == EMULATOR_AGENDA_MAX)
		return;
	grown = realloc(agenda->items, (agenda->count + 1) * sizeof(*grown));
	if (grown == NULL)
		abort();
	agenda->items = grown;
	for (; at > 0 && agenda->items[at - 1].due_ms > item->due_ms; at--)
		agenda->items[at] = agenda->items[at - 1];
	agenda->items[at] = *item;
	agenda->items[at].text = span_dup(text);
	if (agenda->items[at].text == NULL)
		abort();
	agenda->count++;
}

void emulator_agenda_hasten(struct emulator_agenda *agenda, int64_t now_ms)
{
	for (size_t i = 0; i < agenda->count; i++) {
		struct emulator_item item = agenda->items[i];
		size_t at = i;

		if (item.lasting || item.due_ms <= now_ms)
			continue;
		item.due_ms = now_ms;
		for (; at > 0 && agenda->items[at - 1].due_ms > now_ms; at--)
			agenda->items[at] = agenda->items[at - 1];
		agenda->items[at] = item;
	}
}

bool emulator_agenda_take(struct emulator_agenda *agenda, int64_t now_ms,
			  struct emulator_item *item)
{
	if (agenda->count == 0 || agenda->items[0].due_ms > now_ms)
		return false;
	*item = agenda->items[0];
	agenda->count--;
	memmove(agenda->items, agenda->items + 1, agenda->count * sizeof(*agenda->items));
	return true;
}

int64_t emulator_agenda_deadline_ms(const struct emulator_agenda *agenda)
{
	return agenda->count > 0 ? agenda->items[0].due_ms : INT64_MAX;
}
