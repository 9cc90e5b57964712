/* SPDX-License-Identifier: ISC */
#include "modem/modem_memory.h"

#include <inttypes.h>
#include <stddef.h>

/* One line a fact, the name first. Nobody but us writes the file, but a disk may
 * hand back anything: each line is judged by itself.
 *
 *	boot 6c1e2a0e-...
 *	failures 4
 *	resets-hour 1 86400000		since when, on the clock of that start
 *	resets-day 3 12000000
 *	model Quectel_M95
 *	firmware M95AR02A01
 *	bare-escape yes
 *	size-ends no
 *	baud 115200 */

#define COUNT_MAX 1000		/* of failures and resets: more are not counted either */
#define BAUD_MAX 4000000

static const char *const known_names[] = {
	[AT_UNKNOWN] = "unknown",
	[AT_NO] = "no",
	[AT_YES] = "yes",
};

bool modem_memory_format(const struct modem_memory *memory, const char *boot_id, struct buf *out)
{
	buf_format(out, "boot %.*s\n", MODEM_BOOT_ID_SIZE, boot_id);
	buf_format(out, "failures %u\n", memory->failures);
	buf_format(out, "resets-hour %u %" PRId64 "\n", memory->resets_hour, memory->hour_start_ms);
	buf_format(out, "resets-day %u %" PRId64 "\n", memory->resets_day, memory->day_start_ms);
	buf_format(out, "model %s\n", memory->model);
	buf_format(out, "firmware %s\n", memory->firmware);
	buf_format(out, "bare-escape %s\n", known_names[memory->bare_escape_ends]);
	buf_format(out, "size-ends %s\n", known_names[memory->size_ends_data]);
	return buf_format(out, "baud %u\n", memory->baud);
}

static void read_count(struct span text, unsigned *count)
{
	int64_t value;

	if (span_number(text, 0, COUNT_MAX, &value))
		*count = (unsigned)value;
}

/* A count with the beginning of its hour or day. */
static void read_resets(struct span text, unsigned *count, int64_t *start_ms)
{
	struct span word;

	if (!span_word(&text, &word))
		return;
	read_count(word, count);
	if (span_word(&text, &word))
		span_number(word, 0, INT64_MAX, start_ms);
}

static void read_known(struct span text, enum at_known *known)
{
	for (size_t i = 0; i < sizeof(known_names) / sizeof(known_names[0]); i++)
		if (span_is(text, known_names[i]))
			*known = (enum at_known)i;
}

/* As modem_facts cuts them: printable, or they would never be met again. */
static void read_name(struct span text, char *out, size_t size)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < 0x20 || text.at[i] > 0x7e)
			return;
	if (text.length < size)
		span_copy(text, out, size);
}

static void read_baud(struct span text, unsigned *baud)
{
	int64_t value;

	if (span_number(text, 0, BAUD_MAX, &value))
		*baud = (unsigned)value;
}

/* Of one line; `same_boot` when it names this start of the machine. */
static void read_line(struct span line, const char *boot_id, struct modem_memory *memory,
		      bool *same_boot)
{
	struct span name;

	if (!span_cut(&line, ' ', &name))
		return;
	if (span_is(name, "boot"))
		*same_boot = line.length > 0 && span_is(line, boot_id);
	else if (span_is(name, "failures"))
		read_count(line, &memory->failures);
	else if (span_is(name, "resets-hour"))
		read_resets(line, &memory->resets_hour, &memory->hour_start_ms);
	else if (span_is(name, "resets-day"))
		read_resets(line, &memory->resets_day, &memory->day_start_ms);
	else if (span_is(name, "model"))
		read_name(line, memory->model, sizeof(memory->model));
	else if (span_is(name, "firmware"))
		read_name(line, memory->firmware, sizeof(memory->firmware));
	else if (span_is(name, "bare-escape"))
		read_known(line, &memory->bare_escape_ends);
	else if (span_is(name, "size-ends"))
		read_known(line, &memory->size_ends_data);
	else if (span_is(name, "baud"))
		read_baud(line, &memory->baud);
}

void modem_memory_parse(struct span text, const char *boot_id, int64_t now_ms,
			struct modem_memory *memory)
{
	struct span line;
	bool same_boot = false;

	*memory = (struct modem_memory){ .hour_start_ms = INT64_MAX, .day_start_ms = INT64_MAX };
	if (text.length > MODEM_MEMORY_TEXT_MAX)
		text.length = 0;
	while (span_cut(&text, '\n', &line))
		read_line(line, boot_id, memory, &same_boot);
	/* A beginning that is still to come would hold a cap for ever. */
	if (!same_boot || memory->hour_start_ms > now_ms)
		memory->hour_start_ms = now_ms;
	if (!same_boot || memory->day_start_ms > now_ms)
		memory->day_start_ms = now_ms;
}
