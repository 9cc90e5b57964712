/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_script.h"

#include <fnmatch.h>
#include <stdlib.h>

const struct emulator_fault emulator_script_no_fault;

void emulator_script_clear_rule(struct emulator_rule *rule)
{
	free(rule->prefix);
	free(rule->has);
	free(rule->recipient);
	free(rule->fault.before);
	free(rule->fault.between);
	free(rule->fault.after);
	free(rule->fault.info);
}

void emulator_script_clear(struct emulator_script *script)
{
	for (size_t i = 0; i < script->count; i++)
		emulator_script_clear_rule(&script->rules[i]);
	free(script->rules);
	*script = (struct emulator_script){ NULL, 0 };
}

static bool has_recipient(const struct emulator_draft *draft, const char *pattern)
{
	for (size_t i = 0; i < draft->recipient_count; i++)
		if (fnmatch(pattern, draft->recipients[i].address, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool holds(struct span line, const char *text)
{
	return text == NULL || span_find(line, span_of(text)) < line.length;
}

static bool matches(const struct emulator_rule *rule, const struct emulator_happening *happening)
{
	if (rule->event != happening->event || !holds(happening->line, rule->has))
		return false;
	switch (rule->event) {
	case EMULATOR_EVENT_COMMAND:
		return span_starts_nocase(happening->line, rule->prefix);
	case EMULATOR_EVENT_PUT:
		return rule->recipient == NULL || has_recipient(happening->draft, rule->recipient);
	case EMULATOR_EVENT_DATA:
		return (size_t)rule->at == happening->octets;
	case EMULATOR_EVENT_TIME:
		return false;
	}
	return false;
}

static bool in_force(const struct emulator_rule *rule)
{
	return rule->seen >= rule->nth && (rule->times == 0 || rule->seen - rule->nth < rule->times);
}

const struct emulator_rule *emulator_script_ask(struct emulator_script *script,
						const struct emulator_happening *happening)
{
	const struct emulator_rule *found = NULL;

	for (size_t i = 0; script != NULL && i < script->count; i++) {
		struct emulator_rule *rule = &script->rules[i];

		if (!matches(rule, happening))
			continue;
		rule->seen++;
		if (found == NULL && in_force(rule))
			found = rule;
	}
	return found;
}

size_t emulator_script_mark(const struct emulator_script *script, struct span line, size_t octets)
{
	size_t mark = 0;

	for (size_t i = 0; script != NULL && i < script->count; i++) {
		const struct emulator_rule *rule = &script->rules[i];
		size_t at = (size_t)rule->at;

		if (rule->event != EMULATOR_EVENT_DATA || !holds(line, rule->has))
			continue;
		if (at > octets && (mark == 0 || at < mark))
			mark = at;
	}
	return mark;
}
