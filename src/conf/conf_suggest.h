/* SPDX-License-Identifier: ISC */
/* What a person probably meant by a name that is unknown. Of this room alone. */
#ifndef CONF_CONF_SUGGEST_H
#define CONF_CONF_SUGGEST_H

#include "base/buf.h"
#include "base/span.h"

/* Each appends a hint: the nearest name when this one looks misspelt, the
 * section that a key belongs to, and all names that are allowed. */
void conf_suggest_section(struct span name, struct buf *out);
void conf_suggest_key(const char *section, struct span key, struct buf *out);

#endif
