/* SPDX-License-Identifier: ISC */
/* Commands of V.250 without '+'. Several may stand on a line ("ATE0V1"). */
#include "emulator/emulator_commands.h"

/* The digits off the front of *text, 0 when there are none; false when there
 * are too many. */
static bool number(struct span *text, int64_t *value)
{
	size_t length = 0;

	*value = 0;
	while (length < text->length && text->at[length] >= '0' && text->at[length] <= '9')
		length++;
	if (length > 0 && !span_number(span_take(*text, length), 0, 999, value))
		return false;
	*text = span_skip(*text, length);
	return true;
}

static bool set_switch(bool *place, int64_t value)
{
	*place = value == 1;
	return value <= 1;
}

/* ATZ, AT&F. Power, radio and the rate of the line stay as they are. */
static bool restore(struct emulator_core *core)
{
	int64_t function = core->session.registers[EMULATOR_REGISTER_CFUN];
	int64_t baud = core->session.registers[EMULATOR_REGISTER_IPR];

	emulator_base_reset(core);
	core->session.registers[EMULATOR_REGISTER_CFUN] = function;
	core->session.registers[EMULATOR_REGISTER_IPR] = baud;
	return true;
}

static bool identify(struct emulator_answer *answer)
{
	emulator_answer_line(answer, "Quectel_Ltd");
	emulator_answer_line(answer, "Quectel_M95");
	emulator_answer_line(answer, "Revision: M95FAR02A08");
	return true;
}

/* "ATS0=0": taken, of no effect; "ATS0?" reads 0. */
static bool s_register(struct span *text, struct emulator_answer *answer)
{
	int64_t value;

	if (!number(text, &value))
		return false;
	if (span_starts(*text, "?")) {
		*text = span_skip(*text, 1);
		emulator_answer_line(answer, "000");
		return true;
	}
	if (!span_starts(*text, "="))
		return false;
	*text = span_skip(*text, 1);
	return number(text, &value);
}

/* Behind '&': the same letters mean other things. */
static bool ampersand(struct emulator_core *core, struct span *text)
{
	char letter = text->length > 0 ? (char)(text->at[0] & ~0x20) : '\0';
	int64_t value;

	*text = span_skip(*text, 1);
	if (!number(text, &value))
		return false;
	switch (letter) {
	case 'F':
		return value == 0 && restore(core);
	case 'W':
		core->saved_baud = core->session.registers[EMULATOR_REGISTER_IPR];
		return value <= 3;
	case 'C':
	case 'D':
	case 'K':
		return value <= 3;
	default:
		return false;
	}
}

static bool letter(struct emulator_core *core, char which, struct span *text,
		   struct emulator_answer *answer)
{
	int64_t value;

	if (which == '&')
		return ampersand(core, text);
	if (which == 'S')
		return s_register(text, answer);
	if (!number(text, &value))
		return false;
	switch (which) {
	case 'E':
		return set_switch(&core->session.echo, value);
	case 'V':
		return set_switch(&core->session.verbose, value);
	case 'Q':
		return set_switch(&core->session.quiet, value);
	case 'Z':
		return value == 0 && restore(core);
	case 'I':
		return identify(answer);
	case 'X':
		return value <= 4;
	case 'H':
		return value <= 1;
	default:
		return false;
	}
}

bool emulator_basic_execute(struct emulator_core *core, struct span text,
			    struct emulator_answer *answer, bool *danger)
{
	while (text.length > 0) {
		char which = (char)(text.at[0] >= 'a' && text.at[0] <= 'z' ? text.at[0] & ~0x20
									    : text.at[0]);

		text = span_skip(text, 1);
		if (which == ' ')
			continue;
		/* A call, out or in: the rest of the line is the number. */
		if (which == 'D' || which == 'A') {
			*danger = true;
			return true;
		}
		if (!letter(core, which, &text, answer))
			return false;
	}
	return true;
}
