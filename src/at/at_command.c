/* SPDX-License-Identifier: ISC */
#include "at/at_command.h"

#include <inttypes.h>
#include <stdio.h>

static void fail(struct at_command *command, const char *fault)
{
	if (command->fault == NULL)
		command->fault = fault;
}

static void put(struct at_command *command, struct span text)
{
	if (command->fault == NULL && !buf_put(command->out, text))
		fail(command, "no room for the command");
}

static void separate(struct at_command *command)
{
	if (command->separator != '\0')
		put(command, span_make(&command->separator, 1));
	command->separator = ',';
}

void at_command_begin(struct at_command *command, struct buf *out, const char *name)
{
	struct span text = span_of(name);

	*command = (struct at_command){
		.out = out, .start = out->length, .out_failed = out->failed, .separator = '=',
	};
	if (text.length > 0 && text.at[text.length - 1] == ':')
		command->separator = '\0';
	put(command, text);
}

void at_command_integer(struct at_command *command, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, value);
	separate(command);
	put(command, span_of(digits));
}

/* The manual defines no escape within a quoted text, so what cannot stand there
 * as it is cannot be said at all. */
static bool can_be_quoted(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < 0x20 || text.at[i] > 0x7e || text.at[i] == '"')
			return false;
	return true;
}

void at_command_text(struct at_command *command, struct span text, size_t max)
{
	if (text.length > max)
		fail(command, "a parameter is too long");
	if (!can_be_quoted(text))
		fail(command, "a parameter holds what cannot be quoted");
	separate(command);
	put(command, span_of("\""));
	put(command, text);
	put(command, span_of("\""));
}

void at_command_hex(struct at_command *command, struct span octets, size_t max)
{
	static const char digits[] = "0123456789ABCDEF";

	if (octets.length > max)
		fail(command, "a parameter is too long");
	separate(command);
	put(command, span_of("\""));
	for (size_t i = 0; i < octets.length && command->fault == NULL; i++) {
		unsigned char octet = (unsigned char)octets.at[i];
		char pair[2] = { digits[octet >> 4], digits[octet & 15] };

		put(command, span_make(pair, sizeof pair));
	}
	put(command, span_of("\""));
}

/* Takes off what was appended, so that nothing of a failed command stays. */
static void undo(struct at_command *command)
{
	struct buf *out = command->out;

	if (out->length > command->start) {
		explicit_bzero(out->at + command->start, out->length - command->start);
		out->length = command->start;
	}
	out->failed = command->out_failed;
}

const char *at_command_end(struct at_command *command, struct span *line)
{
	struct buf *out = command->out;

	if (command->fault == NULL && out->length - command->start > AT_COMMAND_MAX)
		fail(command, "the command line is too long");
	if (command->fault != NULL) {
		undo(command);
		*line = span_make(NULL, 0);
		return command->fault;
	}
	*line = span_make(out->at + command->start, out->length - command->start);
	return NULL;
}
