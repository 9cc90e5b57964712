/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "mail/alias.h"

struct alias_row {
	const char *name, *aliases, *default_domain, *allow, *address;
	enum alias_outcome outcome;
	const char *found;		/* final addresses joined by '|' */
};

static const struct alias_row rows_of_aliases[] = {
	{ "an address elsewhere goes as it is", "", "", "*", "a@b.org", ALIAS_OK, "a@b.org" },
	{ "a name goes where its alias says", "root: a@b.org\n", "", "*", "root", ALIAS_OK, "a@b.org" },
	{ "case does not count", "Root: a@b.org\n", "", "*", "rOOT", ALIAS_OK, "a@b.org" },
	{ "@localhost is here", "root: a@b.org\n", "", "*", "root@localhost", ALIAS_OK, "a@b.org" },
	{ "@localhost.localdomain is here", "root: a@b.org\n", "", "*", "root@localhost.localdomain", ALIAS_OK, "a@b.org" },
	{ "@hostname is here", "root: a@b.org\n", "", "*", "root@GW1.example.net", ALIAS_OK, "a@b.org" },
	{ "the short hostname is here", "root: a@b.org\n", "", "*", "root@gw1", ALIAS_OK, "a@b.org" },
	{ "@mailname is here", "root: a@b.org\n", "", "*", "root@example.net", ALIAS_OK, "a@b.org" },
	{ "another machine is not", "root: a@b.org\n", "", "*", "root@gw2.example.net", ALIAS_OK, "root@gw2.example.net" },
	{ "several targets", "root: a@b.org, c@d.org,\n e@f.org\n", "", "*", "root", ALIAS_OK, "a@b.org|c@d.org|e@f.org" },
	{ "aliases behind aliases", "root: admin\nadmin: ops\nops: a@b.org\n", "", "*", "root", ALIAS_OK, "a@b.org" },
	{ "two ways to one target", "root: x, y\nx: z\ny: z\nz: a@b.org\n", "", "*", "root", ALIAS_OK, "a@b.org" },
	{ "default: catches the others", "default: a@b.org\nroot: c@d.org\n", "", "*", "bob", ALIAS_OK, "a@b.org" },
	{ "default: does not catch what has an alias", "default: a@b.org\nroot: c@d.org\n", "", "*", "root", ALIAS_OK, "c@d.org" },
	{ "default: to an alias", "default: root\nroot: c@d.org\n", "", "*", "bob", ALIAS_OK, "c@d.org" },
	{ "default: to a name takes the default domain", "default: admin\n", "d.org", "*", "bob", ALIAS_OK, "admin@d.org" },
	{ "default: to a name and no domain", "default: admin\n", "", "*", "bob", ALIAS_LOCAL, "" },
	{ "a circle", "a: b\nb: c\nc: a\n", "", "*", "a", ALIAS_LOOP, "" },
	{ "a circle by the machine's name", "a: a@localhost\n", "", "*", "a", ALIAS_LOOP, "" },
	{ "a circle beside a good target adds nothing", "a: x@y.org, b\nb: a\n", "", "*", "a", ALIAS_LOOP, "" },
	{ "a bare name that nothing catches", "", "", "*", "bob", ALIAS_LOCAL, "" },
	{ "a name of this machine that nothing catches", "", "", "*", "bob@gw1.example.net", ALIAS_LOCAL, "" },
	{ "a bare name gets the default domain", "", "d.org", "*", "bob", ALIAS_OK, "bob@d.org" },
	{ "a name of this machine gets it too", "", "d.org", "*", "bob@localhost", ALIAS_OK, "bob@d.org" },
	{ "this machine as default domain is none", "", "gw1.example.net", "*", "bob", ALIAS_LOCAL, "" },
	{ "localhost as default domain is none", "", "localhost", "*", "bob", ALIAS_LOCAL, "" },
	{ "a backslash stops at the name", "root: \\bob\nbob: a@b.org\n", "d.org", "*", "root", ALIAS_OK, "bob@d.org" },
	{ "a list in a file", "ops: :include:/a, x@y.org\n", "", "*", "ops", ALIAS_OK, "a@b.org|c@d.org|x@y.org" },
	{ "a list that two aliases have", "p: ops, all\nops: :include:/a\nall: :include:/a, x@y.org\n", "", "*", "p", ALIAS_OK, "a@b.org|c@d.org|x@y.org" },
	{ "a list in a list", "ops: :include:/b\n", "", "*", "ops", ALIAS_OK, "a@b.org|c@d.org|e@f.org" },
	{ "a list that names itself", "ops: :include:/loop\n", "", "*", "ops", ALIAS_LOOP, "" },
	{ "a list that names its alias", "ops: :include:/ops\n", "", "*", "ops", ALIAS_LOOP, "" },
	{ "a list with an alias in it", "bob: b@c.org\nall: :include:/bob\n", "", "*", "all", ALIAS_OK, "b@c.org" },
	{ "an empty list", "ops: :include:/empty\ndefault: a@b.org\n", "", "*", "ops", ALIAS_NO_TARGET, "" },
	{ "a list that was not read", "ops: :include:/unread\n", "", "*", "ops", ALIAS_NO_TARGET, "" },
	{ "an empty list beside a good target", "ops: :include:/empty, x@y.org\n", "", "*", "ops", ALIAS_OK, "x@y.org" },
	{ "a quoted name is found by its alias", "\"my name\": a@b.org\n", "", "*", "\"My Name\"", ALIAS_OK, "a@b.org" },
	{ "an owner", "list: a@b.org\nowner-list: root\nroot: x@y.org\n", "", "*", "owner-list", ALIAS_OK, "x@y.org" },
	{ "no pattern matches", "", "", "*@c.org", "a@b.org", ALIAS_NOT_ALLOWED, "" },
	{ "the pattern is for the target", "root: a@b.org\n", "", "*@B.ORG", "root", ALIAS_OK, "a@b.org" },
	{ "one target that is not allowed", "root: a@b.org, c@d.org\n", "", "*@b.org", "root", ALIAS_NOT_ALLOWED, "" },
	{ "without a pattern nothing is allowed", "", "", NULL, "a@b.org", ALIAS_NOT_ALLOWED, "" },
	{ "quotes cannot be carried", "", "", "*", "\"a b\"@c.org", ALIAS_NO_CARRY, "" },
	{ "Unicode cannot be carried", "", "", "*", "\xc3\xa4@c.org", ALIAS_NO_CARRY, "" },
	{ "no address at all", "", "", "*", "<a@b>", ALIAS_NO_CARRY, "" },
	{ "a name too long for the domain", "", "d.org", "*",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ALIAS_NO_CARRY, "" },
};

