/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_way.h"

#define WAITING_MAX (1024 * 1024)

void emulator_way_init(struct emulator_way *way)
{
	*way = (struct emulator_way){ .place = 0 };
	buf_init(&way->waiting, WAITING_MAX);
}

void emulator_way_clear(struct emulator_way *way)
{
	buf_clear(&way->waiting);
	way->pause_count = 0;
	way->dropping = 0;
}

void emulator_way_pause(struct emulator_way *way, int64_t pause_ms, int64_t now_ms)
{
	size_t count = way->pause_count;
	int64_t start_ms = now_ms;

	if (count == EMULATOR_WAY_PAUSES)
		return;
	if (count > 0 && way->pauses[count - 1].due_ms > now_ms)
		start_ms = way->pauses[count - 1].due_ms;
	way->pauses[count].at = way->waiting.length;
	way->pauses[count].due_ms = start_ms + pause_ms;
	way->pause_count++;
}

bool emulator_way_hold(struct emulator_way *way, struct span octets)
{
	if (way->pause_count == 0)
		return false;
	buf_put(&way->waiting, octets);
	return true;
}

static void drop_pause(struct emulator_way *way)
{
	way->pause_count--;
	memmove(way->pauses, way->pauses + 1, way->pause_count * sizeof(way->pauses[0]));
}

void emulator_way_release(struct emulator_way *way, struct buf *out, int64_t now_ms)
{
	while (way->pause_count > 0 && way->pauses[0].due_ms <= now_ms) {
		size_t end;

		drop_pause(way);
		end = way->pause_count > 0 ? way->pauses[0].at : way->waiting.length;
		buf_put(out, span_take(buf_span(&way->waiting), end));
		buf_drop_front(&way->waiting, end);
		for (size_t i = 0; i < way->pause_count; i++)
			way->pauses[i].at -= end;
	}
}

int64_t emulator_way_deadline_ms(const struct emulator_way *way)
{
	return way->pause_count > 0 ? way->pauses[0].due_ms : INT64_MAX;
}
