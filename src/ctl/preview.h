/* SPDX-License-Identifier: ISC */
/* gsmtpctl preview: what would be sent for a mail. Nothing is queued, no daemon is
 * needed, and any user may do it. */
#ifndef CTL_PREVIEW_H
#define CTL_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/envelope.h"

struct preview_options {
	const char *file;		/* "-": standard input */
	const char *configuration;
	const char *compose;		/* NULL: the one beside this program, or installed */
	const char *id;			/* of the queue, to be told in the mail */
	const char *sender;		/* NULL: that of the header */
	const char *to[ENVELOPE_RECIPIENTS_MAX];
	size_t to_count;		/* 0: those of the header */
	int64_t now_s;			/* when it is taken and sent; 0: now */
	int64_t attachments_max;	/* octets in a transaction; below 0: as configured */
	bool json;
};

/* Appends what is to be printed. An exit status of sysexits.h; what went wrong is
 * printed to standard error. */
int preview_run(const struct preview_options *options, struct buf *out);

#endif
