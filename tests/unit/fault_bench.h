/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix: a chat and a module on virtual time, and the rules that
 * hold in every run whatever goes wrong. */
#ifndef TESTS_UNIT_FAULT_BENCH_H
#define TESTS_UNIT_FAULT_BENCH_H

#include "fault_answer.h"

#define FAULT_START_MS 1000000
#define FAULT_SECRET "s3cretpw"
#define FAULT_READ_MAX 4096		/* the shell reads so much at once */

/* Synchronising at its longest: four tries, and a line that stands still. */
#define FAULT_SYNC_MS 40000

struct fault_bench {
	const char *name;
	struct at_chat_options options;
	struct at_chat *chat;
	int64_t now_ms;
	/* Told of lines and of the end, for test_fault_life. */
	void (*hook)(struct fault_bench *b, const struct at_chat_event *event);
	void *world;
	size_t piece;			/* of what is fed; 0: as the module says it */

	const struct at_step *steps;
	size_t count;
	bool finished;
	struct at_chat_result result;
	int64_t finished_ms, release_ms;
	size_t backlog;
	unsigned commits_sent;
	bool hung_up;

	/* Of the data being written. */
	size_t data_step, written;
	unsigned plus_run;
	bool writing, must_stop;
	struct buf said;		/* by the module at this moment */
	bool said_sent;			/* once it was "+QSMTPPUT: 0" */

	struct fault_module module;
};

#define FAULT_COMPLAIN(bench, ...)                                                      \
	do {                                                                            \
		char fault_text_[400];                                                  \
		snprintf(fault_text_, sizeof(fault_text_), __VA_ARGS__);                \
		fail_msg("%s, at %" PRId64 " ms: %s", (bench)->name,                    \
			 (bench)->now_ms - FAULT_START_MS, fault_text_);                \
	} while (0)

static inline struct fault_bench *fault_bench_new(const char *name,
						  const struct at_chat_options *options)
{
	struct fault_bench *b = malloc(sizeof(*b));

	assert_non_null(b);
	memset(b, 0, offsetof(struct fault_bench, module));
	b->name = name;
	b->options = *options;
	b->chat = at_chat_new(options);
	assert_non_null(b->chat);
	b->now_ms = FAULT_START_MS;
	buf_init(&b->said, 64 * 1024);
	fault_module_init(&b->module);
	b->module.baud = options->baud;
	return b;
}

static inline void fault_bench_free(struct fault_bench *b)
{
	at_chat_free(b->chat);
	fault_module_clear(&b->module);
	buf_clear(&b->said);
	free(b);
}

/* Content never holds an escape, is whole and in order, and stops at the first
 * octet that the module says. */
static inline void fault_check_data(struct fault_bench *b, const struct at_chat_event *event)
{
	const struct at_step *step = &b->steps[event->step];

	if (b->must_stop)
		FAULT_COMPLAIN(b, "content after the module said something");
	if (!b->writing || b->data_step != event->step) {
		b->data_step = event->step;
		b->written = 0;
		b->plus_run = 0;
	}
	assert_true(event->step < b->count && step->data);
	if (event->octets.length > b->options.piece_octets)
		FAULT_COMPLAIN(b, "a piece of %zu octets", event->octets.length);
	if (!span_equal(event->octets, span_take(span_skip(step->payload, b->written),
						 event->octets.length)))
		FAULT_COMPLAIN(b, "content is not the payload");
	for (size_t i = 0; i < event->octets.length; i++) {
		b->plus_run = event->octets.at[i] == '+' ? b->plus_run + 1 : 0;
		if (b->plus_run == 3)
			FAULT_COMPLAIN(b, "an escape in the content");
	}
	b->written += event->octets.length;
	b->writing = b->written < step->payload.length;
}

static inline void fault_check_command(struct fault_bench *b, const struct at_chat_event *event)
{
	struct span octets = event->octets;

	if (span_find(octets, span_of("+++")) < octets.length && !span_is(octets, "+++"))
		FAULT_COMPLAIN(b, "an escape that is not alone");
	if (!span_is(octets, "+++") && span_index(octets, '\r') != octets.length - 1)
		FAULT_COMPLAIN(b, "no command line: %.*s", SPAN_ARG(octets));
	if (span_find(octets, span_of(FAULT_SECRET)) < octets.length && !event->secret)
		FAULT_COMPLAIN(b, "a secret that is not marked");
	for (size_t i = 0; i < b->count; i++) {
		if (!b->steps[i].commits || b->steps[i].line.length + 1 != octets.length ||
		    !span_starts(octets, "AT+QSMTPPUT"))
			continue;
		if (++b->commits_sent > 1)
			FAULT_COMPLAIN(b, "told to send twice");
	}
}

