/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "mail/alias.h"
#include "mail/alias_table.h"

struct table_row {
	const char *name, *text;
	const char *table;		/* "name=target,target;" in order of name */
	const char *complaints;		/* numbers of the lines, each with a blank */
};

static const struct table_row tables[] = {
	{ "an empty file", "", "", "" },
	{ "comments and empty lines", "# a\n\n   # b\n\t\nroot: a@b.org\n", "root=a@b.org;", "" },
	{ "no line end at the end", "root: a@b.org", "root=a@b.org;", "" },
	{ "CRLF as line end", "root: a@b.org\r\nx: y\r\n", "root=a@b.org;x=y;", "" },
	{ "blanks where one likes", "root  :a@b.org  ,c@d.org,\n", "root=a@b.org,c@d.org;", "" },
	{ "a folded line", "root:\n a@b.org,\n\tc@d.org\nx: y\n", "root=a@b.org,c@d.org;x=y;", "" },
	{ "a comment within a folded line", "root: a@b.org,\n# no\n c@d.org\n", "root=a@b.org,c@d.org;", "" },
	{ "names are sorted without case", "b: x@y\nA: x@y\nC: x@y\n", "A=x@y;b=x@y;C=x@y;", "" },
	{ "quotes around a name and a target", "\"root\": \"a@b.org\"\n", "root=a@b.org;", "" },
	{ "a backslash before a name", "root: \\bob\n", "root=\\bob;", "" },
	{ "a command is refused", "root: a@b.org, |/bin/sh\n", "root=a@b.org;", "1 " },
	{ "a quoted command with a comma is refused once", "root: \"|/bin/x a, b\", a@b.org\n", "root=a@b.org;", "1 " },
	{ "a file is refused", "root: /var/mail/root, a@b.org\n", "root=a@b.org;", "1 " },
	{ "a file to throw mail away is refused too", "nobody: /dev/null\n", "nobody=;", "1 " },
	{ "a list in a file", "root: :include:/etc/list, a@b.org\n", "root=</etc/list>,a@b.org;", "" },
	{ "a list in quotes, with a blank", "root: \":include: /my list\"\n", "root=</my list>;", "" },
	{ "a list without an absolute path", "root: :include:list, a@b.org\n", "root=a@b.org;", "1 " },
	{ "a list without a path", "root: :include:\n", "root=;", "1 " },
	{ "an alias of refused targets only stays, so that nobody else gets its mail", "x: y\nroot: |a\n", "root=;x=y;", "2 " },
	{ "a target that is no address", "root: a b@c.org\n", "root=;", "1 " },
	{ "an alias without a target", "root:\nx: y\n", "root=;x=y;", "1 " },
	{ "an alias without a target at the end", "x: y\nroot:\n", "root=;x=y;", "2 " },
	{ "a name before the address", "root: Ann B. <a@b.org>, \"B, C\" <c@d.org>\n", "root=a@b.org,c@d.org;", "" },
	{ "an alias in quotes may hold what ends others", "\"a: b\": a@b.org\n", "a: b=a@b.org;", "" },
	{ "a local part that needs its quotes", "root: \"a b\"@c.org\n", "root=\"a b\"@c.org;", "" },
	{ "a name that needs its quotes", "root: \"a b\"\n", "root=\"a b\";", "" },
	{ "a colon in quotes is not an include", "root: \":fail: no\"\n", "root=;", "1 " },
	{ "an owner is an alias like others", "owner-list: a@b.org\nlist-request: owner-list\n", "list-request=owner-list;owner-list=a@b.org;", "" },
	{ "an empty pair of quotes", "\"\": a@b.org\nx: \"\"\n", "x=;", "1 2 " },
	{ "a line without a colon", "root\nx: y\n", "x=y;", "1 " },
	{ "a name with a domain", "a@b.org: c@d.org\n", "", "1 " },
	{ "a continuation of a bad line is passed over", "a@b: c@d\n e@f\nx: y\n", "x=y;", "1 " },
	{ "a name that is its own target", "root: root, a@b.org\n", "root=a@b.org;", "1 " },
	{ "the first of two holds", "root: a@b.org\nROOT: c@d.org\n", "root=a@b.org;", "2 " },
	{ "a continuation at the very start", " a@b.org\nx: y\n", "x=y;", "" },
};

static void describe(const struct alias_table *table, struct buf *out)
{
	for (size_t i = 0; i < table->entry_count; i++) {
		const struct alias_entry *entry = &table->entries[i];

		buf_format(out, "%.*s=", SPAN_ARG(entry->name));
		for (size_t j = 0; j < entry->target_count; j++) {
			const struct alias_target *target = &table->targets[entry->first_target + j];

			buf_format(out, "%s%s%.*s", j ? "," : "", target->verbatim ? "\\" : "",
				   SPAN_ARG(target->address));
			if (target->address.length == 0)
				buf_format(out, "<%s>",
					   alias_table_include_path(table, target->include));
		}
		buf_byte(out, ';');
	}
}

