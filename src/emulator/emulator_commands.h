/* SPDX-License-Identifier: ISC */
/* The commands as tables, and the one way through them. */
#ifndef EMULATOR_EMULATOR_COMMANDS_H
#define EMULATOR_EMULATOR_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/emulator_answer.h"
#include "emulator/emulator_state.h"
#include "emulator/emulator_syntax.h"

struct emulator_row;

/* One command as it came. */
struct emulator_call {
	const struct emulator_row *row;
	struct emulator_command command;
	struct span line;			/* whole, "AT+QSMTPPUT=300" */
	const struct emulator_fault *fault;	/* never NULL; lives as long as the core */
	int64_t now_ms;
};

/* Executes one form of a command. False: ERROR. */
typedef bool emulator_handler(struct emulator_core *core, const struct emulator_call *call,
			      struct emulator_answer *answer);

#define EMULATOR_ROW_MAIL 1u	/* write and execute are refused while a mail is being sent */
#define EMULATOR_ROW_DANGER 2u	/* costs money or harms: its use is logged as "danger" */
#define EMULATOR_ROW_SIM 4u	/* needs an unlocked SIM */
#define EMULATOR_ROW_OWN_TEST 8u	/* `read` answers "=?" too, with what is not constant */

struct emulator_row {
	const char *name;		/* "+QSMTPPUT" */
	unsigned flags;
	const char *test;		/* the line of "=?"; "": OK alone; NULL: ERROR */
	emulator_handler *read, *write, *execute;	/* NULL: ERROR */
	const char *text;		/* what emulator_base_say() says */
	enum emulator_register number;	/* what emulator_base_..._number() works on */
	int64_t min, max;
};

struct emulator_table {
	const struct emulator_row *rows;
	size_t count;
};

extern const struct emulator_table emulator_base_table;
extern const struct emulator_table emulator_network_table;
extern const struct emulator_table emulator_qsmtp_table;
extern const struct emulator_table emulator_files_table;

/* Executes a whole line and says its answer. */
void emulator_commands_execute(struct emulator_core *core, struct span line, int64_t now_ms);

/* What the script has for this; NULL: nothing. What concerns the world is done
 * then, and what is to be said first is said. */
const struct emulator_fault *emulator_commands_ask(struct emulator_core *core,
						   const struct emulator_happening *happening);

/* The answer of a line that was too long to be taken. */
void emulator_commands_refuse(struct emulator_core *core, int64_t now_ms);

/* The commands without '+': E V Q I Z &F D ... (V.250). `text` is what follows
 * "AT". False: ERROR. */
bool emulator_basic_execute(struct emulator_core *core, struct span text,
			    struct emulator_answer *answer, bool *danger);

/* The session as it is after power-up and ATZ. */
void emulator_base_reset(struct emulator_core *core);

#endif
