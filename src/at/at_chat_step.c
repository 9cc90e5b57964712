/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"
#include "at/at_reply.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A module that never falls silent must not keep a command back for ever. */
#define PACE_PATIENCE_MS 1000

/* Quiet after a whole answer: what a module says twice comes within that. */
#define HURRIED_PACE_MS 1

/* A result before OK is either the way of this module (modem.md, 4) or the second
 * copy of the one before: then its own still follows (qsmtp-reference: some
 * milliseconds). */
#define OWN_RESULT_MS 500

void at_chat_step_begin(struct at_chat *chat)
{
	if (chat->index == chat->count) {
		at_chat_end(chat, AT_CHAT_OK);
		return;
	}
	chat->released = false;
	chat->got_ok = chat->got_result = chat->result_first = false;
	chat->code = 0;
	chat->matched = 0;
	chat->mismatch = false;
	chat->misheard = false;
	chat->bad_checksum = false;
	if (chat->unsynced && !chat->listening)
		at_chat_sync_begin(chat, SYNC_THEN_STEP, chat->index == 0);
	else
		at_chat_enter(chat, CHAT_PACING);
}

/* Quiet on the line for the pace, counted from the last octet either way. */
static int64_t pacing_due_ms(const struct at_chat *chat)
{
	int64_t wait_ms = chat->released ? 0 : at_chat_step(chat)->wait_before_ms;
	int64_t quiet_ms = at_chat_wire_done_ms(chat, chat->last_octet_ms);
	int64_t due_ms, last_ms;

	if (wait_ms == 0 && !chat->unhurried && at_chat_line_is_quiet(chat))
		return at_chat_wire_done_ms(chat, chat->last_octet_ms) + HURRIED_PACE_MS;
	if (wait_ms > 0 && quiet_ms < chat->since_ms)
		quiet_ms = chat->since_ms;
	due_ms = at_chat_later(at_chat_later(quiet_ms, chat->options.pace_ms), wait_ms);
	last_ms = at_chat_later(at_chat_later(chat->since_ms, chat->options.pace_ms), wait_ms);
	last_ms = at_chat_later(last_ms, PACE_PATIENCE_MS);
	return due_ms < last_ms ? due_ms : last_ms;
}

/* The idle limit begins anew with each octet that comes; the other one does not. */
static int64_t answer_due_ms(const struct at_chat *chat, int64_t from_ms)
{
	const struct at_step *step = at_chat_step(chat);
	int64_t due_ms = at_chat_later(from_ms, step->answer_ms);
	int64_t idle_ms = from_ms > chat->last_octet_ms ? from_ms : chat->last_octet_ms;

	idle_ms = at_chat_later(idle_ms, step->idle_ms);
	return step->idle_ms > 0 && idle_ms < due_ms ? idle_ms : due_ms;
}

/* What commits waits for its own to the end, unless this module is known to put
 * results first: mail that is taken for sent is lost. */
static int64_t result_patience_ms(const struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);

	if (!chat->result_first || (step->commits && !chat->puts_result_first) ||
	    step->result_ms < OWN_RESULT_MS)
		return step->result_ms;
	return OWN_RESULT_MS;
}

int64_t at_chat_step_due_ms(const struct at_chat *chat)
{
	int64_t from_ms;

	if (chat->state == CHAT_PACING)
		return pacing_due_ms(chat);
	from_ms = at_chat_wire_done_ms(chat, chat->since_ms);
	if (chat->state == CHAT_RESULT)
		return at_chat_later(from_ms, result_patience_ms(chat));
	return answer_due_ms(chat, from_ms);
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
	if (at_chat_step(chat)->commits && chat->out_of_step) {
		at_chat_note_line(chat, span_of("(an answer came twice)"));
		at_chat_end(chat, AT_CHAT_MISMATCH);
		return true;
	}
	if (at_chat_step(chat)->hold && !chat->released) {
		at_chat_enter(chat, CHAT_HOLDING);
		at_chat_emit(chat, event, AT_CHAT_HOLD, span_make(NULL, 0));
		return true;
	}
	send_line(chat, event);
	return true;
}

/* Nothing was asked, so nothing is owed. */
static bool only_listens(const struct at_chat *chat)
{
	return at_chat_leaves_alone(chat) && chat->state == CHAT_RESULT &&
	       at_chat_step(chat)->line.length == 0;
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
	if (chat->cancelled && only_listens(chat)) {
		chat->unsynced = true;
		chat->result.synced = false;
		at_chat_end(chat, AT_CHAT_CANCELLED);
		return true;
	}
	if (chat->now_ms < at_chat_step_due_ms(chat))
		return false;
	if (chat->state == CHAT_RESULT && chat->result_first) {
		chat->puts_result_first = chat->puts_result_first || !at_chat_step(chat)->commits;
		at_chat_step_complete(chat);
		return true;
	}
	at_chat_fail(chat, AT_CHAT_TIMEOUT, at_chat_step(chat)->data);
	return true;
}

