/* SPDX-License-Identifier: ISC */
/* What a row of a test_modem_* says about its world, and the world itself; see
 * modem_world.h. */
#ifndef TESTS_UNIT_MODEM_WORLD_TYPES_H
#define TESTS_UNIT_MODEM_WORLD_TYPES_H

#include "modem/modem_bringup.h"
#include "modem/modem_life.h"

#include "base/buf.h"
#include "rows.h"

#define NEVER_MS INT64_MAX
#define MINUTE_MS INT64_C(60000)
#define ACTIONS_MAX 8
#define RUN_MAX 100000

enum action {
	NOTHING,
	UNPLUG,
	SAY,		/* an unsolicited line */
	MAIL,		/* sends a mail, which ends as `result` says after 2 s and, with
			 * `number` 1, leaves the session */
	RESET,		/* the operator's */
	FREEZE,		/* the module answers no more ... */
	THAW,		/* ... and again */
	NETWORK,	/* registration becomes `number` */
	CPIN,		/* the SIM says `text` */
	SWAP,		/* another SIM is put in, with the number `text` */
	BOOT,		/* the module starts anew and says so, at `number` baud if that is given */
	UNPLUG_FOR,	/* the device is away for `number` ms */
	FILES,		/* `number` files of ours are in the store */
};

#define SIMS_MAX 4

struct sim {
	char iccid[MODEM_ICCID_SIZE];
	enum modem_pin_memory memory;	/* on disk */
	int pins_sent;
};

struct event {
	int64_t at_ms;
	enum action action;
	const char *text;
	int number;
	struct at_chat_result result;
};

struct row {
	const char *name;
	int64_t until_ms;
	const char *states;	/* the way, by names */
	const char *why;	/* at the end, contains; NULL: not looked at */
	const char *ran;	/* labels that must have been sent, contains; NULL */
	const char *not_ran;	/* a command that must not have been sent; NULL */

	int64_t device_at_ms;	/* when the device appears */
	bool busy;		/* it is in use by another program */
	int64_t answers_at_ms;	/* when the module begins to answer */
	const char *cpin;	/* NULL: READY; "ERROR 10": that error */
	int tries;		/* the counter; 0: the module has none */
	bool wrong_pin;
	bool cpin_busy;		/* the SIM does not even look at it */
	bool boots_on_pin;	/* right after it refused the PIN */
	const char *pin;
	enum modem_pin_memory memory;
	bool disk_full;
	enum modem_pin_memory memory_after;	/* of the SIM that is in at the end */
	int pins_sent;		/* to it */
	const char *iccid;	/* NULL: 8988...14; "": the SIM does not tell */
	bool iccid_flickers;	/* it is told differently each time */
	const char *probe;	/* NULL: speaks the dialect; "" ERROR */
	int stat;		/* of +CREG; 0: home */
	bool no_gprs;		/* AT+CGREG? is unknown */
	bool roaming;
	bool clear_errors;	/* AT+QSMTPCLR gives ERROR: the module sends */
	bool has_command;
	bool slow_operator;	/* AT+COPS? is not answered in time */
	bool boots;		/* it starts anew in the middle of the first script */
	bool open_for_ever;	/* the shell never ends what was ordered */
	bool reset_hangs_up;	/* a reset takes the device away for 5 s ... */
	bool command_revives;	/* ... and reset-command thaws the module */

	unsigned baud;		/* configured; 0: the line has no rate */
	unsigned module_baud;	/* of the module; 0: any */
	bool ipr_refused;	/* AT+IPR= gives ERROR ... */
	bool ipr_ignored;	/* ... or OK, and nothing changes */

	bool finds_guard;
	enum at_known guard;	/* what the probe finds out */
	enum at_chat_outcome guard_outcome;
	bool guard_unsynced;
	enum at_known size_ends;	/* what the question with a file finds out */

	bool wants_store, has_store;
	int files;		/* of ours that lie in it */
	bool files_stay;	/* AT+QFDEL is refused */

	struct modem_memory kept;	/* by the daemon before */

	int64_t settle_until_ms;	/* 0: nothing is to be settled */
	int64_t sends_until_ms;		/* the module sends so long, and then says ... */
	const char *put_result;		/* ... this; NULL: nothing */

	struct event events[ACTIONS_MAX];
};

struct world {
	const struct row *row;
	struct modem_life *life;
	int64_t now_ms;
	bool frozen;
	char cpin[32];
	int stat;
	char iccid[MODEM_ICCID_SIZE];
	struct sim sims[SIMS_MAX];
	unsigned iccid_asked;
	unsigned module_baud;
	int64_t device_at_ms;
	int files;
	bool result_told;
	bool settling;			/* ordered, and not yet told */
	unsigned settled_count;
	struct at_chat_result settled;
	int64_t settled_ms;
	struct modem_memory kept;	/* on disk */
	unsigned writes;
	int64_t ready_ms;		/* for the first time */
	unsigned entered, left;		/* states, a bit each */
	struct modem_order order;	/* under way */
	int64_t done_ms;		/* when it ends */
	struct at_chat_result result;	/* of it */
	size_t next_event;
	enum modem_state state;
	struct buf states, ran;
};

#endif
