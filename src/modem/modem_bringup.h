/* SPDX-License-Identifier: ISC */
/* The scripts of a modem's life as const tables: what is asked and set on the
 * way to ready, the heart-beat, the rungs of the ladder. What a module may not
 * know is passed over on ERROR, so that another firmware comes up all the same. */
#ifndef MODEM_MODEM_BRINGUP_H
#define MODEM_MODEM_BRINGUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_script.h"
#include "base/buf.h"
#include "modem/modem_dialect.h"
#include "modem/modem_store.h"

enum modem_script {
	MODEM_SCRIPT_BASE,	/* echo off, errors as numbers, dialect, identity */
	MODEM_SCRIPT_BAUD,	/* AT+IPR=<baud> */
	MODEM_SCRIPT_GUARD,	/* which kind of escape the firmware has; no air time */
	MODEM_SCRIPT_SIZE,	/* whether a size that was told ends a file; the same */
	MODEM_SCRIPT_STORE,	/* whether there is a file store, its room and our files */
	MODEM_SCRIPT_SWEEP,	/* deletes `files`, then room and files again */
	MODEM_SCRIPT_SIM,	/* AT+CPIN? */
	MODEM_SCRIPT_ICCID,	/* the number of the SIM, twice */
	MODEM_SCRIPT_PIN_TRIES,	/* the counter, where the module has one */
	MODEM_SCRIPT_PIN,	/* AT+CPIN=<pin> */
	MODEM_SCRIPT_QUIET,	/* no unsolicited texts */
	MODEM_SCRIPT_NETWORK,	/* signal and registration; also the heart-beat */
	MODEM_SCRIPT_OPERATOR,	/* AT+COPS? */
	MODEM_SCRIPT_TIDY,	/* AT+QSMTPCLR after a mail */
	MODEM_SCRIPT_CONTEXT,	/* the same and the bearer down */
	MODEM_SCRIPT_RADIO,	/* CFUN=0, CFUN=1 */
	MODEM_SCRIPT_RESTART,	/* CFUN=1,1 */
	MODEM_SCRIPT_LISTEN,	/* the result of a mail that an earlier daemon sent */
	MODEM_SCRIPT_POLL,	/* the same, and whether it is still being sent */
	MODEM_SCRIPTS,
};

#define MODEM_BRINGUP_STEPS_MAX 8
#define MODEM_BRINGUP_FILES_MAX 4	/* deleted by one SWEEP */

struct modem_bringup_options {
	const struct modem_dialect *dialect;
	int64_t command_timeout_ms;
	bool hardware_flow_control;
	const char *pin;
	unsigned baud;
	int64_t listen_ms;		/* LISTEN, POLL: at most */
	/* Names in the module's store, each as modem_store_read_ours() gave it. */
	const char (*files)[MODEM_STORE_NAME_MAX + 1];
	size_t file_count;
};

/* Fills `steps` and gives their count. `text` (reset first) keeps the commands
 * that are built; the rest points into const tables. 0 when a text is nothing
 * that a command can hold: nothing may be run then. */
size_t modem_bringup_build(enum modem_script script, const struct modem_bringup_options *options,
			   struct buf *text, struct at_step steps[static MODEM_BRINGUP_STEPS_MAX]);

/* A PIN is 4 to 8 digits (3GPP TS 31.101, 9.5.1). */
bool modem_bringup_pin_is_good(const char *pin);

#endif
