/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"
#include "at/at_reply.h"

#include <limits.h>

/* A module that never falls silent must not keep a command back for ever. */
#define PACE_PATIENCE_MS 1000

void at_chat_step_begin(struct at_chat *chat)
{
	if (chat->index == chat->count) {
		at_chat_end(chat, AT_CHAT_OK);
		return;
	}
	if (chat->unsynced) {
		at_chat_sync_begin(chat, SYNC_THEN_STEP, chat->index == 0);
		return;
	}
	chat->released = false;
	chat->got_ok = chat->got_result = false;
	chat->code = 0;
	chat->matched = 0;
	chat->mismatch = false;
	at_chat_enter(chat, CHAT_PACING);
}

/* Quiet on the line for the pace, counted from the last octet either way. */
static int64_t pacing_due_ms(const struct at_chat *chat)
{
	int64_t wait_ms = chat->released ? 0 : at_chat_step(chat)->wait_before_ms;
	int64_t quiet_ms = at_chat_wire_done_ms(chat, chat->last_octet_ms);
	int64_t due_ms, last_ms;

	if (wait_ms > 0 && quiet_ms < chat->since_ms)
		quiet_ms = chat->since_ms;
	due_ms = at_chat_later(at_chat_later(quiet_ms, chat->options.pace_ms), wait_ms);
	last_ms = at_chat_later(at_chat_later(chat->since_ms, chat->options.pace_ms), wait_ms);
	last_ms = at_chat_later(last_ms, PACE_PATIENCE_MS);
	return due_ms < last_ms ? due_ms : last_ms;
}

int64_t at_chat_step_due_ms(const struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);
	int64_t from_ms;

	if (chat->state == CHAT_PACING)
		return pacing_due_ms(chat);
	from_ms = at_chat_wire_done_ms(chat, chat->since_ms);
	return at_chat_later(from_ms,
			     chat->state == CHAT_ANSWER ? step->answer_ms : step->result_ms);
}

static void send_line(struct at_chat *chat, struct at_chat_event *event)
{
	const struct at_step *step = at_chat_step(chat);

	if (step->line.length == 0) {
		/* Nothing to answer: only waits. */
		chat->got_ok = true;
		if (step->result == NULL)
			at_chat_step_complete(chat);
		else
			at_chat_enter(chat, CHAT_RESULT);
		return;
	}
	if (step->commits)
		chat->result.committed = true;
	chat->sent_secret = step->secret;
	at_chat_emit_command(chat, event, step->line);
	at_chat_enter(chat, CHAT_ANSWER);
}

static bool pacing_act(struct at_chat *chat, struct at_chat_event *event)
{
	if (chat->cancelled) {
		at_chat_end(chat, chat->result.commit_done ? AT_CHAT_OK : AT_CHAT_CANCELLED);
		return true;
	}
	if (chat->backlog > 0 || chat->now_ms < pacing_due_ms(chat))
		return false;
	if (at_chat_step(chat)->hold && !chat->released) {
		at_chat_enter(chat, CHAT_HOLDING);
		at_chat_emit(chat, event, AT_CHAT_HOLD, span_make(NULL, 0));
		return true;
	}
	send_line(chat, event);
	return true;
}

bool at_chat_step_act(struct at_chat *chat, struct at_chat_event *event)
{
	if (chat->state == CHAT_PACING)
		return pacing_act(chat, event);
	if (chat->state == CHAT_HOLDING) {
		if (!chat->cancelled && !chat->released)
			return false;
		at_chat_enter(chat, CHAT_PACING);
		return true;
	}
	if (chat->now_ms < at_chat_step_due_ms(chat))
		return false;
	at_chat_fail(chat, AT_CHAT_TIMEOUT, at_chat_step(chat)->data);
	return true;
}

bool at_chat_step_take_result(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);
	struct span fields;
	int64_t code;

	if (step->result == NULL || chat->got_result ||
	    !at_reply_fields(line, step->result, &fields) || !at_reply_number(fields, &code))
		return false;
	/* That of data follows the data, unless it says that there will be none. */
	if (step->data && chat->state == CHAT_ANSWER && code >= 0)
		return false;
	if (code < INT_MIN || code > INT_MAX)
		code = INT_MIN;
	chat->got_result = true;
	chat->code = code;
	chat->result.has_code = true;
	chat->result.code = (int)code;
	at_chat_note_line(chat, line);
	return true;
}

