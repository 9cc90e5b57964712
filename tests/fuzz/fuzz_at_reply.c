/* SPDX-License-Identifier: ISC */
/* What a line of the module is, and the fields in it: two lines, split at the
 * first LF. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "at/at_reply.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static size_t count(struct span text, char octet)
{
	size_t found = 0;

	for (size_t i = 0; i < text.length; i++)
		found += text.at[i] == octet;
	return found;
}

static void check_fields(struct span line)
{
	struct span fields = line, field, first = { NULL, 0 };
	size_t fields_seen = 0;
	int64_t value;

	while (at_reply_next_field(&fields, &field)) {
		check(field.length <= line.length);
		check(field.length == 0 || (field.at >= line.at &&
					    field.at + field.length <= line.at + line.length));
		if (fields_seen++ == 0)
			first = field;
	}
	check(fields.at == NULL);
	check(fields_seen <= count(line, ',') + 1);
	if (at_reply_number(line, &value))
		check(first.length > 0 && (first.at[0] == '-' || (first.at[0] >= '0' && first.at[0] <= '9')));
}

/* The same line with a blank put behind each ':' and ',' outside quotes. */
static void check_blanks(struct span line)
{
	struct buf spaced = BUF_INIT(1 << 22);
	bool quoted = false;

	for (size_t i = 0; i < line.length; i++) {
		buf_byte(&spaced, line.at[i]);
		if (line.at[i] == '"')
			quoted = !quoted;
		else if (!quoted && (line.at[i] == ':' || line.at[i] == ','))
			buf_byte(&spaced, ' ');
	}
	check(at_reply_same(line, buf_span(&spaced)));
	buf_clear(&spaced);
}

static void check_line(struct span line)
{
	struct span fields;
	enum at_reply reply = at_reply_classify(line);

	check(at_reply_classify(span_trim(line)) == reply);
	check(at_reply_same(line, line));
	check(at_reply_error_number(line) >= -1);
	if (at_reply_error_number(line) >= 0)
		check(reply == AT_REPLY_ERROR);
	if (at_reply_fields(line, "+QSMTPPUT:", &fields)) {
		check(reply == AT_REPLY_TEXT);
		check(fields.length <= line.length - 10);
		check(fields.length == 0 || (fields.at[0] != ' ' && fields.at[0] != '\t'));
	}
	check_fields(line);
	check_blanks(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span a, b = span_make(data, size);

	if (size == 0)
		return 0;
	span_cut(&b, '\n', &a);
	check_line(a);
	check(at_reply_same(a, b) == at_reply_same(b, a));
	/* Lines that say the same mean the same. */
	if (at_reply_same(a, b) && at_reply_classify(a) == AT_REPLY_OK)
		check(at_reply_classify(b) == AT_REPLY_OK);
	return 0;
}
