/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_script.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "emulator/emulator_chance.h"

const struct emulator_fault emulator_script_no_fault;

bool emulator_script_refuses(const struct emulator_fault *fault)
{
	return fault->error || fault->cme != 0 || fault->cme_text != NULL;
}

void emulator_script_clear_rule(struct emulator_rule *rule)
{
	free(rule->prefix);
	free(rule->has);
	free(rule->recipient);
	free(rule->fault.before);
	free(rule->fault.between);
	free(rule->fault.after);
	free(rule->fault.info);
	free(rule->fault.say);
	free(rule->fault.cme_text);
}

void emulator_script_clear(struct emulator_script *script)
{
	for (size_t i = 0; i < script->count; i++)
		emulator_script_clear_rule(&script->rules[i]);
	free(script->rules);
	*script = (struct emulator_script){ NULL, 0, script->seed };
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

/* Octets are counted from the start, or from the command that `has` names. */
static bool is_octet(const struct emulator_rule *rule, const struct emulator_happening *happening)
{
	int64_t place = rule->has ? happening->place_since : happening->place;

	if (rule->from != happening->from || place < rule->at)
		return false;
	if (rule->every > 0)
		return (place - rule->at) % rule->every == 0;
	return rule->at == 0 || place == rule->at;
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
	case EMULATOR_EVENT_OCTET:
		return is_octet(rule, happening);
	}
	return false;
}

static bool in_force(const struct emulator_script *script, const struct emulator_rule *rule)
{
	return rule->seen >= rule->nth &&
	       (rule->times == 0 || rule->seen - rule->nth < rule->times) &&
	       emulator_chance(script->seed, rule->line, rule->seen, rule->chance);
}

bool emulator_script_strike(const struct emulator_script *script, struct emulator_rule *rule)
{
	rule->seen++;
	return in_force(script, rule);
}

bool emulator_script_watches(const struct emulator_script *script, enum emulator_side side)
{
	for (size_t i = 0; script != NULL && i < script->count; i++)
		if (script->rules[i].event == EMULATOR_EVENT_OCTET && script->rules[i].from == side)
			return true;
	return false;
}

const struct emulator_rule *emulator_script_ask(struct emulator_script *script,
						const struct emulator_happening *happening)
{
	const struct emulator_rule *found = NULL;

	for (size_t i = 0; script != NULL && i < script->count; i++) {
		struct emulator_rule *rule = &script->rules[i];

		if (!matches(rule, happening))
			continue;
		if (emulator_script_strike(script, rule) && found == NULL)
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
