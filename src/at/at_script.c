/* SPDX-License-Identifier: ISC */
#include "at/at_script.h"

#include <stdlib.h>

void at_script_init(struct at_script *script)
{
	*script = (struct at_script){ .text = BUF_INIT(AT_SCRIPT_TEXT_MAX) };
}

void at_script_clear(struct at_script *script)
{
	if (script->text.at != NULL)
		explicit_bzero(script->text.at, script->text.capacity);
	buf_clear(&script->text);
	free(script->steps);
	free(script->expected);
	at_script_init(script);
}

void at_script_fail(struct at_script *script, const char *fault)
{
	if (script->fault == NULL)
		script->fault = fault;
}

/* Takes all memory that a script can need (some 90 KiB, and the kernel gives
 * only what is touched), so that no span into it ever moves. */
static bool take_memory(struct at_script *script)
{
	if (script->steps != NULL)
		return true;
	script->steps = calloc(AT_SCRIPT_STEPS_MAX, sizeof *script->steps);
	script->expected = calloc(AT_SCRIPT_EXPECTED_MAX, sizeof *script->expected);
	if (script->steps != NULL && script->expected != NULL &&
	    buf_room(&script->text, AT_SCRIPT_TEXT_MAX) != NULL)
		return true;
	free(script->steps);
	free(script->expected);
	script->steps = NULL;
	script->expected = NULL;
	at_script_fail(script, "out of memory");
	return false;
}

struct at_step *at_script_add(struct at_script *script, const char *label)
{
	struct at_step *step = &script->spare;

	if (script->count == AT_SCRIPT_STEPS_MAX)
		at_script_fail(script, "too many steps");
	if (script->fault == NULL && take_memory(script))
		step = &script->steps[script->count++];
	*step = (struct at_step){ .label = label };
	return step;
}

void at_script_begin(struct at_script *script, struct at_command *command, const char *name)
{
	take_memory(script);
	at_command_begin(command, &script->text, name);
}

void at_script_set_line(struct at_script *script, struct at_step *step, struct at_command *command)
{
	const char *fault = at_command_end(command, &step->line);

	if (fault != NULL)
		at_script_fail(script, fault);
}

void at_script_expect(struct at_script *script, struct at_step *step, struct at_command *command)
{
	const struct span *end = script->expected + script->expected_count;
	struct span line;
	const char *fault = at_command_end(command, &line);

	step->verify_expected = true;
	if (fault == NULL && script->expected_count == AT_SCRIPT_EXPECTED_MAX)
		fault = "too many lines to read back";
	if (fault == NULL && step->expected_count > 0 &&
	    step->expected + step->expected_count != end)
		fault = "lines to read back of two steps are mixed";
	if (fault != NULL) {
		at_script_fail(script, fault);
		return;
	}
	if (script->fault != NULL)
		return;
	if (step->expected_count == 0)
		step->expected = end;
	script->expected[script->expected_count++] = line;
	step->expected_count++;
}