static inline bool fault_stalls(struct fault_bench *b, const struct at_chat_event *event)
{
	struct fault_module *m = &b->module;
	const struct at_step *step;

	if (m->fault.row == NULL || m->fault.row->deed != FAULT_STALL || m->done)
		return b->backlog > 0;
	step = &b->steps[m->fault_step];
	if (m->fault.part == FAULT_TAKEN
	    ? span_starts(event->octets, "AT") && event->step == m->fault_step
	    : event->data && event->step == m->fault_step &&
	      b->written >= step->payload.length / 2) {
		m->done = true;
		m->done_ms = b->now_ms;
		if (step->commits)
			m->refused = true;
		return true;
	}
	return false;
}

static inline void fault_on_send(struct fault_bench *b, const struct at_chat_event *event)
{
	if (event->data)
		fault_check_data(b, event);
	else
		fault_check_command(b, event);
	if (fault_stalls(b, event))
		b->backlog += event->octets.length;
	else if (b->options.baud == b->module.baud)
		fault_module_hear(&b->module, event->octets, b->now_ms);
}

static inline void fault_on_hold(struct fault_bench *b, const struct at_chat_event *event)
{
	struct fault_module *m = &b->module;

	b->release_ms = b->now_ms + 5;
	if (m->fault.row == NULL || m->fault.part != FAULT_HELD || m->done ||
	    event->step != m->fault_step)
		return;
	m->own = b->steps[event->step];
	m->step = &m->own;
	m->at_ms = b->now_ms;
	m->armed = true;
	m->over = false;
	fault_say_part(m, FAULT_HELD, NULL);
	m->armed = false;
}

static inline void fault_on_line(struct fault_bench *b, const struct at_chat_event *event)
{
	if (span_find(event->octets, span_of(FAULT_SECRET)) < event->octets.length)
		FAULT_COMPLAIN(b, "a secret in: %.*s", SPAN_ARG(event->octets));
	if (event->kind == AT_CHAT_INFO && !span_starts(event->octets, b->steps[event->step].info))
		FAULT_COMPLAIN(b, "not asked for: %.*s", SPAN_ARG(event->octets));
}

static inline void fault_pump(struct fault_bench *b)
{
	struct at_chat_event event;

	for (unsigned i = 0;; i++) {
		assert_true(i < 10000);
		if (b->backlog > 0)
			at_chat_set_backlog(b->chat, b->backlog, b->now_ms);
		at_chat_next(b->chat, b->now_ms, &event);
		switch (event.kind) {
		case AT_CHAT_NONE:
			return;
		case AT_CHAT_SEND:
			fault_on_send(b, &event);
			break;
		case AT_CHAT_HOLD:
			fault_on_hold(b, &event);
			break;
		case AT_CHAT_INFO:
		case AT_CHAT_UNSOLICITED:
			fault_on_line(b, &event);
			break;
		case AT_CHAT_FINISHED:
			b->finished = true;
			b->finished_ms = b->now_ms;
			b->result = *at_chat_result(b->chat);
			b->writing = b->must_stop = false;
			break;
		}
		if (b->hook != NULL)
			b->hook(b, &event);
	}
}

static inline void fault_feed(struct fault_bench *b)
{
	struct span rest = buf_span(&b->said);

	if (span_find(rest, span_of("+QSMTPPUT: 0")) < rest.length)
		b->said_sent = true;
	while (rest.length > 0) {
		struct span piece = span_take(rest, b->piece ? b->piece : FAULT_READ_MAX);

		for (size_t i = 0; i < piece.length && b->writing; i++)
			if (piece.at[i] != '\r' && piece.at[i] != '\n')
				b->must_stop = true;
		at_chat_feed(b->chat, piece, b->now_ms);
		rest = span_skip(rest, piece.length);
		if (rest.length > 0)
			fault_pump(b);
	}
	buf_reset(&b->said);
}

