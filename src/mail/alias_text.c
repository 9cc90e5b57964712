/* SPDX-License-Identifier: ISC */
#include "mail/alias_text.h"

#include "mail/address.h"
#include "mail/alias.h"

#define INCLUDE ":include:"

struct reader {
	struct alias_table *table;
	struct buf *complaints;
	unsigned line;
	size_t namer;		/* as in struct alias_include */
	struct span name;	/* of the alias whose targets are read */
	size_t told;		/* complaints about its targets */
	bool in_entry;		/* a line that begins with a blank goes on with it */
	bool out_of_memory;
};

static void complain(struct reader *reader, const char *what)
{
	reader->told++;
	buf_format(reader->complaints, "%u: %s\n", reader->line, what);
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

struct span alias_unquote(struct span name)
{
	if (name.length >= 2 && name.at[0] == '"' && name.at[name.length - 1] == '"')
		return span_make(name.at + 1, name.length - 2);
	return name;
}

static bool is_address(struct span text)
{
	return address_check(text, true, false) == ADDRESS_OK;
}

/* "Ann B. <ann@example.com>" is taken as other mail systems take it. */
static struct span without_name(struct span text)
{
	size_t open = index_unquoted(text, '<');
	struct span inside = span_skip(span_take(text, text.length - 1), open + 1);

	return text.at[text.length - 1] == '>' && is_address(inside) ? inside : text;
}

/* "root" needs no quotes, "|command" is known by what is in them, "b b" is an
 * address only with them. */
static struct span find_target(struct span text)
{
	struct span inside;

	text = without_name(text);
	inside = alias_unquote(text);
	if (!is_address(text) || is_address(inside))
		return inside;
	return inside.length == 0 || strchr("|/:\\", inside.at[0]) != NULL ? inside : text;
}

/* NULL when mail can go there; else what is wrong. */
static const char *target_fault(const struct reader *reader, struct span target)
{
	if (span_starts(target, "|"))
		return "a command as target: mail goes to addresses only, give local@domain or a name";
	if (span_starts(target, "/"))
		return "a file as target: mail goes to addresses only, give local@domain or a name";
	if (!is_address(target))
		return "not an address: give local@domain or a name, separated by commas";
	if (reader->namer == 0 && span_equal_nocase(target, reader->name))
		return "a name that is its own target: there are no local mailboxes here, "
		       "give local@domain";
	return NULL;
}

static void add_target(struct reader *reader, struct alias_target target)
{
	struct alias_table *table = reader->table;
	struct alias_target *grown =
		alias_table_grow(table->targets, table->target_count, sizeof(target));

	reader->out_of_memory = grown == NULL;
	if (grown == NULL)
		return;
	table->targets = grown;
	table->targets[table->target_count++] = target;
	if (reader->namer > 0)
		table->includes[reader->namer - 1].target_count++;
	else
		table->entries[table->entry_count - 1].target_count++;
}

static const char *include_fault(const struct reader *reader, struct span path)
{
	if (!span_starts(path, "/"))
		return INCLUDE " without an absolute path: give " INCLUDE "/path/of/a/list";
	if (span_index(path, '\0') < path.length)
		return INCLUDE " with a NUL in its path: give " INCLUDE "/path/of/a/list";
	if (reader->table->include_count == ALIAS_INCLUDES_MAX)
		return "too many files are included: put their addresses together";
	return NULL;
}

/* The file's number, also when it is named already; the count when it cannot be
 * added. */
static size_t find_include(struct reader *reader, struct span path)
{
	struct alias_table *table = reader->table;
	struct alias_include *grown, include = { .namer = reader->namer, .line = reader->line };
	const char *fault;

	for (size_t i = 0; i < table->include_count; i++)
		if (span_is(path, table->includes[i].path))
			return i;
	fault = include_fault(reader, path);
	if (fault != NULL) {
		complain(reader, fault);
		return table->include_count;
	}
	grown = alias_table_grow(table->includes, table->include_count, sizeof(*grown));
	if (grown != NULL) {
		table->includes = grown;
		include.path = span_dup(path);
	}
	reader->out_of_memory = include.path == NULL;
	if (include.path == NULL)
		return table->include_count;
	table->includes[table->include_count] = include;
	return table->include_count++;
}

static void add_include(struct reader *reader, struct span path)
{
	size_t number = find_include(reader, path);

	if (number < reader->table->include_count)
		add_target(reader, (struct alias_target){ .include = number });
}

static void read_target(struct reader *reader, struct span text)
{
	struct alias_target target = { .address = find_target(text) };
	const char *fault;

	if (span_starts_nocase(target.address, INCLUDE)) {
		add_include(reader, span_trim(span_skip(target.address, strlen(INCLUDE))));
		return;
	}
	if (span_starts(target.address, "\\")) {
		target.verbatim = true;
		target.address = span_skip(target.address, 1);
	}
	fault = target_fault(reader, target.address);
	if (fault != NULL)
		complain(reader, fault);
	else
		add_target(reader, target);
}

static void read_targets(struct reader *reader, struct span text)
{
	while (text.length > 0 && !reader->out_of_memory) {
		size_t end = index_unquoted(text, ',');
		struct span target = span_trim(span_take(text, end));

		text = span_skip(text, end + 1);
		if (target.length > 0)
			read_target(reader, target);
	}
}

/* Behind the last line of an alias. What was told of its targets is enough. */
static void end_entry(struct reader *reader)
{
	struct alias_table *table = reader->table;
	struct alias_entry *entry;

	if (!reader->in_entry)
		return;
	reader->in_entry = false;
	entry = &table->entries[table->entry_count - 1];
	if (entry->target_count == 0 && reader->told == 0)
		buf_format(reader->complaints,
			   "%u: an alias without a target: give local@domain or a name\n",
			   entry->line);
}

/* A name in quotes may hold what else would end it. */
static bool is_name(struct span text, struct span name)
{
	struct span quoted = span_trim(text);

	if (name.length == 0 || address_domain(name).length > 0)
		return false;
	return is_address(name) || (name.length < quoted.length && is_address(quoted));
}

static void begin_entry(struct reader *reader, struct span text)
{
	struct alias_table *table = reader->table;
	size_t colon = index_unquoted(text, ':');
	struct span left = span_trim(span_take(text, colon)), name = alias_unquote(left);
	struct alias_entry *grown;

	if (colon == text.length || !is_name(left, name)) {
		complain(reader,
			 "not an alias: a line is \"name: target, target\", the name without @");
		return;
	}
	grown = alias_table_grow(table->entries, table->entry_count, sizeof(*grown));
	reader->out_of_memory = grown == NULL;
	if (grown == NULL)
		return;
	table->entries = grown;
	table->entries[table->entry_count++] = (struct alias_entry){
		.name = name,
		.line = reader->line,
		.first_target = table->target_count,
	};
	reader->name = name;
	reader->in_entry = true;
	reader->told = 0;
	read_targets(reader, span_skip(text, colon + 1));
}

static void read_line(struct reader *reader, struct span line)
{
	struct span text = span_trim(line);

	if (text.length == 0 || text.at[0] == '#')
		return;
	if (reader->namer > 0) {
		read_targets(reader, text);
	} else if (line.at[0] != ' ' && line.at[0] != '\t') {
		end_entry(reader);
		begin_entry(reader, text);
	} else if (reader->in_entry) {
		read_targets(reader, text);
	}
}

static bool read_lines(struct reader *reader, struct span text)
{
	struct span line;

	while (!reader->out_of_memory && span_cut(&text, '\n', &line)) {
		reader->line++;
		if (line.length > 0)
			read_line(reader, line);
	}
	end_entry(reader);
	return !reader->out_of_memory;
}

bool alias_text_read(struct alias_table *table, struct span text, struct buf *complaints)
{
	struct reader reader = { .table = table, .complaints = complaints };

	return read_lines(&reader, text);
}

bool alias_text_read_include(struct alias_table *table, size_t number, struct span text,
			     struct buf *complaints)
{
	struct reader reader = { .table = table, .complaints = complaints, .namer = number + 1 };

	table->includes[number].first_target = table->target_count;
	table->includes[number].target_count = 0;
	return read_lines(&reader, text);
}
