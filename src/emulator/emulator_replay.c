/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_replay.h"

#include "emulator/emulator_answer.h"
#include "emulator/emulator_record.h"
#include "emulator/emulator_state.h"

/* How far to look when the host leaves something out: a dialogue that goes
 * another way altogether is not to run through the whole tape. */
#define WITHIN EMULATOR_TAPE_WITHIN_MAX

static void schedule(struct emulator_core *core, const char *text, int64_t after_ms)
{
	int64_t delay_ms = after_ms > 0 ? after_ms / core->replay.speed : 0;

	emulator_answer_urc(core, text, core->now_ms + delay_ms);
}

static void tell_end(struct emulator_core *core)
{
	struct emulator_replay *replay = &core->replay;

	if (replay->at == replay->tape->count && !replay->ended)
		emulator_queue_log(&core->queue, json_pack("{s:s, s:s}", "event", "replay", "state",
							   "end"));
	replay->ended = replay->at == replay->tape->count;
}

/* The module's lines from here to the next turn of the host, timed from `from_ms`
 * of the tape. */
static void play(struct emulator_core *core, int64_t from_ms)
{
	struct emulator_replay *replay = &core->replay;
	const struct emulator_tape *tape = replay->tape;

	for (; replay->at < tape->count; replay->at++) {
		const struct emulator_tape_entry *entry = &tape->entries[replay->at];

		if (entry->kind != EMULATOR_TAPE_CAME)
			break;
		schedule(core, entry->text, entry->ms - from_ms);
	}
	replay->in_data = replay->at < tape->count &&
			  tape->entries[replay->at].kind == EMULATOR_TAPE_DATA;
	if (replay->in_data)
		replay->data_left = tape->entries[replay->at].octets;
	replay->pluses = 0;
	tell_end(core);
}

/* The entry that was waited for has come: on behind it. */
static void go_on(struct emulator_core *core)
{
	struct emulator_replay *replay = &core->replay;

	replay->at++;
	play(core, replay->tape->entries[replay->at - 1].ms);
}

void emulator_core_replay(struct emulator_core *core, const struct emulator_tape *tape,
			  unsigned speed)
{
	core->replay = (struct emulator_replay){ .tape = tape, .speed = speed };
	core->session.echo = false;
	play(core, tape->entries[0].ms);
}

static void refuse(struct emulator_core *core, struct span line)
{
	struct emulator_replay *replay = &core->replay;
	json_t *record = emulator_record_line("replay", "host", line);

	json_object_set_new(record, "state", json_string("unmatched"));
	if (replay->at < replay->tape->count)
		json_object_set_new(record, "wanted", emulator_record_text(
					    span_of(replay->tape->entries[replay->at].text)));
	emulator_queue_log(&core->queue, record);
	emulator_answer_interject(core, "ERROR");
}

static void hear_line(struct emulator_core *core, struct span line)
{
	struct emulator_replay *replay = &core->replay;
	size_t found = emulator_tape_find(replay->tape, replay->at, line, WITHIN);

	if (line.length == 0)
		return;
	emulator_queue_log(&core->queue, emulator_record_line("line", "host", line));
	if (found == replay->tape->count) {
		refuse(core, line);
		return;
	}
	if (found != replay->at)
		emulator_queue_log(&core->queue,
				   json_pack("{s:s, s:s, s:I}", "event", "replay", "state",
					     "skipped", "records",
					     (json_int_t)(found - replay->at)));
	/* On the tape it was said before the host went on. */
	emulator_agenda_hasten(&core->agenda, core->now_ms);
	replay->at = found;
	go_on(core);
}

/* The escape has come; the tape may have it by itself. */
static void hear_escape(struct emulator_core *core)
{
	const struct emulator_replay *replay = &core->replay;
	const struct emulator_tape *tape = replay->tape;

	if (replay->at < tape->count && tape->entries[replay->at].kind == EMULATOR_TAPE_SENT &&
	    span_starts(span_of(tape->entries[replay->at].text), "+++"))
		go_on(core);
}

/* Data ends with its last octet or with the escape, whichever is first: another
 * mail may be shorter than the recorded one. */
static void hear_data(struct emulator_core *core, char octet)
{
	struct emulator_replay *replay = &core->replay;
	bool escapes;

	replay->pluses = octet == '+' ? replay->pluses + 1 : 0;
	if (replay->data_left > 0)
		replay->data_left--;
	escapes = replay->pluses == 3;
	if (replay->data_left == 0 || escapes)
		go_on(core);
	if (escapes)
		hear_escape(core);
}

/* Between lines it has no CR. */
static void hear_plus(struct emulator_core *core)
{
	if (++core->replay.pluses % 3 == 0)
		hear_escape(core);
}

void emulator_replay_take(struct emulator_core *core, struct span *input)
{
	struct emulator_replay *replay = &core->replay;
	char octet = input->at[0];

	*input = span_skip(*input, 1);
	if (replay->in_data)
		hear_data(core, octet);
	else if (octet == '+' && emulator_line_is_empty(&core->line))
		hear_plus(core);
	else if (emulator_line_feed(&core->line, octet) == EMULATOR_LINE_WHOLE)
		hear_line(core, emulator_line_text(&core->line));
}
