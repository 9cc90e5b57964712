/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_state.h"

#include <stdlib.h>

#include "emulator/emulator_answer.h"
#include "emulator/emulator_commands.h"
#include "emulator/emulator_download.h"
#include "emulator/emulator_power.h"
#include "emulator/emulator_record.h"

#define INPUT_MAX (256 * 1024)	/* while an answer is held back */

static void log_event(struct emulator_core *core, const char *event, const char *key,
		      json_int_t value)
{
	emulator_queue_log(&core->queue,
			   json_pack("{s:s, s:I}", "event", event, key, value));
}

void emulator_core_log_state(struct emulator_core *core, const char *state)
{
	emulator_queue_log(&core->queue, json_pack("{s:s, s:s}", "event", "state", "state", state));
}

void emulator_core_log_rule(struct emulator_core *core, const struct emulator_rule *rule)
{
	emulator_queue_log(&core->queue,
			   json_pack("{s:s, s:I, s:I}", "event", "fault", "script_line",
				     (json_int_t)rule->line, "occurrence", (json_int_t)rule->seen));
}

void emulator_core_log_octet_rule(struct emulator_core *core, const struct emulator_rule *rule,
				  int64_t octet)
{
	emulator_queue_log(&core->queue,
			   json_pack("{s:s, s:I, s:I, s:s, s:I}", "event", "fault", "script_line",
				     (json_int_t)rule->line, "occurrence", (json_int_t)rule->seen,
				     "from", rule->from == EMULATOR_SIDE_HOST ? "host" : "module",
				     "octet", (json_int_t)octet));
}

static void schedule_script(struct emulator_core *core, int64_t now_ms)
{
	for (size_t i = 0; core->script != NULL && i < core->script->count; i++) {
		const struct emulator_rule *rule = &core->script->rules[i];
		struct emulator_item item = {
			.due_ms = now_ms + rule->at, .deed = EMULATOR_DEED_RULE,
			.value = (unsigned)i, .lasting = true,
		};

		if (rule->event == EMULATOR_EVENT_TIME)
			emulator_agenda_add(&core->agenda, &item, span_of(""));
	}
}

struct emulator_core *emulator_core_new(const struct emulator_settings *settings,
					struct emulator_script *script, int64_t now_ms)
{
	struct emulator_core *core = calloc(1, sizeof(*core));

	if (core == NULL)
		abort();
	core->settings = *settings;
	core->script = script;
	if (script != NULL)
		script->seed = (uint64_t)settings->seed;
	core->now_ms = now_ms;
	core->authenticate = true;	/* factory default */
	core->held_until_ms = INT64_MIN;
	core->silent_until_ms = INT64_MIN;
	core->saved_baud = settings->module_baud ? settings->module_baud : settings->baud;
	emulator_line_init(&core->line);
	emulator_wire_init(core);
	emulator_world_init(&core->world);
	buf_init(&core->input, INPUT_MAX);
	emulator_sim_init(&core->sim, settings->pin, settings->pin_failures);
	emulator_store_init(&core->store, settings->store_octets > 0
					  ? (size_t)settings->store_octets : EMULATOR_STORE_OCTETS);
	emulator_draft_init(&core->draft);
	emulator_base_reset(core);
	log_event(core, "start", "seed", settings->seed);
	schedule_script(core, now_ms);
	return core;
}

void emulator_core_free(struct emulator_core *core)
{
	if (core == NULL)
		return;
	emulator_queue_done(&core->taken);
	emulator_queue_clear(&core->queue);
	emulator_agenda_clear(&core->agenda);
	emulator_wire_clear(core);
	emulator_data_clear(&core->download.data);
	free(core->download.name);
	emulator_draft_clear(&core->draft);
	emulator_store_clear(&core->store);
	buf_clear(&core->input);
	free(core);
}

bool emulator_core_is_deaf(const struct emulator_core *core)
{
	return core->mode == EMULATOR_MODE_OFF || core->mode == EMULATOR_MODE_BOOTING ||
	       core->now_ms < core->silent_until_ms;
}

void emulator_core_log_line(struct emulator_core *core, struct span line)
{
	line = span_trim(line);
	if (line.length > 0)
		emulator_queue_log(&core->queue, emulator_record_line("line", "module", line));
}

