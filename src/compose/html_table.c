/* SPDX-License-Identifier: ISC */
#include "compose/html_table.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"

#define GAP 2			/* blanks between two columns */
#define SPAN_MAX 255u

void html_table_init(struct html_table *table)
{
	*table = (struct html_table){ .text = BUF_INIT(2 * HTML_TABLE_TEXT_MAX) };
}

void html_table_start(struct html_table *table)
{
	buf_reset(&table->text);
	table->cell_count = 0;
	table->row_count = 0;
	table->column = 0;
	memset(table->below, 0, sizeof table->below);
	table->wide = false;
}

void html_table_clear(struct html_table *table)
{
	buf_clear(&table->text);
	free(table->cells);
}

void html_table_row(struct html_table *table)
{
	table->row_count++;
	table->column = 0;
	for (size_t i = 0; i < HTML_TABLE_COLUMNS_MAX; i++)
		if (table->below[i] > 0)
			table->below[i]--;
}

static struct html_cell *add_cell(struct html_table *table)
{
	if (table->cell_count == table->cell_capacity) {
		size_t capacity = table->cell_capacity ? 2 * table->cell_capacity : 64;
		struct html_cell *grown = reallocarray(table->cells, capacity, sizeof *grown);

		if (grown == NULL)
			return NULL;
		table->cells = grown;
		table->cell_capacity = capacity;
	}
	return &table->cells[table->cell_count++];
}

static unsigned clip(unsigned count)
{
	return count == 0 ? 1 : count < SPAN_MAX ? count : SPAN_MAX;
}

void html_table_open_cell(struct html_table *table, unsigned columns, unsigned rows)
{
	struct html_cell *cell = add_cell(table);
	unsigned end;

	if (cell == NULL) {
		table->failed = true;
		return;
	}
	while (table->column < HTML_TABLE_COLUMNS_MAX && table->below[table->column] > 0)
		table->column++;
	table->wide |= table->column == HTML_TABLE_COLUMNS_MAX;
	*cell = (struct html_cell){ table->text.length, 0, table->row_count, table->column,
				    clip(columns) };
	end = table->column + cell->span;
	for (; table->column < end && table->column < HTML_TABLE_COLUMNS_MAX; table->column++)
		table->below[table->column] = (unsigned char)clip(rows);
}

void html_table_close_cell(struct html_table *table)
{
	struct html_cell *cell;

	if (table->cell_count == 0)
		return;
	cell = &table->cells[table->cell_count - 1];
	cell->length = table->text.length - cell->start;
}

bool html_table_is_full(const struct html_table *table)
{
	return table->cell_count == HTML_TABLE_CELLS_MAX ||
	       table->text.length > HTML_TABLE_TEXT_MAX;
}

static struct span text_of(const struct html_table *table, const struct html_cell *cell)
{
	return span_take(span_skip(buf_span(&table->text), cell->start), cell->length);
}

