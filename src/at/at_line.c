/* SPDX-License-Identifier: ISC */
#include "at/at_line.h"

void at_line_init(struct at_line *line)
{
	line->length = 0;
	line->overflow = false;
	line->given = false;
}

static bool is_control(char octet)
{
	return (unsigned char)octet < 0x20 || octet == 0x7f;
}

static void append(struct at_line *line, char octet)
{
	if (line->length == AT_LINE_MAX) {
		line->overflow = true;
		return;
	}
	line->text[line->length++] = is_control(octet) ? '?' : octet;
}

enum at_token at_line_next(struct at_line *line, struct span *input, struct span *text)
{
	if (line->given)
		at_line_init(line);
	*text = span_make(NULL, 0);
	while (input->length > 0) {
		char octet = input->at[0];

		*input = span_skip(*input, 1);
		if (octet != '\r' && octet != '\n') {
			append(line, octet);
			continue;
		}
		if (line->length == 0)
			continue;
		line->given = true;
		if (line->overflow)
			return AT_TOKEN_TOO_LONG;
		*text = span_make(line->text, line->length);
		return AT_TOKEN_LINE;
	}
	return AT_TOKEN_NEED_MORE;
}

size_t at_line_pending(const struct at_line *line)
{
	return line->given ? 0 : line->length;
}
