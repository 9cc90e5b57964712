/* SPDX-License-Identifier: ISC */
/* Plays a dialogue between host and module, tests/data/at/<name>.at, on virtual
 * time. The file is read line by line:
 *
 *	# text			a comment; the first one is the name of the test
 *	options KEY=N ...	baud, pace, guard, piece
 *	step LABEL LINE		a step; the lines that follow fill it in (at_step_text.h)
 *	start, listen, sync, sync-brief		begins
 *	> TEXT			the host sends this next (in any pieces)
 *	< TEXT			the module says this now
 *	! EVENT			this happens next, see tell() below
 *	after MIN MAX		the next > or ! comes so many ms after what was before
 *	wait MS			nothing happens for so long
 *	release, cancel, lost, backlog OCTETS
 *	drops, keeps		whether data handed out is to be dropped now */
#ifndef TESTS_UNIT_AT_DIALOGUE_H
#define TESTS_UNIT_AT_DIALOGUE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "at/at_chat.h"
#include "at_step_text.h"
#include "base/buf.h"
#include "rows.h"

#define STEPS_MAX 8
#define PATIENCE_MS 3600000

struct happening {
	char *text;	/* octets sent, or an event in words */
	size_t length;
	bool sent;
	int64_t at_ms;
};

struct dialogue {
	const char *path;
	unsigned line_number;
	size_t piece;			/* of what the module says; 0: whole */

	struct at_chat_options options;
	struct at_chat *chat;
	struct at_step steps[STEPS_MAX];
	struct span expected[STEPS_MAX][8];
	size_t count;
	bool started, listening;

	int64_t now_ms, mark_ms;
	int64_t after_min_ms, after_max_ms;	/* of the next happening; -1: not asked */
	struct happening queue[256];
	size_t first, last;
	char data_tail[3];		/* the last octets of data sent */
	struct buf kept;		/* texts that steps point to */
};

static void complain(const struct dialogue *d, const char *what, const char *detail)
{
	fail_msg("%s:%u (in pieces of %zu) at %" PRId64 " ms: %s %s", d->path, d->line_number,
		 d->piece, d->now_ms, what, detail);
}

static void push(struct dialogue *d, bool sent, const void *text, size_t length)
{
	struct happening *h = &d->queue[d->last++];

	assert_true(d->last < sizeof d->queue / sizeof d->queue[0]);
	*h = (struct happening){ malloc(length + 1), length, sent, d->now_ms };
	assert_non_null(h->text);
	memcpy(h->text, text, length);
	h->text[length] = '\0';
}

static void tell_finished(struct dialogue *d, struct buf *words)
{
	const struct at_chat_result *r = at_chat_result(d->chat);

	buf_format(words, "finished %s", at_chat_outcome_name(r->outcome));
	buf_format(words, " step=%zu", r->step);
	if (r->label)
		buf_format(words, " %s", r->label);
	if (r->has_code)
		buf_format(words, " code=%d", r->code);
	if (r->committed)
		buf_text(words, " committed");
	if (r->commit_done)
		buf_text(words, " done");
	if (d->listening && r->answered)
		buf_text(words, " answered");
	if (r->bare_escape_ends != AT_UNKNOWN)
		buf_format(words, " bare-escape=%s", r->bare_escape_ends == AT_YES ? "yes" : "no");
	if (r->size_ends_data != AT_UNKNOWN)
		buf_format(words, " size-ends=%s", r->size_ends_data == AT_YES ? "yes" : "no");
	if (!r->synced)
		buf_text(words, " unsynced");
	if (r->line[0] != '\0')
		buf_format(words, " line=%s", r->line);
}

/* An event in words, as a '!' line of a file has it. */
static void tell(struct dialogue *d, const struct at_chat_event *event)
{
	struct buf words = BUF_INIT(4000);
	const char *label = event->label ? event->label : "-";

	switch (event->kind) {
	case AT_CHAT_NONE:
	case AT_CHAT_SEND:
		break;
	case AT_CHAT_HOLD:
		buf_format(&words, "hold %s", label);
		break;
	case AT_CHAT_INFO:
		buf_format(&words, "info %s %.*s", label, SPAN_ARG(event->octets));
		break;
	case AT_CHAT_UNSOLICITED:
		buf_format(&words, "unsolicited %.*s", SPAN_ARG(event->octets));
		break;
	case AT_CHAT_FINISHED:
		tell_finished(d, &words);
		break;
	}
	push(d, false, buf_string(&words), words.length);
	buf_clear(&words);
}

/* What holds for every dialogue: the escape goes out whole and alone, and none
 * forms in the data, across pieces too. */
