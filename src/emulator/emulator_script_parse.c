/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_script.h"

#include <jansson.h>
#include <limits.h>
#include <stdlib.h>

#define RULES_MAX 4096
#define COUNT_MAX 1000000
#define TIME_MAX_MS ((int64_t)24 * 3600 * 1000)

/* What is being read: one line of the file gives one rule, or several when it
 * has "answers". */
struct reading {
	struct emulator_rule rule;
	const json_t *answers;
};

/* The readers say what is wrong with the value, or NULL. */
typedef const char *key_reader(struct reading *reading, const json_t *value);

static const char *read_number(const json_t *value, int64_t min, int64_t max, int64_t *out)
{
	if (!json_is_integer(value))
		return "a whole number is wanted";
	if (json_integer_value(value) < min || json_integer_value(value) > max)
		return "the number is out of range";
	*out = json_integer_value(value);
	return NULL;
}

static const char *read_text(const json_t *value, char **out)
{
	if (!json_is_string(value) || json_string_length(value) == 0)
		return "a text is wanted";
	*out = span_dup(span_of(json_string_value(value)));
	return *out == NULL ? "out of memory" : NULL;
}

/* The position of a word in a list; -1 when it is none of them. */
static int word(const json_t *value, const char *const *words, size_t count)
{
	for (size_t i = 0; json_is_string(value) && i < count; i++)
		if (strcmp(json_string_value(value), words[i]) == 0)
			return (int)i;
	return -1;
}

static const char *read_on(struct reading *reading, const json_t *value)
{
	static const char *const words[] = { "put", "data", "time" };
	static const enum emulator_event events[] = {
		EMULATOR_EVENT_PUT, EMULATOR_EVENT_DATA, EMULATOR_EVENT_TIME,
	};
	int found = word(value, words, 3);

	reading->rule.event = found < 0 ? EMULATOR_EVENT_COMMAND : events[found];
	if (found >= 0)
		return NULL;
	if (!json_is_string(value) || !span_starts_nocase(span_of(json_string_value(value)), "AT"))
		return "\"AT...\", \"put\", \"data\" or \"time\" is wanted";
	return read_text(value, &reading->rule.prefix);
}

static const char *read_answer(struct reading *reading, const json_t *value)
{
	int64_t code = 0;
	const char *fault = read_number(value, INT_MIN, INT_MAX, &code);

	reading->rule.fault.has_answer = true;
	reading->rule.fault.answer = (int)code;
	return fault;
}

static const char *read_answers(struct reading *reading, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *one = json_array_get(value, i);
		int64_t code;

		if (!json_is_null(one) && read_number(one, INT_MIN, INT_MAX, &code) != NULL)
			return "a list of numbers and null is wanted";
	}
	reading->answers = value;
	return json_array_size(value) > 0 ? NULL : "a list of numbers and null is wanted";
}

static const char *read_cme(struct reading *reading, const json_t *value)
{
	int64_t code = 0;
	const char *fault = read_number(value, 1, 65535, &code);

	reading->rule.fault.cme = (int)code;
	return fault;
}

static const char *read_drop(struct reading *reading, const json_t *value)
{
	static const char *const words[] = { "command", "ok", "result", "all" };
	struct emulator_fault *fault = &reading->rule.fault;
	int found = word(value, words, 4);

	fault->drop_command = found == 0;
	fault->drop_ok = found == 1 || found == 3;
	fault->drop_result = found == 2 || found == 3;
	return found < 0 ? "\"command\", \"ok\", \"result\" or \"all\" is wanted" : NULL;
}

static const char *read_phase(struct reading *reading, const json_t *value)
{
	static const char *const words[] = { "before", "between", "after" };
	static const enum emulator_phase phases[] = {
		EMULATOR_PHASE_BEFORE, EMULATOR_PHASE_BETWEEN, EMULATOR_PHASE_AFTER,
	};
	int found = word(value, words, 3);

	if (found < 0)
		return "\"before\", \"between\" or \"after\" is wanted";
	reading->rule.fault.phase = phases[found];
	return NULL;
}

static const char *disrupt(struct reading *reading, enum emulator_disruption disruption)
{
	if (reading->rule.fault.disruption != EMULATOR_DISRUPTION_NONE)
		return "only one of reset, off, hangup and silence can be had";
	reading->rule.fault.disruption = disruption;
	return NULL;
}

static const char *read_reset(struct reading *reading, const json_t *value)
{
	return json_is_true(value) ? disrupt(reading, EMULATOR_DISRUPTION_RESET)
				   : "true is wanted";
}

static const char *read_off(struct reading *reading, const json_t *value)
{
	return json_is_true(value) ? disrupt(reading, EMULATOR_DISRUPTION_OFF) : "true is wanted";
}

static const char *read_hangup(struct reading *reading, const json_t *value)
{
	const char *fault = disrupt(reading, EMULATOR_DISRUPTION_HANGUP);

	return fault ? fault
		     : read_number(value, 0, TIME_MAX_MS, &reading->rule.fault.disruption_ms);
}

