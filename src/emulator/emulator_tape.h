/* SPDX-License-Identifier: ISC */
/* What a flight recorder has kept of a line (modem/modem_recorder.h), to be
 * played again. A record is a line of text: seconds, a mark, a text.
 *
 *	12.043 > AT+QSMTPDST=1,1,"a@example.org"
 *	12.060 < OK
 *	12.061 > (512 octets)
 *	13.000 = recovering: the module does not answer
 *
 * Pure. */
#ifndef EMULATOR_EMULATOR_TAPE_H
#define EMULATOR_EMULATOR_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum emulator_tape_kind {
	EMULATOR_TAPE_SENT,	/* a line of the host */
	EMULATOR_TAPE_DATA,	/* so many octets of it */
	EMULATOR_TAPE_CAME,	/* a line of the module */
};

struct emulator_tape_entry {
	enum emulator_tape_kind kind;
	int64_t ms;
	char *text;
	size_t octets;		/* DATA */
};

struct emulator_tape {
	struct emulator_tape_entry *entries;
	size_t count;
};

/* Empty lines, and those that begin with '#', are passed over, as are notes.
 * False: `why` says which line is wrong and how; the tape is empty then. */
bool emulator_tape_parse(struct emulator_tape *tape, struct span text, struct buf *why);
void emulator_tape_clear(struct emulator_tape *tape);

#define EMULATOR_TAPE_WITHIN_MAX 32

/* Where this command of the host is on the tape, from `from` on and within so
 * many different commands of it (an idle module is asked the same for hours); the
 * count when it is not there. It is the same when it has the same name and form,
 * whatever its parameters. */
size_t emulator_tape_find(const struct emulator_tape *tape, size_t from, struct span command,
			  unsigned within);

#endif
