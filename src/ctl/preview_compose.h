/* SPDX-License-Identifier: ISC */
/* Runs gsmtpd-compose as the daemon does, and waits for it: the same program, the
 * same environment, the same limit of time. */
#ifndef CTL_PREVIEW_COMPOSE_H
#define CTL_PREVIEW_COMPOSE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct preview_compose_end {
	char failure[240];	/* "" when it ended well; else a phrase */
	int exit_status;	/* -1 when it did not end by itself */
};

/* `words` are the program and its arguments, NULL-ended; what it writes is appended
 * to `output`. */
void preview_compose_run(const char *const *words, struct span message_file, struct buf *output,
			 struct preview_compose_end *end);

#endif
