/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"
#include "at/at_reply.h"

/* Brings chat and module to the same point: out of data mode, nothing owed.
 *
 * A module answers in order, so the answer to a question proves that everything
 * before it is answered - if it is not the answer to the same question asked
 * before. OK alone proves nothing: it may be an old one. So AT finds out whether
 * anyone is there, and then a question is asked whose answer has a name and is
 * not owed already; when it is not answered in time, the next try asks another
 * one (modem-peers.md, H1 and H2).
 *
 * The echo of a question is not taken for such a proof: a module that echoes
 * octet by octet does so before its older answers are out. */

/* Silence on the line that ends the drain, and how long to wait for it. */
#define QUIET_MS 200
#define DRAIN_MS 2000

/* Where the baud is wrong there may be nothing but noise. */
#define BRIEF_DRAIN_MS 400

/* An answer that is still owed after this will not come any more: the longest
 * time that the manuals give any command is 180 s (modem.md, section 11). */
#define OWED_MS 180000

#define PAUSE_PATIENCE_MS 1000

struct proof {
	const char *line, *answer;
};

static const struct proof proofs[] = {
	{ "AT+CSQ", "+CSQ:" },
	{ "AT+CMEE?", "+CMEE:" },
	{ "AT+IPR?", "+IPR:" },
	{ "AT+CGATT?", "+CGATT:" },
};

#define PROOFS (sizeof proofs / sizeof proofs[0])

/* For each probe of a try: a module may be busy for some seconds. */
static const int64_t probe_ms[] = { 1000, 2000, 4000, 4000 };

#define TRIES (sizeof probe_ms / sizeof probe_ms[0])

static bool needs_escape(const struct at_chat *chat)
{
	return chat->sync.escape || chat->sync.tries > 0;
}

static int64_t guard_ms(const struct at_chat *chat)
{
	int64_t guard = chat->options.escape_guard_ms;

	/* From the second try on it is made sure. */
	if (chat->sync.tries > 0 && guard < AT_CHAT_SURE_GUARD_MS)
		return AT_CHAT_SURE_GUARD_MS;
	return guard;
}

static void enter(struct at_chat *chat, enum at_chat_sync_phase phase)
{
	chat->sync.phase = phase;
	chat->sync.since_ms = chat->now_ms;
}

static void begin_try(struct at_chat *chat)
{
	chat->sync.proof_seen = false;
	enter(chat, needs_escape(chat) ? SYNC_SILENCE : SYNC_ESCAPED);
}

void at_chat_sync_note(struct at_chat *chat, struct span line)
{
	for (size_t i = 0; i < PROOFS; i++)
		if (span_starts(line, proofs[i].answer))
			chat->sync.owed &= ~(1u << i);
}

/* A command of the script that was not answered may be one of our questions. */
static void note_unanswered(struct at_chat *chat)
{
	for (size_t i = 0; i < PROOFS; i++)
		if (span_equal(chat->sent_line, span_of(proofs[i].line))) {
			chat->sync.owed |= 1u << i;
			chat->sync.asked_ms = chat->now_ms;
		}
}

void at_chat_sync_begin(struct at_chat *chat, enum at_chat_sync_purpose purpose, bool maybe_in_data)
{
	if (chat->state == CHAT_ANSWER)
		note_unanswered(chat);
	chat->unsynced = true;
	chat->sync.purpose = purpose;
	chat->sync.escape = maybe_in_data;
	chat->sync.tries = 0;
	at_chat_enter(chat, CHAT_SYNCING);
	begin_try(chat);
}

