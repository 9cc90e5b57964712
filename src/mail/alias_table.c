/* SPDX-License-Identifier: ISC */
#include "mail/alias_table.h"

#include <stdlib.h>
#include <strings.h>

#include "mail/alias.h"
#include "mail/alias_text.h"

void *alias_table_grow(void *array, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

static int compare_names(struct span a, struct span b)
{
	size_t least = a.length < b.length ? a.length : b.length;
	int order = strncasecmp(a.at, b.at, least);

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_entries(const void *a, const void *b)
{
	const struct alias_entry *x = a, *y = b;
	int order = compare_names(x->name, y->name);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int compare_with_name(const void *name, const void *entry)
{
	return compare_names(*(const struct span *)name, ((const struct alias_entry *)entry)->name);
}

/* Of two aliases with the same name the first holds. */
static void sort_and_tidy(struct alias_table *table, struct buf *complaints)
{
	size_t kept = 0;

	if (table->entry_count > 0)
		qsort(table->entries, table->entry_count, sizeof(*table->entries), compare_entries);
	for (size_t i = 0; i < table->entry_count; i++) {
		struct alias_entry entry = table->entries[i];

		if (kept > 0 && compare_names(table->entries[kept - 1].name, entry.name) == 0)
			buf_format(complaints,
				   "%u: an alias of this name stands above: the first one holds\n",
				   entry.line);
		else
			table->entries[kept++] = entry;
	}
	table->entry_count = kept;
}

struct alias_table *alias_table_parse(struct span text, struct buf *complaints)
{
	struct alias_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	table->text = span_dup(text);
	if (table->text == NULL ||
	    !alias_text_read(table, span_make(table->text, text.length), complaints)) {
		alias_table_free(table);
		return NULL;
	}
	sort_and_tidy(table, complaints);
	return table;
}

void alias_table_free(struct alias_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->include_count; i++) {
		free(table->includes[i].path);
		free(table->includes[i].text);
	}
	free(table->includes);
	free(table->text);
	free(table->entries);
	free(table->targets);
	free(table);
}

size_t alias_table_count(const struct alias_table *table)
{
	return table->entry_count;
}

size_t alias_table_include_count(const struct alias_table *table)
{
	return table->include_count;
}

const char *alias_table_include_path(const struct alias_table *table, size_t number)
{
	return table->includes[number].path;
}

size_t alias_table_include_namer(const struct alias_table *table, size_t number, unsigned *line)
{
	*line = table->includes[number].line;
	return table->includes[number].namer;
}

bool alias_table_include(struct alias_table *table, size_t number, struct span text,
			 struct buf *complaints)
{
	char *copy = span_dup(text);

	if (copy == NULL)
		return false;
	free(table->includes[number].text);
	table->includes[number].text = copy;
	return alias_text_read_include(table, number, span_make(copy, text.length), complaints);
}

void alias_table_swap(struct alias_table *a, struct alias_table *b)
{
	struct alias_table held = *a;

	*a = *b;
	*b = held;
}

const struct alias_entry *alias_table_find(const struct alias_table *table, struct span name)
{
	name = alias_unquote(name);
	if (table->entry_count == 0)
		return NULL;
	return bsearch(&name, table->entries, table->entry_count, sizeof(*table->entries),
		       compare_with_name);
}
