/* SPDX-License-Identifier: ISC */
/* The keys of a rule: what each may hold, and which go together. Pure. */
#ifndef EMULATOR_EMULATOR_SCRIPT_KEYS_H
#define EMULATOR_EMULATOR_SCRIPT_KEYS_H

#include <jansson.h>

#include "emulator/emulator_script.h"

/* What is being read: one line of a script gives one rule, or several when it
 * has "answers". */
struct emulator_reading {
	struct emulator_rule rule;
	const json_t *answers;	/* borrowed from the line */
	bool drops_octets, drops_words;
};

/* Fills the rule; `why` says what is wrong, or stays empty. What was filled is
 * the caller's in either case. */
void emulator_script_read(struct emulator_reading *reading, json_t *object, struct buf *why);

#endif
