/* SPDX-License-Identifier: ISC */
/* Complaints about the configuration, a line each. Of this room alone. */
#ifndef CONF_CONF_COMPLAINT_H
#define CONF_CONF_COMPLAINT_H

#include "base/buf.h"
#include "base/span.h"
#include "conf/conf.h"

/* Appends "FILE:LINE: text\n" as a whole, controls in it as '?'. When that is
 * impossible the list has failed, which counts as a complaint too. */
void conf_complaint_add(struct buf *complaints, const char *file, unsigned line,
			const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A value for a complaint: not longer than a person wants to read. */
struct span conf_complaint_excerpt(struct span value);

#endif
