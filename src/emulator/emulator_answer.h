/* SPDX-License-Identifier: ISC */
/* From what a command has to say to octets at their times: the form of lines,
 * the order of OK, CONNECT and the result, and what the script does to them. */
#ifndef EMULATOR_EMULATOR_ANSWER_H
#define EMULATOR_EMULATOR_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "emulator/emulator_state.h"

/* What a command answers. All zero (buffers initialised) is a plain OK. */
struct emulator_answer {
	bool verbose;			/* ATV1: lines stand between CRLFs */
	struct buf info;		/* lines before OK, formed */
	bool error;			/* ERROR */
	int cme;			/* or, when not 0, this error of the equipment */
	const char *final;		/* instead of OK; "": no such line at all */
	bool connect;			/* CONNECT: data mode begins */
	const char *prompt;		/* raw, instead of CONNECT: "\r\n> " */
	struct buf late;		/* lines behind OK, formed */
	const char *result_of;		/* "+QSMTPDST": a deferred result; NULL none */
	int result;
	bool pending;			/* a result comes later from elsewhere */
	bool retunes;			/* the rate of AT+IPR is in force afterwards */
	const struct emulator_fault *fault;	/* instead of the command's; NULL: none */
	const struct emulator_fault *then;	/* what happens to the module afterwards */
};

void emulator_answer_init(struct emulator_answer *answer, const struct emulator_core *core);
void emulator_answer_clear(struct emulator_answer *answer);

/* Another line before or behind OK. */
void emulator_answer_line(struct emulator_answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void emulator_answer_late(struct emulator_answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says it all, now or later. */
void emulator_answer_send(struct emulator_core *core, const struct emulator_answer *answer,
			  const struct emulator_fault *fault, int64_t now_ms);

/* A deferred result by itself: `name` as "+QSMTPBODY". Never earlier than the
 * delay of the settings. */
void emulator_answer_result(struct emulator_core *core, enum emulator_deed deed,
			    const char *name, int result, const struct emulator_fault *fault,
			    int64_t now_ms);

/* An unsolicited line: at once, or at its time. */
void emulator_answer_interject(struct emulator_core *core, const char *text);
void emulator_answer_urc(struct emulator_core *core, const char *text, int64_t due_ms);

#endif