/* What the world does beside the module. */
static inline void fault_call(struct fault_bench *b)
{
	struct fault_module *m = &b->module;

	fault_feed(b);
	fault_pump(b);
	if (m->fault.row == NULL)
		return;
	if (m->fault.row->deed == FAULT_CANCEL) {
		at_chat_cancel(b->chat, b->now_ms);
	} else if (m->fault.row->deed == FAULT_LOST) {
		at_chat_lost(b->chat);
		b->hung_up = true;
		fault_module_start_anew(m);
	}
}

static inline void fault_act_all(struct fault_bench *b)
{
	struct fault_say said;

	while (fault_module_act(&b->module, b->now_ms, &said)) {
		buf_put(&b->said, span_make(said.octets ? said.octets : said.text, said.length));
		if (b->options.baud != b->module.baud)
			memset(b->said.at, 0xf8, b->said.length);
		if (said.act == FAULT_CALLS)
			fault_call(b);
	}
	fault_feed(b);
}

/* When something happens next. */
static inline int64_t fault_due_ms(const struct fault_bench *b)
{
	int64_t due_ms = fault_earlier(at_chat_deadline_ms(b->chat),
				       fault_module_due_ms(&b->module));

	return b->release_ms > 0 ? fault_earlier(due_ms, b->release_ms) : due_ms;
}

static inline void fault_go_to(struct fault_bench *b, int64_t to_ms)
{
	if (to_ms > b->now_ms)
		b->now_ms = to_ms;
	if (b->release_ms > 0 && b->now_ms >= b->release_ms) {
		b->release_ms = 0;
		at_chat_release(b->chat, b->now_ms);
	}
	fault_act_all(b);
	fault_pump(b);
}

static inline void fault_step_on(struct fault_bench *b, int64_t limit_ms)
{
	int64_t due_ms = fault_due_ms(b);

	if (due_ms > limit_ms)
		FAULT_COMPLAIN(b, "it has not ended, and the next moment is %" PRId64 " ms",
			       due_ms - FAULT_START_MS);
	fault_go_to(b, due_ms);
}

/* The most that a step may take when all goes slowly, without synchronising. */
static inline int64_t fault_step_limit_ms(const struct fault_bench *b, const struct at_step *step)
{
	int64_t wire_ms = b->options.baud > 0
		? (int64_t)(step->payload.length + step->line.length) * 10000 / b->options.baud : 0;

	return step->wait_before_ms + step->answer_ms + step->result_ms +
		2 * step->self_ending_ms + 2 * wire_ms + (step->data ? 10000 : 0) + 2500;
}

static inline int64_t fault_script_limit_ms(const struct fault_bench *b,
					    const struct at_step *steps, size_t count)
{
	int64_t limit_ms = 2 * FAULT_SYNC_MS;

	for (size_t i = 0; i < count; i++)
		limit_ms += fault_step_limit_ms(b, &steps[i]);
	return limit_ms;
}

static inline void fault_run(struct fault_bench *b, const struct at_step *steps, size_t count)
{
	int64_t limit_ms = b->now_ms + fault_script_limit_ms(b, steps, count);
	unsigned moments = 0;
	int64_t before_ms = b->now_ms;

	b->steps = b->module.steps = steps;
	b->count = b->module.count = count;
	b->module.next = 0;
	b->finished = false;
	b->release_ms = 0;
	b->commits_sent = 0;
	if (steps[0].line.length == 0)
		fault_say_unasked(&b->module, 0, b->now_ms + 800);
	if (steps[0].listens)
		at_chat_start_listening(b->chat, steps, count, b->now_ms);
	else
		at_chat_start(b->chat, steps, count, b->now_ms);
	fault_pump(b);
	while (!b->finished) {
		fault_step_on(b, limit_ms);
		moments = b->now_ms > before_ms ? 0 : moments + 1;
		if (moments > 1000)
			FAULT_COMPLAIN(b, "time stands still");
		before_ms = b->now_ms;
	}
}

/* The line is quiet and takes octets again, the module behaves; what it still
 * has to say it says. */
static inline void fault_mend(struct fault_bench *b)
{
	struct fault_module *m = &b->module;

	m->fault.row = NULL;
	m->trickle_ms = FAULT_NEVER_MS;
	m->dead = m->deaf = m->dropped = m->armed = m->forgot = false;
	if (b->backlog > 0)
		at_chat_set_backlog(b->chat, 0, b->now_ms);
	b->backlog = 0;
}

#endif
