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
#include "modem/modem_memory.h"

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
	unsigned baud;			/* configured */
	bool finds_guard;		/* plus-guard = auto */
	int64_t guard_ms;		/* else this */
	bool wants_store;		/* attachments = auto or store */
	struct modem_memory memory;	/* kept by the shell */
	unsigned seed;			/* for jitter: any number, another one each time */
};

/* Until it is known better, with plus-guard = auto: right for both kinds. */
#define MODEM_GUARD_SURE_MS 1200

/* What the script of a mail may build on. */
struct modem_basis {
	bool session_set;	/* the account's settings stand in the module, and no attachment:
				 * only the draft is to be set */
	bool bring_bearer_up;	/* by hand: PUT failed to do it twice */
	enum at_known size_ends_data;
	bool has_store;
	int64_t store_free_octets;
	unsigned baud;		/* modem_life_baud(), for time limits; 0: as configured */
};

/* What the shell is to do now. */
enum modem_order_kind {
	MODEM_ORDER_WAIT,	/* nothing, until bytes or the deadline */
	MODEM_ORDER_OPEN,	/* open the wire, then modem_life_opened() or _open_failed() */
	MODEM_ORDER_CLOSE,	/* close the wire, whatever runs on it; at_chat_lost() */
	MODEM_ORDER_SYNC,	/* at_chat_start_sync() of `sync_kind`, then modem_life_finished() */
	MODEM_ORDER_RUN,	/* run `steps`, pass INFO lines and modem_life_finished() back */
	MODEM_ORDER_LISTEN,	/* the same by at_chat_start_listening() */
	MODEM_ORDER_SETTLED,	/* tell `settled`; see modem_life_settle() */
	MODEM_ORDER_REMEMBER,	/* put modem_life_memory() on disk; nothing is to be told */
	MODEM_ORDER_RECALL_PIN,	/* look up the PIN for `iccid`, then modem_life_recalled() */
	MODEM_ORDER_REMEMBER_PIN, /* put `pin_memory` for `iccid` on disk, then _remembered() */
	MODEM_ORDER_RESET_COMMAND,	/* run `reset-command`, then modem_life_reset_done() */
};

struct modem_order {
	enum modem_order_kind kind;
	enum at_chat_sync_kind sync_kind;
	const struct at_step *steps;	/* RUN, LISTEN: owned by the life, valid until its result */
	size_t count;
	enum modem_pin_memory pin_memory;
	const char *iccid;		/* of the SIM; "" when it does not tell. Never logged */
	const struct at_chat_result *settled;
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
void modem_life_recalled(struct modem_life *life, enum modem_pin_memory memory, int64_t now_ms);
void modem_life_remembered(struct modem_life *life, bool durable, int64_t now_ms);
void modem_life_reset_done(struct modem_life *life, bool done, int64_t now_ms);

/* Whether modem_life_sending() may be called. */
bool modem_life_is_ready(const struct modem_life *life);

/* The line is to have this rate, and "+++" this much silence, whenever a SYNC,
 * RUN, LISTEN or mail begins. */
unsigned modem_life_baud(const struct modem_life *life);
int64_t modem_life_guard_ms(const struct modem_life *life);

struct modem_basis modem_life_basis(const struct modem_life *life);

/* What is to be on disk. */
const struct modem_memory *modem_life_memory(const struct modem_life *life);

/* A daemon before this one told the module to send and never saw the result:
 * until `until_ms` the module is only listened to, and asked now and then
 * whether it still sends, with a command that is refused while it does. The
 * order SETTLED follows once: OK for a result of 0, RESULT with another, else
 * TIMEOUT or RESET, which leave it uncertain. Right after modem_life_new(). */
void modem_life_settle(struct modem_life *life, int64_t until_ms, int64_t now_ms);

/* A mail's script begins, or has ended with this result. */
void modem_life_sending(struct modem_life *life, bool leaves_session, int64_t now_ms);
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
