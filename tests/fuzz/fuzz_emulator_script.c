/* SPDX-License-Identifier: ISC */
/* Any script against any dialogue: what is taken as a script is bounded, what the
 * module then does is the same again with the same seed, and the same for every
 * split of the input. The input is a script, a NUL, and what the host says. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/emulator_core.h"

#define SAID_MAX (16u * 1024 * 1024)
#define TURNS_MAX 3000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct emulator_core *core, struct buf *said, int64_t now_ms)
{
	struct emulator_order order;

	while (emulator_core_next(core, &order)) {
		if (order.kind == EMULATOR_ORDER_SEND)
			buf_put(said, buf_span(&order.octets));
		if (order.kind == EMULATOR_ORDER_HANGUP)
			buf_text(said, "(hang-up)");
		if (order.kind == EMULATOR_ORDER_MAIL && order.deliver)
			emulator_core_delivered(core, 0, now_ms);
	}
}

/* The last octet said is a script's too: rules go on for ever if they want to. */
static void run(struct span text, struct span dialogue, size_t piece, struct buf *said)
{
	static const struct emulator_settings settings = {
		.delay_ms = 20, .boot_ms = 300, .seed = 5, .module_baud = 115200,
	};
	struct emulator_script script;
	struct buf why = BUF_INIT(1000);
	struct emulator_core *core;
	int64_t now_ms = 0;

	if (!emulator_script_parse(&script, text, &why)) {
		assert(why.length > 0 || why.failed);
		assert(script.count == 0);
		buf_clear(&why);
		return;
	}
	core = emulator_core_new(&settings, &script, 0);
	for (; dialogue.length > 0; dialogue = span_skip(dialogue, piece)) {
		emulator_core_feed(core, span_take(dialogue, piece), now_ms);
		take(core, said, now_ms);
	}
	for (int turns = 0; turns < TURNS_MAX; turns++) {
		int64_t due_ms = emulator_core_deadline_ms(core);

		if (due_ms == INT64_MAX)
			break;
		if (due_ms > now_ms)
			now_ms = due_ms;
		emulator_core_tick(core, now_ms);
		take(core, said, now_ms);
	}
	emulator_core_free(core);
	emulator_script_clear(&script);
	buf_clear(&why);
}

static void compare(const struct buf *one, const struct buf *other)
{
	assert(one->length == other->length && one->failed == other->failed);
	assert(one->length == 0 || memcmp(one->at, other->at, one->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span whole = span_make(data, size);
	struct span script = span_take(whole, span_index(whole, '\0'));
	struct span dialogue = span_skip(whole, script.length + 1);
	struct buf said[3] = { BUF_INIT(SAID_MAX), BUF_INIT(SAID_MAX), BUF_INIT(SAID_MAX) };
	size_t piece = size > 0 ? data[size - 1] % 9 + 1u : 1;

	run(script, dialogue, size + 1, &said[0]);
	run(script, dialogue, size + 1, &said[1]);
	run(script, dialogue, piece, &said[2]);
	compare(&said[0], &said[1]);
	compare(&said[0], &said[2]);
	for (size_t i = 0; i < 3; i++)
		buf_clear(&said[i]);
	return 0;
}