static void check_expected(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);

	if (!step->verify_expected)
		return;
	for (size_t i = 0; i < step->expected_count && i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;

		if ((chat->matched & bit) == 0 && at_reply_same(line, step->expected[i])) {
			chat->matched |= bit;
			return;
		}
	}
	if (!chat->mismatch)
		at_chat_note_line(chat, line);
	chat->mismatch = true;
}

static bool is_as_expected(const struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);

	if (step->data && step->result_is_length && chat->code != (int64_t)step->payload.length)
		return false;
	if (!step->verify_expected)
		return true;
	for (size_t i = 0; i < step->expected_count; i++)
		if (i >= 64 || (chat->matched >> i & 1) == 0)
			return false;
	return !chat->mismatch;
}

/* The step is done with; the next one, or the end. */
static void go_on(struct at_chat *chat)
{
	chat->result.has_code = false;
	chat->result.code = 0;
	chat->result.line[0] = '\0';
	chat->index++;
	at_chat_step_begin(chat);
}

/* Success is 0, or a length where one is told; every other number, also one that
 * no document names, is none (reference, "Error codes"). */
static bool is_failure(const struct at_chat *chat)
{
	if (!chat->got_result)
		return false;
	return chat->code < 0 || (!at_chat_step(chat)->result_is_length && chat->code != 0);
}

void at_chat_step_complete(struct at_chat *chat)
{
	if (is_failure(chat)) {
		at_chat_end(chat, AT_CHAT_RESULT);
		return;
	}
	if (!is_as_expected(chat)) {
		at_chat_end(chat, AT_CHAT_MISMATCH);
		return;
	}
	if (at_chat_step(chat)->commits)
		chat->result.commit_done = true;
	go_on(chat);
}

void at_chat_step_refused(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);
	int number = at_reply_error_number(line);

	if (step->commits)
		chat->result.committed = false;
	if (step->on_error == AT_ON_ERROR_GO_ON) {
		go_on(chat);
		return;
	}
	if (is_failure(chat)) {
		/* The result said more than ERROR does. */
		at_chat_end(chat, AT_CHAT_RESULT);
		return;
	}
	chat->result.has_code = number >= 0;
	chat->result.code = number;
	at_chat_note_line(chat, line);
	at_chat_end(chat, AT_CHAT_ERROR);
}

static void on_ok(struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);

	chat->got_ok = true;
	if (step->data)
		return;
	if (step->result == NULL || chat->got_result)
		at_chat_step_complete(chat);
	else
		at_chat_enter(chat, CHAT_RESULT);
}

static void on_result(struct at_chat *chat)
{
	if (!at_chat_step(chat)->data) {
		if (chat->got_ok)
			at_chat_step_complete(chat);
		return;
	}
	/* A failure instead of CONNECT. If CONNECT comes all the same, synchronising
	 * leaves the data mode again. */
	at_chat_fail(chat, AT_CHAT_RESULT, true);
}

static bool is_info(const struct at_chat *chat, struct span line, enum at_reply reply)
{
	const struct at_step *step = at_chat_step(chat);

	if (step->info == NULL || (chat->got_ok && step->line.length > 0))
		return false;
	return step->info[0] == '\0' ? reply == AT_REPLY_TEXT : span_starts(line, step->info);
}

void at_chat_step_line(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	const struct at_step *step = at_chat_step(chat);
	enum at_reply reply = at_reply_classify(line);

	if (at_chat_step_take_result(chat, line)) {
		on_result(chat);
	} else if (is_info(chat, line, reply)) {
		check_expected(chat, line);
		at_chat_emit(chat, event, AT_CHAT_INFO, line);
	} else if (reply == AT_REPLY_OK && !chat->got_ok) {
		on_ok(chat);
	} else if (reply == AT_REPLY_ERROR && !chat->got_ok) {
		at_chat_step_refused(chat, line);
	} else if (reply == AT_REPLY_ERROR && step->data && chat->state == CHAT_ANSWER) {
		/* After OK, instead of CONNECT. */
		at_chat_step_refused(chat, line);
	} else if (reply == AT_REPLY_CONNECT && step->data) {
		at_chat_data_begin(chat);
	} else {
		at_chat_emit_unsolicited(chat, event, line);
	}
}
