/* SPDX-License-Identifier: ISC */
/* The grammar of one extended command, "+NAME", "+NAME?", "+NAME=?" or
 * "+NAME=parameters", and of its parameters. Pure. Blanks are accepted before a
 * parameter (the reference's dialogue has `"smtp.163.com", 25`), nowhere else. */
#ifndef EMULATOR_EMULATOR_SYNTAX_H
#define EMULATOR_EMULATOR_SYNTAX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum emulator_form {
	EMULATOR_FORM_EXECUTE,
	EMULATOR_FORM_TEST,
	EMULATOR_FORM_READ,
	EMULATOR_FORM_WRITE,
};

struct emulator_command {
	struct span name;		/* "+QSMTPPUT", as the host wrote it */
	enum emulator_form form;
	struct span parameters;		/* of the write form */
};

/* False when it is no extended command at all. */
bool emulator_syntax_split(struct span text, struct emulator_command *command);

/* Reads parameters one by one. The first that does not fit makes it fail, and
 * everything after it answers with nothing. */
struct emulator_syntax {
	struct span rest;
	bool begun;
	bool failed;
};

void emulator_syntax_begin(struct emulator_syntax *syntax, struct span parameters);

/* Another parameter follows. */
bool emulator_syntax_more(const struct emulator_syntax *syntax);

/* A text in quotes. There is no escape: it ends at the next quote, and holds no
 * control character. */
struct span emulator_syntax_text(struct emulator_syntax *syntax);

/* A decimal number within [min, max], not in quotes. */
int64_t emulator_syntax_number(struct emulator_syntax *syntax, int64_t min, int64_t max);

/* In quotes or bare up to the next comma, as commands outside QSMTP take it. */
struct span emulator_syntax_either(struct emulator_syntax *syntax);

/* Nothing failed and nothing is left over. */
bool emulator_syntax_end(const struct emulator_syntax *syntax);

#endif
