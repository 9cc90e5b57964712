/* SPDX-License-Identifier: ISC */
/* The inside of a chat, shared by the at_chat_*.c files and by nobody else:
 *
 *	at_chat		the outside: starting, feeding, events, deadlines
 *	at_chat_input	lines that come, and who they are for; echoes
 *	at_chat_step	one step: pace, hold, send, the lines that answer it
 *	at_chat_data	the data of a step: pieces, silence, escape, result
 *	at_chat_sync	synchronising: out of data mode, drain, two probes
 *	at_chat_wire	when the last bit has left, by computation
 *
 * An _act function does what is due now. It tells whether the chat moved on
 * (then it is asked again) and may leave an event; a _line function takes a
 * line of the module and may leave an event. */
#ifndef AT_AT_CHAT_STATE_H
#define AT_AT_CHAT_STATE_H

#include "at/at_chat.h"
#include "at/at_command.h"
#include "at/at_line.h"

/* The shell reads at most 4 KiB a turn and then takes all events; a line that
 * waits for its end is kept by the tokenizer. */
#define AT_CHAT_INPUT_MAX 8192

/* Added to a guard time: two clocks of a line differ by a percent or two, and
 * adapters hold octets back for some 16 ms, which no computation sees. */
#define AT_CHAT_GUARD_MARGIN_MS 60

/* Silence around "+++" that satisfies every module, if the options ask for less:
 * the documents of the later ones ask for a second (modem.md, section 6.4). */
#define AT_CHAT_SURE_GUARD_MS 1200

enum at_chat_state {
	CHAT_IDLE,
	CHAT_PACING,	/* quiet before a command */
	CHAT_HOLDING,	/* the caller was asked */
	CHAT_ANSWER,	/* awaits OK, ERROR or CONNECT */
	CHAT_RESULT,	/* awaits the deferred result */
	CHAT_WRITING,	/* data goes out */
	CHAT_ENDING,	/* all data is out: silence, or the module ends by itself */
	CHAT_ESCAPED,	/* "+++" is out: awaits the result */
	CHAT_TAIL,	/* the result is there, an OK may follow */
	CHAT_SYNCING,
	CHAT_ENDED,	/* FINISHED is to be handed out */
};

/* What follows when synchronising has ended. */
enum at_chat_sync_purpose {
	SYNC_ALONE,	/* at_chat_start_sync(): nothing */
	SYNC_BRIEFLY,	/* the same with one try, and as proof the OK to AT is enough */
	SYNC_THEN_STEP,	/* the script goes on at `index` */
	SYNC_THEN_END,	/* the script ends with the outcome already noted */
};

enum at_chat_sync_phase {
	SYNC_SILENCE,	/* before "+++" */
	SYNC_ESCAPED,	/* silence after it */
	SYNC_DRAIN,	/* CR was sent: until it is quiet */
	SYNC_PROBE,	/* AT was sent */
	SYNC_PAUSE,	/* pace before the second probe */
	SYNC_PROOF,	/* the second probe was sent */
};

/* Whether the module repeats what it hears. */
enum at_chat_echo {
	ECHO_UNKNOWN,
	ECHO_TOLD_OFF,	/* it has said OK to that */
	ECHO_SILENCED,	/* and a command since was answered without one */
};

struct at_chat_sync {
	enum at_chat_sync_purpose purpose;
	enum at_chat_sync_phase phase;
	bool escape;		/* the module may be in data mode */
	unsigned tries;		/* that failed */
	unsigned proof;		/* which second probe */
	unsigned owed;		/* second probes whose answer may still come, a bit each */
	int64_t asked_ms;	/* the last of them was sent */
	bool proof_seen;	/* its line came, its OK did not yet */
	int64_t since_ms;	/* the phase began */
};

struct at_chat {
	struct at_chat_options options;
	enum at_chat_state state;
	int64_t now_ms;			/* of the last call that told it */
	int64_t since_ms;		/* the state began */
	bool unsynced;			/* the module may owe answers: synchronise before a script */
	bool cancelled;
	bool listening;			/* nothing but the steps' own lines may be sent */
	bool puts_result_first;		/* the module has shown that it does so */
	bool unhurried;			/* an answer was missed or came twice: paced ever since */
	bool out_of_step;		/* one came twice before that: it may have been taken for
					 * that of the next command */

	const struct at_step *steps;
	size_t count, index;

	/* Of the step under way. */
	bool released;
	bool got_ok, got_result;
	bool result_first;		/* it came before OK, so another may still follow */
	int64_t code;			/* of the result */
	uint64_t matched;		/* which expected lines came, a bit each */
	bool mismatch;			/* a line came that was not expected */
	size_t written;			/* of the payload, handed out */
	unsigned plus_run;		/* '+' at the end of the data handed out */
	size_t hazard_at;		/* of the payload: before that octet there is a look */
	bool bare_escape_sent;		/* PROBED: "+++" went out without silence */
	enum at_known bare_escape_ends, size_ends_data;	/* as its data has shown */
	bool drops_data;		/* not told yet */
	bool misheard;			/* its echo was another line */
	bool bad_checksum;