struct list {
	const char *path, *text;
};

static const struct list lists[] = {
	{ "/a", "a@b.org\nc@d.org\n" },   { "/b", ":include:/a\ne@f.org\n" },
	{ "/loop", ":include:/loop\n" },  { "/ops", "ops\n" },
	{ "/bob", "bob\n" },		  { "/empty", "# nobody\n" },
};

static void read_lists(struct alias_table *table, struct buf *complaints)
{
	for (size_t i = 0; i < alias_table_include_count(table); i++)
		for (size_t j = 0; j < sizeof(lists) / sizeof(lists[0]); j++)
			if (strcmp(alias_table_include_path(table, i), lists[j].path) == 0)
				assert_true(alias_table_include(table, i, span_of(lists[j].text),
								complaints));
}

static struct alias_table *parse(const char *text)
{
	struct buf complaints = BUF_INIT(1000);
	struct alias_table *table = alias_table_parse(span_of(text), &complaints);

	assert_non_null(table);
	read_lists(table, &complaints);
	assert_string_equal(buf_string(&complaints), "");
	buf_clear(&complaints);
	return table;
}

static void an_alias_that_has_no_good_target_catches_its_mail(void **state)
{
	struct buf complaints = BUF_INIT(1000);
	struct alias_table *table = alias_table_parse(
		span_of("root: |/bin/cat\nnobody: /dev/null\ndefault: a@b.org\n"), &complaints);
	struct span allow = span_of("*");
	struct alias_policy policy = { .table = table, .allow = &allow, .allow_count = 1 };
	struct envelope envelope = { 0 };

	(void)state;
	assert_int_equal(alias_resolve(&policy, span_of("root"), &envelope), ALIAS_NO_TARGET);
	assert_int_equal(alias_resolve(&policy, span_of("nobody"), &envelope), ALIAS_NO_TARGET);
	assert_int_equal(envelope.recipient_count, 0);
	envelope_clear(&envelope);
	alias_table_free(table);
	buf_clear(&complaints);
}

static void an_address_goes_where_it_should(void **state)
{
	const struct alias_row *row = *state;
	struct span allow = span_of(row->allow);
	struct alias_table *table = parse(row->aliases);
	struct alias_policy policy = {
		.table = table, .hostname = span_of("gw1.example.net"),
		.mailname = span_of("example.net"), .default_domain = span_of(row->default_domain),
		.allow = &allow, .allow_count = row->allow ? 1 : 0,
	};
	struct envelope envelope = { 0 };
	struct buf found = BUF_INIT(1000);

	assert_int_equal(alias_resolve(&policy, span_of(row->address), &envelope), row->outcome);
	for (size_t i = 0; i < envelope.recipient_count; i++) {
		buf_format(&found, "%s%s", i ? "|" : "", envelope.recipients[i].address);
		assert_string_equal(envelope.recipients[i].original, row->address);
	}
	assert_string_equal(buf_string(&found), row->found);
	buf_clear(&found);
	envelope_clear(&envelope);
	alias_table_free(table);
}

static void without_a_table_all_goes_as_it_is(void **state)
{
	struct span all = span_of("*");
	struct alias_policy policy = { .allow = &all, .allow_count = 1 };
	struct envelope envelope = { 0 };

	(void)state;
	assert_int_equal(alias_resolve(&policy, span_of("a@b.org"), &envelope), ALIAS_OK);
	assert_int_equal(alias_resolve(&policy, span_of("root"), &envelope), ALIAS_LOCAL);
	assert_int_equal(envelope.recipient_count, 1);
	envelope_clear(&envelope);
}

