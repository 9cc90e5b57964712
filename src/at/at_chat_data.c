/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"
#include "at/at_hazard.h"
#include "at/at_reply.h"

/* A line that has begun to come may be the result: the escape waits for its end
 * this long after each octet, but not without end. */
#define HALF_LINE_MS 500
#define HALF_LINE_PATIENCE_MS 3000

/* A module of the later dialects sends OK behind the result; ours before CONNECT. */
#define TAIL_MS 1000

static const char escape[] = "+++";

/* Counts the '+' at the end of what has been handed out; false when they would
 * be three with this piece (reference, "Data mode"). */
static bool is_safe_piece(unsigned *plus_run, struct span piece)
{
	for (size_t i = 0; i < piece.length; i++) {
		*plus_run = piece.at[i] == '+' ? *plus_run + 1 : 0;
		if (*plus_run == 3)
			return false;
	}
	return true;
}

bool at_chat_data_is_safe(struct span payload)
{
	unsigned plus_run = 0;

	/* A '+' at the very end would make our own escape begin too early and leave
	 * a '+' on the command line. */
	return is_safe_piece(&plus_run, payload) && plus_run == 0;
}

void at_chat_data_begin(struct at_chat *chat)
{
	chat->written = 0;
	chat->plus_run = 0;
	chat->hazard_at = at_hazard_find(at_chat_step(chat)->payload, 0);
	chat->bare_escape_sent = false;
	chat->bare_escape_ends = chat->size_ends_data = AT_UNKNOWN;
	at_chat_enter(chat, CHAT_WRITING);
}

static bool bare_escape_is_due(const struct at_chat *chat)
{
	return at_chat_step(chat)->data_end == AT_DATA_PROBED && !chat->bare_escape_sent;
}

/* How long the line is to be silent before the escape. */
static int64_t silence_ms(const struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);
	int64_t guard_ms = chat->options.escape_guard_ms;

	if (bare_escape_is_due(chat))
		return 0;
	if (step->data_end == AT_DATA_PROBED && guard_ms < AT_CHAT_SURE_GUARD_MS)
		guard_ms = AT_CHAT_SURE_GUARD_MS;
	return guard_ms < step->self_ending_ms ? step->self_ending_ms : guard_ms;
}

static int64_t escape_due_ms(const struct at_chat *chat)
{
	int64_t wait_ms = silence_ms(chat);
	int64_t due_ms = chat->since_ms, half_ms;

	if (wait_ms > 0)
		due_ms = at_chat_later(at_chat_wire_done_ms(chat, due_ms), wait_ms);
	if (at_line_pending(&chat->tokens) == 0)
		return due_ms;
	half_ms = at_chat_later(chat->last_octet_ms, HALF_LINE_MS);
	if (half_ms > at_chat_later(due_ms, HALF_LINE_PATIENCE_MS))
		half_ms = at_chat_later(due_ms, HALF_LINE_PATIENCE_MS);
	return half_ms > due_ms ? half_ms : due_ms;
}

/* When the module can have understood the escape at the latest. */
static int64_t escaped_ms(const struct at_chat *chat)
{
	return at_chat_later(at_chat_wire_done_ms(chat, chat->since_ms),
			     at_chat_step(chat)->data_end == AT_DATA_PROBED ?
			     AT_CHAT_SURE_GUARD_MS : chat->options.escape_guard_ms);
}

static bool is_at_hazard(const struct at_chat *chat)
{
	return chat->written == chat->hazard_at &&
	       chat->written < at_chat_step(chat)->payload.length;
}

static int64_t look_done_ms(const struct at_chat *chat)
{
	return at_chat_later(at_chat_wire_done_ms(chat, chat->since_ms), AT_HAZARD_LOOK_MS);
}

int64_t at_chat_data_due_ms(const struct at_chat *chat)
{
	if (chat->state == CHAT_WRITING && is_at_hazard(chat))
		return look_done_ms(chat);
	if (chat->state == CHAT_WRITING)
		return at_chat_wire_room_ms(chat);
	if (chat->state == CHAT_ENDING)
		return escape_due_ms(chat);
	if (chat->state == CHAT_TAIL)
		return at_chat_later(chat->since_ms, TAIL_MS);
	if (at_chat_step(chat)->result == NULL)
		return escaped_ms(chat);
	return at_chat_later(escaped_ms(chat), at_chat_step(chat)->result_ms);
}

/* What is to be handed out next. Before what a module in command mode would act on
 * there is a look: empty until nothing has come for a while. */
static struct span next_piece(struct at_chat *chat)
{
	struct span payload = at_chat_step(chat)->payload;
	struct span piece = span_take(span_skip(payload, chat->written),
				      chat->options.piece_octets);

	if (is_at_hazard(chat)) {
		if (chat->backlog > 0 || chat->now_ms < look_done_ms(chat))
			return span_take(piece, 0);
		chat->hazard_at = at_hazard_find(payload, chat->written + 1);
	}
	return span_take(piece, chat->hazard_at - chat->written);
}

/* One piece is handed out while the one before it is still leaving, so that the
 * line never runs dry; never more, so that little is lost when it must stop. */
