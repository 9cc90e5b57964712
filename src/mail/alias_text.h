/* SPDX-License-Identifier: ISC */
/* The text of an aliases file, and of the files that it includes, as entries
 * and targets of a table. Of this room alone. */
#ifndef MAIL_ALIAS_TEXT_H
#define MAIL_ALIAS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/alias_table.h"

/* `text` is the table's own copy. Complaints as in mail/alias.h. False when out
 * of memory. */
bool alias_text_read(struct alias_table *table, struct span text, struct buf *complaints);
bool alias_text_read_include(struct alias_table *table, size_t number, struct span text,
			     struct buf *complaints);

#endif