/* 900 are there, and an alias of 200 does not fit any more: none of it is added. */
static void too_many_targets_add_nothing(void **state)
{
	struct buf text = BUF_INIT(100000);
	struct span all = span_of("*");
	struct alias_policy policy = { .allow = &all, .allow_count = 1 };
	struct envelope envelope = { 0 };
	struct alias_table *table;
	char address[40];

	(void)state;
	buf_text(&text, "many:");
	for (int i = 0; i < 200; i++)
		buf_format(&text, " m%d@b.org,\n", i);
	table = parse(buf_string(&text));
	policy.table = table;
	for (int i = 0; i < 900; i++) {
		snprintf(address, sizeof(address), "n%d@b.org", i);
		assert_int_equal(alias_resolve(&policy, span_of(address), &envelope), ALIAS_OK);
	}
	assert_int_equal(alias_resolve(&policy, span_of("many"), &envelope), ALIAS_TOO_MANY);
	assert_int_equal(envelope.recipient_count, 900);
	envelope_clear(&envelope);
	assert_int_equal(alias_resolve(&policy, span_of("many"), &envelope), ALIAS_OK);
	assert_int_equal(envelope.recipient_count, 200);
	envelope_clear(&envelope);
	alias_table_free(table);
	buf_clear(&text);
}

/* Each level doubles: 2^60 targets if they were walked one by one. */
static void a_bomb_of_aliases_is_walked_once(void **state)
{
	struct buf text = BUF_INIT(100000);
	struct span all = span_of("*");
	struct alias_policy policy = { .allow = &all, .allow_count = 1 };
	struct envelope envelope = { 0 };
	struct alias_table *table;

	(void)state;
	for (int i = 0; i < 60; i++)
		buf_format(&text, "a%d: a%d, a%d\n", i, i + 1, i + 1);
	buf_text(&text, "a60: x@y.org\n");
	table = parse(buf_string(&text));
	policy.table = table;
	assert_int_equal(alias_resolve(&policy, span_of("a0"), &envelope), ALIAS_OK);
	assert_int_equal(envelope.recipient_count, 1);
	envelope_clear(&envelope);
	alias_table_free(table);
	buf_clear(&text);
}

static void a_very_long_chain_is_given_up(void **state)
{
	struct buf text = BUF_INIT(10000000);
	struct span all = span_of("*");
	struct alias_policy policy = { .allow = &all, .allow_count = 1 };
	struct envelope envelope = { 0 };
	struct alias_table *table;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_format(&text, "a%d: a%d\n", i, i + 1);
	table = parse(buf_string(&text));
	policy.table = table;
	assert_int_equal(alias_resolve(&policy, span_of("a0"), &envelope), ALIAS_LOOP);
	alias_table_free(table);
	buf_clear(&text);
}

struct pattern_row {
	const char *name, *pattern, *text;
	bool matches;
};

static const struct pattern_row patterns[] = {
	{ "a star matches all", "*", "a@b.org", true },
	{ "a star matches nothing as well", "*", "", true },
	{ "a domain", "*@b.org", "a@b.org", true },
	{ "another domain", "*@b.org", "a@c.org", false },
	{ "a longer domain does not match", "*@b.org", "a@b.org.evil", false },
	{ "a name in front of the domain does not match", "*@b.org", "a@xb.org", false },
	{ "case does not count", "A@B.org", "a@b.ORG", true },
	{ "a star in the middle", "a*z@b.org", "abcz@b.org", true },
	{ "a star has to look again", "*ab", "aab", true },
	{ "many stars", "*a*b*c*", "xxaxbxxcx", true },
	{ "many stars that do not match", "*a*b*c", "xxaxbxxcx", false },
	{ "an empty pattern matches only nothing", "", "a", false },
	{ "the text is too short", "abc", "ab", false },
};

static void a_pattern_is_matched(void **state)
{
	const struct pattern_row *row = *state;

	assert_int_equal(alias_pattern_matches(span_of(row->pattern), span_of(row->text)), row->matches);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, rows_of_aliases, an_address_goes_where_it_should);
	ROWS_ADD(&rows, "without a table all goes as it is", without_a_table_all_goes_as_it_is);
	ROWS_ADD(&rows, "too many targets add nothing", too_many_targets_add_nothing);
	ROWS_ADD(&rows, "a bomb of aliases is walked once", a_bomb_of_aliases_is_walked_once);
	ROWS_ADD(&rows, "a very long chain is given up", a_very_long_chain_is_given_up);
	ROWS_ADD(&rows, "an alias that has no good target catches its mail",
		 an_alias_that_has_no_good_target_catches_its_mail);
	ROWS_ADD_TABLE(&rows, patterns, a_pattern_is_matched);
	return rows_run(&rows, "aliases");
}
