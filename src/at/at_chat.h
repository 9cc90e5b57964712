/* SPDX-License-Identifier: ISC */
/* Runs a script against the module. Pure and pull style: feed bytes, tell the
 * time, then take events until there is none. It owns the hard rules:
 *
 * - one command in flight; a line that no step asked for is unsolicited and
 *   never an answer;
 * - after any time-out it resynchronises by itself (leaves data mode, drains,
 *   has two different probes answered) before it says that it finished, so a
 *   late answer never reaches another command;
 * - in data mode any line or byte that is not awaited stops the writing at
 *   once; no "+++" can form in what it hands out, across pieces too;
 * - a boot line in mid-script means that the module forgot everything;
 * - all limits count from the computed end of transmission (bytes * 10 / baud),
 *   since a tty cannot tell when the last bit has left.
 *
 * Times are milliseconds of a clock that never steps, passed in. */
#ifndef AT_AT_CHAT_H
#define AT_AT_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_script.h"
#include "base/span.h"

struct at_chat_options {
	unsigned baud;			/* for computed wire times; 0: no line, instant */
	int64_t pace_ms;		/* quiet before a command, where the line is not quiet:
				 * after a whole answer the next command goes out at once,
				 * until the first time-out, from then on never; 20 */
	int64_t escape_guard_ms;	/* silence that the module needs on both sides of "+++";
					 * a little more is kept; 0: none */
	size_t piece_octets;		/* of data a write at most; 512 */
};

enum at_chat_event_kind {
	AT_CHAT_NONE,		/* wait for bytes, or until at_chat_deadline_ms() */
	AT_CHAT_SEND,		/* write `octets` to the wire, all of them, in order */
	AT_CHAT_HOLD,		/* the next step is held: at_chat_release() or _cancel() */
	AT_CHAT_INFO,		/* a line that step `step` asked for (`info`) */
	AT_CHAT_UNSOLICITED,	/* a line nobody asked for (also a late one) */
	AT_CHAT_FINISHED,	/* see at_chat_result(); the chat is idle again */
};

struct at_chat_event {
	enum at_chat_event_kind kind;
	size_t step;
	const char *label;	/* of that step; NULL outside a script */
	struct span octets;	/* SEND: bytes; INFO, UNSOLICITED: the line. Valid until the next call */
	bool secret;		/* SEND: mask it in traces */
	bool data;		/* SEND: mail content: never traced */
};

enum at_chat_outcome {
	AT_CHAT_OK,		/* every step went well */
	AT_CHAT_ERROR,		/* ERROR or CME ERROR to a command; `code` is its number or -1 */
	AT_CHAT_RESULT,		/* a deferred result that is no success: `code` */
	AT_CHAT_MISMATCH,	/* what was read back is not what was set, or a wrong length */
	AT_CHAT_TIMEOUT,	/* a limit passed */
	AT_CHAT_BROKEN_DATA,	/* something came while data was written */
	AT_CHAT_RESET,		/* the module started anew or went down: synchronise again */
	AT_CHAT_LOST,		/* at_chat_lost() was called: the wire is gone */
	AT_CHAT_CANCELLED,
	AT_CHAT_UNSAFE,		/* a payload or a line failed the last look: nothing of it was sent */
};

/* What a run found out. */
enum at_known {
	AT_UNKNOWN,
	AT_NO,
	AT_YES,
};

/* After TIMEOUT and BROKEN_DATA has_code is set when the step's own result came
 * late, while the chat was synchronising: it is that step's and nobody else's. */
struct at_chat_result {
	enum at_chat_outcome outcome;
	size_t step;		/* where it ended; the count of steps when OK */
	const char *label;	/* of that step; NULL when OK */
	bool has_code;
	int code;
	bool committed;		/* a step that commits was sent and was not refused by ERROR:
				 * it may have acted, though its OK was lost */
	bool commit_done;	/* ... and went well to its end: whatever came later, it acted */
	bool answered;		/* OK came for the step where it ended */
	enum at_known bare_escape_ends;	/* of a PROBED step: whether "+++" without silence did */
	enum at_known size_ends_data;	/* of the last SIZED step that went well */
	bool synced;		/* the module answered probes after a time-out (true when none was) */
	char line[128];		/* the last line that decided, for people; "" when none */
};