static void check_sent(struct dialogue *d, const struct at_chat_event *event)
{
	if (!event->data) {
		memset(d->data_tail, 0, sizeof d->data_tail);
		if (span_find(event->octets, span_of("+++")) < event->octets.length &&
		    !span_is(event->octets, "+++"))
			complain(d, "the escape is not alone", "");
		return;
	}
	if (event->octets.length > d->options.piece_octets)
		complain(d, "a piece of data is too long", "");
	for (size_t i = 0; i < event->octets.length; i++) {
		memmove(d->data_tail, d->data_tail + 1, 2);
		d->data_tail[2] = event->octets.at[i];
		if (memcmp(d->data_tail, "+++", 3) == 0)
			complain(d, "an escape is in the data", "");
	}
}

static void pump(struct dialogue *d)
{
	struct at_chat_event event;

	for (;;) {
		at_chat_next(d->chat, d->now_ms, &event);
		if (event.kind == AT_CHAT_NONE)
			return;
		if (event.kind == AT_CHAT_SEND) {
			check_sent(d, &event);
			push(d, true, event.octets.at, event.octets.length);
		} else {
			tell(d, &event);
		}
	}
}

/* Lets time pass, up to the moment at which something may happen. */
static void advance(struct dialogue *d, int64_t limit_ms)
{
	int64_t due_ms = at_chat_deadline_ms(d->chat);

	if (due_ms <= d->now_ms)
		complain(d, "the deadline is not in the future", "");
	d->now_ms = due_ms < limit_ms ? due_ms : limit_ms;
	pump(d);
}

static struct happening *await(struct dialogue *d, const char *what)
{
	int64_t limit_ms = d->now_ms + PATIENCE_MS;

	while (d->first == d->last) {
		if (d->now_ms >= limit_ms)
			complain(d, "nothing happens; awaited was", what);
		advance(d, limit_ms);
	}
	return &d->queue[d->first];
}

static void done_with(struct dialogue *d)
{
	free(d->queue[d->first].text);
	d->first++;
	if (d->first == d->last)
		d->first = d->last = 0;
}

static void expect_nothing_left(struct dialogue *d)
{
	if (d->first < d->last)
		complain(d, "this happened and was not awaited:", d->queue[d->first].text);
}

static void check_time(struct dialogue *d, int64_t at_ms)
{
	char took[40];

	snprintf(took, sizeof took, "%" PRId64 " ms", at_ms - d->mark_ms);
	if (d->after_min_ms >= 0 && at_ms - d->mark_ms < d->after_min_ms)
		complain(d, "too early:", took);
	if (d->after_min_ms >= 0 && at_ms - d->mark_ms > d->after_max_ms)
		complain(d, "too late:", took);
	d->after_min_ms = -1;
	d->mark_ms = at_ms;
}

static void expect_sent(struct dialogue *d, const char *text)
{
	struct span rest = at_step_text_decode(&d->kept, text);

	while (rest.length > 0) {
		struct happening *h = await(d, text);
		size_t length = h->length < rest.length ? h->length : rest.length;

		if (!h->sent || memcmp(h->text, rest.at, length) != 0)
			complain(d, "instead this happened:", h->text);
		check_time(d, h->at_ms);
		rest = span_skip(rest, length);
		h->length -= length;
		memmove(h->text, h->text + length, h->length + 1);
		if (h->length == 0)
			done_with(d);
	}
}

static void expect_event(struct dialogue *d, const char *text)
{
	struct happening *h = await(d, text);

	if (h->sent || strcmp(h->text, text) != 0)
		complain(d, "instead this happened:", h->text);
	check_time(d, h->at_ms);
	done_with(d);
}

static void say(struct dialogue *d, const char *text)
{
	struct span rest = at_step_text_decode(&d->kept, text);

	expect_nothing_left(d);
	while (rest.length > 0) {
		size_t piece = d->piece ? d->piece : rest.length;

		at_chat_feed(d->chat, span_take(rest, piece), d->now_ms);
		pump(d);
		rest = span_skip(rest, piece);
	}
	d->mark_ms = d->now_ms;
}

static void wait_quietly(struct dialogue *d, int64_t wait_ms)
{
	int64_t limit_ms = d->now_ms + wait_ms;

	expect_nothing_left(d);
	while (d->now_ms < limit_ms)
		advance(d, limit_ms);
	expect_nothing_left(d);
}

static int64_t number(const char *text)
{
	return strtoll(text, NULL, 10);
}

static void set_options(struct dialogue *d, const char *text)
{
	static const char *const keys[] = { "baud=", "pace=", "guard=", "piece=" };
	int64_t values[] = { d->options.baud, d->options.pace_ms, d->options.escape_guard_ms,
			     (int64_t)d->options.piece_octets };
	struct span rest = span_of(text), word;

	while (span_word(&rest, &word))
		for (size_t i = 0; i < 4; i++)
			if (span_starts(word, keys[i]))
				values[i] = number(word.at + strlen(keys[i]));
	d->options = (struct at_chat_options){ (unsigned)values[0], values[1], values[2],
					       (size_t)values[3] };
	at_chat_set_options(d->chat, &d->options);
}

