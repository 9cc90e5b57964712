/* SPDX-License-Identifier: ISC */
#include "io/pin_memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/checksum.h"
#include "base/span.h"
#include "io/state_file.h"

#define MATTER "pin"
#define LINE_MAX_OCTETS 80
#define TEXT_MAX ((PIN_MEMORY_LINES_MAX + 1) * LINE_MAX_OCTETS)
#define ANY_SIM "-"

static const char *const names[] = {
	[MODEM_PIN_NEW] = "new",
	[MODEM_PIN_TRYING] = "trying",
	[MODEM_PIN_ACCEPTED] = "accepted",
	[MODEM_PIN_REFUSED] = "refused",
};

/* A line: "gsmtpd-pin 1 STATE SALT PIN-SUM SIM-SUM". The last was not there at
 * first: then, as with "-", it is for any SIM. */
struct note {
	enum modem_pin_memory memory;
	struct span salt, pin_sum, sim_sum;
};

static uint32_t sum_of(struct span salt, const char *text)
{
	return checksum_crc32(checksum_crc32(0, salt.at, salt.length), text, strlen(text));
}

static bool is_sum_of(struct span sum, struct span salt, const char *text)
{
	char expected[16];

	snprintf(expected, sizeof(expected), "%08x", sum_of(salt, text));
	return span_is(sum, expected);
}

static bool parse(struct span line, struct note *note)
{
	struct span mark, version, state;

	if (!span_word(&line, &mark) || !span_is(mark, "gsmtpd-pin") ||
	    !span_word(&line, &version) || !span_is(version, "1") ||
	    !span_word(&line, &state) || !span_word(&line, &note->salt) ||
	    !span_word(&line, &note->pin_sum))
		return false;
	if (!span_word(&line, &note->sim_sum))
		note->sim_sum = span_of(ANY_SIM);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		note->memory = (enum modem_pin_memory)i;
		if (span_is(state, names[i]))
			return true;
	}
	return false;
}

static bool is_for_any_sim(const struct note *note)
{
	return span_is(note->sim_sum, ANY_SIM);
}

/* Whether it may be about this PIN and SIM; "" is a SIM that does not tell. */
static bool concerns(const struct note *note, const char *pin, const char *iccid)
{
	return is_sum_of(note->pin_sum, note->salt, pin) &&
	       (iccid[0] == '\0' || is_for_any_sim(note) ||
		is_sum_of(note->sim_sum, note->salt, iccid));
}

/* Whether a new one takes its place. */
static bool is_replaced(const struct note *note, const char *pin, const char *iccid)
{
	return is_sum_of(note->pin_sum, note->salt, pin) &&
	       (iccid[0] == '\0' ? is_for_any_sim(note) :
		is_sum_of(note->sim_sum, note->salt, iccid));
}

/* Takes the next line off the front; false at the end. A last line without its LF
 * counts as one: files are replaced whole. */
static bool next_line(struct span *text, struct span *line)
{
	size_t length = span_index(*text, '\n');

	if (text->length == 0)
		return false;
	*line = span_take(*text, length);
	*text = span_skip(*text, length + 1);
	return true;
}

static const int severities[] = {
	[MODEM_PIN_NEW] = 0,
	[MODEM_PIN_ACCEPTED] = 1,
	[MODEM_PIN_TRYING] = 2,
	[MODEM_PIN_REFUSED] = 3,
};

/* The newer note counts, but a refusal always; of a SIM that does not tell which it
 * is, the worse. */
static enum modem_pin_memory weigh(enum modem_pin_memory old, enum modem_pin_memory newer,
				   bool sim_tells)
{
	if (old == MODEM_PIN_REFUSED)
		return old;
	return sim_tells || severities[newer] > severities[old] ? newer : old;
}

static enum modem_pin_memory look_up(struct span text, const char *pin, const char *iccid)
{
	enum modem_pin_memory memory = MODEM_PIN_NEW;
	bool damaged = text.length == 0;
	struct span line;
	struct note note;

	while (next_line(&text, &line)) {
		if (!parse(line, &note))
			damaged = true;
		else if (concerns(&note, pin, iccid))
			memory = weigh(memory, note.memory, iccid[0] != '\0');
	}
	return damaged && memory != MODEM_PIN_REFUSED ? MODEM_PIN_TRYING : memory;
}

enum modem_pin_memory pin_memory_load(const char *folder, const char *modem, const char *pin,
				      const char *iccid)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	int result = state_file_load(folder, MATTER, modem, &text);
	enum modem_pin_memory memory = MODEM_PIN_TRYING;

	if (result == 0)
		memory = look_up(buf_span(&text), pin, iccid);
	else if (result == -ENOENT)
		memory = MODEM_PIN_NEW;
	buf_clear(&text);
	return memory;
}

struct counts {
	size_t refused, others;
};

static struct counts count_notes(struct span text, const char *pin, const char *iccid)
{
	struct counts counts = { 0, 0 };
	struct span line;
	struct note note;

	while (next_line(&text, &line)) {
		if (!parse(line, &note) || is_replaced(&note, pin, iccid))
			continue;
		if (note.memory == MODEM_PIN_REFUSED)
			counts.refused++;
		else
			counts.others++;
	}
	return counts;
}

/* What goes of these, so that there is room for one more. */
static struct counts count_surplus(struct counts counts)
{
	size_t sum = counts.refused + counts.others;
	size_t surplus = sum < PIN_MEMORY_LINES_MAX ? 0 : sum + 1 - PIN_MEMORY_LINES_MAX;
	size_t others = surplus < counts.others ? surplus : counts.others;

	return (struct counts){ .refused = surplus - others, .others = others };
}

/* The lines to keep beside a new one. What cannot be read is left out: it allowed no
 * try but with a full counter. */
static void keep_others(struct span text, const char *pin, const char *iccid, struct buf *kept)
{
	struct counts surplus = count_surplus(count_notes(text, pin, iccid));
	struct span line;
	struct note note;

	while (next_line(&text, &line)) {
		size_t *left;

		if (!parse(line, &note) || is_replaced(&note, pin, iccid))
			continue;
		left = note.memory == MODEM_PIN_REFUSED ? &surplus.refused : &surplus.others;
		if (*left > 0) {
			(*left)--;
			continue;
		}
		buf_put(kept, line);
		buf_byte(kept, '\n');
	}
}

static bool add_note(struct buf *text, const char *pin, const char *iccid,
		     enum modem_pin_memory memory)
{
	char salt_text[16];
	struct span salt;
	uint32_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return false;
	snprintf(salt_text, sizeof(salt_text), "%08x", number);
	salt = span_of(salt_text);
	buf_format(text, "gsmtpd-pin 1 %s %s %08x ", names[memory], salt_text, sum_of(salt, pin));
	if (iccid[0] == '\0')
		return buf_text(text, ANY_SIM "\n");
	return buf_format(text, "%08x\n", sum_of(salt, iccid));
}

int pin_memory_store(const char *folder, const char *modem, const char *pin, const char *iccid,
		     enum modem_pin_memory memory)
{
	struct buf old = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX);
	int result;

	if (state_file_load(folder, MATTER, modem, &old) < 0)
		buf_reset(&old);
	keep_others(buf_span(&old), pin, iccid, &text);
	result = add_note(&text, pin, iccid, memory) ?
		 state_file_store(folder, MATTER, modem, buf_span(&text)) : -EIO;
	buf_clear(&old);
	buf_clear(&text);
	return result;
}
