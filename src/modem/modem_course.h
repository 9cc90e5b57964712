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

enum modem_task {
	MODEM_TASK_OPEN,
	MODEM_TASK_SYNC,
	MODEM_TASK_SCRIPT,
	MODEM_TASK_REMEMBER_PIN,
	MODEM_TASK_RESET_COMMAND,
	MODEM_TASK_MAIL,	/* never due: begun by modem_life_sending() */
};

struct modem_life {
	struct modem_life_options options;
	struct modem_facts facts;
	struct modem_ladder ladder;
	enum modem_state state;
	int64_t now_ms;			/* of the last call */
	char why[200];
	bool wants_hand;
	bool open;
	bool reset_wanted;

	enum modem_task task;
	enum modem_script script;	/* of MODEM_TASK_SCRIPT */
	int64_t due_ms;			/* when the task is to begin */
	bool running;			/* it has begun; its end is awaited ... */
	int64_t backstop_ms;		/* ... until then at most */

	struct at_step steps[MODEM_BRINGUP_STEPS_MAX];
	struct buf text;

	/* What the running script has heard. */
	bool speaks;
	enum modem_sim sim;
	enum modem_pin_memory pin_note;	/* what is being put on disk */
	bool acceptance_told;		/* once is enough, also when the disk is full */
	bool has_pin_tries;
	int pin_tries;
	enum modem_registration gsm, gprs;

	int64_t sync_until_ms;		/* so long is a silent module asked again */
	int64_t since_ms;		/* when waiting for SIM or network began */
	unsigned busies;		/* answers in a row that the module is busy */
	unsigned restarts;		/* of the module, unasked, since it was ready */
	unsigned network_failures;	/* mails in a row that the network failed */
	unsigned beats;			/* heart-beats in a row that were well */
};

void modem_course_go(struct modem_life *life, enum modem_state state, enum modem_task task,
		     int64_t delay_ms);
void modem_course_run(struct modem_life *life, enum modem_state state, enum modem_script script,
		      int64_t delay_ms);
void modem_course_say(struct modem_life *life, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Synchronise, then the whole way up again. */
void modem_course_sync(struct modem_life *life, int64_t delay_ms, int64_t patience_ms);

/* The module started anew by itself. */
void modem_course_after_restart(struct modem_life *life);

/* A rung of the ladder; `synced` tells whether the module still answers. */
void modem_course_fail(struct modem_life *life, bool synced, const char *why);

void modem_course_after_sync(struct modem_life *life, const struct at_chat_result *result);
void modem_course_after_script(struct modem_life *life, const struct at_chat_result *result);
void modem_course_after_mail(struct modem_life *life, const struct at_chat_result *result);

#endif
