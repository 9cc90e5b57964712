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

const struct at_chat_result *at_chat_result(const struct at_chat *chat)
{
	return &chat->result;
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

void at_chat_start(struct at_chat *chat, const struct at_step *steps, size_t count, int64_t now_ms)
{
	begin_run(chat, steps, count, now_ms);
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

void at_chat_start_sync(struct at_chat *chat, int64_t now_ms)
{
	begin_run(chat, NULL, 0, now_ms);
	at_chat_sync_begin(chat, SYNC_ALONE, true);
}

void at_chat_feed(struct at_chat *chat, struct span octets, int64_t now_ms)
{
	size_t room;

	chat->now_ms = now_ms;
	if (octets.length == 0)
		return;
	chat->last_octet_ms = now_ms;
	if (chat->input_at > 0) {
		chat->input_length -= chat->input_at;
		memmove(chat->input, chat->input + chat->input_at, chat->input_length);
		chat->input_at = 0;
	}
	room = sizeof chat->input - chat->input_length;
	if (octets.length > room) {
		octets.length = room;
		chat->input_lost = true;
	}
	memcpy(chat->input + chat->input_length, octets.at, octets.length);
	chat->input_length += octets.length;
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
	chat->result.outcome = outcome;
	chat->result.step = outcome == AT_CHAT_OK ? chat->count : chat->index;
	chat->result.label = NULL;
	if (outcome != AT_CHAT_OK)
		chat->result.label = chat->count > 0 ? at_chat_step(chat)->label : "SYNC";
}

void at_chat_end(struct at_chat *chat, enum at_chat_outcome outcome)
{
	note_end(chat, outcome);
	if (outcome == AT_CHAT_RESET || outcome == AT_CHAT_LOST)
		chat->unsynced = true;
	at_chat_enter(chat, CHAT_ENDED);
}

void at_chat_fail(struct at_chat *chat, enum at_chat_outcome outcome, bool maybe_in_data)
{
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

/* After a secret was sent, a line may be what is left of its echo. Lines that
 * begin as "+NAME:" are the module's own; an echo has '=' or a quote first. */
static bool may_hold_secret(const struct at_chat *chat, struct span line)
{
	size_t colon = span_index(line, ':');

	if (!chat->sent_secret || at_reply_classify(line) != AT_REPLY_TEXT)
		return false;
	return line.at[0] != '+' || colon == line.length || span_index(line, '"') < colon ||
	       span_index(line, '=') < colon;
}

void at_chat_emit_unsolicited(struct at_chat *chat, struct at_chat_event *event, struct span line)
{
	if (may_hold_secret(chat, line))
		line = span_of("(a line that may hold a secret)");
	at_chat_emit(chat, event, AT_CHAT_UNSOLICITED, line);
}

static bool is_asked_for(const struct at_chat *chat, struct span line)
{
	const struct at_step *step;

	if (chat->state != CHAT_ANSWER && chat->state != CHAT_RESULT)
		return false;
	step = at_chat_step(chat);
	return (step->info != NULL && step->info[0] != '\0' && span_starts(line, step->info)) ||
	       (step->result != NULL && span_starts(line, step->result));
}

/* A module that starts anew has forgotten what the script told it. While the
 * chat only synchronises before the first step that does not matter. */
static bool ends_by_reset(const struct at_chat *chat, struct span line)
{
	enum at_reply reply = at_reply_classify(line);

	if (reply != AT_REPLY_BOOT && reply != AT_REPLY_POWER_DOWN)
		return false;
	if (chat->state == CHAT_IDLE || is_asked_for(chat, line))
		return false;
	if (chat->state != CHAT_SYNCING)
		return true;
	return chat->sync.purpose == SYNC_THEN_END ||
	       (chat->sync.purpose == SYNC_THEN_STEP && chat->index > 0);
}

static void on_line(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	if (chat->state != CHAT_WRITING && span_equal(line, chat->sent_line))
		return;
	at_chat_sync_note(chat, line);
	if (ends_by_reset(chat, line)) {
		at_chat_note_line(chat, line);
		at_chat_end(chat, AT_CHAT_RESET);
		return;
	}
	switch (chat->state) {
	case CHAT_IDLE:
	case CHAT_PACING:
	case CHAT_HOLDING:
	case CHAT_ENDED:
		at_chat_emit_unsolicited(chat, event, line);
		break;
	case CHAT_ANSWER:
	case CHAT_RESULT:
		at_chat_step_line(chat, line, event);
		break;
	case CHAT_WRITING:
	case CHAT_ENDING:
	case CHAT_ESCAPED:
	case CHAT_TAIL:
		at_chat_data_line(chat, line, event);
		break;
	case CHAT_SYNCING:
		at_chat_sync_line(chat, line, event);
		break;
	}
}

/* Takes one token out of the input; false when there is none. */
static bool take_input(struct at_chat *chat, struct at_chat_event *event)
{
	struct span rest =
		span_make(chat->input + chat->input_at, chat->input_length - chat->input_at);
	struct span line;
	enum at_token token = at_line_next(&chat->tokens, &rest, &line);

	chat->input_at = chat->input_length - rest.length;
	switch (token) {
	case AT_TOKEN_LINE:
		break;
	case AT_TOKEN_TOO_LONG:
		line = span_of("(a line that was too long)");
		break;
	case AT_TOKEN_NEED_MORE:
		if (!chat->input_lost)
			return false;
		/* What comes next does not continue what came before. */
		chat->input_lost = false;
		at_line_init(&chat->tokens);
		line = span_of("(octets came too fast and were dropped)");
		break;
	}
	on_line(chat, line, event);
	return true;
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
	/* The script is the caller's again; sent_secret stays, for late echoes. */
	chat->steps = NULL;
	chat->count = chat->index = 0;
	chat->sent_line = span_make(NULL, 0);
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
		else if (!take_input(chat, event) && !act(chat, event))
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
