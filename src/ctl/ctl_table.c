/* SPDX-License-Identifier: ISC */
#include "ctl/ctl_table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "ctl/ctl_text.h"

#define CELL_MAX 4096
#define GAP 2

void ctl_table_clear(struct ctl_table *table)
{
	for (size_t i = 0; i < table->rows * table->columns; i++)
		free(table->cells[i]);
	for (size_t i = 0; i < table->rows; i++)
		free(table->notes[i]);
	free(table->cells);
	free(table->notes);
	*table = (struct ctl_table){ .columns = table->columns };
}

/* Room for one more row, empty. */
static bool add_row(struct ctl_table *table)
{
	size_t room = table->room ? table->room : 16;
	char **cells, **notes;

	if (table->rows == table->room) {
		room = table->room ? table->room * 2 : 16;
		cells = reallocarray(table->cells, room * table->columns, sizeof(*cells));
		if (cells == NULL)
			return false;
		table->cells = cells;
		notes = reallocarray(table->notes, room, sizeof(*notes));
		if (notes == NULL)
			return false;
		table->notes = notes;
		table->room = room;
	}
	for (size_t i = 0; i < table->columns; i++)
		table->cells[table->rows * table->columns + i] = NULL;
	table->notes[table->rows] = NULL;
	table->rows++;
	return true;
}

static char *escaped(const char *text)
{
	struct buf out = BUF_INIT(CELL_MAX);

	ctl_text_escape(span_of(text), &out);
	out.failed = false;	/* what is too long is shown as far as it fits */
	return buf_take(&out);
}

void ctl_table_add(struct ctl_table *table, const char *text)
{
	if (table->column == 0 && !add_row(table))
		return;
	table->cells[(table->rows - 1) * table->columns + table->column] = escaped(text);
	table->column = (table->column + 1) % table->columns;
}

void ctl_table_addf(struct ctl_table *table, const char *format, ...)
{
	struct buf text = BUF_INIT(CELL_MAX);
	va_list arguments;

	va_start(arguments, format);
	buf_vformat(&text, format, arguments);
	va_end(arguments);
	ctl_table_add(table, buf_string(&text));
	buf_clear(&text);
}

/* An escaped text has no line end: it parts one line of a note from the next. */
void ctl_table_note(struct ctl_table *table, const char *text)
{
	struct buf lines = BUF_INIT(4 * CELL_MAX);
	char **note;

	if (table->rows == 0)
		return;
	note = &table->notes[table->rows - 1];
	if (*note)
		buf_format(&lines, "%s\n", *note);
	ctl_text_escape(span_of(text), &lines);
	lines.failed = false;
	free(*note);
	*note = buf_take(&lines);
}

static const char *cell(const struct ctl_table *table, size_t row, size_t column)
{
	const char *text = table->cells[row * table->columns + column];

	return text && text[0] ? text : "-";
}

static size_t column_width(const struct ctl_table *table, size_t column)
{
	size_t widest = 0;

	for (size_t row = 0; row < table->rows; row++) {
		size_t width = ctl_text_width(span_of(cell(table, row, column)));

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void pad(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_byte(out, ' ');
}

static void put_notes(struct buf *out, const char *notes, size_t indent)
{
	struct span rest = span_of(notes), line;

	while (span_cut(&rest, '\n', &line)) {
		pad(out, indent);
		buf_format(out, "%.*s\n", SPAN_ARG(line));
	}
}

void ctl_table_format(const struct ctl_table *table, struct buf *out)
{
	size_t widths[CTL_TABLE_COLUMNS] = { 0 };
	size_t indent;

	for (size_t column = 0; column + 1 < table->columns; column++)
		widths[column] = column_width(table, column);
	indent = widths[0] + GAP;
	for (size_t row = 0; row < table->rows; row++) {
		for (size_t column = 0; column < table->columns; column++) {
			const char *text = cell(table, row, column);

			buf_text(out, text);
			if (column + 1 < table->columns)
				pad(out, widths[column] + GAP - ctl_text_width(span_of(text)));
		}
		buf_byte(out, '\n');
		if (table->notes[row])
			put_notes(out, table->notes[row], indent);
	}
}