static const char *read_silence(struct reading *reading, const json_t *value)
{
	const char *fault = disrupt(reading, EMULATOR_DISRUPTION_SILENCE);

	return fault ? fault
		     : read_number(value, 0, TIME_MAX_MS, &reading->rule.fault.disruption_ms);
}

/* Most keys are a plain value at a place of the rule. */
enum kind { KIND_OWN, KIND_TEXT, KIND_BOOLEAN, KIND_COUNT, KIND_TIME };

#define RULE(field) offsetof(struct emulator_rule, field)

static const struct key {
	const char *name;
	enum kind kind;
	key_reader *read;	/* KIND_OWN */
	size_t offset;		/* the others */
	int64_t min;		/* KIND_COUNT */
} keys[] = {
	{ "on", KIND_OWN, read_on, 0, 0 },
	{ "has", KIND_TEXT, NULL, RULE(has), 0 },
	{ "rcpt", KIND_TEXT, NULL, RULE(recipient), 0 },
	{ "at", KIND_TIME, NULL, RULE(at), 0 },
	{ "nth", KIND_COUNT, NULL, RULE(nth), 1 },
	{ "times", KIND_COUNT, NULL, RULE(times), 0 },
	{ "answer", KIND_OWN, read_answer, 0, 0 },
	{ "answers", KIND_OWN, read_answers, 0, 0 },
	{ "deliver", KIND_BOOLEAN, NULL, RULE(fault.deliver), 0 },
	{ "error", KIND_BOOLEAN, NULL, RULE(fault.error), 0 },
	{ "cme", KIND_OWN, read_cme, 0, 0 },
	{ "drop", KIND_OWN, read_drop, 0, 0 },
	{ "result-first", KIND_BOOLEAN, NULL, RULE(fault.result_first), 0 },
	{ "repeat-result", KIND_COUNT, NULL, RULE(fault.repeat_result), 0 },
	{ "delay-answer", KIND_TIME, NULL, RULE(fault.delay_answer_ms), 0 },
	{ "delay-result", KIND_TIME, NULL, RULE(fault.delay_result_ms), 0 },
	{ "before", KIND_TEXT, NULL, RULE(fault.before), 0 },
	{ "between", KIND_TEXT, NULL, RULE(fault.between), 0 },
	{ "after", KIND_TEXT, NULL, RULE(fault.after), 0 },
	{ "info", KIND_TEXT, NULL, RULE(fault.info), 0 },
	{ "phase", KIND_OWN, read_phase, 0, 0 },
	{ "reset", KIND_OWN, read_reset, 0, 0 },
	{ "off", KIND_OWN, read_off, 0, 0 },
	{ "hangup", KIND_OWN, read_hangup, 0, 0 },
	{ "silence", KIND_OWN, read_silence, 0, 0 },
	{ "mute", KIND_BOOLEAN, NULL, RULE(fault.mute), 0 },
};

static const char *read_key(const struct key *key, struct reading *reading, const json_t *value)
{
	char *place = (char *)&reading->rule + key->offset;
	int64_t number = 0;
	const char *fault = NULL;

	switch (key->kind) {
	case KIND_OWN:
		return key->read(reading, value);
	case KIND_TEXT:
		return read_text(value, (char **)(void *)place);
	case KIND_BOOLEAN:
		*(bool *)place = json_is_true(value);
		return json_is_boolean(value) ? NULL : "true or false is wanted";
	case KIND_COUNT:
		fault = read_number(value, key->min, COUNT_MAX, &number);
		*(unsigned *)(void *)place = (unsigned)number;
		return fault;
	case KIND_TIME:
		return read_number(value, 0, TIME_MAX_MS, (int64_t *)(void *)place);
	}
	return fault;
}

static void read_keys(struct reading *reading, json_t *object, struct buf *why)
{
	const size_t count = sizeof(keys) / sizeof(keys[0]);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		const char *fault = "there is no such key";
		size_t i = 0;

		while (i < count && strcmp(keys[i].name, name) != 0)
			i++;
		if (i < count)
			fault = read_key(&keys[i], reading, value);
		if (fault != NULL) {
			buf_format(why, "%s: %s", name, fault);
			return;
		}
	}
	if (json_object_get(object, "on") == NULL)
		buf_text(why, "on: is missing");
	if (json_object_get(object, "nth") != NULL && json_object_get(object, "times") == NULL)
		reading->rule.times = 1;
	/* An answer that says "sent" is true unless the script says otherwise. */
	if (json_object_get(object, "deliver") == NULL)
		reading->rule.fault.deliver = reading->rule.fault.has_answer &&
					      reading->rule.fault.answer == 0;
}

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
static bool append_answers(struct emulator_script *script, const struct reading *reading)
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
	struct reading reading = { .rule = { .line = number, .nth = 1 } };
	json_error_t error;
	json_t *object = json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, &error);

	if (object == NULL)
		buf_text(why, error.text);
	else if (!json_is_object(object))
		buf_text(why, "an object is wanted");
	else
		read_keys(&reading, object, why);
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

	*script = (struct emulator_script){ NULL, 0 };
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
