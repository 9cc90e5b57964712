/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix and test_fault_life: what a fault does to an answer. */
#ifndef TESTS_UNIT_FAULT_DEEDS_H
#define TESTS_UNIT_FAULT_DEEDS_H

#include "fault_module.h"

#define FAULT_LONG_LINE 10240

static inline const char *fault_long_line(void)
{
	static char line[FAULT_LONG_LINE];

	memset(line, 'z', sizeof(line));
	return line;
}

/* The fault's own words, said as they are. */
static inline void fault_push_words(struct fault_module *m, enum fault_act act)
{
	const struct fault_row *row = m->fault.row;
	size_t length = row->length > 0 ? row->length : row->text != NULL ? strlen(row->text) : 0;

	fault_push(m, m->at_ms, act, row->text != NULL ? row->text : fault_long_line(), length);
}

static inline void fault_be_late(struct fault_module *m, enum fault_part part)
{
	const struct at_step *step = m->step;

	if (part == FAULT_RESULT)
		m->at_ms += step->result_ms - (step->commits ? FAULT_SENDING_MS : FAULT_RESULT_MS) +
			(step->data ? step->self_ending_ms + 3 * FAULT_GUARD_MS : 0);
	else
		m->at_ms += step->answer_ms;
	m->at_ms += m->fault.row->ms;
	if (m->fault.row->deed == FAULT_STRAY)
		m->stray = true;
	if (m->fault.row->deed != FAULT_SLOW)
		return;
	m->slow_ms = m->fault.row->ms;
	m->slow_until_ms = m->at_ms + FAULT_SLOW_FOR_MS;
}

/* The result, another than the true one. */
static inline void fault_push_result(struct fault_module *m, const char *number)
{
	char text[200];

	snprintf(text, sizeof(text), "%s %s", m->step->result, number);
	if (m->fault.row->deed == FAULT_SUM)
		snprintf(text, sizeof(text), "%s %zu,%" PRIx32, m->step->result,
			 m->content.length, m->step->checksum ^ 0x100);
	if (m->fault.row->deed == FAULT_LENGTH)
		snprintf(text, sizeof(text), "%s %" PRId64, m->step->result,
			 (int64_t)(m->step->data ? m->content.length : m->step->payload.length) +
			 m->fault.row->ms);
	if (m->fault.row->deed == FAULT_LENGTH && m->step->has_checksum)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%" PRIx32,
			 m->step->checksum);
	fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, text);
}

/* The module ends the data in the middle and takes what comes for commands. */
static inline void fault_leave_early(struct fault_module *m)
{
	m->in_data = false;
	m->escape_ms = m->data_until_ms = FAULT_NEVER_MS;
	m->content_bad = true;
	m->content_step = m->index;
	m->over = true;
	fault_push_result(m, m->fault.row->text);
}

static inline bool fault_do_in_data(struct fault_module *m)
{
	m->dropped = m->fault.row->deed == FAULT_DROP;
	m->deaf = m->fault.row->deed == FAULT_DEAF;
	if (m->fault.row->deed == FAULT_LEAVES)
		fault_leave_early(m);
	return m->in_data;
}

static inline void fault_repeat_all(struct fault_module *m)
{
	struct fault_say *say = fault_push(m, m->at_ms + m->fault.row->ms, FAULT_ONLY_SAYS, NULL, 0);

	say->length = m->said.length < sizeof(say->text) ? m->said.length : sizeof(say->text);
	memcpy(say->text, m->said.at, say->length);
}

/* The end of what the module says, now or for good. */
static inline void fault_break_off(struct fault_module *m)
{
	const struct fault_row *row = m->fault.row;

	m->over = true;
	if (row->deed == FAULT_DEAD) {
		fault_push(m, m->at_ms, FAULT_DIES, "", 0);
	} else if (row->deed == FAULT_DOWN) {
		fault_push_words(m, FAULT_DIES);
	} else if (row->deed == FAULT_RESET) {
		fault_push(m, m->at_ms, FAULT_STARTS_ANEW, row->text != NULL ? row->text : "",
			   row->text != NULL ? strlen(row->text) : 0);
	} else if (row->deed == FAULT_TRICKLE) {
		m->trickle_ms = m->at_ms;
		m->trickle = row;
	}
}

