/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_line.h"

void emulator_line_init(struct emulator_line *line)
{
	line->length = 0;
	line->overflow = false;
	line->given = false;
}

bool emulator_line_is_empty(const struct emulator_line *line)
{
	return line->given || (line->length == 0 && !line->overflow);
}

static enum emulator_line_state give(struct emulator_line *line, enum emulator_line_state state)
{
	line->given = true;
	return state;
}

enum emulator_line_state emulator_line_feed(struct emulator_line *line, char octet)
{
	if (line->given)
		emulator_line_init(line);
	if (octet == '\r')
		return give(line, line->overflow ? EMULATOR_LINE_TOO_LONG : EMULATOR_LINE_WHOLE);
	if (octet == '\n')
		return EMULATOR_LINE_MORE;
	if (line->length == sizeof(line->text)) {
		line->overflow = true;
		return EMULATOR_LINE_MORE;
	}
	line->text[line->length++] = octet;
	/* V.250 5.2.4: "A/" needs no CR. */
	if (line->length == 2 && octet == '/' && (line->text[0] == 'A' || line->text[0] == 'a'))
		return give(line, EMULATOR_LINE_REPEAT);
	return EMULATOR_LINE_MORE;
}

struct span emulator_line_text(const struct emulator_line *line)
{
	struct span text = span_make(line->text, line->length);

	while (text.length > 0 && text.at[0] == ' ')
		text = span_skip(text, 1);
	return text;
}
