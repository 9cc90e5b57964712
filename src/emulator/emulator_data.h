/* SPDX-License-Identifier: ISC */
/* Data mode: octets are content until one of several ends. Pure; times are
 * milliseconds passed in. */
#ifndef EMULATOR_EMULATOR_DATA_H
#define EMULATOR_EMULATOR_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* On which sides of "+++" silence is needed, where any is. */
enum emulator_guard {
	EMULATOR_GUARD_BOTH,
	EMULATOR_GUARD_BEFORE,
	EMULATOR_GUARD_AFTER,
};

struct emulator_data_options {
	size_t max;		/* kept; what is over it is only counted */
	bool plus_ends;		/* "+++" ends it */
	int64_t guard_ms;	/* silence needed around "+++"; 0: none */
	enum emulator_guard guard_kind;
	bool size_ends;		/* ends by itself after `size` octets */
	size_t size;
	bool control_ends;	/* Ctrl-Z ends it, ESC cancels it: the text of an SMS */
	int64_t total_ms;	/* for all of it; 0: for ever */
	int64_t idle_ms;	/* since the last octet; 0: for ever */
};

enum emulator_data_end {
	EMULATOR_DATA_MORE,
	EMULATOR_DATA_MARK,	/* `mark` octets have come; feed on */
	EMULATOR_DATA_ESCAPE,	/* "+++" or Ctrl-Z */
	EMULATOR_DATA_CANCEL,	/* ESC */
	EMULATOR_DATA_SIZE,
	EMULATOR_DATA_TIMEOUT,
};

struct emulator_data {
	struct emulator_data_options options;
	struct buf content;
	size_t count;		/* octets of content that came, kept or not */
	size_t mark;		/* 0: none */
	unsigned pluses;	/* seen, and not yet known to be content */
	int64_t start_ms, last_ms, plus_ms;
};

void emulator_data_start(struct emulator_data *data, const struct emulator_data_options *options,
			 int64_t now_ms);
void emulator_data_clear(struct emulator_data *data);

/* Takes octets off the front of *input until an end is reached or none is left;
 * what stands behind an end is left in *input. */
enum emulator_data_end emulator_data_feed(struct emulator_data *data, struct span *input,
					  int64_t now_ms);

/* Ends that time alone brings. */
enum emulator_data_end emulator_data_tick(struct emulator_data *data, int64_t now_ms);
int64_t emulator_data_deadline_ms(const struct emulator_data *data);	/* INT64_MAX: none */

const char *emulator_data_end_name(enum emulator_data_end end);

#endif
