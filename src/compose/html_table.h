/* SPDX-License-Identifier: ISC */
/* A table of HTML in plain text. Most tables in mails are layout: with one filled
 * cell a row they become paragraphs. Others become aligned columns where these are
 * narrow enough, else "a | b | c", else a line for each cell. Pure; linear in the
 * text and the number of cells. */
#ifndef COMPOSE_HTML_TABLE_H
#define COMPOSE_HTML_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "compose/html_flow.h"

#define HTML_TABLE_COLUMNS_MAX 32
#define HTML_TABLE_CELLS_MAX 4096
#define HTML_TABLE_TEXT_MAX (256 * 1024)
#define HTML_TABLE_WIDTH_MAX 100	/* characters of an aligned row */
#define HTML_TABLE_ROW_MAX 200		/* octets of a row with bars */

struct html_cell {
	size_t start, length;	/* of the table's text */
	size_t row;
	unsigned column, span;	/* the first, and how many */
};

/* The rendered cells of the table that is read just now. */
struct html_table {
	struct buf text;
	struct html_cell *cells;
	size_t cell_count, cell_capacity;
	size_t row_count;
	unsigned column;				/* the next free one */
	unsigned char below[HTML_TABLE_COLUMNS_MAX];	/* rows that a cell still reaches into */
	bool wide;			/* more columns than are kept apart */
	bool failed;
};

/* The first time and again; the memory is kept. */
void html_table_init(struct html_table *table);
void html_table_start(struct html_table *table);
void html_table_clear(struct html_table *table);

void html_table_row(struct html_table *table);

/* The cell's text is what is appended to table->text until it is closed. */
void html_table_open_cell(struct html_table *table, unsigned columns, unsigned rows);
void html_table_close_cell(struct html_table *table);

/* Whether another cell would be too many, or too much text. */
bool html_table_is_full(const struct html_table *table);

/* Writes the closed cells; `layout`: as paragraphs whatever they hold. */
void html_table_put(const struct html_table *table, bool layout, struct html_flow *flow);

#endif
