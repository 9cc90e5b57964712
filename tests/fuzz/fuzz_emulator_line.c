/* SPDX-License-Identifier: ISC */
/* The module fed with anything: it says the same for every split of the input,
 * keeps its limits, never holds a secret in its log, and is quiet in the end. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/emulator_core.h"

#define SAID_MAX (8u * 1024 * 1024)

/* Each octet of input may answer with at most a whole list of recipients or
 * files. */
#define SAID_AN_OCTET 4096

/* Made from the input itself, so that no input can hold it by chance. */
static char secret[17];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_secret(const uint8_t *data, size_t size)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ data[i]) * 0x100000001b3;
	snprintf(secret, sizeof(secret), "%016llx", (unsigned long long)sum);
}

static void check_log(json_t *record)
{
	char *line = json_dumps(record, JSON_COMPACT);

	assert(line != NULL);
	assert(strstr(line, secret) == NULL);
	free(line);
}

static void take(struct emulator_core *core, struct buf *said, int64_t now_ms)
{
	struct emulator_order order;

	while (emulator_core_next(core, &order)) {
		if (order.kind == EMULATOR_ORDER_SEND)
			buf_put(said, buf_span(&order.octets));
		if (order.kind == EMULATOR_ORDER_LOG)
			check_log(order.record);
		if (order.kind == EMULATOR_ORDER_MAIL) {
			check_log(order.mail->record);
			assert(order.mail->recipient_count > 0);
			if (order.deliver)
				emulator_core_delivered(core, 0, now_ms);
		}
	}
}

/* All of it in pieces at one time, then time until nothing is left to do. */
static void run(const uint8_t *data, size_t size, size_t piece, struct buf *said)
{
	static const struct emulator_settings settings = {
		.delay_ms = 20, .boot_ms = 300, .pin = "1234",
	};
	struct emulator_core *core = emulator_core_new(&settings, NULL, 0);
	struct span rest = span_make(data, size);
	int64_t now_ms = 0;
	char password[64];

	emulator_core_feed(core, span_of("ATE0\r"), now_ms);
	snprintf(password, sizeof(password), "AT+QSMTPPWD=\"%s\"\r", secret);
	emulator_core_feed(core, span_of(password), now_ms);
	for (; rest.length > 0; rest = span_skip(rest, piece)) {
		emulator_core_feed(core, span_take(rest, piece), now_ms);
		take(core, said, now_ms);
	}
	for (int turns = 0; emulator_core_deadline_ms(core) != INT64_MAX; turns++) {
		assert(turns < 100000);
		if (emulator_core_deadline_ms(core) > now_ms)
			now_ms = emulator_core_deadline_ms(core);
		emulator_core_tick(core, now_ms);
		take(core, said, now_ms);
	}
	emulator_core_free(core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(SAID_MAX);
	struct buf pieces = BUF_INIT(SAID_MAX);
	size_t piece = size > 0 ? data[0] % 9 + 1u : 1;

	make_secret(data, size);
	run(data, size, size > 0 ? size : 1, &whole);
	run(data, size, piece, &pieces);
	assert(whole.length <= 1000 + size * SAID_AN_OCTET);
	assert(whole.length == pieces.length);
	assert(whole.length == 0 || memcmp(whole.at, pieces.at, whole.length) == 0);
	buf_clear(&whole);
	buf_clear(&pieces);
	return 0;
}