static int64_t drain_ms(const struct at_chat *chat)
{
	return chat->sync.purpose == SYNC_BRIEFLY ? BRIEF_DRAIN_MS : DRAIN_MS;
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

int64_t at_chat_sync_due_ms(const struct at_chat *chat)
{
	int64_t since_ms = chat->sync.since_ms;
	int64_t done_ms = at_chat_wire_done_ms(chat, since_ms);
	int64_t quiet_ms = done_ms > chat->last_octet_ms ? done_ms : chat->last_octet_ms;

	switch (chat->sync.phase) {
	case SYNC_SILENCE:
		return at_chat_later(done_ms, guard_ms(chat));
	case SYNC_ESCAPED:
		return needs_escape(chat) ? at_chat_later(done_ms, guard_ms(chat)) : since_ms;
	case SYNC_DRAIN:
		return earlier(at_chat_later(quiet_ms, QUIET_MS), at_chat_later(done_ms, drain_ms(chat)));
	case SYNC_PAUSE:
		return earlier(at_chat_later(quiet_ms, chat->options.pace_ms),
			       at_chat_later(done_ms, PAUSE_PATIENCE_MS));
	case SYNC_PROBE:
	case SYNC_PROOF:
		return at_chat_later(done_ms, probe_ms[chat->sync.tries]);
	}
	return since_ms;
}

static void end(struct at_chat *chat, bool synced)
{
	chat->unsynced = !synced;
	chat->result.synced = synced;
	if (synced)
		chat->sync.owed = 0;
	if (chat->sync.purpose == SYNC_THEN_END)
		at_chat_enter(chat, CHAT_ENDED);
	else if (!synced)
		at_chat_end(chat, AT_CHAT_TIMEOUT);
	else if (chat->sync.purpose == SYNC_THEN_STEP)
		at_chat_step_begin(chat);
	else
		at_chat_end(chat, AT_CHAT_OK);
}

/* Somebody speaks here; what it owes is not known yet. */
static void end_briefly(struct at_chat *chat)
{
	chat->result.synced = false;
	at_chat_end(chat, AT_CHAT_OK);
}

static void try_again(struct at_chat *chat)
{
	if (chat->sync.tries + 1 == TRIES || chat->sync.purpose == SYNC_BRIEFLY) {
		end(chat, false);
		return;
	}
	chat->sync.tries++;
	begin_try(chat);
}

static void send_octets(struct at_chat *chat, struct at_chat_event *event, const char *octets,
			enum at_chat_sync_phase phase)
{
	at_chat_emit(chat, event, AT_CHAT_SEND, span_of(octets));
	enter(chat, phase);
}

static void send_command(struct at_chat *chat, struct at_chat_event *event, const char *line,
			 enum at_chat_sync_phase phase)
{
	at_chat_emit_command(chat, event, span_of(line));
	event->secret = false;
	enter(chat, phase);
}

static void ask_for_proof(struct at_chat *chat, struct at_chat_event *event)
{
	size_t i = 0;

	if (chat->now_ms >= at_chat_later(chat->sync.asked_ms, OWED_MS))
		chat->sync.owed = 0;
	while (i < PROOFS && (chat->sync.owed >> i & 1))
		i++;
	if (i == PROOFS) {
		try_again(chat);
		return;
	}
	chat->sync.proof = (unsigned)i;
	chat->sync.owed |= 1u << i;
	chat->sync.asked_ms = chat->now_ms;
	send_command(chat, event, proofs[i].line, SYNC_PROOF);
}

bool at_chat_sync_act(struct at_chat *chat, struct at_chat_event *event)
{
	if (at_chat_wire_is_stalled(chat)) {
		end(chat, false);
		return true;
	}
	if (chat->backlog > 0 || chat->now_ms < at_chat_sync_due_ms(chat))
		return false;
	switch (chat->sync.phase) {
	case SYNC_SILENCE:
		send_octets(chat, event, "+++", SYNC_ESCAPED);
		break;
	case SYNC_ESCAPED:
		/* ESC leaves the prompt of a short message without sending it. */
		send_octets(chat, event, chat->sync.tries > 0 ? "\x1b\r" : "\r", SYNC_DRAIN);
		break;
	case SYNC_DRAIN:
		send_command(chat, event, "AT", SYNC_PROBE);
		break;
	case SYNC_PAUSE:
		ask_for_proof(chat, event);
		break;
	case SYNC_PROBE:
	case SYNC_PROOF:
		try_again(chat);
		break;
	}
	return true;
}

/* What interrupted the data, or the awaited result itself, may come only now. */
static void note_late(struct at_chat *chat, struct span line)
{
	enum at_chat_outcome outcome = chat->result.outcome;
	bool broken = outcome == AT_CHAT_BROKEN_DATA;

	if (chat->sync.purpose != SYNC_THEN_END || (!broken && outcome != AT_CHAT_TIMEOUT) ||
	    chat->count == 0)
		return;
	if (!at_chat_step_take_result(chat, line) && broken && chat->result.line[0] == '\0')
		at_chat_note_line(chat, line);
}

void at_chat_sync_line(struct at_chat *chat, struct span line, struct at_chat_event *event)
{
	enum at_reply reply = at_reply_classify(line);
	bool proving = chat->sync.phase == SYNC_PROOF;

	/* ERROR proves nothing either: it may be the answer to what stood on the
	 * command line, so it neither ends a probe nor fails it. */
	if (chat->sync.phase == SYNC_PROBE && reply == AT_REPLY_OK) {
		if (chat->sync.purpose == SYNC_BRIEFLY)
			end_briefly(chat);
		else
			enter(chat, SYNC_PAUSE);
	} else if (proving && span_starts(line, proofs[chat->sync.proof].answer)) {
		chat->sync.proof_seen = true;
	} else if (proving && reply == AT_REPLY_OK && chat->sync.proof_seen) {
		end(chat, true);
	} else {
		note_late(chat, line);
		at_chat_emit_unsolicited(chat, event, line);
	}
}
