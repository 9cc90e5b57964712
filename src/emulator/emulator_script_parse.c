/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_script_keys.h"

#include <stdlib.h>

#define RULES_MAX 4096

/* Takes the rule's texts over, or frees them. */
static bool append(struct emulator_script *script, struct emulator_rule *rule)
{
	struct emulator_rule *grown = NULL;

	if (script->count < RULES_MAX)
		grown = realloc(script->rules, (script->count + 1) * sizeof(*grown));
	if (grown == NULL) {
		emulator_script_clear_rule(rule);
		return false;
	}
	script->rules = grown;
	script->rules[script->count++] = *rule;
	return true;
}

static char *copy(const char *text)
{
	return text ? span_dup(span_of(text)) : NULL;
}

/* "answers" becomes one rule an answer, each for one occurrence, in order. */
static bool append_answers(struct emulator_script *script, const struct emulator_reading *reading)
{
	for (size_t i = 0; i < json_array_size(reading->answers); i++) {
		const json_t *one = json_array_get(reading->answers, i);
		struct emulator_rule rule = reading->rule;
		int code = (int)json_integer_value(one);

		if (json_is_null(one))
			continue;
		rule.nth = reading->rule.nth + (unsigned)i;
		rule.times = 1;
		rule.prefix = copy(rule.prefix);
		rule.has = copy(rule.has);
		rule.recipient = copy(rule.recipient);
		rule.fault = (struct emulator_fault){
			.has_answer = true, .answer = code,
			.deliver = reading->rule.fault.deliver || code == 0,
			.delay_result_ms = reading->rule.fault.delay_result_ms,
		};
		if (!append(script, &rule))
			return false;
	}
	return true;
}

static void parse_line(struct emulator_script *script, struct span line, size_t number,
		       struct buf *why)
{
	struct emulator_reading reading = {
		.rule = { .line = number, .nth = 1, .chance = 1 },
	};
	json_error_t error;
	json_t *object = json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, &error);

	if (object == NULL)
		buf_text(why, error.text);
	else if (!json_is_object(object))
		buf_text(why, "an object is wanted");
	else
		emulator_script_read(&reading, object, why);
	if (why->length > 0 || reading.answers != NULL) {
		if (why->length == 0 && !append_answers(script, &reading))
			buf_text(why, "too many rules");
		emulator_script_clear_rule(&reading.rule);
	} else if (!append(script, &reading.rule)) {
		buf_text(why, "too many rules");
	}
	json_decref(object);
}

bool emulator_script_parse(struct emulator_script *script, struct span text, struct buf *why)
{
	struct buf fault = BUF_INIT(1000);
	struct span line;
	size_t number = 0;
	bool good;

	*script = (struct emulator_script){ NULL, 0, 0 };
	while (fault.length == 0 && !fault.failed && span_cut(&text, '\n', &line)) {
		number++;
		line = span_trim(line);
		if (line.length > 0 && line.at[0] != '#')
			parse_line(script, line, number, &fault);
	}
	good = fault.length == 0 && !fault.failed;
	if (!good) {
		buf_format(why, "%zu: %s", number, buf_string(&fault));
		emulator_script_clear(script);
	}
	buf_clear(&fault);
	return good;
}