	/* To tell an echo, and to hide what is left of one. */
	struct span sent_line;		/* borrowed from the step or static */
	bool sent_secret;
	enum at_chat_echo echo;
	unsigned line_errors;

	struct at_chat_sync sync;
	struct at_chat_result result;

	/* The line out, by computation (at_chat_wire). */
	int64_t wire_free_us;
	size_t backlog;
	int64_t backlog_moved_ms;

	struct at_line tokens;
	char input[AT_CHAT_INPUT_MAX];
	size_t input_at, input_length;	/* octets from input_at on are to be read */
	bool input_lost;
	int64_t last_octet_ms;		/* from the module */
	char last_octet;
	bool answer_whole;		/* the last line that came completed a step */

	char out[AT_COMMAND_MAX + 1];	/* the command being handed out */
};

static inline const struct at_step *at_chat_step(const struct at_chat *chat)
{
	return &chat->steps[chat->index];
}

/* at_chat.c */
void at_chat_enter(struct at_chat *chat, enum at_chat_state state);
void at_chat_emit(struct at_chat *chat, struct at_chat_event *event,
		  enum at_chat_event_kind kind, struct span octets);
void at_chat_emit_command(struct at_chat *chat, struct at_chat_event *event, struct span line);
void at_chat_emit_unsolicited(struct at_chat *chat, struct at_chat_event *event,
			      struct span line);
void at_chat_note_line(struct at_chat *chat, struct span line);

/* Ends the run with this outcome at the step under way. */
void at_chat_end(struct at_chat *chat, enum at_chat_outcome outcome);

/* The module may be sending: at the step under way it gets nothing but its line. */
bool at_chat_leaves_alone(const struct at_chat *chat);

/* The same as at_chat_end(), but synchronises first where the module is not to be
 * left alone: an answer may still be owed. */
void at_chat_fail(struct at_chat *chat, enum at_chat_outcome outcome, bool maybe_in_data);

/* at_chat_input.c */

/* Takes one token out of the input; false when there is none. */
bool at_chat_take_input(struct at_chat *chat, struct at_chat_event *event);

/* Whether the answer to the last command is there to its last octet and nothing
 * behind it. */
bool at_chat_line_is_quiet(const struct at_chat *chat);

/* at_chat_step.c */
void at_chat_step_begin(struct at_chat *chat);
bool at_chat_step_act(struct at_chat *chat, struct at_chat_event *event);
void at_chat_step_line(struct at_chat *chat, struct span line, struct at_chat_event *event);
int64_t at_chat_step_due_ms(const struct at_chat *chat);

/* Notes the number if the line is the step's result (and the first one). */
bool at_chat_step_take_result(struct at_chat *chat, struct span line);

/* Everything that the step waits for is there: judges it and goes on. */
void at_chat_step_complete(struct at_chat *chat);

/* An ERROR of any kind answered the step. */
void at_chat_step_refused(struct at_chat *chat, struct span line);

/* at_chat_data.c */
bool at_chat_data_is_safe(struct span payload);
void at_chat_data_begin(struct at_chat *chat);
bool at_chat_data_act(struct at_chat *chat, struct at_chat_event *event);
void at_chat_data_line(struct at_chat *chat, struct span line, struct at_chat_event *event);
int64_t at_chat_data_due_ms(const struct at_chat *chat);

/* at_chat_sync.c */
void at_chat_sync_begin(struct at_chat *chat, enum at_chat_sync_purpose purpose,
			bool maybe_in_data);
bool at_chat_sync_act(struct at_chat *chat, struct at_chat_event *event);
void at_chat_sync_line(struct at_chat *chat, struct span line, struct at_chat_event *event);
int64_t at_chat_sync_due_ms(const struct at_chat *chat);

/* Any line, in any state: it may be the late answer to a second probe. */
void at_chat_sync_note(struct at_chat *chat, struct span line);

/* at_chat_wire.c */
void at_chat_wire_sent(struct at_chat *chat, size_t octets);
void at_chat_wire_set_backlog(struct at_chat *chat, size_t octets);

/* When the last octet handed out has left, rounded up; not before `since_ms`. */
int64_t at_chat_wire_done_ms(const struct at_chat *chat, int64_t since_ms);

/* When the next piece of data may be handed out: one piece before the line runs dry. */
int64_t at_chat_wire_room_ms(const struct at_chat *chat);
bool at_chat_wire_is_stalled(const struct at_chat *chat);

/* a + b of milliseconds, b at least 0, kept within bounds. */
int64_t at_chat_later(int64_t at_ms, int64_t by_ms);

#endif
