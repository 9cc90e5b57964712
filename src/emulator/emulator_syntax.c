/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_syntax.h"

static bool is_name_octet(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool emulator_syntax_split(struct span text, struct emulator_command *command)
{
	size_t length = 1;
	struct span rest;

	if (!span_starts(text, "+"))
		return false;
	while (length < text.length && is_name_octet(text.at[length]))
		length++;
	command->name = span_take(text, length);
	command->parameters = (struct span){ NULL, 0 };
	rest = span_skip(text, length);
	if (length == 1)
		return false;
	if (rest.length == 0)
		command->form = EMULATOR_FORM_EXECUTE;
	else if (span_is(rest, "?"))
		command->form = EMULATOR_FORM_READ;
	else if (span_is(rest, "=?"))
		command->form = EMULATOR_FORM_TEST;
	else if (rest.at[0] == '=')
		command->form = EMULATOR_FORM_WRITE;
	else
		return false;
	if (command->form == EMULATOR_FORM_WRITE)
		command->parameters = span_skip(rest, 1);
	return true;
}

void emulator_syntax_begin(struct emulator_syntax *syntax, struct span parameters)
{
	*syntax = (struct emulator_syntax){ .rest = parameters };
}

bool emulator_syntax_more(const struct emulator_syntax *syntax)
{
	return !syntax->failed && syntax->rest.length > 0;
}

bool emulator_syntax_end(const struct emulator_syntax *syntax)
{
	return !syntax->failed && syntax->rest.length == 0;
}

/* Steps over the comma and the blanks behind it. */
static bool next(struct emulator_syntax *syntax)
{
	if (syntax->begun) {
		if (!span_starts(syntax->rest, ","))
			syntax->failed = true;
		syntax->rest = span_skip(syntax->rest, 1);
	}
	syntax->begun = true;
	while (span_starts(syntax->rest, " "))
		syntax->rest = span_skip(syntax->rest, 1);
	if (syntax->rest.length == 0)
		syntax->failed = true;
	return !syntax->failed;
}

static bool has_control(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
			return true;
	return false;
}

/* What stands up to the next quote; the rest then begins behind it. */
static struct span quoted(struct emulator_syntax *syntax)
{
	struct span inner = span_skip(syntax->rest, 1);
	size_t end = span_index(inner, '"');

	if (end == inner.length || has_control(span_take(inner, end))) {
		syntax->failed = true;
		return (struct span){ "", 0 };
	}
	syntax->rest = span_skip(inner, end + 1);
	return span_take(inner, end);
}

/* What stands up to the next comma. */
static struct span bare(struct emulator_syntax *syntax)
{
	size_t end = span_index(syntax->rest, ',');
	struct span found = span_take(syntax->rest, end);

	syntax->rest = span_skip(syntax->rest, end);
	return found;
}

struct span emulator_syntax_text(struct emulator_syntax *syntax)
{
	if (next(syntax) && span_starts(syntax->rest, "\""))
		return quoted(syntax);
	syntax->failed = true;
	return (struct span){ "", 0 };
}

int64_t emulator_syntax_number(struct emulator_syntax *syntax, int64_t min, int64_t max)
{
	int64_t value = min;

	if (next(syntax) && !span_number(bare(syntax), min, max, &value))
		syntax->failed = true;
	return value;
}

struct span emulator_syntax_either(struct emulator_syntax *syntax)
{
	if (!next(syntax))
		return (struct span){ "", 0 };
	return span_starts(syntax->rest, "\"") ? quoted(syntax) : bare(syntax);
}
