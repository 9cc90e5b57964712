/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix and test_fault_life: a module on virtual time that
 * knows no more than the steps of the script under way and the reference: a
 * command is answered by the lines it asks for, OK and its deferred result; data
 * is taken until the escape (heard with silence around it or without) or to the
 * size told. It works in order, one command after the other, and at one step it
 * does what the fault says. */
#ifndef TESTS_UNIT_FAULT_MODULE_H
#define TESTS_UNIT_FAULT_MODULE_H

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "at/at_chat.h"
#include "base/buf.h"
#include "fault_list.h"

#define FAULT_NEVER_MS INT64_MAX
#define FAULT_GUARD_MS 1000
#define FAULT_BOOT_MS 3000
#define FAULT_SENDING_MS 250000	/* a mail: nearly as long as it may */
#define FAULT_RESULT_MS 30		/* another deferred result */
#define FAULT_SLOW_FOR_MS 60000
#define FAULT_SAYS_MAX 256
#define FAULT_FLIGHTS_MAX 200

/* What saying something does besides. */
enum fault_act {
	FAULT_ONLY_SAYS,
	FAULT_ENTERS_DATA,
	FAULT_STARTS_ANEW,
	FAULT_DIES,
	FAULT_CALLS,		/* the bench does it: hang-up, cancel, stall */
};

struct fault_say {
	int64_t at_ms;
	unsigned order;
	enum fault_act act;
	const char *octets;	/* static; NULL: text */
	size_t length;
	char text[360];
};

/* Octets on the wire to the module. */
struct fault_flight {
	int64_t start_us, end_us;
	size_t length;
	char octets[640];
};

struct fault_module {
	/* Set by the bench. */
	const struct at_step *steps;
	size_t count;
	size_t next;			/* the step that is to come */
	struct fault fault;		/* row NULL: none */
	size_t fault_step;
	unsigned baud, next_baud;	/* the other one from its next OK on */
	bool guarded, self_ending;	/* kind of firmware */
	const char *manner;		/* of a line */
	int blanks;
	bool echo;
	/* What a step's command is answered with instead; for test_fault_life. */
	bool (*knows)(struct fault_module *m, struct buf *info, const char **final);
	void *world;

	/* What became of it. */
	bool done;			/* the fault has happened ... */
	int64_t done_ms;		/* ... then */
	unsigned puts;			/* PUT that was executed */
	int put_code;			/* the true result of the last */
	bool content_bad;		/* data taken is not the payload of ... */
	size_t content_step;		/* ... this step */
	unsigned strangers;		/* commands that no step and no reference knows */

	bool dead, forgot, deaf, dropped, in_data;
	unsigned starts;
	int64_t now_ms, boot_until_ms;
	int64_t free_ms;		/* works on something until then */
	int64_t sending_until_ms;	/* a mail */
	int64_t slow_ms, slow_until_ms;	/* each answer takes so long until then */
	int64_t trickle_ms;
	const struct fault_row *trickle;

	/* The command under way. */
	struct at_step own;
	const struct at_step *step;	/* NULL or `own` */
	size_t index;
	int64_t at_ms;			/* of what is said next */
	bool armed, over, refused, stray;
	struct buf said;

	struct buf content;		/* of data */
	unsigned plus_run;
	int64_t last_us, escape_ms, data_until_ms, data_limit_ms;

	char line[700];
	size_t length;

	size_t say_count;
	unsigned order;
	size_t flight_first, flight_count;
	int64_t wire_us;

	/* Not cleared: large, and valid as far as they are counted. */
	struct fault_say says[FAULT_SAYS_MAX];
	struct fault_flight flights[FAULT_FLIGHTS_MAX];
};

static inline void fault_module_init(struct fault_module *m)
{
	memset(m, 0, offsetof(struct fault_module, says));
	m->baud = 115200;
	m->manner = "\r\n%s\r\n";
	m->blanks = 1;
	m->trickle_ms = m->escape_ms = m->data_until_ms = FAULT_NEVER_MS;
	m->last_us = -INT64_C(10000000);
	buf_init(&m->said, 64 * 1024);
	buf_init(&m->content, 256 * 1024);
}

static inline void fault_module_clear(struct fault_module *m)
{
	buf_clear(&m->said);
	buf_clear(&m->content);
}

/* Says and input that are under way are gone, as after power was off. */
static inline void fault_module_start_anew(struct fault_module *m)
{
	m->say_count = 0;
	m->flight_first = m->flight_count = 0;
	m->length = 0;
	m->in_data = false;
	m->dead = false;
	m->over = true;
	m->forgot = true;
	m->starts++;
	m->trickle_ms = m->escape_ms = m->data_until_ms = FAULT_NEVER_MS;
	m->free_ms = m->sending_until_ms = m->slow_until_ms = 0;
	m->echo = true;
}

static inline struct fault_say *fault_push(struct fault_module *m, int64_t at_ms,
					   enum fault_act act, const char *octets, size_t length)
{
	struct fault_say *say = &m->says[m->say_count++];

	assert_true(m->say_count < FAULT_SAYS_MAX);
	say->at_ms = at_ms;
	say->order = m->order++;
	say->act = act;
	say->octets = octets;
	say->length = length;
	return say;
}

/* A line in the module's manner of speaking. */
static inline void fault_push_line(struct fault_module *m, int64_t at_ms, enum fault_act act,
				   const char *line)
{
	struct fault_say *say = fault_push(m, at_ms, act, NULL, 0);
	const char *colon = line[0] == '+' ? strstr(line, ": ") : NULL;
	char words[340];

	if (colon != NULL && m->blanks != 1)
		snprintf(words, sizeof(words), "%.*s:%s%s", (int)(colon - line), line,
			 m->blanks == 2 ? "  " : "", colon + 2);
	else
		snprintf(words, sizeof(words), "%s", line);
	if (strncmp(m->manner, "\r\n\r\n", 4) == 0)
		snprintf(say->text, sizeof(say->text), "\r\n\r\n%s\r\r\n\r\n", words);
	else if (m->manner[0] == '%')
		snprintf(say->text, sizeof(say->text), "%s\n", words);
	else if (m->manner[1] == '%')
		snprintf(say->text, sizeof(say->text), "\r%s\r", words);
	else
		snprintf(say->text, sizeof(say->text), "\r\n%s\r\n", words);
	say->length = strlen(say->text);
	buf_put(&m->said, span_make(say->text, say->length));
}

#endif
