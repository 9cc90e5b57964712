/* SPDX-License-Identifier: ISC */
#include "at/at_chat.h"

#include <assert.h>
#include <stdlib.h>

#include "at/at_chat_state.h"
#include "at/at_reply.h"

/* Long before any time that a caller may tell. */
#define NEVER_MS (-1000000000000)

/* How often to look again while a backlog alone holds things up. */
#define BACKLOG_LOOK_MS 10

struct at_chat *at_chat_new(const struct at_chat_options *options)
{
	struct at_chat *chat = calloc(1, sizeof *chat);

	if (chat == NULL)
		return NULL;
	chat->last_octet_ms = NEVER_MS;
	chat->wire_free_us = NEVER_MS * 1000;
	at_line_init(&chat->tokens);
	at_chat_set_options(chat, options);
	return chat;
}

void at_chat_free(struct at_chat *chat)
{
	if (chat != NULL)
		explicit_bzero(chat, sizeof *chat);
	free(chat);
}

void at_chat_set_options(struct at_chat *chat, const struct at_chat_options *options)
{
	assert(at_chat_is_idle(chat));
	chat->options = *options;
	if (chat->options.piece_octets == 0)
		chat->options.piece_octets = 1;
	if (chat->options.escape_guard_ms > 0)
		chat->options.escape_guard_ms += AT_CHAT_GUARD_MARGIN_MS;
}

bool at_chat_is_idle(const struct at_chat *chat)
{
	return chat->state == CHAT_IDLE;
}

static void forget_script(struct at_chat *chat)
{
	chat->steps = NULL;
	chat->count = chat->index = 0;
	/* sent_secret stays, for late echoes. */
	chat->sent_line = span_make(NULL, 0);
}

bool at_chat_let_go(struct at_chat *chat)
{
	if (chat->state != CHAT_SYNCING || chat->sync.purpose != SYNC_THEN_END ||
	    chat->result.committed)
		return false;
	forget_script(chat);
	return true;
}

bool at_chat_drops_data(struct at_chat *chat)
{
	bool drops = chat->drops_data;

	chat->drops_data = false;
	return drops;
}

const struct at_chat_result *at_chat_result(const struct at_chat *chat)
{
	return &chat->result;
}

unsigned at_chat_line_errors(const struct at_chat *chat)
{
	return chat->line_errors;
}

static void begin_run(struct at_chat *chat, const struct at_step *steps, size_t count,
		      int64_t now_ms)
{
	assert(at_chat_is_idle(chat));
	chat->now_ms = now_ms;
	chat->steps = steps;
	chat->count = count;
	chat->index = 0;
	chat->cancelled = false;
	chat->listening = false;
	chat->out_of_step = false;
	chat->got_ok = false;
	/* A line that stands still is given its time anew: else runs would follow one
	 * another without any passing. */
	chat->backlog_moved_ms = now_ms;
	chat->result = (struct at_chat_result){ .synced = true };
}

static bool is_safe_line(struct span line)
{
	if (line.length == 0)
		return true;
	if (line.length > AT_COMMAND_MAX || !span_starts_nocase(line, "AT"))
		return false;
	for (size_t i = 0; i < line.length; i++)
		if (line.at[i] < 0x20 || line.at[i] > 0x7e)
			return false;
	return true;
}

static void begin_script(struct at_chat *chat, const struct at_step *steps, size_t count,
			 bool listening, int64_t now_ms)
{
	begin_run(chat, steps, count, now_ms);
	chat->listening = listening;
	/* All of it is looked at before anything of it is sent. */
	for (; chat->index < count; chat->index++) {
		const struct at_step *step = at_chat_step(chat);

		if (!is_safe_line(step->line) ||
		    (step->data && !at_chat_data_is_safe(step->payload))) {
			at_chat_end(chat, AT_CHAT_UNSAFE);
			return;
		}
	}
	chat->index = 0;
	at_chat_step_begin(chat);
}

void at_chat_start(struct at_chat *chat, const struct at_step *steps, size_t count, int64_t now_ms)
{
	begin_script(chat, steps, count, false, now_ms);
}

void at_chat_start_listening(struct at_chat *chat, const struct at_step *steps, size_t count,
			     int64_t now_ms)
{
	begin_script(chat, steps, count, true, now_ms);
}