/* The second number of a result, hexadecimal (modem.md, 7: QFUPL). */
static bool has_checksum(struct span fields, uint32_t checksum)
{
	char digits[9];

	fields = span_trim(span_skip(fields, span_index(fields, ',') + 1));
	if (fields.length == 0 || fields.length >= sizeof digits)
		return false;
	span_copy(fields, digits, sizeof digits);
	return strspn(digits, "0123456789abcdefABCDEF") == fields.length &&
	       strtoul(digits, NULL, 16) == checksum;
}

bool at_chat_step_take_result(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);
	struct span fields;
	int64_t code;

	if (step->result == NULL || (chat->got_result && !chat->result_first) ||
	    !at_reply_fields(line, step->result, &fields) || !at_reply_number(fields, &code))
		return false;
	/* That of data follows the data, unless it says that there will be none. */
	if (step->data && chat->state == CHAT_ANSWER && code >= 0)
		return false;
	if (code < INT_MIN || code > INT_MAX)
		code = INT_MIN;
	chat->puts_result_first = chat->puts_result_first && !chat->result_first;
	chat->result_first = chat->state == CHAT_ANSWER && !step->data && !chat->got_ok;
	chat->got_result = true;
	chat->code = code;
	chat->result.has_code = true;
	chat->result.code = (int)code;
	chat->bad_checksum = step->has_checksum && !has_checksum(fields, step->checksum);
	at_chat_note_line(chat, line);
	return true;
}

static size_t spellings_of(const struct at_step *step)
{
	return step->expected_spellings > 0 ? step->expected_spellings : 1;
}

static void check_expected(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);

	if (!step->verify_expected)
		return;
	for (size_t i = 0; i < step->expected_count && i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i / spellings_of(step);

		if ((chat->matched & bit) == 0 && at_reply_same(line, step->expected[i])) {
			chat->matched |= bit;
			return;
		}
	}
	if (!chat->mismatch)
		at_chat_note_line(chat, line);
	chat->mismatch = true;
}

/* What did not end the data of a probe was content. */
static int64_t expected_length(const struct at_chat *chat)
{
	int64_t length = (int64_t)at_chat_step(chat)->payload.length;

	return chat->bare_escape_sent && chat->bare_escape_ends == AT_NO ? length + 3 : length;
}

static bool is_as_expected(const struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);

	if (step->result_is_length && (step->data || step->payload.length > 0) &&
	    chat->code != expected_length(chat))
		return false;
	if (chat->bad_checksum)
		return false;
	if (!step->verify_expected)
		return true;
	for (size_t i = 0; i < step->expected_count / spellings_of(step); i++)
		if (i >= 64 || (chat->matched >> i & 1) == 0)
			return false;
	return !chat->mismatch;
}

static void note_echo(struct at_chat *chat)
{
	if (at_chat_step(chat)->line.length == 0)
		return;
	if (at_chat_step(chat)->silences_echo && chat->got_ok)
		chat->echo = ECHO_TOLD_OFF;
	else if (chat->echo == ECHO_TOLD_OFF)
		chat->echo = ECHO_SILENCED;
}

/* The step is done with; the next one, or the end. */
static void go_on(struct at_chat *chat)
{
	chat->result.has_code = false;
	chat->result.code = 0;
	chat->result.line[0] = '\0';
	chat->answer_whole = true;
	note_echo(chat);
	chat->index++;
	at_chat_step_begin(chat);
}

/* Success is 0, or a length where one is told; every other number, also one that
 * no document names, is none (reference, "Error codes"). */
static bool is_failure(const struct at_chat *chat)
{
	if (!chat->got_result || at_chat_step(chat)->any_result)
		return false;
	return chat->code < 0 || (!at_chat_step(chat)->result_is_length && chat->code != 0);
}

static void note_found(struct at_chat *chat)
{
	const struct at_step *step = at_chat_step(chat);

	if (step->data && step->data_end == AT_DATA_SIZED)
		chat->result.size_ends_data = chat->size_ends_data;
	if (step->data && step->data_end == AT_DATA_PROBED)
		chat->result.bare_escape_ends = chat->bare_escape_ends;
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
	note_found(chat);
	go_on(chat);
}

void at_chat_step_refused(struct at_chat *chat, struct span line)
{
	const struct at_step *step = at_chat_step(chat);
	int number = at_reply_error_number(line);

	if (step->commits)
		chat->result.committed = chat->result.commit_done;
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
	if (step->result == NULL)
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

	if (chat->misheard && !chat->got_ok &&
	    (reply == AT_REPLY_OK || reply == AT_REPLY_ERROR || reply == AT_REPLY_CONNECT)) {
		/* It is the answer to another command than ours. */
		if (step->commits && reply == AT_REPLY_ERROR)
			chat->result.committed = chat->result.commit_done;
		at_chat_fail(chat, AT_CHAT_TIMEOUT, step->data);
		return;
	}
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
