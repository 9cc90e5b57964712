/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix and test_fault_life: how the module hears and answers
 * commands, and when. */
#ifndef TESTS_UNIT_FAULT_ANSWER_H
#define TESTS_UNIT_FAULT_ANSWER_H

#include "fault_data.h"

/* The module's own commands that no script may ask for: those by which the
 * chat synchronises. */
static inline bool fault_general_knowledge(const char *line, char *info, size_t size)
{
	static const char *const known[][2] = {
		{ "AT", "" }, { "AT+CSQ", "+CSQ: 20,0" }, { "AT+CMEE?", "+CMEE: 1" },
		{ "AT+IPR?", "+IPR: 115200" }, { "AT+CGATT?", "+CGATT: 1" },
		{ "ATE0", "" }, { "AT+CFUN?", "+CFUN: 1" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(line, known[i][0]) != 0)
			continue;
		snprintf(info, size, "%s", known[i][1]);
		return true;
	}
	return false;
}

/* A command that takes so long that whatever is late comes while it is awaited. */
#define FAULT_SLOW_COMMAND "AT+TAG=2"
static inline void fault_wait_for_all(struct fault_module *m)
{
	for (size_t i = 0; i < m->say_count; i++)
		if (m->says[i].at_ms + 500 > m->at_ms)
			m->at_ms = m->says[i].at_ms + 500;
	if (m->sending_until_ms > m->at_ms)
		m->at_ms = m->sending_until_ms;
}

static inline const struct at_step *fault_find_step(struct fault_module *m)
{
	for (size_t n = 0; n < m->count; n++) {
		size_t i = (m->next + n) % m->count;

		if (m->steps[i].line.length > 0 && span_is(m->steps[i].line, m->line)) {
			m->next = i + 1;
			m->index = i;
			m->own = m->steps[i];
			return &m->own;
		}
	}
	return NULL;
}

/* The lines that the step asks for. */
static inline void fault_say_info(struct fault_module *m, const char *known)
{
	const struct at_step *step = m->step;
	size_t stride = step->expected_spellings > 0 ? step->expected_spellings : 1;
	char text[340];

	if (step->verify_expected) {
		fault_say_expected(m, stride);
	} else if (known != NULL) {
		struct span rest = span_of(known), line;

		while (span_cut(&rest, '\n', &line) && line.length > 0) {
			span_copy(line, text, sizeof(text));
			fault_say_part(m, FAULT_INFO, text);
		}
	} else if (step->info != NULL) {
		snprintf(text, sizeof(text), "%s%s", step->info,
			 step->info[0] != '\0' ? " 0" : "Quectel_M95");
		fault_say_part(m, FAULT_INFO, text);
	}
}

static inline void fault_execute_put(struct fault_module *m)
{
	const struct fault_row *row = m->armed ? m->fault.row : NULL;

	m->puts++;
	m->put_code = 0;
	if (row != NULL && row->deed == FAULT_ANSWERED_SO) {
		long long number = strtoll(row->text, NULL, 10);

		m->put_code = number < INT_MIN ? INT_MIN : (int)number;
	}
	if (m->forgot)
		m->put_code = -10;
}

static inline bool fault_is_refused_while_sending(const struct fault_module *m)
{
	return m->now_ms < m->sending_until_ms && strncmp(m->line, "AT+QSMTP", 8) == 0 &&
		strchr(m->line, '?') == NULL;
}

/* What a step awaits that sends nothing: the result of a command before it. */
static inline void fault_say_unasked(struct fault_module *m, size_t index, int64_t at_ms)
{
	m->own = m->steps[index];
	m->step = &m->own;
	m->index = index;
	m->at_ms = at_ms;
	m->over = m->refused = m->stray = false;
	m->armed = m->fault.row != NULL && !m->done && index == m->fault_step;
	fault_say_result(m);
	fault_say_part(m, FAULT_END, NULL);
}

