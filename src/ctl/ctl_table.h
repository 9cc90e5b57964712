/* SPDX-License-Identifier: ISC */
/* Tables for eyes: rows of cells, each column as wide as its widest cell, the
 * last one as long as it is. Pure; memory that is lacking shows as an empty
 * cell. */
#ifndef CTL_CTL_TABLE_H
#define CTL_CTL_TABLE_H

#include <stddef.h>

#include "base/buf.h"

#define CTL_TABLE_COLUMNS 8

struct ctl_table {
	size_t columns;
	char **cells;		/* owned, row by row */
	char **notes;		/* owned; the lines below a row; NULL none */
	size_t rows, room;
	size_t column;		/* of the cell that comes next */
};

/* Frees what it holds. All zero with `columns` set is an empty table. */
void ctl_table_clear(struct ctl_table *table);

/* Adds the next cell, escaped; after the last column a new row begins. */
void ctl_table_add(struct ctl_table *table, const char *text);
void ctl_table_addf(struct ctl_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts one more line below the row that was added last. */
void ctl_table_note(struct ctl_table *table, const char *text);

/* Appends the whole table. */
void ctl_table_format(const struct ctl_table *table, struct buf *out);

#endif
