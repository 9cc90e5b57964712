/* SPDX-License-Identifier: ISC */
/* The line between the module and its host: octets go through it in both
 * directions and suffer what the script and two different rates do to them. */
#ifndef EMULATOR_EMULATOR_WIRE_H
#define EMULATOR_EMULATOR_WIRE_H

#include "base/span.h"
#include "emulator/emulator_script.h"
#include "emulator/emulator_way.h"

struct emulator_core;

/* When the octets of a feed were on the line. */
struct emulator_stamp {
	bool given;
	int64_t begin_us, end_us;
	size_t count;
};

struct emulator_wire {
	struct emulator_way in, out;
	bool watches_in, watches_out;	/* the script has rules for octets */
	bool cut;			/* the module fell silent within what it says */
	const char *inside;		/* to be put into the next line it says; the script's */
	const char *behind;		/* to be said behind the line that is under way */
	bool physical;			/* rates count */
	unsigned host_baud;		/* 0: the host has hung up */
	unsigned module_baud;		/* 0: whatever the host's is */
	struct emulator_stamp stamp;
	size_t unheard;
};

void emulator_wire_init(struct emulator_core *core);
void emulator_wire_clear(struct emulator_core *core);

/* The host's octets, on their way to core->input. */
void emulator_wire_hear(struct emulator_core *core, struct span octets);

/* The module's. */
void emulator_wire_send(struct emulator_core *core, struct span octets);

/* A line of the module by itself; `inside`: in the middle of its next one. */
void emulator_wire_say(struct emulator_core *core, const char *text, bool inside);

/* Lets go what waited. */
void emulator_wire_tick(struct emulator_core *core);
int64_t emulator_wire_deadline_ms(const struct emulator_core *core);

/* When all but the last `left` octets of this feed had come. */
int64_t emulator_wire_us(const struct emulator_core *core, size_t left);

#endif