/* Where a line can be broken in two; the length when there is none to break. */
static size_t middle_of_line(struct span octets)
{
	struct span rest = octets;
	struct span line;

	while (span_cut(&rest, '\n', &line)) {
		line = span_trim(line);
		if (line.length > 1)
			return (size_t)(line.at - octets.at) + line.length / 2;
	}
	return octets.length;
}

void emulator_core_say(struct emulator_core *core, struct span octets)
{
	const char *inside = core->wire.inside;
	size_t middle = inside ? middle_of_line(octets) : octets.length;
	struct span rest = octets;
	struct span line;

	emulator_wire_send(core, span_take(octets, middle));
	if (middle < octets.length) {
		core->wire.inside = NULL;
		emulator_answer_interject(core, inside);
		emulator_wire_send(core, span_skip(octets, middle));
	}
	while (span_cut(&rest, '\n', &line))
		emulator_core_log_line(core, line);
}

void emulator_core_stamp(struct emulator_core *core, int64_t begin_us, int64_t end_us)
{
	core->wire.stamp = (struct emulator_stamp){
		.given = true, .begin_us = begin_us, .end_us = end_us,
	};
}

void emulator_core_host_baud(struct emulator_core *core, unsigned baud)
{
	core->wire.host_baud = baud;
}

void emulator_core_press(struct emulator_core *core, int64_t now_ms)
{
	core->now_ms = now_ms;
	emulator_power_reset(core, false, now_ms);
}

/* `left` octets are there behind this one. */
static void take_octet(struct emulator_core *core, char octet, size_t left, int64_t now_ms)
{
	bool begins = emulator_line_is_empty(&core->line);
	enum emulator_line_state state = emulator_line_feed(&core->line, octet);

	if (begins)
		core->line_first_us = emulator_wire_us(core, left + 1);
	core->line_last_us = emulator_wire_us(core, left);
	if (core->session.echo)
		emulator_wire_send(core, span_make(&octet, 1));
	switch (state) {
	case EMULATOR_LINE_MORE:
		break;
	case EMULATOR_LINE_TOO_LONG:
		emulator_commands_refuse(core, now_ms);
		break;
	case EMULATOR_LINE_WHOLE:
		core->last_length = emulator_line_text(&core->line).length;
		memcpy(core->last_line, emulator_line_text(&core->line).at, core->last_length);
		emulator_commands_execute(core, emulator_line_text(&core->line), now_ms);
		break;
	case EMULATOR_LINE_REPEAT:
		emulator_commands_execute(core, span_make(core->last_line, core->last_length),
					  now_ms);
		break;
	}
}

static void put_done(struct emulator_core *core)
{
	core->sending = false;
	emulator_core_log_state(core, "command");
}

static void put_timed_out(struct emulator_core *core, unsigned mail, int64_t now_ms)
{
	if (!core->awaiting || mail != core->mails)
		return;
	emulator_queue_abandon(&core->queue);
	emulator_core_delivered(core, EMULATOR_RESULT_TIMEOUT, now_ms);
}

/* What the script has for this time, and when again. */
static void do_rule(struct emulator_core *core, struct emulator_item item, int64_t now_ms)
{
	struct emulator_rule *rule = &core->script->rules[item.value];

	item.due_ms += rule->every;
	if (rule->every > 0)
		emulator_agenda_add(&core->agenda, &item, span_of(""));
	if (!emulator_script_strike(core->script, rule))
		return;
	emulator_core_log_rule(core, rule);
	emulator_power_mishap(core, &rule->fault, now_ms);
}

static void do_item(struct emulator_core *core, const struct emulator_item *item, int64_t now_ms)
{
	switch (item->deed) {
	case EMULATOR_DEED_PUT_DONE:
		put_done(core);
		if (!emulator_core_is_deaf(core))
			emulator_core_say(core, span_of(item->text));
		break;
	case EMULATOR_DEED_SAY:
		if (!emulator_core_is_deaf(core))
			emulator_core_say(core, span_of(item->text));
		break;
	case EMULATOR_DEED_PUT_TIMEOUT:
		put_timed_out(core, item->value, now_ms);
		break;
	case EMULATOR_DEED_BOOTED:
		emulator_power_booted(core, item->value != 0, now_ms);
		break;
	case EMULATOR_DEED_DISRUPT:
		emulator_power_disrupt(core, item->fault, now_ms);
		break;
	case EMULATOR_DEED_RULE:
		do_rule(core, *item, now_ms);
		break;
	case EMULATOR_DEED_RETUNE:
		core->wire.module_baud =
			(unsigned)core->session.registers[EMULATOR_REGISTER_IPR];
		break;
	}
}

