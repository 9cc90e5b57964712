/* SPDX-License-Identifier: ISC */
/* A modem's life as log lines: each new state once, what a person has to mend
 * once. */
#ifndef IO_MODEM_NOTICE_H
#define IO_MODEM_NOTICE_H

#include "modem/modem_life.h"

struct modem_notice {
	const char *name;		/* of the modem; borrowed */
	enum modem_state state;		/* told last; MODEM_STATES when none was */
	char trouble[200];		/* told last */
};

void modem_notice_init(struct modem_notice *notice, const char *name);

/* Looks at the life and tells what is new; whether the state was. */
bool modem_notice_look(struct modem_notice *notice, const struct modem_life *life);

#endif
