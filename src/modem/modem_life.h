/* SPDX-License-Identifier: ISC */
/* A modem's life: named states, each with a timer and an exit, and what is
 * known about the module. Decides what to do next; does nothing itself. Drawn
 * in docs/MODEM.md. Pure; times in milliseconds of a clock that never steps. */
#ifndef MODEM_MODEM_LIFE_H
#define MODEM_MODEM_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_chat.h"
#include "at/at_script.h"
#include "modem/modem_dialect.h"
#include "modem/modem_facts.h"
#include "modem/modem_ladder.h"

enum modem_state {
	MODEM_ABSENT,		/* no such device: looked for every few seconds */
	MODEM_OPENING,		/* the device is there and could not be opened: tried again */
	MODEM_SYNCING,		/* does it answer, is it in data mode, does it speak the dialect */
	MODEM_SIM,		/* is there a SIM, does it want a PIN */
	MODEM_REGISTERING,	/* waits for a network */
	MODEM_READY,		/* a mail may be sent */
	MODEM_SENDING,		/* a mail is being sent */
	MODEM_RESTING,		/* nothing to be done for a while: see `why` */
	MODEM_RECOVERING,	/* on a rung of the ladder */
	MODEM_STATES,
};

/* What is known of the configured PIN, over restarts of the daemon. */
enum modem_pin_memory {
	MODEM_PIN_NEW,		/* never tried */
	MODEM_PIN_TRYING,	/* about to be tried, or tried and the outcome never seen */
	MODEM_PIN_ACCEPTED,	/* was right once: may be tried again */
	MODEM_PIN_REFUSED,	/* was wrong once: never tried again */
};

struct modem_life_options {
	const struct modem_dialect *dialect;
	int64_t command_timeout_ms;
	int64_t register_timeout_ms;
	bool roaming;
	bool hardware_flow_control;
	bool has_reset_command;
	char pin[16];			/* "" when none is configured */
	enum modem_pin_memory pin_memory;	/* of this PIN; kept by the shell */
};

/* What the shell is to do now. */
enum modem_order_kind {
	MODEM_ORDER_WAIT,	/* nothing, until bytes or the deadline */
	MODEM_ORDER_OPEN,	/* open the wire, then modem_life_opened() or _open_failed() */
	MODEM_ORDER_CLOSE,	/* close the wire, whatever runs on it; at_chat_lost() */
	MODEM_ORDER_SYNC,	/* at_chat_start_sync(), then modem_life_finished() */
	MODEM_ORDER_RUN,	/* run `steps`, pass INFO lines and modem_life_finished() back */
	MODEM_ORDER_REMEMBER_PIN, /* put `pin_memory` on disk, then modem_life_remembered() */
	MODEM_ORDER_RESET_COMMAND,	/* run `reset-command`, then modem_life_reset_done() */
};

struct modem_order {
	enum modem_order_kind kind;
	const struct at_step *steps;	/* RUN: owned by the life, valid until its result */
	size_t count;
	enum modem_pin_memory pin_memory;
};

struct modem_life;

/* NULL when out of memory. The options are copied. */
struct modem_life *modem_life_new(const struct modem_life_options *options, int64_t now_ms);
void modem_life_free(struct modem_life *life);

/* Ask after every event and at the deadline, until WAIT. */
void modem_life_next(struct modem_life *life, int64_t now_ms, struct modem_order *order);

/* Never INT64_MAX: every state has a timer. */
int64_t modem_life_deadline_ms(const struct modem_life *life);

/* Events. `why` is a phrase for people; it is copied. */
void modem_life_opened(struct modem_life *life, int64_t now_ms);
void modem_life_open_failed(struct modem_life *life, bool absent, const char *why, int64_t now_ms);
void modem_life_lost(struct modem_life *life, const char *why, int64_t now_ms);
void modem_life_info(struct modem_life *life, const char *label, struct span line);
void modem_life_unsolicited(struct modem_life *life, struct span line, int64_t now_ms);
void modem_life_finished(struct modem_life *life, const struct at_chat_result *result,
			 int64_t now_ms);
void modem_life_remembered(struct modem_life *life, bool durable, int64_t now_ms);
void modem_life_reset_done(struct modem_life *life, bool done, int64_t now_ms);

/* Whether modem_life_sending() may be called. */
bool modem_life_is_ready(const struct modem_life *life);

/* A mail's script begins, or has ended with this result. */
void modem_life_sending(struct modem_life *life, int64_t now_ms);
void modem_life_sent(struct modem_life *life, const struct at_chat_result *result,
		     int64_t now_ms);

/* The operator wants it reset: done as soon as nothing runs. */
void modem_life_reset(struct modem_life *life, int64_t now_ms);

enum modem_state modem_life_state(const struct modem_life *life);
const struct modem_facts *modem_life_facts(const struct modem_life *life);

/* What holds it up, for people: "waits for a network (searching) for 12 s"; "". */
const char *modem_life_why(const struct modem_life *life);

/* Whether only a person can help (PIN, PUK, wrong device): worth a warning. */
bool modem_life_wants_hand(const struct modem_life *life);

const char *modem_state_name(enum modem_state state);

#endif
