/* SPDX-License-Identifier: ISC */
#include "mail/alias_table.h"

#include <stdlib.h>
#include <strings.h>

#include "mail/address.h"
#include "mail/alias.h"

struct parser {
	struct alias_table *table;
	struct buf *complaints;
	unsigned line;
	bool has_entry; /* a line that begins with a blank goes on with the last one */
	bool out_of_memory;
};

static void complain(struct parser *parser, const char *what)
{
	buf_format(parser->complaints, "%u: %s\n", parser->line, what);
}

/* The array with room for one more: it always has that of the next power of
 * two. NULL, and it is as before, when out of memory. */
static void *grow(struct parser *parser, void *array, size_t count, size_t size)
{
	if (count > 0 && (count & (count - 1)) != 0)
		return array;
	array = realloc(array, (count ? count * 2 : 1) * size);
	if (array == NULL)
		parser->out_of_memory = true;
	return array;
}

/* Offset of the first `octet` outside of double quotes, or the length. */
static size_t index_unquoted(struct span text, char octet)
{
	bool quoted = false;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '"')
			quoted = !quoted;
		else if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == octet && !quoted)
			return i;
	}
	return text.length;
}

/* "a b" without its quotes; a quoted pipe or file is known by what is inside. */
static struct span unquote(struct span text)
{
	if (text.length >= 2 && text.at[0] == '"' && text.at[text.length - 1] == '"')
		return span_make(text.at + 1, text.length - 2);
	return text;
}

/* NULL when mail can go there; else what is wrong. */
static const char *target_fault(struct span target)
{
	if (span_starts(target, "|"))
		return "a command as target: mail goes to addresses only, give local@domain or a name";
	if (span_starts(target, "/"))
		return "a file as target: mail goes to addresses only, give local@domain or a name";
	if (span_starts_nocase(target, ":include:"))
		return "an :include: as target: write the addresses here, separated by commas";
	if (address_check(target, true, false) != ADDRESS_OK)
		return "not an address: give local@domain or a name, separated by commas";
	return NULL;
}

static void add_target(struct parser *parser, struct span text)
{
	struct alias_table *table = parser->table;
	struct alias_entry *entry = &table->entries[table->entry_count - 1];
	struct alias_target target = { .address = unquote(text) }, *grown;
	const char *fault;

	if (span_starts(target.address, "\\")) {
		target.verbatim = true;
		target.address = span_skip(target.address, 1);
	}
	fault = target_fault(target.address);
	if (fault == NULL && span_equal_nocase(target.address, entry->name))
		fault = "a name that is its own target: there are no local mailboxes here, "
			"give local@domain";
	if (fault != NULL) {
		complain(parser, fault);
		return;
	}
	grown = grow(parser, table->targets, table->target_count, sizeof(target));
	if (grown == NULL)
		return;
	table->targets = grown;
	table->targets[table->target_count++] = target;
	entry->target_count++;
}

static void parse_targets(struct parser *parser, struct span text)
{
	while (text.length > 0 && !parser->out_of_memory) {
		size_t end = index_unquoted(text, ',');
		struct span target = span_trim(span_take(text, end));

		text = span_skip(text, end + 1);
		if (target.length > 0)
			add_target(parser, target);
	}
}

static void begin_entry(struct parser *parser, struct span text)
{
	struct alias_table *table = parser->table;
	size_t colon = index_unquoted(text, ':');
	struct span name = unquote(span_trim(span_take(text, colon)));
	struct alias_entry *grown;

	parser->has_entry = false;
	if (colon == text.length || address_check(name, true, false) != ADDRESS_OK ||
	    address_domain(name).length > 0) {
		complain(parser,
			 "not an alias: a line is \"name: target, target\", the name without @");
		return;
	}
	grown = grow(parser, table->entries, table->entry_count, sizeof(*grown));
	if (grown == NULL)
		return;
	table->entries = grown;
	table->entries[table->entry_count++] = (struct alias_entry){
		.name = name,
		.line = parser->line,
		.first_target = table->target_count,
	};
	parser->has_entry = true;
	parse_targets(parser, span_skip(text, colon + 1));
}

static void parse_line(struct parser *parser, struct span line)
{
	struct span text = span_trim(line);

	if (text.length == 0 || text.at[0] == '#')
		return;
	if (line.at[0] != ' ' && line.at[0] != '\t')
		begin_entry(parser, text);
	else if (parser->has_entry)
		parse_targets(parser, text);
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

/* An alias without any target that holds catches nothing; of two with the same
 * name the first holds. */
static void sort_and_tidy(struct parser *parser)
{
	struct alias_table *table = parser->table;
	size_t kept = 0;

	if (table->entry_count > 0)
		qsort(table->entries, table->entry_count, sizeof(*table->entries), compare_entries);
	for (size_t i = 0; i < table->entry_count; i++) {
		struct alias_entry entry = table->entries[i];

		parser->line = entry.line;
		if (kept > 0 && compare_names(table->entries[kept - 1].name, entry.name) == 0)
			complain(parser, "an alias of this name stands above: the first one holds");
		else if (entry.target_count == 0)
			complain(parser, "an alias without a target: give local@domain or a name");
		else
			table->entries[kept++] = entry;
	}
	table->entry_count = kept;
}

struct alias_table *alias_table_parse(struct span text, struct buf *complaints)
{
	struct alias_table *table = calloc(1, sizeof(*table));
	struct parser parser = { .table = table, .complaints = complaints };
	struct span rest, line;

	if (table == NULL)
		return NULL;
	table->text = span_dup(text);
	if (table->text == NULL) {
		alias_table_free(table);
		return NULL;
	}
	rest = span_make(table->text, text.length);
	while (!parser.out_of_memory && span_cut(&rest, '\n', &line)) {
		parser.line++;
		if (line.length > 0)
			parse_line(&parser, line);
	}
	if (parser.out_of_memory) {
		alias_table_free(table);
		return NULL;
	}
	sort_and_tidy(&parser);
	return table;
}

void alias_table_free(struct alias_table *table)
{
	if (table == NULL)
		return;
	free(table->text);
	free(table->entries);
	free(table->targets);
	free(table);
}

const struct alias_entry *alias_table_find(const struct alias_table *table, struct span name)
{
	if (table->entry_count == 0)
		return NULL;
	return bsearch(&name, table->entries, table->entry_count, sizeof(*table->entries),
		       compare_with_name);
}
