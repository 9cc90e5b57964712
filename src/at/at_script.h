/* SPDX-License-Identifier: ISC */
/* A dialogue with the module as data: steps in order, each a command, what may
 * answer it, and its limits. Made as const tables (modem/modem_dialect) or
 * built for a mail (qsmtp/qsmtp_plan); run by at/at_chat, which knows no
 * command. */
#ifndef AT_AT_SCRIPT_H
#define AT_AT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_command.h"
#include "base/buf.h"
#include "base/span.h"

enum at_on_error {
	AT_ON_ERROR_STOP,	/* the script ends here with this outcome */
	AT_ON_ERROR_GO_ON,	/* an ERROR (not a time-out) is as good as OK */
};

/* How the data of a step ends. */
enum at_data_end {
	AT_DATA_ESCAPED,	/* by "+++", after the guard silence */
	AT_DATA_SIZED,		/* so, unless the module, which was told the size, ends it by
				 * itself within self_ending_ms */
	AT_DATA_COUNTED,	/* always by the module, at the size told: no escape is ever
				 * sent (file store) */
	AT_DATA_PROBED,		/* finds out whether "+++" needs silence around it: first without;
				 * when no result comes within self_ending_ms, with silence, and
				 * the first three were content: the length is then 3 more */
};

struct at_step {
	const char *label;	/* for logs and verdicts: "QSMTPDST"; static, never secret */
	struct span line;	/* the command without CR; empty: nothing is sent, only waited
				 * for `result`, or for wait_before_ms when there is none */
	bool secret;		/* its parameters never reach a trace or a log */

	/* What may come for it; every other line is unsolicited. A prefix given
	 * here goes before any other meaning of the line ("+CFUN:", "RDY"). */
	const char *info;	/* prefix of lines before OK, "+CSQ:"; "" any line; NULL none */
	const char *result;	/* prefix of the deferred result, "+QSMTPDST:"; NULL none.
				 * Either order with OK; its first number decides: 0 is
				 * success, or >= 0 where it is a length */
	bool data;		/* CONNECT is awaited, then `payload` goes out, then the
				 * escape, then the result */
	struct span payload;	/* borrowed; already wire-safe, looked at once more */
	bool result_is_length;	/* the result is a length; of data, and without data where a
				 * payload is given (it was stored before), it must be
				 * payload.length, else MISMATCH */
	enum at_data_end data_end;
	int64_t self_ending_ms;	/* SIZED, PROBED: how long the result is awaited before the
				 * (guarded) escape; 0: not at all */
	bool has_checksum;	/* the result's second number, hexadecimal, must be `checksum`,
				 * else MISMATCH */
	uint32_t checksum;
	bool any_result;	/* a negative result is as good as 0: something is deleted that
				 * may not be there */
	bool silences_echo;	/* after its OK the module echoes no more: when it does all the
				 * same, it has started anew without a word */
	bool listens;		/* a time-out ends the script without synchronising: the module
				 * may be sending and must not be disturbed */

	/* The info lines must be exactly these, in any order; else MISMATCH. Each
	 * line may be given in several spellings, one behind the other, of which
	 * any will do; expected_count is then a multiple of them. */
	const struct span *expected;
	size_t expected_count;
	size_t expected_spellings;	/* 0 is 1 */
	bool verify_expected;

	bool hold;		/* before it is sent the runner is asked: AT_CHAT_HOLD */
	bool commits;		/* once it is sent and not refused the mail may be out: later
				 * trouble is uncertain, not undone */
	enum at_on_error on_error;

	/* Limits, counted from the computed end of transmission. */
	int64_t wait_before_ms;	/* silence before it is sent, beyond the pace */
	int64_t idle_ms;	/* of that: since the last octet that came; 0: no such limit */
	int64_t answer_ms;	/* until OK, ERROR or CONNECT */
	int64_t result_ms;	/* from then (or from the end of data) until the result */
};

#define AT_SCRIPT_STEPS_MAX 128
#define AT_SCRIPT_EXPECTED_MAX 64
#define AT_SCRIPT_TEXT_MAX (64 * 1024)

/* A built script owns its steps, the texts of their commands and the lists of
 * expected lines; payloads are borrowed. Its memory is taken whole at the first
 * use and never moves, so a step and a span into it stay valid until
 * at_script_clear(). Failure is sticky: build the whole script, then look at
 * `fault` once. */
struct at_script {
	struct at_step *steps;
	size_t count;
	struct buf text;	/* of the commands and of what is expected */
	struct span *expected;
	size_t expected_count;
	const char *fault;	/* NULL while good; else a phrase: why it must never run */
	bool leaves_session;	/* when it went well, the account's settings still stand in the
				 * module and nothing else but recipients, subject and body */
	struct at_step spare;	/* what at_script_add() gives once the script has failed */
};

void at_script_init(struct at_script *script);

/* Frees it, the secrets in its text wiped first. */
void at_script_clear(struct at_script *script);

/* A new last step, all zero but its label (static). Never NULL. Fill in what it
 * needs; a constant command may be set as span_of("AT+QSMTPCLR"), others are
 * built:
 *
 *	struct at_step *step = at_script_add(script, "QSMTPDST");
 *	struct at_command command;
 *
 *	at_script_begin(script, &command, "AT+QSMTPDST");
 *	at_command_integer(&command, 1);
 *	at_command_text(&command, address, 100);
 *	at_script_set_line(script, step, &command);
 *
 * One command is built at a time. */
struct at_step *at_script_add(struct at_script *script, const char *label);
void at_script_begin(struct at_script *script, struct at_command *command, const char *name);

/* Ends the command and makes it the step's line; its fault is the script's. */
void at_script_set_line(struct at_script *script, struct at_step *step,
			struct at_command *command);

/* Ends a text begun as "+QSMTPDST:" (with the colon) and adds it to the lines
 * that the step must read back; sets verify_expected. All lines of one step
 * are added before those of another. */
void at_script_expect(struct at_script *script, struct at_step *step,
		      struct at_command *command);

/* Marks the script as failed; the first fault stays. `fault` is static. */
void at_script_fail(struct at_script *script, const char *fault);

#endif
