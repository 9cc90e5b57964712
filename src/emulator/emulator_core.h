/* SPDX-License-Identifier: ISC */
/* The module: octets of the host and the time in, orders out. Pull style: feed
 * or tick, then take orders until there is none. It touches no tty, no clock
 * and no network. Times are milliseconds of a clock that never steps. */
#ifndef EMULATOR_EMULATOR_CORE_H
#define EMULATOR_EMULATOR_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "emulator/emulator_data.h"
#include "emulator/emulator_queue.h"
#include "emulator/emulator_script.h"
#include "emulator/emulator_tape.h"

#define EMULATOR_PIN_MAX 8
#define EMULATOR_ICCID_MAX 22

struct emulator_settings {
	int64_t delay_ms;	/* until a deferred result */
	int64_t guard_ms;	/* silence around "+++"; 0: any "+++" ends data mode */
	enum emulator_guard guard_kind;
	int64_t boot_ms;	/* from a reset to RDY */
	bool filesz_ends;	/* a given <filesz> ends the download by itself */
	bool no_space;		/* "+QSMTPPUT:0" */
	bool no_store;		/* a module without the file commands */
	int64_t store_octets;	/* 0: EMULATOR_STORE_OCTETS */
	char pin[EMULATOR_PIN_MAX + 1];	/* "": the SIM asks for none */
	unsigned pin_failures;	/* wrong tries before the start */
	char iccid[EMULATOR_ICCID_MAX + 1];	/* "": a common one */
	unsigned baud;		/* what AT+IPR? says */
	unsigned module_baud;	/* the module's own rate; 0: any is heard */
	int64_t seed;		/* of what a script leaves to chance */
};

struct emulator_core;

/* The script is borrowed and may be NULL. It counts from now_ms. */
struct emulator_core *emulator_core_new(const struct emulator_settings *settings,
					struct emulator_script *script, int64_t now_ms);

/* Plays this tape, which is borrowed and not empty, in place of the module. */
void emulator_core_replay(struct emulator_core *core, const struct emulator_tape *tape,
			  unsigned speed);
void emulator_core_free(struct emulator_core *core);

void emulator_core_feed(struct emulator_core *core, struct span octets, int64_t now_ms);

/* When the octets of the next feed were on the line, for the log: microseconds of
 * the same clock. Without it they came when they were fed. */
void emulator_core_stamp(struct emulator_core *core, int64_t begin_us, int64_t end_us);

/* The rate that the host has set; 0: it has hung up. Of no effect when the module
 * has no rate of its own. */
void emulator_core_host_baud(struct emulator_core *core, unsigned baud);

void emulator_core_tick(struct emulator_core *core, int64_t now_ms);
int64_t emulator_core_deadline_ms(const struct emulator_core *core);	/* INT64_MAX: none */

/* What is valid in the order is so until the next call. */
bool emulator_core_next(struct emulator_core *core, struct emulator_order *order);

/* What became of the mail of the last order to deliver: 0 or a code. */
void emulator_core_delivered(struct emulator_core *core, int result, int64_t now_ms);

/* The power key: switches it on, or resets it. */
void emulator_core_press(struct emulator_core *core, int64_t now_ms);

#endif
