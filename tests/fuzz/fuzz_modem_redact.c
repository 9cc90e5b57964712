/* SPDX-License-Identifier: ISC */
/* What may be told of a dialogue, and the flight recorder behind it: the same for every
 * way of splitting the input; no parameter, no long number; while content is in the air
 * nothing but numbers and final answers; and records that stay whole in their ring. The
 * first octet chooses what was sent before, the next two the split. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "at/at_reply.h"
#include "base/buf.h"
#include "modem/modem_recorder.h"
#include "modem/modem_redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static const char *const commands[] = {
	"AT+CSQ", "AT+CGMM", "AT+QSMTPDST?", "AT+QSMTPBODY=1,60", "AT+QFUPL=\"UFS:x\",9,60",
	"AT+QCCID", "AT", "ATE0",
};

static void check_told(const struct modem_redact *redact, const struct modem_told *told,
		       bool content)
{
	size_t digits = 0;

	check(told->line.length <= 128);
	for (size_t i = 0; i < told->line.length; i++) {
		char octet = told->line.at[i];

		check(octet != '=' || at_reply_classify(told->line) != AT_REPLY_TEXT);
		digits = octet >= '0' && octet <= '9' ? digits + 1 : 0;
		check(digits < 15 || at_reply_classify(told->line) != AT_REPLY_TEXT);
	}
	if (!content || told->line.length == 0 || at_reply_classify(told->line) != AT_REPLY_TEXT)
		return;
	check(span_starts(told->line, redact->asked + 2));
}

static void feed(struct modem_redact *redact, struct span input, bool content,
		 struct modem_recorder *recorder, struct buf *all)
{
	struct modem_told told;

	while (modem_redact_came(redact, &input, &told)) {
		check_told(redact, &told, content);
		check(told.line.length > 0 || told.rest[0] != '\0');
		buf_format(all, "%.*s%s\n", SPAN_ARG(told.line), told.rest);
		modem_recorder_add(recorder, MODEM_RECORDER_CAME, told.line, 7);
	}
	check(input.length == 0);
}

static void begin(struct modem_redact *redact, uint8_t choice)
{
	modem_redact_init(redact);
	modem_redact_sent(redact, span_of(commands[choice % 8]), choice & 0x40);
	if (choice & 0x80)
		modem_redact_sent_data(redact);
}

static void check_recorder(const struct modem_recorder *recorder)
{
	struct buf out = BUF_INIT(MODEM_RECORDER_OCTETS);
	struct span text, line;

	check(modem_recorder_read(recorder, &out));
	text = buf_span(&out);
	check(text.length == 0 || text.at[text.length - 1] == '\n');
	while (span_cut(&text, '\n', &line))
		check(line.length == 0 || span_starts(line, "0.007 < "));
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(1 << 22), split = BUF_INIT(1 << 22);
	struct modem_recorder *recorder = modem_recorder_new(0);
	struct modem_redact at_once, in_pieces;
	struct span input;
	uint32_t random;

	if (size < 3 || recorder == NULL) {
		modem_recorder_free(recorder);
		return 0;
	}
	random = (uint32_t)(data[1] << 8 | data[2]);
	input = span_make(data + 3, size - 3);
	begin(&at_once, data[0]);
	begin(&in_pieces, data[0]);
	feed(&at_once, input, data[0] & 0x80, recorder, &whole);
	while (input.length > 0) {
		size_t piece = 1 + (random >> 16) % 9;

		random = random * 1103515245 + 12345;
		feed(&in_pieces, span_take(input, piece), data[0] & 0x80, recorder, &split);
		input = span_skip(input, piece);
	}
	check(span_equal(buf_span(&whole), buf_span(&split)));
	check_recorder(recorder);
	modem_recorder_free(recorder);
	buf_clear(&whole);
	buf_clear(&split);
	return 0;
}