static bool writing_act(struct at_chat *chat, struct at_chat_event *event)
{
	struct span piece = span_skip(at_chat_step(chat)->payload, chat->written);

	if (piece.length == 0) {
		at_chat_enter(chat, at_chat_step(chat)->data_end == AT_DATA_COUNTED ?
				    CHAT_ESCAPED : CHAT_ENDING);
		return true;
	}
	if (chat->backlog > chat->options.piece_octets || chat->now_ms < at_chat_wire_room_ms(chat))
		return false;
	piece = next_piece(chat);
	if (piece.length == 0)
		return false;
	if (!is_safe_piece(&chat->plus_run, piece)) {
		at_chat_fail(chat, AT_CHAT_UNSAFE, true);
		return true;
	}
	chat->written += piece.length;
	at_chat_emit(chat, event, AT_CHAT_SEND, piece);
	event->data = true;
	return true;
}

static bool ending_act(struct at_chat *chat, struct at_chat_event *event)
{
	bool bare = bare_escape_is_due(chat);

	if (chat->now_ms < escape_due_ms(chat) || (silence_ms(chat) > 0 && chat->backlog > 0))
		return false;
	at_chat_emit(chat, event, AT_CHAT_SEND, span_of(escape));
	at_chat_enter(chat, bare ? CHAT_ENDING : CHAT_ESCAPED);
	chat->bare_escape_sent = chat->bare_escape_sent || bare;
	return true;
}

/* True when it ended the data: stopped by an octet or by the caller. */
static bool stop(struct at_chat *chat)
{
	bool busy = chat->state == CHAT_WRITING || chat->state == CHAT_ENDING;

	/* CR and LF alone are no line yet: modules differ in how many they put
	 * around CONNECT. */
	if (chat->state == CHAT_WRITING && at_line_pending(&chat->tokens) > 0) {
		at_chat_fail(chat, AT_CHAT_BROKEN_DATA, true);
	} else if (busy && chat->cancelled) {
		at_chat_fail(chat, AT_CHAT_CANCELLED, true);
	} else {
		return false;
	}
	return true;
}

bool at_chat_data_act(struct at_chat *chat, struct at_chat_event *event)
{
	if (stop(chat))
		return true;
	if (chat->state == CHAT_WRITING)
		return writing_act(chat, event);
	if (chat->state == CHAT_ENDING)
		return ending_act(chat, event);
	if (chat->now_ms < at_chat_data_due_ms(chat))
		return false;
	if (chat->state == CHAT_TAIL || at_chat_step(chat)->result == NULL)
		at_chat_step_complete(chat);
	else
		at_chat_fail(chat, AT_CHAT_TIMEOUT, true);
	return true;
}

/* The module may have ended the data by itself while our escape was on its way:
 * then "+++" stands on its command line, and the next command would be spoilt.
 * So it is when the result was there before the escape had left; and if the
 * module can end by itself, also before it can have understood the escape. */
static bool escape_may_be_stray(const struct at_chat *chat)
{
	if (at_chat_step(chat)->data_end == AT_DATA_COUNTED ||
	    (chat->state != CHAT_ESCAPED && !chat->bare_escape_sent))
		return false;
	if (chat->last_octet_ms < at_chat_wire_done_ms(chat, chat->since_ms))
		return true;
	return at_chat_step(chat)->data_end == AT_DATA_SIZED &&
	       at_chat_step(chat)->self_ending_ms > 0 &&
	       chat->now_ms < escaped_ms(chat) - AT_CHAT_GUARD_MARGIN_MS;
}

/* What the end of the data shows about this module. A result that was on its
 * way before the escape had left shows nothing. */
static void find_out(struct at_chat *chat, bool stray)
{
	bool before_escape = chat->state == CHAT_ENDING;

	if (stray)
		return;
	chat->size_ends_data = before_escape ? AT_YES : AT_NO;
	if (chat->bare_escape_sent)
		chat->bare_escape_ends = before_escape ? AT_YES : AT_NO;
}

static void on_result(struct at_chat *chat)
{
	bool stray = escape_may_be_stray(chat);

	if (stray)
		chat->unsynced = true;
	find_out(chat, stray);
	if (chat->got_ok)
		at_chat_step_complete(chat);
	else
		at_chat_enter(chat, CHAT_TAIL);
}

static void on_broken(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	if (!at_chat_step_take_result(chat, line))
		at_chat_note_line(chat, line);
	at_chat_fail(chat, AT_CHAT_BROKEN_DATA, true);
	at_chat_emit_unsolicited(chat, event, line);
}

static void on_error(struct at_chat *chat, struct span line)
{
	if (chat->state == CHAT_TAIL) {
		at_chat_step_refused(chat, line);
		return;
	}
	chat->result.code = at_reply_error_number(line);
	chat->result.has_code = chat->result.code >= 0;
	at_chat_note_line(chat, line);
	at_chat_fail(chat, AT_CHAT_ERROR, true);
}

/* Before all data has left our hands nothing can be an answer to it. Where no
 * escape follows, all that is in our hands is data. */
static bool is_still_leaving(const struct at_chat *chat)
{
	bool holds_data = chat->state == CHAT_ENDING ||
			  at_chat_step(chat)->data_end == AT_DATA_COUNTED;

	return chat->state == CHAT_WRITING || (chat->backlog > 0 && holds_data);
}

void at_chat_data_line(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	enum at_reply reply = at_reply_classify(line);

	if (is_still_leaving(chat)) {
		on_broken(chat, line, event);
	} else if (chat->state != CHAT_TAIL && at_chat_step_take_result(chat, line)) {
		on_result(chat);
	} else if (reply == AT_REPLY_OK && !chat->got_ok) {
		chat->got_ok = true;
		if (chat->state == CHAT_TAIL)
			at_chat_step_complete(chat);
	} else if (reply == AT_REPLY_ERROR && !chat->got_ok) {
		on_error(chat, line);
	} else {
		at_chat_emit_unsolicited(chat, event, line);
	}
}