void at_chat_start_sync(struct at_chat *chat, enum at_chat_sync_kind kind, int64_t now_ms)
{
	bool brief = kind == AT_CHAT_SYNC_BRIEF;

	begin_run(chat, NULL, 0, now_ms);
	chat->echo = ECHO_UNKNOWN;
	at_chat_sync_begin(chat, brief ? SYNC_BRIEFLY : SYNC_ALONE, !brief);
}

void at_chat_set_backlog(struct at_chat *chat, size_t octets, int64_t now_ms)
{
	chat->now_ms = now_ms;
	at_chat_wire_set_backlog(chat, octets);
}

void at_chat_release(struct at_chat *chat, int64_t now_ms)
{
	chat->now_ms = now_ms;
	if (chat->state == CHAT_HOLDING)
		chat->released = true;
}

void at_chat_cancel(struct at_chat *chat, int64_t now_ms)
{
	chat->now_ms = now_ms;
	chat->cancelled = true;
}

void at_chat_lost(struct at_chat *chat)
{
	at_line_init(&chat->tokens);
	chat->input_at = chat->input_length = 0;
	chat->input_lost = false;
	chat->backlog = 0;
	chat->wire_free_us = NEVER_MS * 1000;
	chat->unsynced = true;
	chat->echo = ECHO_UNKNOWN;
	if (chat->state != CHAT_IDLE && chat->state != CHAT_ENDED)
		at_chat_end(chat, AT_CHAT_LOST);
}

void at_chat_enter(struct at_chat *chat, enum at_chat_state state)
{
	chat->state = state;
	chat->since_ms = chat->now_ms;
}

static void note_end(struct at_chat *chat, enum at_chat_outcome outcome)
{
	if (outcome != AT_CHAT_OK && (chat->state == CHAT_WRITING || chat->state == CHAT_ENDING))
		chat->drops_data = true;
	chat->result.outcome = outcome;
	chat->result.step = outcome == AT_CHAT_OK ? chat->count : chat->index;
	chat->result.answered = chat->got_ok;
	chat->result.label = NULL;
	if (outcome != AT_CHAT_OK)
		chat->result.label = chat->count > 0 ? at_chat_step(chat)->label : "SYNC";
}

/* Data that came to another end than it should: the module may still take
 * content, or have the rest of it on its command line. */
static bool is_doubtful_end(const struct at_chat *chat, enum at_chat_outcome outcome)
{
	return (outcome == AT_CHAT_RESULT || outcome == AT_CHAT_MISMATCH) &&
	       at_chat_step(chat)->data;
}

void at_chat_end(struct at_chat *chat, enum at_chat_outcome outcome)
{
	note_end(chat, outcome);
	if (outcome == AT_CHAT_RESET || outcome == AT_CHAT_LOST || is_doubtful_end(chat, outcome))
		chat->unsynced = true;
	at_chat_enter(chat, CHAT_ENDED);
}

bool at_chat_leaves_alone(const struct at_chat *chat)
{
	return chat->listening || at_chat_step(chat)->listens;
}

void at_chat_fail(struct at_chat *chat, enum at_chat_outcome outcome, bool maybe_in_data)
{
	if (outcome == AT_CHAT_TIMEOUT)
		chat->unhurried = true;
	if (at_chat_leaves_alone(chat)) {
		chat->unsynced = true;
		chat->result.synced = false;
		at_chat_end(chat, outcome);
		return;
	}
	note_end(chat, outcome);
	at_chat_sync_begin(chat, SYNC_THEN_END, maybe_in_data);
}

void at_chat_note_line(struct at_chat *chat, struct span line)
{
	span_copy(line, chat->result.line, sizeof chat->result.line);
}

void at_chat_emit(struct at_chat *chat, struct at_chat_event *event, enum at_chat_event_kind kind,
		  struct span octets)
{
	event->kind = kind;
	event->octets = octets;
	event->step = chat->index;
	if (chat->state != CHAT_IDLE && chat->index < chat->count)
		event->label = at_chat_step(chat)->label;
	if (kind == AT_CHAT_SEND)
		at_chat_wire_sent(chat, octets.length);
}