static inline void fault_answer_step(struct fault_module *m, const char *info, const char *final)
{
	const struct at_step *step = m->step;
	bool store = fault_is_for_store(step);

	fault_say_part(m, FAULT_TAKEN, NULL);
	if (strncmp(final, "ERROR", 5) != 0 && final[0] != '+')
		fault_say_info(m, info);
	if (!store)
		fault_say_part(m, FAULT_OK, final);
	m->refused = m->refused || final[0] == 'E' || final[0] == '+';
	if (m->refused) {
		fault_say_part(m, FAULT_END, NULL);
		m->over = true;
	} else if (step->data) {
		fault_say_part(m, FAULT_CONNECT, "CONNECT");
	} else {
		if (step->commits) {
			fault_execute_put(m);
			/* It answers other commands while it sends. */
			m->stray = !m->armed || (m->fault.row->deed != FAULT_LATE &&
						 m->fault.row->deed != FAULT_SLOW);
		}
		fault_say_result(m);
		if (step->commits)
			m->sending_until_ms = m->at_ms;
		fault_say_part(m, FAULT_END, NULL);
		if (m->index + 1 < m->count && m->steps[m->index + 1].line.length == 0 && !m->over)
			fault_say_unasked(m, m->index + 1, m->at_ms + 300);
	}
}

static inline void fault_command(struct fault_module *m)
{
	char info[340] = "";
	struct buf lines = BUF_INIT(1000);
	const char *final = "OK";
	bool known = false;

	m->at_ms = m->now_ms + (m->now_ms < m->slow_until_ms ? m->slow_ms : 3);
	m->over = m->refused = m->stray = false;
	buf_reset(&m->said);
	if (strcmp(m->line, FAULT_SLOW_COMMAND) == 0)
		fault_wait_for_all(m);
	m->step = fault_find_step(m);
	m->armed = m->step != NULL && m->fault.row != NULL && !m->done &&
		m->index == m->fault_step;
	if (m->step != NULL && m->knows != NULL)
		known = m->knows(m, &lines, &final);
	if (fault_is_refused_while_sending(m))
		final = "ERROR";
	if (m->step != NULL) {
		if (strcmp(m->line, "AT+QIDEACT") == 0 && strcmp(final, "OK") == 0)
			final = "DEACT OK";
		fault_answer_step(m, known ? buf_string(&lines) : NULL, final);
	} else if (fault_general_knowledge(m->line, info, sizeof(info))) {
		if (info[0] != '\0')
			fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, info);
		fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, "OK");
	} else {
		m->strangers++;
		fault_push_line(m, m->at_ms, FAULT_ONLY_SAYS, "ERROR");
	}
	if (strcmp(m->line, "ATE0") == 0)
		m->echo = false;
	if (!m->stray)
		m->free_ms = m->at_ms;
	buf_clear(&lines);
}

static inline void fault_command_octet(struct fault_module *m, char octet)
{
	if (octet == 0x1b) {
		m->length = 0;
	} else if (octet != '\r') {
		if (octet != '\n' && m->length < sizeof(m->line) - 1)
			m->line[m->length++] = octet;
		return;
	}
	m->line[m->length] = '\0';
	if (m->length == 0)
		return;
	m->length = 0;
	if (m->echo) {
		struct fault_say *say = fault_push(m, m->now_ms, FAULT_ONLY_SAYS, NULL, 0);

		snprintf(say->text, sizeof(say->text), "%.340s\r", m->line);
		say->length = strlen(say->text);
	}
	fault_command(m);
}

static inline void fault_take_flight(struct fault_module *m)
{
	struct fault_flight *flight = &m->flights[m->flight_first];
	int64_t octet_us = flight->length > 0
		? (flight->end_us - flight->start_us) / (int64_t)flight->length : 0;

	m->flight_first = (m->flight_first + 1) % FAULT_FLIGHTS_MAX;
	m->flight_count--;
	for (size_t i = 0; i < flight->length; i++) {
		int64_t at_us = flight->start_us + (int64_t)i * octet_us;
		size_t run = 0;

		if (m->dead || m->now_ms < m->boot_until_ms)
			return;
		if (m->in_data && m->escape_ms <= at_us / 1000)
			fault_escape(m);
		if (m->in_data)
			run = fault_take_plain(m, span_make(flight->octets + i,
							    flight->length - i));
		if (run > 0)
			i += run - 1;
		else if (m->in_data)
			fault_data_octet(m, flight->octets[i], at_us);
		else
			fault_command_octet(m, flight->octets[i]);
		m->last_us = flight->start_us + (int64_t)i * octet_us;
	}
}

