/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_tape.h"

#include <stdlib.h>

#define ENTRIES_MAX 100000
#define SECONDS_MAX 10000000
#define OCTETS_MAX (16 * 1024 * 1024)

void emulator_tape_clear(struct emulator_tape *tape)
{
	for (size_t i = 0; i < tape->count; i++)
		free(tape->entries[i].text);
	free(tape->entries);
	*tape = (struct emulator_tape){ NULL, 0 };
}

/* "12.043", with any number of decimals. */
static bool read_time(struct span text, int64_t *ms)
{
	struct span fraction = { NULL, 0 };
	size_t point = span_index(text, '.');
	int64_t seconds, digit;

	if (!span_number(span_take(text, point), 0, SECONDS_MAX, &seconds))
		return false;
	if (point < text.length)
		fraction = span_skip(text, point + 1);
	*ms = seconds * 1000;
	for (size_t i = 0, unit = 100; i < fraction.length; i++, unit /= 10) {
		if (!span_number(span_make(fraction.at + i, 1), 0, 9, &digit))
			return false;
		*ms += digit * (int64_t)unit;
	}
	return true;
}

/* "(512 octets)" */
static bool read_octets(struct span text, size_t *octets)
{
	struct span word;
	int64_t number;

	if (!span_starts(text, "(") || text.at[text.length - 1] != ')')
		return false;
	text = span_take(span_skip(text, 1), text.length - 2);
	if (!span_word(&text, &word) || !span_number(word, 0, OCTETS_MAX, &number))
		return false;
	*octets = (size_t)number;
	return span_word(&text, &word) && span_starts(word, "octet") && span_trim(text).length == 0;
}

static const char *append(struct emulator_tape *tape, const struct emulator_tape_entry *entry,
			  struct span text)
{
	struct emulator_tape_entry *grown;

	if (tape->count == ENTRIES_MAX)
		return "too many records";
	grown = realloc(tape->entries, (tape->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return "out of memory";
	tape->entries = grown;
	grown[tape->count] = *entry;
	grown[tape->count].text = span_dup(text);
	if (grown[tape->count].text == NULL)
		return "out of memory";
	tape->count++;
	return NULL;
}

/* What is wrong with the line, or NULL. */
static const char *read_line(struct emulator_tape *tape, struct span line)
{
	struct emulator_tape_entry entry = { .kind = EMULATOR_TAPE_CAME };
	struct span rest = line;
	struct span time, mark;

	if (!span_word(&rest, &time) || !read_time(time, &entry.ms))
		return "a time in seconds is wanted";
	if (!span_word(&rest, &mark) || mark.length != 1)
		return "\">\", \"<\" or \"=\" is wanted behind the time";
	rest = span_trim(rest);
	switch (mark.at[0]) {
	case '=':
		return NULL;
	case '<':
		return append(tape, &entry, rest);
	case '>':
		entry.kind = read_octets(rest, &entry.octets) ? EMULATOR_TAPE_DATA
							      : EMULATOR_TAPE_SENT;
		return append(tape, &entry, rest);
	default:
		return "\">\", \"<\" or \"=\" is wanted behind the time";
	}
}

bool emulator_tape_parse(struct emulator_tape *tape, struct span text, struct buf *why)
{
	const char *fault = NULL;
	struct span line;
	size_t number = 0;

	*tape = (struct emulator_tape){ NULL, 0 };
	while (fault == NULL && span_cut(&text, '\n', &line)) {
		number++;
		line = span_trim(line);
		if (line.length > 0 && line.at[0] != '#')
			fault = read_line(tape, line);
	}
	if (fault != NULL)
		buf_format(why, "%zu: %s", number, fault);
	else if (tape->count == 0)
		buf_text(why, " nothing is recorded there");
	if (fault == NULL && tape->count > 0)
		return true;
	emulator_tape_clear(tape);
	return false;
}

/* The name ends where the form begins: "", "?", "=?" or "=". */
static size_t name_length(struct span command)
{
	size_t equals = span_index(command, '=');
	size_t asks = span_index(command, '?');

	return equals < asks ? equals : asks;
}

static struct span form_of(struct span command)
{
	struct span rest = span_skip(command, name_length(command));

	return span_is(rest, "=?") ? rest : span_take(rest, 1);
}

static bool is_same(struct span one, struct span other)
{
	return span_equal_nocase(span_take(one, name_length(one)),
				 span_take(other, name_length(other))) &&
	       span_equal(form_of(one), form_of(other));
}

/* Whether one of these entries has the command of entry `at`. */
static bool is_among(const struct emulator_tape *tape, const size_t *entries, unsigned count,
		     size_t at)
{
	for (unsigned i = 0; i < count; i++)
		if (is_same(span_of(tape->entries[entries[i]].text),
			    span_of(tape->entries[at].text)))
			return true;
	return false;
}

size_t emulator_tape_find(const struct emulator_tape *tape, size_t from, struct span command,
			  unsigned within)
{
	size_t passed[EMULATOR_TAPE_WITHIN_MAX];	/* each command once */
	unsigned count = 0;

	if (within > EMULATOR_TAPE_WITHIN_MAX)
		within = EMULATOR_TAPE_WITHIN_MAX;
	for (size_t i = from; i < tape->count; i++) {
		const struct emulator_tape_entry *entry = &tape->entries[i];

		if (entry->kind != EMULATOR_TAPE_SENT || is_among(tape, passed, count, i))
			continue;
		if (count == within)
			break;
		if (is_same(span_of(entry->text), command))
			return i;
		passed[count++] = i;
	}
	return tape->count;
}
