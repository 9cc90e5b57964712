/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"
#include "at/at_reply.h"

#include <limits.h>

void at_chat_feed(struct at_chat *chat, struct span octets, int64_t now_ms)
{
	size_t room;

	chat->now_ms = now_ms;
	if (octets.length == 0)
		return;
	chat->last_octet_ms = now_ms;
	chat->last_octet = octets.at[octets.length - 1];
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
static bool restart_matters(const struct at_chat *chat)
{
	if (chat->state == CHAT_IDLE)
		return false;
	if (chat->state != CHAT_SYNCING)
		return true;
	return chat->sync.purpose == SYNC_THEN_END ||
	       (chat->sync.purpose == SYNC_THEN_STEP && chat->index > 0);
}

static bool tells_restart(const struct at_chat *chat, struct span line)
{
	enum at_reply reply = at_reply_classify(line);

	return (reply == AT_REPLY_BOOT || reply == AT_REPLY_POWER_DOWN) &&
	       !is_asked_for(chat, line);
}

/* An echo that lost or changed octets on its way: begins and ends as the line
 * that was sent, and a quarter of it at most is different. */
static bool is_garbled_echo(const struct at_chat *chat, struct span line)
{
	struct span sent = chat->sent_line;
	size_t same = 0, shorter = line.length < sent.length ? line.length : sent.length;
	size_t longer = line.length < sent.length ? sent.length : line.length;

	if (chat->echo != ECHO_UNKNOWN || chat->state != CHAT_ANSWER || chat->got_ok)
		return false;
	while (same < shorter && line.at[same] == sent.at[same])
		same++;
	for (size_t i = 1; same < shorter && i <= shorter - same; i++) {
		if (line.at[line.length - i] != sent.at[sent.length - i])
			return 4 * (same + i - 1) >= 3 * longer;
	}
	return 4 * shorter >= 3 * longer;
}

/* True when the line was an echo and is done with. */
static bool take_echo(struct at_chat *chat, struct span line)
{
	if (chat->state == CHAT_WRITING || chat->sent_line.length == 0)
		return false;
	if (!span_equal(line, chat->sent_line)) {
		if (!is_garbled_echo(chat, line))
			return false;
		chat->misheard = true;
		if (chat->line_errors < UINT_MAX)
			chat->line_errors++;
		chat->unhurried = true;
		at_chat_note_line(chat, span_of("(the echo differs from the command: octets are "
						"lost or changed on the line)"));
		return true;
	}
	chat->misheard = false;
	if (chat->echo != ECHO_SILENCED) {
		chat->echo = ECHO_UNKNOWN;
		return true;
	}
	chat->echo = ECHO_UNKNOWN;
	if (restart_matters(chat)) {
		at_chat_note_line(chat, span_of("(it echoes again: it has started anew)"));
		at_chat_end(chat, AT_CHAT_RESET);
	}
	return true;
}

/* A final answer that no command awaits: the one before it was perhaps given to
 * the wrong command. */
static void note_stray(struct at_chat *chat, struct span line)
{
	enum at_reply reply = at_reply_classify(line);
	bool between = chat->state == CHAT_PACING || chat->state == CHAT_HOLDING;

	if (chat->index >= chat->count || chat->unhurried)
		return;
	if (!between && (at_chat_step(chat)->data || chat->state == CHAT_SYNCING ||
			 (chat->state == CHAT_ANSWER && !chat->got_ok)))
		return;
	if (reply != AT_REPLY_OK && reply != AT_REPLY_ERROR)
		return;
	chat->unhurried = true;
	chat->out_of_step = true;
}

static void on_line(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	chat->answer_whole = false;
	note_stray(chat, line);
	if (take_echo(chat, line))
		return;
	at_chat_sync_note(chat, line);
	if (tells_restart(chat, line) && restart_matters(chat)) {
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

bool at_chat_take_input(struct at_chat *chat, struct at_chat_event *event)
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

bool at_chat_line_is_quiet(const struct at_chat *chat)
{
	return chat->answer_whole && chat->last_octet == '\n' &&
	       chat->input_at == chat->input_length && !chat->input_lost &&
	       at_line_pending(&chat->tokens) == 0;
}