void at_chat_emit_command(struct at_chat *chat, struct at_chat_event *event, struct span line)
{
	memcpy(chat->out, line.at, line.length);
	chat->out[line.length] = '\r';
	chat->sent_line = line;
	at_chat_emit(chat, event, AT_CHAT_SEND, span_make(chat->out, line.length + 1));
	event->secret = chat->sent_secret;
}

static bool act(struct at_chat *chat, struct at_chat_event *event)
{
	bool sends = chat->state != CHAT_IDLE && chat->state != CHAT_HOLDING &&
		     chat->state != CHAT_SYNCING;

	if (sends && at_chat_wire_is_stalled(chat)) {
		/* A part of a command may be in the module: leaving data mode also
		 * spoils that, so that the CR behind it does not run it. */
		at_chat_note_line(chat, span_of("(the line does not take octets)"));
		at_chat_fail(chat, AT_CHAT_TIMEOUT, true);
		return true;
	}
	switch (chat->state) {
	case CHAT_IDLE:
	case CHAT_ENDED:
		return false;
	case CHAT_PACING:
	case CHAT_HOLDING:
	case CHAT_ANSWER:
	case CHAT_RESULT:
		return at_chat_step_act(chat, event);
	case CHAT_WRITING:
	case CHAT_ENDING:
	case CHAT_ESCAPED:
	case CHAT_TAIL:
		return at_chat_data_act(chat, event);
	case CHAT_SYNCING:
		return at_chat_sync_act(chat, event);
	}
	return false;
}

static void finish(struct at_chat *chat, struct at_chat_event *event)
{
	chat->state = CHAT_IDLE;
	forget_script(chat);
	at_chat_emit(chat, event, AT_CHAT_FINISHED, span_make(NULL, 0));
	event->step = chat->result.step;
	event->label = chat->result.label;
}

void at_chat_next(struct at_chat *chat, int64_t now_ms, struct at_chat_event *event)
{
	*event = (struct at_chat_event){ .kind = AT_CHAT_NONE };
	chat->now_ms = now_ms;
	while (event->kind == AT_CHAT_NONE) {
		if (chat->state == CHAT_ENDED)
			finish(chat, event);
		else if (!at_chat_take_input(chat, event) && !act(chat, event))
			return;
	}
}

static int64_t state_due_ms(const struct at_chat *chat)
{
	switch (chat->state) {
	case CHAT_IDLE:
	case CHAT_HOLDING:
		return INT64_MAX;
	case CHAT_ENDED:
		return chat->now_ms;
	case CHAT_PACING:
	case CHAT_ANSWER:
	case CHAT_RESULT:
		return at_chat_step_due_ms(chat);
	case CHAT_WRITING:
	case CHAT_ENDING:
	case CHAT_ESCAPED:
	case CHAT_TAIL:
		return at_chat_data_due_ms(chat);
	case CHAT_SYNCING:
		return at_chat_sync_due_ms(chat);
	}
	return INT64_MAX;
}

int64_t at_chat_deadline_ms(const struct at_chat *chat)
{
	int64_t due_ms = state_due_ms(chat);
	int64_t stall_ms = at_chat_later(chat->backlog_moved_ms, AT_CHAT_STALL_MS);

	if (chat->backlog == 0 || due_ms == INT64_MAX)
		return due_ms;
	if (due_ms <= chat->now_ms)
		due_ms = chat->now_ms + BACKLOG_LOOK_MS;
	return due_ms < stall_ms ? due_ms : stall_ms;
}

const char *at_chat_outcome_name(enum at_chat_outcome outcome)
{
	switch (outcome) {
	case AT_CHAT_OK:
		return "ok";
	case AT_CHAT_ERROR:
		return "error";
	case AT_CHAT_RESULT:
		return "result";
	case AT_CHAT_MISMATCH:
		return "mismatch";
	case AT_CHAT_TIMEOUT:
		return "time-out";
	case AT_CHAT_BROKEN_DATA:
		return "broken data";
	case AT_CHAT_RESET:
		return "reset";
	case AT_CHAT_LOST:
		return "lost";
	case AT_CHAT_CANCELLED:
		return "cancelled";
	case AT_CHAT_UNSAFE:
		return "unsafe";
	}
	return "?";
}
