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
#include "emulator/emulator_replay.h"
#include "emulator/emulator_sim.h"
#include "emulator/emulator_store.h"
#include "emulator/emulator_wire.h"
#include "emulator/emulator_world.h"

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
	int64_t first_us, content_us, last_us;	/* on the line; content_us: without the escape */
};

enum emulator_bearer {
	EMULATOR_BEARER_INITIAL,
	EMULATOR_BEARER_STARTED,	/* AT+QIREGAPP */
	EMULATOR_BEARER_ACTIVE,		/* AT+QIACT */
	EMULATOR_BEARER_LOST,		/* the network took it away */
};

struct emulator_core {
	struct emulator_settings settings;
	struct emulator_script *script;
	struct emulator_queue queue;
	struct emulator_agenda agenda;
	struct emulator_order taken;	/* handed out; freed at the next */
	int64_t now_ms;			/* of the call that is being worked on */

	struct emulator_replay replay;
	enum emulator_mode mode;
	struct emulator_session session;
	struct emulator_wire wire;
	struct emulator_line line;
	int64_t line_first_us, line_last_us;	/* on the line */
	char last_line[EMULATOR_LINE_MAX];	/* for "A/" */
	size_t last_length;
	char last_command[EMULATOR_LINE_MAX];	/* for rules that ask for it */
	size_t last_command_length;
	struct buf input;		/* came while an answer was held back */
	int64_t held_until_ms;
	int64_t silent_until_ms;
	struct emulator_download download;

	struct emulator_world world;
	struct emulator_sim sim;
	int64_t saved_baud;		/* by AT&W */
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
	int sending_end;		/* what has ended it, whatever the server says; 0: nothing */
	unsigned mails;
};

/* Octets to the host as they are; lines of them go to the log. */
void emulator_core_say(struct emulator_core *core, struct span octets);
void emulator_core_log_line(struct emulator_core *core, struct span line);
void emulator_core_log_state(struct emulator_core *core, const char *state);
void emulator_core_log_rule(struct emulator_core *core, const struct emulator_rule *rule);
void emulator_core_log_octet_rule(struct emulator_core *core, const struct emulator_rule *rule,
				  int64_t octet);

/* Octets that have come through the line; false when nobody hears them. */
bool emulator_core_take(struct emulator_core *core, struct span octets);
bool emulator_core_is_deaf(const struct emulator_core *core);

#endif