static bool is_wide(uint32_t code)
{
	return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
	       (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
	       (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
	       (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1f64f) ||
	       (code >= 0x20000 && code <= 0x3fffd);
}

/* Columns of a terminal. */
static size_t width_of(struct span text)
{
	size_t width = 0, length;
	uint32_t code;

	while ((length = utf8_next(text, &code)) > 0) {
		bool combines = code >= 0x300 && code <= 0x36f;

		width += combines ? 0 : is_wide(code) ? 2 : 1;
		text = span_skip(text, length);
	}
	return width;
}

/* What was found out about a table before it is written. */
struct shape {
	bool data;		/* a row has two filled cells */
	bool aligned;
	size_t offsets[HTML_TABLE_COLUMNS_MAX + 1];	/* where each column starts */
};

static bool is_one_line(struct span text)
{
	return span_index(text, '\n') == text.length;
}

/* End of the row that begins with cell `first`, and how many of its cells are
 * filled. */
static size_t row_end(const struct html_table *table, size_t first, size_t *filled)
{
	size_t i = first;

	*filled = 0;
	for (; i < table->cell_count && table->cells[i].row == table->cells[first].row; i++)
		*filled += table->cells[i].length > 0;
	return i;
}

/* The only cell of a row is a title, and needs no column. */
static bool measure_row(const struct html_table *table, size_t first, size_t end, size_t *widths)
{
	bool fits = true;

	for (size_t i = first; i < end; i++) {
		const struct html_cell *cell = &table->cells[i];
		struct span text = text_of(table, cell);
		size_t width = width_of(text);

		fits = fits && is_one_line(text) && cell->column < HTML_TABLE_COLUMNS_MAX;
		if (fits && cell->span == 1 && width > widths[cell->column])
			widths[cell->column] = width;
	}
	return fits;
}

static void find_shape(const struct html_table *table, struct shape *shape)
{
	size_t widths[HTML_TABLE_COLUMNS_MAX] = { 0 }, filled, next;

	*shape = (struct shape){ .aligned = !table->wide };
	for (size_t i = 0; i < table->cell_count; i = next) {
		next = row_end(table, i, &filled);
		if (filled < 2)
			continue;
		shape->data = true;
		shape->aligned &= measure_row(table, i, next, widths);
	}
	for (size_t i = 0; i < HTML_TABLE_COLUMNS_MAX; i++)
		shape->offsets[i + 1] = shape->offsets[i] + (widths[i] > 0 ? widths[i] + GAP : 0);
	if (shape->offsets[HTML_TABLE_COLUMNS_MAX] > HTML_TABLE_WIDTH_MAX + GAP)
		shape->aligned = false;
}

static void put_lines(const struct html_table *table, size_t first, size_t end, unsigned apart,
		      struct html_flow *flow)
{
	for (size_t i = first; i < end; i++) {
		if (table->cells[i].length == 0)
			continue;
		html_flow_apart(flow, apart);
		html_flow_lines(flow, text_of(table, &table->cells[i]));
	}
}

static void put_columns(const struct html_table *table, size_t first, size_t end,
			const struct shape *shape, struct buf *row)
{
	size_t at = 0;

	for (size_t i = first; i < end; i++) {
		const struct html_cell *cell = &table->cells[i];
		size_t offset = shape->offsets[cell->column];
		struct span text = text_of(table, cell);

		if (text.length == 0)
			continue;
		if (at > 0 && offset < at + GAP)
			offset = at + GAP;
		for (; at < offset; at++)
			buf_byte(row, ' ');
		buf_put(row, text);
		at += width_of(text);
	}
}

/* False when they do not fit on a line. */
static bool put_bars(const struct html_table *table, size_t first, size_t end, struct buf *row)
{
	for (size_t i = first; i < end; i++) {
		struct span text = text_of(table, &table->cells[i]);

		if (!is_one_line(text) || row->length + text.length > HTML_TABLE_ROW_MAX)
			return false;
		if (i > first)
			buf_text(row, " | ");
		buf_put(row, text);
	}
	return true;
}

static void put_row(const struct html_table *table, size_t first, size_t end,
		    const struct shape *shape, struct buf *row, struct html_flow *flow)
{
	bool fits = true;

	buf_reset(row);
	if (shape->aligned)
		put_columns(table, first, end, shape, row);
	else
		fits = put_bars(table, first, end, row);
	html_flow_apart(flow, fits ? 1 : 2);
	if (fits)
		html_flow_lines(flow, buf_span(row));
	else
		put_lines(table, first, end, 1, flow);
	html_flow_apart(flow, fits ? 1 : 2);
}

/* A row with one filled cell is a title, unless that stands under a later column. */
static bool is_title(const struct html_table *table, size_t first, size_t end,
		     const struct shape *shape)
{
	while (first < end && table->cells[first].length == 0)
		first++;
	return first == end || !shape->aligned ||
	       shape->offsets[table->cells[first].column] == 0 ||
	       !is_one_line(text_of(table, &table->cells[first]));
}

static void put_data(const struct html_table *table, const struct shape *shape,
		     struct html_flow *flow)
{
	struct buf row = BUF_INIT(4 * HTML_TABLE_TEXT_MAX);
	size_t filled, next;

	for (size_t i = 0; i < table->cell_count; i = next) {
		next = row_end(table, i, &filled);
		if (filled < 2 && is_title(table, i, next, shape))
			put_lines(table, i, next, 1, flow);
		else
			put_row(table, i, next, shape, &row, flow);
	}
	flow->out->failed |= row.failed;
	buf_clear(&row);
}

void html_table_put(const struct html_table *table, bool layout, struct html_flow *flow)
{
	struct shape shape;

	find_shape(table, &shape);
	if (layout || !shape.data)
		put_lines(table, 0, table->cell_count, 2, flow);
	else
		put_data(table, &shape, flow);
}
