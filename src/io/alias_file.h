/* SPDX-License-Identifier: ISC */
/* Reads the aliases file and the lists that it includes from disk, and tells
 * when they have changed there. */
#ifndef IO_ALIAS_FILE_H
#define IO_ALIAS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "mail/alias.h"

/* A path, and what lay there when it was read. */
struct alias_file_seen;

/* All zero is one that was never read. */
struct alias_file {
	struct alias_table *table;	/* its address stays the same until it is cleared */
	struct alias_file_seen *seen;
	size_t seen_count;
};

/* Reads it all. A list must be a regular file of root, of who runs this, or of the
 * owner of the aliases file, and nobody else may be able to write it. What cannot
 * be read and each line with a mistake is a complaint: "FILE:LINE: what, what is
 * allowed", LF-ended; the rest holds. 0, and `path` "" is no file; -ENOENT, which
 * is no complaint; -EINVAL when no line is an alias but one at least should be; or
 * another negative errno when the aliases file cannot be read or memory is out.
 * The table is empty then, and NULL only with -ENOMEM. */
int alias_file_load(struct alias_file *file, const char *path, struct buf *complaints);
void alias_file_clear(struct alias_file *file);

/* Whether one of the files is another now than when it was read. */
bool alias_file_changed(const struct alias_file *file);

/* Puts what `fresh` read in the place of what `file` has; `fresh` is cleared. */
void alias_file_take(struct alias_file *file, struct alias_file *fresh);

/* Keeps the aliases but takes the files' looks from `fresh`, which is cleared: the
 * same change is not told again. */
void alias_file_take_looks(struct alias_file *file, struct alias_file *fresh);

#endif
