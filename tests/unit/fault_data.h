/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix and test_fault_life: the module in data mode, and the
 * results that follow. */
#ifndef TESTS_UNIT_FAULT_DATA_H
#define TESTS_UNIT_FAULT_DATA_H

#include "fault_deeds.h"

static inline void fault_say_result(struct fault_module *m)
{
	const struct at_step *step = m->step;
	char text[200];
	size_t length = step->data ? m->content.length : step->payload.length;

	if (step->result == NULL)
		return;
	if (step->commits)
		snprintf(text, sizeof(text), "%s %d", step->result, m->put_code);
	else if (!step->result_is_length)
		snprintf(text, sizeof(text), "%s 0", step->result);
	else
		snprintf(text, sizeof(text), "%s %zu", step->result, length ? length : step->data ? 0 : 1234);
	if (step->has_checksum)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%" PRIx32,
			 step->checksum);
	m->at_ms += step->commits && !fault_swaps(m) ? FAULT_SENDING_MS : FAULT_RESULT_MS;
	fault_say_part(m, FAULT_RESULT, text);
}

static inline bool fault_content_is_good(const struct fault_module *m)
{
	struct span content = buf_span(&m->content);

	/* The escape without silence may be content, when that is being found out. */
	if (m->step->data_end == AT_DATA_PROBED && m->guarded &&
	    content.length == m->step->payload.length + 3)
		content.length -= 3;
	return span_equal(content, m->step->payload);
}

/* All that comes after the data. */
static inline void fault_leave_data(struct fault_module *m, bool by_size)
{
	const struct at_step *step = m->step;

	m->in_data = false;
	m->escape_ms = m->data_until_ms = FAULT_NEVER_MS;
	m->at_ms = m->now_ms;
	if (!fault_content_is_good(m)) {
		m->content_bad = true;
		m->content_step = m->index;
	}
	fault_say_result(m);
	if (fault_is_for_store(step))
		fault_say_part(m, FAULT_OK, by_size ? "OK" : "+CME ERROR: 421");
	fault_say_part(m, FAULT_END, NULL);
	if (!m->stray)
		m->free_ms = m->at_ms;
}

/* The escape was heard: it is no content. */
static inline void fault_escape(struct fault_module *m)
{
	m->content.length -= 3;
	fault_leave_data(m, false);
}

static inline bool fault_size_ends(const struct fault_module *m)
{
	return m->step->data_end == AT_DATA_COUNTED ||
		(m->step->data_end == AT_DATA_SIZED && m->self_ending);
}

static inline void fault_enter_data(struct fault_module *m)
{
	const struct at_step *step = m->step;
	int64_t limit_s = 0;
	size_t digits = step->line.length;

	/* The last parameter is the time-out (reference, QSMTPBODY and QSMTPATT). */
	while (digits > 0 && step->line.at[digits - 1] >= '0' && step->line.at[digits - 1] <= '9')
		digits--;
	if (!span_number(span_skip(step->line, digits), 1, 48000, &limit_s))
		limit_s = 48000;
	m->in_data = true;
	buf_reset(&m->content);
	m->plus_run = 0;
	m->data_limit_ms = limit_s * 1000;
	m->data_until_ms = m->now_ms + m->data_limit_ms;
	if (step->payload.length == 0 && fault_size_ends(m))
		fault_leave_data(m, true);
}

static inline void fault_data_octet(struct fault_module *m, char octet, int64_t at_us)
{
	bool store = fault_is_for_store(m->step);
	bool silent = !m->guarded || m->plus_run > 0 ||
		at_us - m->last_us >= FAULT_GUARD_MS * 1000;

	if (store)
		m->data_until_ms = m->now_ms + m->data_limit_ms;
	if (m->dropped && m->content.length % 64 == 63) {
		m->dropped = false;
		return;
	}
	buf_byte(&m->content, octet);
	m->plus_run = octet == '+' && silent && m->plus_run < 3 ? m->plus_run + 1 : 0;
	m->escape_ms = FAULT_NEVER_MS;
	if (m->armed && m->fault.part == FAULT_DATA && !m->done &&
	    m->content.length >= m->step->payload.length / 2 + 1) {
		m->at_ms = m->now_ms;
		fault_say_part(m, FAULT_DATA, NULL);
		if (!m->in_data)
			return;
	}
	if (fault_size_ends(m) && m->content.length == m->step->payload.length) {
		fault_leave_data(m, true);
	} else if (!store && m->plus_run == 3) {
		if (m->deaf) {
			m->deaf = false;
			m->plus_run = 0;
		} else if (m->guarded) {
			m->escape_ms = at_us / 1000 + FAULT_GUARD_MS;
		} else {
			fault_escape(m);
		}
	}
}

/* How many octets at the front are content and nothing else, so that they can be
 * taken at once. */
static inline size_t fault_plain_run(const struct fault_module *m, struct span octets)
{
	size_t payload = m->step->payload.length, have = m->content.length;
	size_t run = span_index(octets, '+');
	size_t half = m->armed && !m->done ? payload / 2 : payload;

	if (m->dropped || have >= payload)
		return 0;
	if (have < half && run > half - have)
		run = half - have;
	return run < payload - have ? run : payload - have - 1;
}

static inline size_t fault_take_plain(struct fault_module *m, struct span octets)
{
	size_t run = fault_plain_run(m, octets);

	if (run == 0)
		return 0;
	buf_put(&m->content, span_take(octets, run));
	m->plus_run = 0;
	m->escape_ms = FAULT_NEVER_MS;
	if (fault_is_for_store(m->step))
		m->data_until_ms = m->now_ms + m->data_limit_ms;
	return run;
}

#endif