/* Whether the part itself is still said. */
static inline bool fault_do(struct fault_module *m, enum fault_part part, const char *text)
{
	switch (m->fault.row->deed) {
	case FAULT_ASIDE:
		fault_push_words(m, FAULT_ONLY_SAYS);
		return true;
	case FAULT_INSTEAD:
		fault_push_words(m, FAULT_ONLY_SAYS);
		m->over = true;
		m->refused = part != FAULT_RESULT;
		return false;
	case FAULT_ANSWERED_SO:
	case FAULT_LENGTH:
	case FAULT_SUM:
		fault_push_result(m, m->fault.row->text);
		return false;
	case FAULT_LOSE:
		if (part == FAULT_CONNECT)
			fault_push(m, m->at_ms, FAULT_ENTERS_DATA, "", 0);
		return false;
	case FAULT_TWICE:
		fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, text);
		m->at_ms += m->fault.row->ms;
		return true;
	case FAULT_TWICE_WHOLE:
		fault_repeat_all(m);
		return true;
	case FAULT_STRAY:
	case FAULT_SLOW:
	case FAULT_LATE:
		fault_be_late(m, part);
		return true;
	case FAULT_SILENT:
	case FAULT_TRICKLE:
	case FAULT_DEAD:
	case FAULT_DOWN:
	case FAULT_RESET:
		fault_break_off(m);
		return false;
	case FAULT_LOST:
	case FAULT_CANCEL:
	case FAULT_STALL:
		fault_push(m, m->at_ms, FAULT_CALLS, "", 0);
		m->at_ms++;
		return true;
	case FAULT_DROP:
	case FAULT_DEAF:
	case FAULT_LEAVES:
		return fault_do_in_data(m);
	case FAULT_ONE_MORE:
	case FAULT_ONE_LESS:
	case FAULT_ONE_OTHER:
	case FAULT_SWAP:
	case FAULT_NONE:
	case FAULT_MANNER:
		break;
	}
	return true;
}

static inline bool fault_swaps(const struct fault_module *m)
{
	return m->armed && m->fault.row->deed == FAULT_SWAP;
}

static inline void fault_say_part(struct fault_module *m, enum fault_part part, const char *text)
{
	bool swaps = fault_swaps(m);

	if (m->over)
		return;
	m->at_ms += 2;
	if (m->armed && !m->done && m->fault.part == part) {
		m->done = true;
		m->done_ms = m->at_ms;
		if (!fault_do(m, part, text))
			return;
	}
	if (text == NULL || (swaps && part == FAULT_OK))
		return;
	fault_push_line(m, m->at_ms,
			part == FAULT_CONNECT ? FAULT_ENTERS_DATA : FAULT_ONLY_SAYS, text);
	if (swaps && part == FAULT_RESULT)
		fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, "OK");
}

/* The lines that are read back, unless the module holds others. */
static inline void fault_say_expected(struct fault_module *m, size_t stride)
{
	const struct at_step *step = m->step;
	enum fault_deed deed = m->armed && m->fault.part == FAULT_INFO
		? m->fault.row->deed : FAULT_NONE;
	char text[340];

	for (size_t i = 0; i < step->expected_count && !m->forgot; i += stride) {
		bool first = i == 0;

		snprintf(text, sizeof(text), "%.*s", SPAN_ARG(step->expected[i]));
		if (first && deed == FAULT_ONE_LESS) {
			m->done = true;
			m->done_ms = m->at_ms;
			continue;
		}
		if (first && deed == FAULT_ONE_OTHER && strchr(text, '@') != NULL)
			*strchr(text, '@') = 'x';
		else if (first && deed == FAULT_ONE_OTHER)
			text[strlen(text) - 1] ^= 1;
		fault_say_part(m, FAULT_INFO, text);
	}
	if (deed != FAULT_ONE_MORE)
		return;
	m->done = true;
	m->done_ms = m->at_ms;
	snprintf(text, sizeof(text), "%s 1,\"stale@example.com\"", step->info);
	fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, text);
}

#endif