static void do_due(struct emulator_core *core, int64_t now_ms)
{
	struct emulator_item item;

	while (emulator_agenda_take(&core->agenda, now_ms, &item)) {
		do_item(core, &item, now_ms);
		free(item.text);
	}
}

/* Works on what has come, as far as nothing holds it up. */
static void work(struct emulator_core *core, int64_t now_ms)
{
	struct buf taken = core->input;
	struct span input = buf_span(&taken);

	if (now_ms < core->held_until_ms || taken.length == 0)
		return;
	/* A reset in between empties core->input, not what is being read. */
	buf_init(&core->input, INPUT_MAX);
	while (input.length > 0 && now_ms >= core->held_until_ms && !emulator_core_is_deaf(core)) {
		/* What a command brought about goes before the next. */
		if (emulator_agenda_deadline_ms(&core->agenda) <= now_ms) {
			do_due(core, now_ms);
			continue;
		}
		if (core->replay.tape != NULL) {
			emulator_replay_take(core, &input);
		} else if (core->mode == EMULATOR_MODE_DATA) {
			emulator_download_take(core, &input, now_ms);
		} else {
			char octet = input.at[0];

			input = span_skip(input, 1);
			take_octet(core, octet, input.length, now_ms);
		}
	}
	if (!emulator_core_is_deaf(core))
		buf_put(&core->input, input);
	buf_clear(&taken);
}

bool emulator_core_take(struct emulator_core *core, struct span octets)
{
	if (emulator_core_is_deaf(core))
		return false;
	buf_put(&core->input, span_take(octets, INPUT_MAX - core->input.length));
	work(core, core->now_ms);
	return true;
}

void emulator_core_feed(struct emulator_core *core, struct span octets, int64_t now_ms)
{
	emulator_core_tick(core, now_ms);
	emulator_wire_hear(core, octets);
}

void emulator_core_tick(struct emulator_core *core, int64_t now_ms)
{
	core->now_ms = now_ms;
	emulator_wire_tick(core);
	do_due(core, now_ms);
	if (core->mode == EMULATOR_MODE_DATA) {
		enum emulator_data_end end = emulator_data_tick(&core->download.data, now_ms);

		if (end != EMULATOR_DATA_MORE)
			emulator_download_end(core, end, now_ms);
	}
	work(core, now_ms);
}

int64_t emulator_core_deadline_ms(const struct emulator_core *core)
{
	int64_t due = emulator_agenda_deadline_ms(&core->agenda);
	int64_t wire = emulator_wire_deadline_ms(core);
	int64_t data = INT64_MAX;

	if (core->mode == EMULATOR_MODE_DATA)
		data = emulator_data_deadline_ms(&core->download.data);
	if (wire < due)
		due = wire;
	if (data < due)
		due = data;
	if (core->input.length > 0 && core->held_until_ms < due)
		due = core->held_until_ms;
	return due;
}

bool emulator_core_next(struct emulator_core *core, struct emulator_order *order)
{
	emulator_queue_done(&core->taken);
	core->taken = (struct emulator_order){ 0 };
	if (!emulator_queue_take(&core->queue, &core->taken))
		return false;
	*order = core->taken;
	return true;
}

void emulator_core_delivered(struct emulator_core *core, int result, int64_t now_ms)
{
	const struct emulator_fault *fault = core->sending_fault;

	if (!core->awaiting)
		return;
	core->now_ms = now_ms;
	core->awaiting = false;
	if (core->sending_end != 0)
		result = core->sending_end;
	emulator_answer_result(core, EMULATOR_DEED_PUT_DONE, "+QSMTPPUT",
			       fault->has_answer ? fault->answer : result, fault, now_ms);
}