/* The host wrote these. */
static inline void fault_module_hear(struct fault_module *m, struct span octets, int64_t now_ms)
{
	struct fault_flight *flight =
		&m->flights[(m->flight_first + m->flight_count) % FAULT_FLIGHTS_MAX];
	int64_t octet_us = m->baud > 0 ? 10000000 / m->baud : 0;

	/* What does not fit into its input while it works is lost. */
	if (m->flight_count == FAULT_FLIGHTS_MAX)
		return;
	assert_true(octets.length <= sizeof(flight->octets));
	m->flight_count++;
	flight->start_us = m->wire_us > now_ms * 1000 ? m->wire_us : now_ms * 1000;
	flight->end_us = flight->start_us + octet_us * (int64_t)octets.length;
	m->wire_us = flight->end_us;
	flight->length = octets.length;
	memcpy(flight->octets, octets.at, octets.length);
}

static inline int64_t fault_flight_due_ms(const struct fault_module *m)
{
	const struct fault_flight *flight = &m->flights[m->flight_first];
	int64_t due_ms;

	if (m->flight_count == 0)
		return FAULT_NEVER_MS;
	due_ms = (flight->end_us + 999) / 1000;
	if (m->dead)
		return due_ms;
	return due_ms > m->free_ms ? due_ms : m->free_ms;
}

static inline const struct fault_say *fault_next_say(const struct fault_module *m)
{
	const struct fault_say *next = NULL;

	for (size_t i = 0; i < m->say_count; i++) {
		const struct fault_say *say = &m->says[i];

		if (next == NULL || say->at_ms < next->at_ms ||
		    (say->at_ms == next->at_ms && say->order < next->order))
			next = say;
	}
	return next;
}

static inline int64_t fault_earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

/* When it does something next. */
static inline int64_t fault_module_due_ms(const struct fault_module *m)
{
	const struct fault_say *say = fault_next_say(m);
	int64_t due_ms = fault_flight_due_ms(m);

	if (say != NULL)
		due_ms = fault_earlier(due_ms, say->at_ms);
	due_ms = fault_earlier(due_ms, fault_earlier(m->escape_ms, m->data_until_ms));
	return m->dead ? due_ms : fault_earlier(due_ms, m->trickle_ms);
}

static inline void fault_carry_out(struct fault_module *m, const struct fault_say *say)
{
	switch (say->act) {
	case FAULT_ENTERS_DATA:
		fault_enter_data(m);
		break;
	case FAULT_STARTS_ANEW:
		fault_module_start_anew(m);
		m->boot_until_ms = m->now_ms + FAULT_BOOT_MS;
		break;
	case FAULT_DIES:
		fault_module_start_anew(m);
		m->dead = true;
		break;
	case FAULT_ONLY_SAYS:
	case FAULT_CALLS:
		break;
	}
}

/* What it says now: false when nothing (more) is due. */
static inline bool fault_module_act(struct fault_module *m, int64_t now_ms, struct fault_say *said)
{
	const struct fault_say *say = fault_next_say(m);

	m->now_ms = now_ms;
	if (say != NULL && say->at_ms <= now_ms) {
		*said = *say;
		m->says[say - m->says] = m->says[--m->say_count];
		fault_carry_out(m, said);
		return true;
	}
	if (m->next_baud > 0 && m->say_count == 0) {
		m->baud = m->next_baud;
		m->next_baud = 0;
	}
	if (fault_flight_due_ms(m) <= now_ms) {
		fault_take_flight(m);
	} else if (m->escape_ms <= now_ms) {
		fault_escape(m);
	} else if (m->data_until_ms <= now_ms) {
		fault_leave_data(m, false);
	} else if (m->trickle_ms <= now_ms && !m->dead) {
		*said = (struct fault_say){ .octets = m->trickle->text };
		said->length = m->trickle->length > 0 ? m->trickle->length
			: strlen(said->octets);
		m->trickle_ms = now_ms + m->trickle->ms;
		return true;
	} else {
		return false;
	}
	*said = (struct fault_say){ .octets = "", .length = 0 };
	return true;
}

#endif