static void add_step(struct dialogue *d, char *text)
{
	char *line = strchr(text, ' ');

	if (d->started)
		d->count = 0;
	d->started = false;
	assert_true(d->count < STEPS_MAX);
	if (line)
		*line++ = '\0';
	d->steps[d->count++] = (struct at_step){
		.label = at_step_text_keep(&d->kept, text),
		.line = at_step_text_decode(&d->kept, line ? line : ""),
		.answer_ms = 5000, .result_ms = 10000,
	};
}

static bool fill_in_step(struct dialogue *d, const char *key, const char *text)
{
	if (d->count == 0 || d->started)
		return false;
	return at_step_text_fill_in(&d->steps[d->count - 1], d->expected[d->count - 1], &d->kept,
				    key, text);
}

static bool act(struct dialogue *d, const char *key, const char *text)
{
	if (strcmp(key, "start") == 0)
		at_chat_start(d->chat, d->steps, d->count, d->now_ms);
	else if (strcmp(key, "sync") == 0)
		at_chat_start_sync(d->chat, AT_CHAT_SYNC_WHOLE, d->now_ms);
	else if (strcmp(key, "sync-brief") == 0)
		at_chat_start_sync(d->chat, AT_CHAT_SYNC_BRIEF, d->now_ms);
	else if (strcmp(key, "listen") == 0)
		at_chat_start_listening(d->chat, d->steps, d->count, d->now_ms);
	else if (strcmp(key, "release") == 0)
		at_chat_release(d->chat, d->now_ms);
	else if (strcmp(key, "cancel") == 0)
		at_chat_cancel(d->chat, d->now_ms);
	else if (strcmp(key, "lost") == 0)
		at_chat_lost(d->chat);
	else if (strcmp(key, "drops") == 0)
		assert_true(at_chat_drops_data(d->chat));
	else if (strcmp(key, "keeps") == 0)
		assert_false(at_chat_drops_data(d->chat));
	else if (strcmp(key, "backlog") == 0)
		at_chat_set_backlog(d->chat, (size_t)number(text), d->now_ms);
	else
		return false;
	d->listening = strcmp(key, "listen") == 0 || (d->listening && strcmp(key, "start") != 0);
	d->started |= strcmp(key, "start") == 0 || strcmp(key, "listen") == 0;
	pump(d);
	return true;
}

static void follow(struct dialogue *d, char *line)
{
	char *text = strchr(line, ' ');

	if (line[0] == '\0' || line[0] == '#')
		return;
	if (text)
		*text++ = '\0';
	else
		text = line + strlen(line);
	if (strcmp(line, ">") == 0)
		expect_sent(d, text);
	else if (strcmp(line, "<") == 0)
		say(d, text);
	else if (strcmp(line, "!") == 0)
		expect_event(d, text);
	else if (strcmp(line, "after") == 0)
		d->after_max_ms = sscanf(text, "%" SCNd64 " %" SCNd64, &d->after_min_ms,
					 &d->after_max_ms) == 2 ? d->after_max_ms : INT64_MAX;
	else if (strcmp(line, "wait") == 0)
		wait_quietly(d, number(text));
	else if (strcmp(line, "options") == 0)
		set_options(d, text);
	else if (strcmp(line, "step") == 0)
		add_step(d, text);
	else if (!fill_in_step(d, line, text) && !act(d, line, text))
		complain(d, "this cannot be read:", line);
}

/* Follows the file; any difference fails the test. */
static inline void at_dialogue_run(const char *path, size_t piece)
{
	struct dialogue *d = calloc(1, sizeof *d);
	FILE *file = fopen(path, "r");
	char line[4000];

	assert_non_null(d);
	assert_non_null(file);
	d->path = path;
	d->piece = piece;
	d->options = (struct at_chat_options){ 115200, 20, 0, 512 };
	d->chat = at_chat_new(&d->options);
	d->now_ms = d->mark_ms = 1000000;
	d->after_min_ms = -1;
	buf_init(&d->kept, 1 << 20);
	buf_room(&d->kept, 1 << 20);	/* all of it, so that nothing moves */
	while (fgets(line, sizeof line, file)) {
		d->line_number++;
		line[strcspn(line, "\n")] = '\0';
		follow(d, line);
	}
	expect_nothing_left(d);
	if (!at_chat_is_idle(d->chat))
		complain(d, "the chat goes on at the end of", "the file");
	fclose(file);
	at_chat_free(d->chat);
	buf_clear(&d->kept);
	free(d);
}

#endif