struct at_chat;

struct at_chat *at_chat_new(const struct at_chat_options *options);
void at_chat_free(struct at_chat *chat);

/* For a new baud rate or guard; only while idle. */
void at_chat_set_options(struct at_chat *chat, const struct at_chat_options *options);

/* Begins a script; borrowed until FINISHED. Only while idle. When the last run
 * left the module unsynchronised (RESET, LOST, !synced) it synchronises first. */
void at_chat_start(struct at_chat *chat, const struct at_step *steps, size_t count,
		   int64_t now_ms);

/* The same without synchronising first and with the module left alone by all
 * that `listens`: for a module that may be sending for a daemon that died. */
void at_chat_start_listening(struct at_chat *chat, const struct at_step *steps, size_t count,
			     int64_t now_ms);

enum at_chat_sync_kind {
	AT_CHAT_SYNC_WHOLE,	/* four tries, about 20 s when nobody answers */
	AT_CHAT_SYNC_BRIEF,	/* one try without leaving data mode, about a second: is anyone
				 * there at this baud? */
};

/* Begins by leaving a data mode that may have been left behind, then drains and
 * probes: the first thing on a wire just opened. Ends with FINISHED. */
void at_chat_start_sync(struct at_chat *chat, enum at_chat_sync_kind kind, int64_t now_ms);

bool at_chat_is_idle(const struct at_chat *chat);

/* True when the script has failed for good with nothing committed, and only the
 * synchronising is left: the script is the caller's again then, and at_chat_result()
 * holds but for `synced`. FINISHED follows all the same. A mail need not wait for
 * that to be tried elsewhere. */
bool at_chat_let_go(struct at_chat *chat);

/* True once after data was stopped: what of it has not left yet is to be dropped
 * by the caller, as it would be read as commands. Ask after each event. */
bool at_chat_drops_data(struct at_chat *chat);

/* Bytes that came; all are taken. */
void at_chat_feed(struct at_chat *chat, struct span octets, int64_t now_ms);

/* Octets handed out by SEND that the wire has not taken yet: while there are
 * more than a piece, no more data is handed out, and wire times start later.
 * Tell it after each write and before each at_chat_next() while it is not 0;
 * when it does not shrink for AT_CHAT_STALL_MS the step times out. */
#define AT_CHAT_STALL_MS 10000
void at_chat_set_backlog(struct at_chat *chat, size_t octets, int64_t now_ms);

void at_chat_release(struct at_chat *chat, int64_t now_ms);

/* Ends the script as soon as that is safe: an answer that is due is awaited
 * (it must not reach the next command), data mode is left; a step that
 * committed is waited for to its own limit. FINISHED follows: CANCELLED, or OK
 * when the committing step went well (what came after it is left out). */
void at_chat_cancel(struct at_chat *chat, int64_t now_ms);

/* The wire is gone: FINISHED follows at once. */
void at_chat_lost(struct at_chat *chat);

/* The next event; call until NONE after each feed, release, cancel or deadline. */
void at_chat_next(struct at_chat *chat, int64_t now_ms, struct at_chat_event *event);

/* When at_chat_next() wants to be called again without bytes; INT64_MAX: never. */
int64_t at_chat_deadline_ms(const struct at_chat *chat);

const struct at_chat_result *at_chat_result(const struct at_chat *chat);

/* Echoes that differed from what was sent, since the chat was made: octets are
 * lost or changed between us, for want of flow control as a rule. */
unsigned at_chat_line_errors(const struct at_chat *chat);

const char *at_chat_outcome_name(enum at_chat_outcome outcome);

#endif