static void a_file_is_read(void **state)
{
	const struct table_row *row = *state;
	struct buf complaints = BUF_INIT(2000), lines = BUF_INIT(100), found = BUF_INIT(1000);
	struct alias_table *table = alias_table_parse(span_of(row->text), &complaints);
	struct span rest = buf_span(&complaints), line;

	assert_non_null(table);
	describe(table, &found);
	while (rest.length > 0 && span_cut(&rest, '\n', &line)) {
		assert_true(span_find(line, span_of(": ")) < line.length);
		buf_format(&lines, "%.*s ", SPAN_ARG(span_take(line, span_index(line, ':'))));
	}
	assert_string_equal(buf_string(&found), row->table);
	assert_string_equal(buf_string(&lines), row->complaints);
	buf_clear(&complaints);
	buf_clear(&lines);
	buf_clear(&found);
	alias_table_free(table);
}

struct list_row {
	const char *name, *text;
	const char *targets;		/* "target," each; "<path>" for a list in the list */
	const char *complaints;
};

static const struct list_row lists[] = {
	{ "an empty list", "", "", "" },
	{ "a line each, or several in one", "a@b.org\n  c@d.org, bob\n", "a@b.org,c@d.org,bob,", "" },
	{ "comments", "# a\n\n\t# b\na@b.org\n", "a@b.org,", "" },
	{ "names and brackets", "Ann <a@b.org>\n", "a@b.org,", "" },
	{ "a command and a file are refused", "|x\na@b.org\n/x\n", "a@b.org,", "1 3 " },
	{ "an alias is none here", "root: a@b.org\n", "", "1 " },
	{ "a list in a list", ":include:/other\n", "</other>,", "" },
	{ "a list that names itself", ":include:/list\n", "</list>,", "" },
	{ "the name of the alias may stand in it", "list\n", "list,", "" },
};

/* The list is that of "list: :include:/list". */
static void a_list_is_read(void **state)
{
	const struct list_row *row = *state;
	struct buf complaints = BUF_INIT(2000), lines = BUF_INIT(100), found = BUF_INIT(1000);
	struct alias_table *table = alias_table_parse(span_of("list: :include:/list\n"), &complaints);
	struct span rest, line;
	unsigned named = 0;

	assert_non_null(table);
	assert_int_equal(alias_table_include_count(table), 1);
	assert_string_equal(alias_table_include_path(table, 0), "/list");
	assert_int_equal(alias_table_include_namer(table, 0, &named), 0);
	assert_int_equal(named, 1);
	assert_true(alias_table_include(table, 0, span_of(row->text), &complaints));
	for (size_t i = 0; i < table->includes[0].target_count; i++) {
		const struct alias_target *target =
			&table->targets[table->includes[0].first_target + i];

		if (target->address.length > 0)
			buf_format(&found, "%.*s,", SPAN_ARG(target->address));
		else
			buf_format(&found, "<%s>,", table->includes[target->include].path);
	}
	for (rest = buf_span(&complaints); rest.length > 0 && span_cut(&rest, '\n', &line);)
		buf_format(&lines, "%.*s ", SPAN_ARG(span_take(line, span_index(line, ':'))));
	assert_string_equal(buf_string(&found), row->targets);
	assert_string_equal(buf_string(&lines), row->complaints);
	buf_clear(&complaints);
	buf_clear(&lines);
	buf_clear(&found);
	alias_table_free(table);
}

static void too_many_lists_are_told(void **state)
{
	struct buf text = BUF_INIT(100000), complaints = BUF_INIT(10000);
	struct alias_table *table;

	(void)state;
	for (unsigned i = 0; i < ALIAS_INCLUDES_MAX + 2; i++)
		buf_format(&text, "a%u: :include:/%u, :include:/0\n", i, i);
	table = alias_table_parse(buf_span(&text), &complaints);
	assert_non_null(table);
	assert_int_equal(alias_table_include_count(table), ALIAS_INCLUDES_MAX);
	assert_true(span_starts(buf_span(&complaints), "65: too many files"));
	alias_table_free(table);
	buf_clear(&text);
	buf_clear(&complaints);
}

static void tables_change_places(void **state)
{
	struct buf complaints = BUF_INIT(1000);
	struct alias_table *a = alias_table_parse(span_of("x: y\n"), &complaints);
	struct alias_table *b = alias_table_parse(span_of("p: q\nr: s\n"), &complaints);

	(void)state;
	alias_table_swap(a, b);
	assert_int_equal(alias_table_count(a), 2);
	assert_non_null(alias_table_find(a, span_of("P")));
	assert_non_null(alias_table_find(b, span_of("x")));
	alias_table_free(a);
	alias_table_free(b);
	buf_clear(&complaints);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, tables, a_file_is_read);
	ROWS_ADD_TABLE(&rows, lists, a_list_is_read);
	ROWS_ADD(&rows, "too many lists are told", too_many_lists_are_told);
	ROWS_ADD(&rows, "tables change places", tables_change_places);
	return rows_run(&rows, "the aliases file");
}
