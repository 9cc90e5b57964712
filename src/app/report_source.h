/* SPDX-License-Identifier: ISC */
/* What a report tells of the mail that it is about, read from the spool: its envelope
 * and the front of its header. */
#ifndef APP_REPORT_SOURCE_H
#define APP_REPORT_SOURCE_H

#include "base/buf.h"
#include "base/span.h"
#include "mail/envelope.h"

struct spool;

struct report_source {
	struct envelope envelope;
	struct buf content;	/* the front of it */
};

/* NULL when good, else why it cannot be had: then there is nothing to be cleared. */
const char *report_source_read(struct spool *spool, const char *id, struct report_source *source);
void report_source_clear(struct report_source *source);

#endif
