/* SPDX-License-Identifier: ISC */
/* Any tape against any host: it is refused with a reason or played, ends, and says
 * the same for every split of the input. The input is a tape, a NUL, and what the
 * host says. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/emulator_core.h"

#define SAID_MAX (16u * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct emulator_core *core, struct buf *said)
{
	struct emulator_order order;

	while (emulator_core_next(core, &order)) {
		assert(order.kind == EMULATOR_ORDER_SEND || order.kind == EMULATOR_ORDER_LOG);
		if (order.kind == EMULATOR_ORDER_SEND)
			buf_put(said, buf_span(&order.octets));
	}
}

static void run(const struct emulator_tape *tape, struct span dialogue, size_t piece,
		struct buf *said)
{
	static const struct emulator_settings settings = { .delay_ms = 20 };
	struct emulator_core *core = emulator_core_new(&settings, NULL, 0);
	int64_t now_ms = 0;

	emulator_core_replay(core, tape, 1);
	for (; dialogue.length > 0; dialogue = span_skip(dialogue, piece)) {
		emulator_core_feed(core, span_take(dialogue, piece), now_ms);
		take(core, said);
	}
	for (int turns = 0; emulator_core_deadline_ms(core) != INT64_MAX; turns++) {
		assert(turns < 100000);
		if (emulator_core_deadline_ms(core) > now_ms)
			now_ms = emulator_core_deadline_ms(core);
		emulator_core_tick(core, now_ms);
		take(core, said);
	}
	emulator_core_free(core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span whole = span_make(data, size);
	struct span text = span_take(whole, span_index(whole, '\0'));
	struct span dialogue = span_skip(whole, text.length + 1);
	struct buf said = BUF_INIT(SAID_MAX);
	struct buf pieces = BUF_INIT(SAID_MAX);
	struct buf why = BUF_INIT(1000);
	struct emulator_tape tape;

	if (emulator_tape_parse(&tape, text, &why)) {
		assert(tape.count > 0 && tape.count <= text.length);
		run(&tape, dialogue, size + 1, &said);
		run(&tape, dialogue, data[size - 1] % 9 + 1u, &pieces);
		assert(said.length == pieces.length);
		assert(said.length == 0 || memcmp(said.at, pieces.at, said.length) == 0);
	} else {
		assert(why.length > 0 && tape.count == 0);
	}
	emulator_tape_clear(&tape);
	buf_clear(&said);
	buf_clear(&pieces);
	buf_clear(&why);
	return 0;
}
