/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_data.h"

void emulator_data_start(struct emulator_data *data, const struct emulator_data_options *options,
			 int64_t now_ms)
{
	buf_clear(&data->content);
	*data = (struct emulator_data){
		.options = *options, .start_ms = now_ms, .last_ms = now_ms,
	};
	buf_init(&data->content, options->max);
}

void emulator_data_clear(struct emulator_data *data)
{
	buf_clear(&data->content);
	data->count = 0;
	data->pluses = 0;
}

static void keep(struct emulator_data *data, char octet)
{
	if (data->content.length < data->content.max)
		buf_byte(&data->content, octet);
	data->count++;
}

static void keep_pluses(struct emulator_data *data)
{
	for (; data->pluses > 0; data->pluses--)
		keep(data, '+');
}

static int64_t silence_before_ms(const struct emulator_data_options *options)
{
	return options->guard_kind == EMULATOR_GUARD_AFTER ? 0 : options->guard_ms;
}

static int64_t silence_after_ms(const struct emulator_data_options *options)
{
	return options->guard_kind == EMULATOR_GUARD_BEFORE ? 0 : options->guard_ms;
}

/* A '+' that may be part of the escape; false when it is content. */
static bool take_plus(struct emulator_data *data, int64_t now_ms)
{
	int64_t guard_ms = data->options.guard_ms;
	int64_t before_ms = silence_before_ms(&data->options);

	/* With a guard the three come together, after a silence. */
	if (guard_ms > 0 && data->pluses > 0 && now_ms - data->plus_ms >= guard_ms)
		keep_pluses(data);
	if (data->pluses == 0 && now_ms - data->last_ms < before_ms)
		return false;
	if (data->pluses == 3 && before_ms > 0) {
		keep_pluses(data);
		return false;
	}
	/* Where none is needed before them the last three count. */
	if (data->pluses == 3) {
		keep(data, '+');
		data->pluses--;
	}
	data->pluses++;
	data->plus_ms = now_ms;
	return true;
}

static void take_content(struct emulator_data *data, char octet, int64_t now_ms)
{
	if (octet == '+' && data->options.plus_ends && take_plus(data, now_ms)) {
		data->last_ms = now_ms;
		return;
	}
	keep_pluses(data);
	keep(data, octet);
	data->last_ms = now_ms;
}

static enum emulator_data_end take(struct emulator_data *data, char octet, int64_t now_ms)
{
	const struct emulator_data_options *options = &data->options;
	size_t before = data->count;

	if (options->control_ends && octet == 0x1a)
		return EMULATOR_DATA_ESCAPE;
	if (options->control_ends && octet == 0x1b)
		return EMULATOR_DATA_CANCEL;
	take_content(data, octet, now_ms);
	if (data->pluses == 3 && silence_after_ms(options) == 0) {
		data->pluses = 0;
		return EMULATOR_DATA_ESCAPE;
	}
	if (options->size_ends && data->count + data->pluses >= options->size) {
		keep_pluses(data);
		return EMULATOR_DATA_SIZE;
	}
	if (data->mark > before && data->mark <= data->count)
		return EMULATOR_DATA_MARK;
	return EMULATOR_DATA_MORE;
}

enum emulator_data_end emulator_data_feed(struct emulator_data *data, struct span *input,
					  int64_t now_ms)
{
	enum emulator_data_end end = emulator_data_tick(data, now_ms);

	while (end == EMULATOR_DATA_MORE && input->length > 0) {
		end = take(data, input->at[0], now_ms);
		*input = span_skip(*input, 1);
	}
	return end;
}

/* When the silence behind a complete "+++" is long enough. */
static int64_t escape_ms(const struct emulator_data *data)
{
	return data->pluses == 3 ? data->plus_ms + silence_after_ms(&data->options)
				 : INT64_MAX;
}

static int64_t timeout_ms(const struct emulator_data *data)
{
	int64_t total = data->options.total_ms;
	int64_t idle = data->options.idle_ms;
	int64_t due = total > 0 ? data->start_ms + total : INT64_MAX;

	return idle > 0 && data->last_ms + idle < due ? data->last_ms + idle : due;
}

enum emulator_data_end emulator_data_tick(struct emulator_data *data, int64_t now_ms)
{
	if (data->options.size_ends && data->count >= data->options.size)
		return EMULATOR_DATA_SIZE;
	if (now_ms >= escape_ms(data)) {
		data->pluses = 0;
		return EMULATOR_DATA_ESCAPE;
	}
	return now_ms >= timeout_ms(data) ? EMULATOR_DATA_TIMEOUT : EMULATOR_DATA_MORE;
}

int64_t emulator_data_deadline_ms(const struct emulator_data *data)
{
	int64_t escape = escape_ms(data);
	int64_t timeout = timeout_ms(data);

	return escape < timeout ? escape : timeout;
}

const char *emulator_data_end_name(enum emulator_data_end end)
{
	static const char *const names[] = {
		[EMULATOR_DATA_MORE] = "more", [EMULATOR_DATA_MARK] = "mark",
		[EMULATOR_DATA_ESCAPE] = "escape", [EMULATOR_DATA_CANCEL] = "cancel",
		[EMULATOR_DATA_SIZE] = "size", [EMULATOR_DATA_TIMEOUT] = "timeout",
	};

	return names[end];
}
