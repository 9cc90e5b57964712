/* SPDX-License-Identifier: ISC */
/* The command line of gsmtp-emulator. Pure but for getopt's own state. */
#ifndef EMULATOR_EMULATOR_OPTIONS_H
#define EMULATOR_EMULATOR_OPTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include "emulator/emulator_core.h"

struct emulator_options {
	const char *link, *relay, *sink, *log, *script, *replay;	/* NULL: not given */
	unsigned replay_speed;
	unsigned baud;			/* 0: no pace */
	bool help, version;
	struct emulator_settings module;
};

/* False: `why` says what is wrong. Texts are borrowed from the arguments. */
bool emulator_options_parse(struct emulator_options *options, int count, char **arguments,
			    struct buf *why);

void emulator_options_help(struct buf *out);

#endif
