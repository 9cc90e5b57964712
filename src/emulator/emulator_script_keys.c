/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_script_keys.h"

#include <limits.h>

#define COUNT_MAX 1000000
#define TIME_MAX_MS ((int64_t)24 * 3600 * 1000)

/* The readers say what is wrong with the value, or NULL. */
typedef const char *key_reader(struct emulator_reading *reading, const json_t *value);

static const char *read_number(const json_t *value, int64_t min, int64_t max, int64_t *out)
{
	if (!json_is_integer(value))
		return "a whole number is wanted";
	if (json_integer_value(value) < min || json_integer_value(value) > max)
		return "the number is out of range";
	*out = json_integer_value(value);
	return NULL;
}

static const char *read_int(const json_t *value, int min, int max, int *out)
{
	int64_t number = min;
	const char *fault = read_number(value, min, max, &number);

	*out = (int)number;
	return fault;
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

static const char *read_on(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "put", "data", "time", "bytes" };
	static const enum emulator_event events[] = {
		EMULATOR_EVENT_PUT, EMULATOR_EVENT_DATA, EMULATOR_EVENT_TIME,
		EMULATOR_EVENT_OCTET,
	};
	int found = word(value, words, 4);

	reading->rule.event = found < 0 ? EMULATOR_EVENT_COMMAND : events[found];
	if (found >= 0)
		return NULL;
	if (!json_is_string(value) || !span_starts_nocase(span_of(json_string_value(value)), "AT"))
		return "\"AT...\", \"put\", \"data\", \"time\" or \"bytes\" is wanted";
	return read_text(value, &reading->rule.prefix);
}

static const char *read_from(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "host", "module" };
	int found = word(value, words, 2);

	reading->rule.from = found == 0 ? EMULATOR_SIDE_HOST : EMULATOR_SIDE_MODULE;
	return found < 0 ? "\"host\" or \"module\" is wanted" : NULL;
}

static const char *read_chance(struct emulator_reading *reading, const json_t *value)
{
	reading->rule.chance = json_number_value(value);
	return json_is_number(value) && reading->rule.chance >= 0 && reading->rule.chance <= 1
		       ? NULL : "a number from 0 to 1 is wanted";
}

static const char *read_answer(struct emulator_reading *reading, const json_t *value)
{
	reading->rule.fault.has_answer = true;
	return read_int(value, INT_MIN, INT_MAX, &reading->rule.fault.answer);
}

static const char *read_answers(struct emulator_reading *reading, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *one = json_array_get(value, i);
		int code;

		if (!json_is_null(one) && read_int(one, INT_MIN, INT_MAX, &code) != NULL)
			return "a list of numbers and null is wanted";
	}
	reading->answers = value;
	return json_array_size(value) > 0 ? NULL : "a list of numbers and null is wanted";
}

static const char *read_cme(struct emulator_reading *reading, const json_t *value)
{
	if (json_is_string(value))
		return read_text(value, &reading->rule.fault.cme_text);
	return read_int(value, 1, 65535, &reading->rule.fault.cme);
}

static const char *read_drop(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "command", "ok", "result", "all" };
	struct emulator_fault *fault = &reading->rule.fault;
	int found = word(value, words, 4);
	int64_t octets = 0;

	fault->drop_command = found == 0;
	fault->drop_ok = found == 1 || found == 3;
	fault->drop_result = found == 2 || found == 3;
	reading->drops_words = found >= 0;
	if (found >= 0)
		return NULL;
	if (read_number(value, 1, COUNT_MAX, &octets) != NULL)
		return "\"command\", \"ok\", \"result\", \"all\", or a number of octets is wanted";
	fault->line.drop = (unsigned)octets;
	reading->drops_octets = true;
	return NULL;
}

static const char *read_flip(struct emulator_reading *reading, const json_t *value)
{
	int mask = 0;
	const char *fault = read_int(value, 1, 255, &mask);

	reading->rule.fault.line.flip = (unsigned)mask;
	return fault;
}

static const char *read_phase(struct emulator_reading *reading, const json_t *value)
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

static const char *disrupt(struct emulator_reading *reading, enum emulator_disruption disruption)
{
	if (reading->rule.fault.disruption != EMULATOR_DISRUPTION_NONE)
		return "only one of reset, off, hangup and silence can be had";
	reading->rule.fault.disruption = disruption;
	return NULL;
}

static const char *read_reset(struct emulator_reading *reading, const json_t *value)
{
	return json_is_true(value) ? disrupt(reading, EMULATOR_DISRUPTION_RESET)
				   : "true is wanted";
}

static const char *read_off(struct emulator_reading *reading, const json_t *value)
{
	return json_is_true(value) ? disrupt(reading, EMULATOR_DISRUPTION_OFF) : "true is wanted";
}

