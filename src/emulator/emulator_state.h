/* SPDX-License-Identifier: ISC */
/* The module from within: what its commands work on. Included by the files that
 * execute commands, by nobody outside. */
#ifndef EMULATOR_EMULATOR_STATE_H
#define EMULATOR_EMULATOR_STATE_H

#include "emulator/emulator_agenda.h"
#include "emulator/emulator_core.h"
#include "emulator/emulator_data.h"
#include "emulator/emulator_draft.h"
#include "emulator/emulator_line.h"
#include "emulator/emulator_queue.h"
#include "emulator/emulator_sim.h"
#include "emulator/emulator_store.h"

enum emulator_mode {
	EMULATOR_MODE_COMMAND,
	EMULATOR_MODE_DATA,
	EMULATOR_MODE_BOOTING,
	EMULATOR_MODE_OFF,
};

/* Settings that are one number, kept by index (emulator_base). */
enum emulator_register {
	EMULATOR_REGISTER_NONE,
	EMULATOR_REGISTER_CMEE,
	EMULATOR_REGISTER_CREG,
	EMULATOR_REGISTER_CGREG,
	EMULATOR_REGISTER_CGATT,
	EMULATOR_REGISTER_CMGF,
	EMULATOR_REGISTER_CFUN,
	EMULATOR_REGISTER_IPR,
	EMULATOR_REGISTER_QIURC,
	EMULATOR_REGISTER_QIFGCNT,
	EMULATOR_REGISTER_QIDNSIP,
	EMULATOR_REGISTERS,
};

/* What ATZ and a reset bring back. */
struct emulator_session {
	bool echo, verbose, quiet;
	int64_t registers[EMULATOR_REGISTERS];
	int64_t flow_in, flow_out;
};

typedef void emulator_data_done(struct emulator_core *core, enum emulator_data_end end,
				int64_t now_ms);

/* The data mode that runs: which command began it and what it asked for. */
struct emulator_download {
	struct emulator_data data;
	emulator_data_done *done;
	char line[EMULATOR_LINE_MAX];
	size_t line_length;
	const struct emulator_fault *fault;
	int charset;		/* of a body */
	char *name;		/* of an attachment or a file */
	bool sized;		/* <filesz> was given */
	size_t size;
	bool acknowledges;	/* AT+QFUPL with <ackmode> 1 */
};

enum emulator_bearer {
	EMULATOR_BEARER_INITIAL,
	EMULATOR_BEARER_STARTED,	/* AT+QIREGAPP */
	EMULATOR_BEARER_ACTIVE,		/* AT+QIACT */
};

struct emulator_core {
	struct emulator_settings settings;
	struct emulator_script *script;
	struct emulator_queue queue;
	struct emulator_agenda agenda;
	struct emulator_order taken;	/* handed out; freed at the next */

	enum emulator_mode mode;
	struct emulator_session session;
	struct emulator_line line;
	char last_line[EMULATOR_LINE_MAX];	/* for "A/" */
	size_t last_length;
	struct buf input;		/* came while an answer was held back */
	int64_t held_until_ms;
	int64_t silent_until_ms;
	struct emulator_download download;

	struct emulator_sim sim;
	enum emulator_bearer bearer;
	char apn[64];
	struct emulator_store store;

	struct emulator_draft draft;
	bool authenticate;
	bool sending;			/* from PUT's OK to its result */
	bool awaiting;			/* the shell is delivering */
	struct emulator_mail *outgoing;	/* to be ordered once PUT's OK is out */
	bool outgoing_deliver;
	const struct emulator_fault *sending_fault;
	unsigned mails;
};

/* Octets to the host as they are; lines of them go to the log. */
void emulator_core_say(struct emulator_core *core, struct span octets);
void emulator_core_log_state(struct emulator_core *core, const char *state);
void emulator_core_log_rule(struct emulator_core *core, const struct emulator_rule *rule);

/* Registered with a network: has a SIM that is unlocked, and radio. */
bool emulator_core_is_registered(const struct emulator_core *core);

#endif
