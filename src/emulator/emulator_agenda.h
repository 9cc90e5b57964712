/* SPDX-License-Identifier: ISC */
/* What the module is going to do later, in order of time, and of its making
 * where times are equal. Pure, bounded. */
#ifndef EMULATOR_EMULATOR_AGENDA_H
#define EMULATOR_EMULATOR_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "emulator/emulator_script.h"

#define EMULATOR_AGENDA_MAX 4096

enum emulator_deed {
	EMULATOR_DEED_SAY,	/* `text` */
	EMULATOR_DEED_PUT_DONE,	/* the mail is settled: `text` */
	EMULATOR_DEED_PUT_TIMEOUT,	/* of mail number `value` */
	EMULATOR_DEED_BOOTED,
	EMULATOR_DEED_DISRUPT,	/* `fault` */
	EMULATOR_DEED_RULE,	/* number `value` of the script: its time has come */
	EMULATOR_DEED_RETUNE,	/* the rate of AT+IPR is in force */
};

struct emulator_item {
	int64_t due_ms;
	enum emulator_deed deed;
	char *text;		/* "" when there is none */
	unsigned value;
	const struct emulator_fault *fault;
	bool lasting;		/* a reset does not end it: it is of the script */
};

struct emulator_agenda {
	struct emulator_item *items;
	size_t count;
};

void emulator_agenda_clear(struct emulator_agenda *agenda);

/* Drops all that a reset ends. */
void emulator_agenda_forget(struct emulator_agenda *agenda);

/* Copies the text. A full agenda drops the item. */
void emulator_agenda_add(struct emulator_agenda *agenda, const struct emulator_item *item,
			 struct span text);

/* What was to be done later is due now, but for what a reset does not end. */
void emulator_agenda_hasten(struct emulator_agenda *agenda, int64_t now_ms);

/* The first item that is due, whose text the caller frees. */
bool emulator_agenda_take(struct emulator_agenda *agenda, int64_t now_ms,
			  struct emulator_item *item);

int64_t emulator_agenda_deadline_ms(const struct emulator_agenda *agenda);	/* INT64_MAX: none */

#endif
