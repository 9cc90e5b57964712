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
	{ "an include is refused", "root: :include:/etc/list, a@b.org\n", "root=a@b.org;", "1 " },
	{ "an alias of refused targets only is none", "x: y\nroot: |a\n", "x=y;", "2 2 " },
	{ "a target that is no address", "root: a b@c.org\n", "", "1 1 " },
	{ "an alias without a target", "root:\nx: y\n", "x=y;", "1 " },
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

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, tables, a_file_is_read);
	return rows_run(&rows, "the aliases file");
}