static const char *read_hangup(struct emulator_reading *reading, const json_t *value)
{
	const char *fault = disrupt(reading, EMULATOR_DISRUPTION_HANGUP);

	return fault ? fault
		     : read_number(value, 0, TIME_MAX_MS, &reading->rule.fault.disruption_ms);
}

static const char *read_silence(struct emulator_reading *reading, const json_t *value)
{
	const char *fault = disrupt(reading, EMULATOR_DISRUPTION_SILENCE);

	return fault ? fault
		     : read_number(value, 0, TIME_MAX_MS, &reading->rule.fault.disruption_ms);
}

static const char *read_creg(struct emulator_reading *reading, const json_t *value)
{
	reading->rule.fault.change.has_creg = true;
	return read_int(value, 0, 5, &reading->rule.fault.change.creg);
}

static const char *read_cgreg(struct emulator_reading *reading, const json_t *value)
{
	reading->rule.fault.change.has_cgreg = true;
	return read_int(value, 0, 5, &reading->rule.fault.change.cgreg);
}

static const char *read_csq(struct emulator_reading *reading, const json_t *value)
{
	reading->rule.fault.change.has_csq = true;
	return read_int(value, 0, 99, &reading->rule.fault.change.csq);
}

/* Both registrations by the name of what they mean (TS 27.007, 7.2). */
static const char *read_network(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = {
		"none", "home", "searching", "denied", "unknown", "roaming",
	};
	struct emulator_change *change = &reading->rule.fault.change;

	change->creg = change->cgreg = word(value, words, 6);
	change->has_creg = change->has_cgreg = true;
	return change->creg < 0 ? "\"none\", \"home\", \"searching\", \"denied\", \"unknown\" or "
				  "\"roaming\" is wanted" : NULL;
}

static const char *read_bearer(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "fine", "stuck", "dead" };
	static const enum emulator_path paths[] = {
		EMULATOR_PATH_FINE, EMULATOR_PATH_STUCK, EMULATOR_PATH_DEAD,
	};
	int found = word(value, words, 3);

	if (found < 0)
		return "\"fine\", \"stuck\" or \"dead\" is wanted";
	reading->rule.fault.change.path = paths[found];
	return NULL;
}

static const char *read_context(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "lost" };

	reading->rule.fault.change.context_lost = true;
	return word(value, words, 1) < 0 ? "\"lost\" is wanted" : NULL;
}

static const char *read_checksum(struct emulator_reading *reading, const json_t *value)
{
	static const char *const words[] = { "wrong" };

	reading->rule.fault.wrong_checksum = true;
	return word(value, words, 1) < 0 ? "\"wrong\" is wanted" : NULL;
}

/* Most keys are a plain value at a place of the rule. */
enum kind { KIND_OWN, KIND_TEXT, KIND_BOOLEAN, KIND_COUNT, KIND_TIME };

/* What a key can be said of. */
#define ANY 0u
#define OCTETS 1u	/* "bytes" */
#define CLOCK 2u	/* "time" */
#define ANSWERS 4u	/* "AT..." and "put" */

#define RULE(field) offsetof(struct emulator_rule, field)

