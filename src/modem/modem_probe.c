/* SPDX-License-Identifier: ISC */
#include "modem/modem_probe.h"

#define SWEEPS_MAX 16	/* of MODEM_BRINGUP_FILES_MAX files each */

static bool is_same_firmware(const struct modem_life *life)
{
	return strcmp(life->memory.model, life->facts.model) == 0 &&
		strcmp(life->memory.firmware, life->facts.firmware) == 0;
}

/* What is remembered of this firmware; of another one, nothing. */
static void recall(struct modem_life *life)
{
	if (!is_same_firmware(life)) {
		span_copy(span_of(life->facts.model), life->memory.model,
			  sizeof(life->memory.model));
		span_copy(span_of(life->facts.firmware), life->memory.firmware,
			  sizeof(life->memory.firmware));
		life->memory.bare_escape_ends = AT_UNKNOWN;
		life->memory.size_ends_data = AT_UNKNOWN;
	}
	life->facts.bare_escape_ends = life->memory.bare_escape_ends;
	life->facts.size_ends_data = life->memory.size_ends_data;
}

static void note_guard(struct modem_life *life, enum at_known bare_escape_ends)
{
	life->facts.bare_escape_ends = bare_escape_ends;
	if (bare_escape_ends == AT_UNKNOWN || bare_escape_ends == life->memory.bare_escape_ends)
		return;
	life->memory.bare_escape_ends = bare_escape_ends;
	modem_course_keep(life);
}

static void note_size(struct modem_life *life, enum at_known size_ends_data)
{
	if (size_ends_data == AT_UNKNOWN)
		return;
	life->facts.size_ends_data = size_ends_data;
	if (life->memory.size_ends_data == size_ends_data)
		return;
	life->memory.size_ends_data = size_ends_data;
	modem_course_keep(life);
}

static void look_at_store(struct modem_life *life)
{
	if (!life->options.wants_store || life->store_asked || life->store_failed) {
		modem_course_look_at_sim(life);
		return;
	}
	life->store_asked = true;
	life->sweeps = 0;
	life->facts.has_store = false;
	life->facts.store_free_octets = 0;
	modem_course_run(life, MODEM_SYNCING, MODEM_SCRIPT_STORE, 0);
}

static void look_at_size(struct modem_life *life)
{
	if (!life->options.finds_guard || life->facts.size_ends_data != AT_UNKNOWN ||
	    life->size_asked) {
		look_at_store(life);
		return;
	}
	life->size_asked = true;
	modem_course_run(life, MODEM_SYNCING, MODEM_SCRIPT_SIZE, 0);
}

void modem_probe_begin(struct modem_life *life)
{
	recall(life);
	if (life->options.finds_guard && life->facts.bare_escape_ends == AT_UNKNOWN &&
	    !life->guard_asked) {
		life->guard_asked = true;
		modem_course_run(life, MODEM_SYNCING, MODEM_SCRIPT_GUARD, 0);
	} else {
		look_at_size(life);
	}
}

bool modem_probe_is_ours(enum modem_script script)
{
	return script == MODEM_SCRIPT_GUARD || script == MODEM_SCRIPT_SIZE ||
		script == MODEM_SCRIPT_STORE || script == MODEM_SCRIPT_SWEEP;
}

void modem_probe_after_guard(struct modem_life *life, const struct at_chat_result *result)
{
	if (result->outcome == AT_CHAT_OK)
		note_guard(life, result->bare_escape_ends);
	look_at_size(life);
}

void modem_probe_after_size(struct modem_life *life, const struct at_chat_result *result)
{
	if (result->outcome == AT_CHAT_OK)
		note_size(life, result->size_ends_data);
	look_at_store(life);
}

static void leave_store(struct modem_life *life)
{
	if (life->state == MODEM_READY)
		modem_course_become_ready(life);
	else
		modem_course_look_at_sim(life);
}

/* A file that cannot be deleted would be met again and again. */
void modem_probe_after_store(struct modem_life *life, const struct at_chat_result *result)
{
	if (life->script == MODEM_SCRIPT_STORE)
		life->facts.has_store = result->outcome == AT_CHAT_OK && life->has_room;
	if (life->facts.has_store && life->file_count > 0 && life->sweeps++ < SWEEPS_MAX)
		modem_course_run(life, life->state, MODEM_SCRIPT_SWEEP, 0);
	else
		leave_store(life);
}

void modem_probe_tidy_store(struct modem_life *life)
{
	life->sweeps = 0;
	life->file_count = 0;
	if (life->facts.has_store)
		modem_course_run(life, MODEM_READY, MODEM_SCRIPT_SWEEP, 0);
	else
		modem_course_become_ready(life);
}

void modem_probe_hear_store(struct modem_life *life, const char *label, struct span line)
{
	struct span name;

	if (strcmp(label, "QFLDS") == 0 &&
	    modem_store_read_free(line, &life->facts.store_free_octets))
		life->has_room = true;
	else if (strcmp(label, "QFLST") == 0 && life->file_count < MODEM_BRINGUP_FILES_MAX &&
		 modem_store_read_ours(line, &name) &&
		 span_copy(name, life->files[life->file_count], sizeof(life->files[0])))
		life->file_count++;
}

/* Trouble with data after an escape without silence: it is found out anew. */
static bool is_doubtful(const struct modem_life *life, const struct at_chat_result *result)
{
	return life->facts.bare_escape_ends == AT_YES && result->label != NULL &&
		(result->outcome == AT_CHAT_TIMEOUT || result->outcome == AT_CHAT_MISMATCH) &&
		(strcmp(result->label, "QSMTPBODY") == 0 || strcmp(result->label, "QSMTPATT") == 0);
}

/* A store that fails is done without until the line is opened anew: what it did to
 * one mail it would do to the next. */
static bool is_of_store(const struct at_chat_result *result)
{
	return (result->outcome == AT_CHAT_ERROR || result->outcome == AT_CHAT_MISMATCH ||
		result->outcome == AT_CHAT_RESULT) && result->label != NULL &&
		(strcmp(result->label, "QFUPL") == 0 || strcmp(result->label, "QSMTPATT/UFS") == 0);
}

/* What a mail that failed so has shown of the end of a file may be the failure
 * itself: octets that the line lost, or an escape that stood on a command line. */
static bool is_misleading(const struct at_chat_result *result)
{
	return result->outcome == AT_CHAT_ERROR || result->outcome == AT_CHAT_MISMATCH ||
		result->outcome == AT_CHAT_TIMEOUT || result->outcome == AT_CHAT_BROKEN_DATA;
}

void modem_probe_learn(struct modem_life *life, const struct at_chat_result *result)
{
	if (is_doubtful(life, result)) {
		life->facts.bare_escape_ends = AT_UNKNOWN;
		life->memory.bare_escape_ends = AT_UNKNOWN;
	}
	if (is_of_store(result)) {
		life->store_failed = true;
		life->facts.has_store = false;
	}
	if (is_misleading(result)) {
		life->facts.size_ends_data = AT_UNKNOWN;
		life->memory.size_ends_data = AT_UNKNOWN;
		return;
	}
	note_size(life, result->size_ends_data);
}

void modem_probe_forget(struct modem_life *life)
{
	life->facts.bare_escape_ends = AT_UNKNOWN;
	life->facts.size_ends_data = AT_UNKNOWN;
	life->facts.has_store = false;
	life->facts.store_free_octets = 0;
	life->store_failed = false;
}
