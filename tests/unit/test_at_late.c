/* SPDX-License-Identifier: ISC */
/* A module that takes its time, thousands of times over: whatever was answered
 * late, no answer ever reaches another command. The module works in order, as
 * real ones do; each command of the host carries a number of its own, and the
 * answer to it carries the same one. */
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "at/at_chat.h"
#include "at/at_reply.h"
#include "base/buf.h"

#define COMMANDS 100000
#define WAITING_MAX 256

struct answer {
	char text[100];
	int64_t at_ms;		/* when it is said */
};

struct module {
	struct at_chat *chat;
	int64_t now_ms, free_ms;	/* works on something until then */
	uint64_t random;
	char line[100];
	size_t length;
	struct answer waiting[WAITING_MAX];
	size_t first, count;
};

static unsigned roll(struct module *m, unsigned sides)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(m->random >> 33) % sides;
}

/* Mostly at once, sometimes over the limit of a second, rarely over all limits. */
static int64_t roll_delay(struct module *m)
{
	unsigned kind = roll(m, 100);

	if (kind < 88)
		return 1 + roll(m, 50);
	if (kind < 94)
		return 900 + roll(m, 300);
	if (kind < 99)
		return roll(m, 7000);
	return roll(m, 90000);
}

static void answer(struct module *m, const char *line)
{
	struct answer *next = &m->waiting[(m->first + m->count) % WAITING_MAX];

	assert_true(m->count < WAITING_MAX);
	m->count++;
	if (m->free_ms < m->now_ms)
		m->free_ms = m->now_ms;
	m->free_ms += roll_delay(m);
	/* No module works longer than this on all that it was asked. */
	if (m->free_ms > m->now_ms + 170000)
		m->free_ms = m->now_ms + 170000;
	next->at_ms = m->free_ms;
	if (strcmp(line, "AT") == 0)
		snprintf(next->text, sizeof(next->text), "\r\nOK\r\n");
	else if (strcmp(line, "AT+CSQ") == 0)
		snprintf(next->text, sizeof(next->text), "\r\n+CSQ: 20,0\r\n\r\nOK\r\n");
	else if (strncmp(line, "AT+TAG=", 7) == 0)
		snprintf(next->text, sizeof(next->text), "\r\n+TAG: %.50s\r\n\r\nOK\r\n", line + 7);
	else if (strncmp(line, "AT+", 3) == 0 && line[strlen(line) - 1] == '?')
		snprintf(next->text, sizeof(next->text), "\r\n+%.*s: 1\r\n\r\nOK\r\n",
			 (int)strlen(line) - 4, line + 3);
	else
		snprintf(next->text, sizeof(next->text), "\r\nERROR\r\n");
}

static void hear(struct module *m, struct span octets)
{
	for (size_t i = 0; i < octets.length; i++) {
		assert_true(m->length < sizeof(m->line) - 1);
		if (octets.at[i] != '\r') {
			m->line[m->length++] = octets.at[i];
			continue;
		}
		m->line[m->length] = '\0';
		if (m->length > 0)
			answer(m, m->line);
		m->length = 0;
	}
}

/* Lets time pass until the host or the module does something next. */
static void pass(struct module *m)
{
	int64_t due_ms = at_chat_deadline_ms(m->chat);
	struct answer *next = &m->waiting[m->first];

	if (m->count == 0 || next->at_ms > due_ms) {
		assert_true(due_ms != INT64_MAX && due_ms > m->now_ms);
		m->now_ms = due_ms;
		return;
	}
	if (next->at_ms > m->now_ms)
		m->now_ms = next->at_ms;
	at_chat_feed(m->chat, span_of(next->text), m->now_ms);
	m->first = (m->first + 1) % WAITING_MAX;
	m->count--;
}

struct score {
	unsigned good, timed_out, unsynced, late;
};

/* One command of the host; every line given out as its answer must be its own. */
static void ask(struct module *m, unsigned number, struct score *score)
{
	char line[40], own[40];
	struct at_step step = { .label = "TAG", .info = "+TAG:", .answer_ms = 1000 };
	struct at_chat_event event;
	bool answered = false;

	snprintf(line, sizeof(line), "AT+TAG=%u", number);
	snprintf(own, sizeof(own), "+TAG: %u", number);
	step.line = span_of(line);
	at_chat_start(m->chat, &step, 1, m->now_ms);
	for (;;) {
		at_chat_next(m->chat, m->now_ms, &event);
		if (event.kind == AT_CHAT_FINISHED)
			break;
		if (event.kind == AT_CHAT_NONE)
			pass(m);
		else if (event.kind == AT_CHAT_SEND)
			hear(m, event.octets);
		else if (event.kind == AT_CHAT_UNSOLICITED)
			score->late += span_starts(event.octets, "+TAG:");
		else if (event.kind == AT_CHAT_INFO && !span_is(event.octets, own))
			fail_msg("%s got the answer %.*s", line, SPAN_ARG(event.octets));
		else
			answered = true;
	}
	score->unsynced += !at_chat_result(m->chat)->synced;
	if (at_chat_result(m->chat)->outcome == AT_CHAT_OK) {
		assert_true(answered);
		score->good++;
	} else {
		assert_int_equal(at_chat_result(m->chat)->outcome, AT_CHAT_TIMEOUT);
		score->timed_out++;
	}
}

static void never_gives_an_answer_to_another_command(void **state)
{
	struct at_chat_options options = { 115200, 20, 0, 512 };
	struct score score = { 0 };
	struct module m = { .now_ms = 1000, .random = 4711 };

	(void)state;
	m.chat = at_chat_new(&options);
	assert_non_null(m.chat);
	for (unsigned number = 0; number < COMMANDS; number++)
		ask(&m, number, &score);
	/* All of it was met: good and late answers, and synchronising in vain. */
	assert_true(score.good > COMMANDS / 2);
	assert_true(score.timed_out > COMMANDS / 20);
	assert_true(score.late > COMMANDS / 100);
	assert_true(score.unsynced > 10);
	at_chat_free(m.chat);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "no late answer reaches another command in 100000 of a slow module",
		 never_gives_an_answer_to_another_command);
	return rows_run(&rows, "at_late");
}