static const struct key {
	const char *name;
	enum kind kind;
	key_reader *read;	/* KIND_OWN */
	size_t offset;		/* the others */
	int64_t min;		/* KIND_COUNT and KIND_TIME */
	unsigned events;
} keys[] = {
	{ "on", KIND_OWN, read_on, 0, 0, ANY },
	{ "from", KIND_OWN, read_from, 0, 0, OCTETS },
	{ "has", KIND_TEXT, NULL, RULE(has), 0, ANY },
	{ "rcpt", KIND_TEXT, NULL, RULE(recipient), 0, ANY },
	{ "at", KIND_TIME, NULL, RULE(at), 0, ANY },
	{ "every", KIND_TIME, NULL, RULE(every), 1, OCTETS | CLOCK },
	{ "nth", KIND_COUNT, NULL, RULE(nth), 1, ANY },
	{ "times", KIND_COUNT, NULL, RULE(times), 0, ANY },
	{ "chance", KIND_OWN, read_chance, 0, 0, ANY },
	{ "answer", KIND_OWN, read_answer, 0, 0, ANSWERS },
	{ "answers", KIND_OWN, read_answers, 0, 0, ANSWERS },
	{ "deliver", KIND_BOOLEAN, NULL, RULE(fault.deliver), 0, ANY },
	{ "error", KIND_BOOLEAN, NULL, RULE(fault.error), 0, ANSWERS },
	{ "cme", KIND_OWN, read_cme, 0, 0, ANSWERS },
	{ "drop", KIND_OWN, read_drop, 0, 0, ANY },
	{ "duplicate", KIND_COUNT, NULL, RULE(fault.line.duplicate), 1, OCTETS },
	{ "flip", KIND_OWN, read_flip, 0, 0, OCTETS },
	{ "split", KIND_TIME, NULL, RULE(fault.line.split_ms), 1, OCTETS },
	{ "say", KIND_TEXT, NULL, RULE(fault.say), 0, ANY },
	{ "inside", KIND_BOOLEAN, NULL, RULE(fault.inside), 0, ANY },
	{ "result-first", KIND_BOOLEAN, NULL, RULE(fault.result_first), 0, ANSWERS },
	{ "repeat-answer", KIND_COUNT, NULL, RULE(fault.repeat_answer), 0, ANSWERS },
	{ "repeat-result", KIND_COUNT, NULL, RULE(fault.repeat_result), 0, ANSWERS },
	{ "delay-answer", KIND_TIME, NULL, RULE(fault.delay_answer_ms), 0, ANSWERS },
	{ "delay-result", KIND_TIME, NULL, RULE(fault.delay_result_ms), 0, ANSWERS },
	{ "before", KIND_TEXT, NULL, RULE(fault.before), 0, ANY },
	{ "between", KIND_TEXT, NULL, RULE(fault.between), 0, ANSWERS },
	{ "after", KIND_TEXT, NULL, RULE(fault.after), 0, ANSWERS },
	{ "info", KIND_TEXT, NULL, RULE(fault.info), 0, ANSWERS },
	{ "checksum", KIND_OWN, read_checksum, 0, 0, ANSWERS },
	{ "phase", KIND_OWN, read_phase, 0, 0, ANSWERS },
	{ "reset", KIND_OWN, read_reset, 0, 0, ANY },
	{ "off", KIND_OWN, read_off, 0, 0, ANY },
	{ "hangup", KIND_OWN, read_hangup, 0, 0, ANY },
	{ "silence", KIND_OWN, read_silence, 0, 0, ANY },
	{ "mute", KIND_BOOLEAN, NULL, RULE(fault.mute), 0, ANY },
	{ "network", KIND_OWN, read_network, 0, 0, ANY },
	{ "creg", KIND_OWN, read_creg, 0, 0, ANY },
	{ "cgreg", KIND_OWN, read_cgreg, 0, 0, ANY },
	{ "csq", KIND_OWN, read_csq, 0, 0, ANY },
	{ "bearer", KIND_OWN, read_bearer, 0, 0, ANY },
	{ "context", KIND_OWN, read_context, 0, 0, ANY },
};

static const struct key *find(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static const char *read_key(const struct key *key, struct emulator_reading *reading,
			    const json_t *value)
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
		return read_number(value, key->min, TIME_MAX_MS, (int64_t *)(void *)place);
	}
	return fault;
}

static unsigned kind_of(enum emulator_event event)
{
	switch (event) {
	case EMULATOR_EVENT_COMMAND:
	case EMULATOR_EVENT_PUT:
		return ANSWERS;
	case EMULATOR_EVENT_TIME:
		return CLOCK;
	case EMULATOR_EVENT_OCTET:
		return OCTETS;
	case EMULATOR_EVENT_DATA:
		break;
	}
	return 0;
}

/* Keys that mean nothing for what the rule waits for are mistakes. */
static void check_together(const struct emulator_reading *reading, json_t *object,
			   struct buf *why)
{
	unsigned kind = kind_of(reading->rule.event);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		const struct key *key = find(name);

		if (key->events != ANY && (key->events & kind) == 0) {
			buf_format(why, "%s: has no meaning for this \"on\"", name);
			return;
		}
	}
	if (kind == OCTETS && json_object_get(object, "from") == NULL)
		buf_text(why, "from: is missing");
	else if (reading->drops_octets && kind != OCTETS)
		buf_text(why, "drop: octets are dropped by \"bytes\" alone");
	else if (reading->drops_words && kind != ANSWERS)
		buf_text(why, "drop: there is nothing of that to drop");
}

/* What follows from what was said and what was not. */
static void complete(struct emulator_reading *reading, json_t *object)
{
	struct emulator_rule *rule = &reading->rule;

	if (json_object_get(object, "nth") != NULL && json_object_get(object, "times") == NULL)
		rule->times = 1;
	/* An answer that says "sent" is true unless the script says otherwise. */
	if (json_object_get(object, "deliver") == NULL)
		rule->fault.deliver = rule->fault.has_answer && rule->fault.answer == 0;
	/* A mail is looked at when its command has been taken: there is no before. */
	if (rule->event == EMULATOR_EVENT_PUT && rule->fault.phase == EMULATOR_PHASE_BEFORE)
		rule->fault.phase = EMULATOR_PHASE_BETWEEN;
}

void emulator_script_read(struct emulator_reading *reading, json_t *object, struct buf *why)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		const struct key *key = find(name);
		const char *fault = key ? read_key(key, reading, value) : "there is no such key";

		if (fault != NULL) {
			buf_format(why, "%s: %s", name, fault);
			return;
		}
	}
	if (json_object_get(object, "on") == NULL) {
		buf_text(why, "on: is missing");
		return;
	}
	check_together(reading, object, why);
	complete(reading, object);
}
