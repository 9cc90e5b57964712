/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_download.h"

#include <stdlib.h>

#include "emulator/emulator_answer.h"
#include "emulator/emulator_power.h"
#include "emulator/emulator_record.h"

void emulator_download_start(struct emulator_core *core,
			     const struct emulator_data_options *options, struct span line,
			     const struct emulator_fault *fault, emulator_data_done *done,
			     int64_t now_ms)
{
	struct emulator_download *download = &core->download;

	emulator_data_start(&download->data, options, now_ms);
	download->done = done;
	download->fault = fault;
	download->line_length = line.length < sizeof(download->line) ? line.length
								     : sizeof(download->line);
	memcpy(download->line, line.at, download->line_length);
	download->data.mark = emulator_script_mark(core->script, line, 0);
	download->first_us = download->content_us = download->last_us = 0;
	core->mode = EMULATOR_MODE_DATA;
	emulator_core_log_state(core, "data");
}

void emulator_download_end(struct emulator_core *core, enum emulator_data_end end, int64_t now_ms)
{
	struct emulator_data *data = &core->download.data;
	struct span line = span_make(core->download.line, core->download.line_length);
	json_t *record = emulator_record_line("data", "host", line);

	json_object_set_new(record, "bytes", json_integer((json_int_t)data->count));
	if (core->download.first_us != 0) {
		json_object_set_new(record, "first_us", json_integer(core->download.first_us));
		json_object_set_new(record, "content_us", json_integer(core->download.content_us));
		json_object_set_new(record, "last_us", json_integer(core->download.last_us));
	}
	json_object_set_new(record, "end", json_string(emulator_data_end_name(end)));
	emulator_queue_log(&core->queue, record);
	core->mode = EMULATOR_MODE_COMMAND;
	emulator_core_log_state(core, "command");
	emulator_line_init(&core->line);
	core->download.done(core, end, now_ms);
	emulator_data_clear(data);
	free(core->download.name);
	core->download.name = NULL;
}

/* So many octets of data have come that some rule may wait for it. */
static void at_mark(struct emulator_core *core, int64_t now_ms)
{
	struct emulator_data *data = &core->download.data;
	struct emulator_happening happening = {
		.event = EMULATOR_EVENT_DATA, .octets = data->mark,
		.line = span_make(core->download.line, core->download.line_length),
	};
	const struct emulator_rule *rule = emulator_script_ask(core->script, &happening);

	data->mark = emulator_script_mark(core->script, happening.line, data->mark);
	if (rule == NULL)
		return;
	emulator_core_log_rule(core, rule);
	emulator_power_mishap(core, &rule->fault, now_ms);
}

/* AT+QFUPL with acknowledgement: one "A" for each 1024 octets (modem.md 7). */
static void acknowledge(struct emulator_core *core, size_t before)
{
	size_t count = core->download.data.count;

	if (!core->download.acknowledges)
		return;
	for (size_t i = before / 1024; i < count / 1024; i++)
		emulator_wire_send(core, span_of("A"));
}

/* Octets of what `there` was have been taken but for `left`; the content was
 * `before` long. Signs of an escape stand behind the content. */
static void note_times(struct emulator_core *core, size_t there, size_t left, size_t before)
{
	struct emulator_download *download = &core->download;
	size_t content = download->data.count - before;

	if (there == left)
		return;
	if (download->first_us == 0)
		download->first_us = download->content_us = emulator_wire_us(core, there);
	if (content > there - left)
		content = there - left;
	if (content > 0)
		download->content_us = emulator_wire_us(core, there - content);
	download->last_us = emulator_wire_us(core, left);
}

/* A guard is measured on the line, not by when we come to look at it. */
static int64_t heard_ms(const struct emulator_core *core, int64_t now_ms)
{
	int64_t line_ms = emulator_wire_us(core, 0) / 1000;

	if (line_ms < core->download.data.last_ms)
		line_ms = core->download.data.last_ms;
	return line_ms < now_ms ? line_ms : now_ms;
}

void emulator_download_take(struct emulator_core *core, struct span *input, int64_t now_ms)
{
	size_t before = core->download.data.count;
	size_t there = input->length;
	enum emulator_data_end end = emulator_data_feed(&core->download.data, input,
							heard_ms(core, now_ms));

	note_times(core, there, input->length, before);
	acknowledge(core, before);
	if (end == EMULATOR_DATA_MARK)
		at_mark(core, now_ms);
	else if (end != EMULATOR_DATA_MORE)
		emulator_download_end(core, end, now_ms);
}
