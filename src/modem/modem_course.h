/* SPDX-License-Identifier: ISC */
/* The course of a modem's life: what comes next after a script, a mail or a
 * failure. The inside of modem_life; nobody else includes it. Each function
 * leaves the life with exactly one task and the time when it is due, so there
 * is no state without a timer. */
#ifndef MODEM_MODEM_COURSE_H
#define MODEM_MODEM_COURSE_H

#include <stdbool.h>
#include <stdint.h>

#include "modem/modem_bringup.h"
#include "modem/modem_life.h"

/* After so many mails in a row that the network failed the bearer is brought up
 * by hand before PUT. */
#define MODEM_NETWORK_FAILURES_BEARER 2

enum modem_task {
	MODEM_TASK_OPEN,
	MODEM_TASK_SYNC,
	MODEM_TASK_SCRIPT,
	MODEM_TASK_RECALL_PIN,
	MODEM_TASK_REMEMBER_PIN,
	MODEM_TASK_RESET_COMMAND,
	MODEM_TASK_MAIL,	/* never due: begun by modem_life_sending() */
};

/* The rate of the line; see modem_baud.h. */
enum modem_baud_phase {
	MODEM_BAUD_STEADY,
	MODEM_BAUD_LOOKING,	/* is anyone there at this rate? */
	MODEM_BAUD_FOUND,	/* someone is: once more, thoroughly */
	MODEM_BAUD_SETTING,	/* told to change to the configured rate */
	MODEM_BAUD_CHECKING,	/* whether it did */
	MODEM_BAUD_BACK,	/* it did not: at the old rate again */
};

struct modem_baud {
	enum modem_baud_phase phase;
	unsigned rate;		/* of the line now */
	size_t next;		/* LOOKING: of the rates to be tried */
	unsigned found;		/* SETTING, CHECKING: where it answered */
	bool asked;		/* it was told the configured rate */
};

/* An earlier daemon's mail; see modem_settle.h. */
struct modem_settling {
	bool wanted;
	bool polls;		/* the script asks, too */
	int64_t listen_ms;	/* ... and listens so long at most */
	int64_t until_ms;
	bool heard;		/* a result came ... */
	int code;		/* ... this one ... */
	char line[128];		/* ... so */
	bool told;		/* settled: the order is to be given */
	struct at_chat_result result;
};

struct modem_life {
	struct modem_life_options options;
	struct modem_facts facts;
	struct modem_ladder ladder;
	struct modem_memory memory;
	bool keep_wanted;		/* the memory is to be put on disk */
	enum modem_state state;
	int64_t now_ms;			/* of the last call */
	char why[200];
	bool wants_hand;
	bool open;
	int64_t closed_ms;		/* since when it is not */
	int64_t returns_until_ms;	/* after a reset of ours the device may go and come */
	bool reset_wanted;
	struct modem_baud baud;
	struct modem_settling settling;

	enum modem_task task;
	enum modem_script script;	/* of MODEM_TASK_SCRIPT */
	enum at_chat_sync_kind sync_kind;	/* of MODEM_TASK_SYNC */
	int64_t due_ms;			/* when the task is to begin */
	bool running;			/* it has begun; its end is awaited ... */
	int64_t backstop_ms;		/* ... until then at most */

	struct at_step steps[MODEM_BRINGUP_STEPS_MAX];
	struct buf text;

	/* What the running script has heard. */
	bool speaks;
	enum modem_sim sim;
	bool has_pin_tries;
	int pin_tries;
	enum modem_registration gsm, gprs;
	bool has_room;			/* store_free_octets was told */
	char files[MODEM_BRINGUP_FILES_MAX][MODEM_STORE_NAME_MAX + 1];
	size_t file_count;		/* of ours in the store, that were kept */

	/* The SIM. */
	bool sim_wants_pin;
	char iccid[MODEM_ICCID_SIZE];
	bool iccid_doubtful;		/* it was told differently the second time */
	enum modem_pin_memory pin_memory;	/* of this SIM and PIN */
	enum modem_pin_memory pin_note;	/* what is being put on disk */
	bool pin_looked_up;		/* for a SIM that is ready: once is enough */
	bool refusal_pending;		/* a refusal is not on disk yet ... */
	char refused_iccid[MODEM_ICCID_SIZE];	/* ... by this SIM */

	/* Asked on the way up once, whatever comes of it, until it was ready. */
	bool guard_asked, size_asked, store_asked;
	bool store_failed;		/* a mail, since the line was opened */
	unsigned sweeps;		/* rounds of deleting files */

	bool leaves_session;		/* the mail under way does */
	bool session_set;

	int64_t sync_until_ms;		/* so long is a silent module asked again */
	int64_t since_ms;		/* when waiting for SIM or network began */
	unsigned busies;		/* answers in a row that the module is busy */
	unsigned restarts;		/* of the module, unasked, since it was ready */
	unsigned network_failures;	/* mails in a row that the network failed ... */
	int network_code;		/* ... the last one with this number */
	unsigned beats;			/* heart-beats in a row that were well */
};

void modem_course_go(struct modem_life *life, enum modem_state state, enum modem_task task,
		     int64_t delay_ms);
void modem_course_run(struct modem_life *life, enum modem_state state, enum modem_script script,
		      int64_t delay_ms);
void modem_course_say(struct modem_life *life, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What the ladder and the facts are now is to be put on disk. */
void modem_course_keep(struct modem_life *life);

/* Synchronise, then the whole way up again. */
void modem_course_sync(struct modem_life *life, int64_t delay_ms, int64_t patience_ms);

/* The whole way up goes on here, once the module answers at the right rate, and
 * once its firmware is known. */
void modem_course_set_up(struct modem_life *life);
void modem_course_look_at_sim(struct modem_life *life);

void modem_course_become_ready(struct modem_life *life);

/* Ready, and in a moment, if no mail begins before, what the last one has left
 * is taken away: no password and no recipient stays in the module. */
void modem_course_tidy_soon(struct modem_life *life, enum modem_script script);

/* No fault: the module still sends a mail that we know nothing of any more. Only
 * for ever it may not take. */
void modem_course_wait_while_busy(struct modem_life *life);

/* A mail that was answered, or heart-beats in a row that were well. */
void modem_course_note_success(struct modem_life *life);

/* The module started anew by itself. */
void modem_course_after_restart(struct modem_life *life);

/* A rung of the ladder; `synced` tells whether the module still answers. */
void modem_course_fail(struct modem_life *life, bool synced, const char *why);

void modem_course_after_sync(struct modem_life *life, const struct at_chat_result *result);
void modem_course_after_script(struct modem_life *life, const struct at_chat_result *result);

#endif
