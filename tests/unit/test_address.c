/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "mail/address.h"

#define L50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define L63 L50 "aaaaaaaaaabbb"

struct path_row {
	const char *name, *text;
	enum address_fault fault;
	const char *address, *rest;
};

static const struct path_row paths[] = {
	{ "a path in angle brackets", "<a@b.org> SIZE=1", ADDRESS_OK, "a@b.org", " SIZE=1" },
	{ "the null path", "<>", ADDRESS_OK, "", "" },
	{ "a path without brackets", "a@b.org SIZE=1", ADDRESS_OK, "a@b.org", " SIZE=1" },
	{ "a bare name", "<postmaster>", ADDRESS_OK, "postmaster", "" },
	{ "a bare name without brackets", "root", ADDRESS_OK, "root", "" },
	{ "a source route is dropped", "<@a.org,@b:c@d.org>x", ADDRESS_OK, "c@d.org", "x" },
	{ "a quoted local part", "<\"a b\\\"@\\\\\"@c.org>", ADDRESS_OK, "\"a b\\\"@\\\\\"@c.org", "" },
	{ "an IPv4 literal", "<a@[192.0.2.1]>", ADDRESS_OK, "a@[192.0.2.1]", "" },
	{ "an IPv6 literal", "<a@[IPv6:2001:db8::1]>", ADDRESS_OK, "a@[IPv6:2001:db8::1]", "" },
	{ "every special character of an atom", "<!#$%&'*+-/=?^_`{|}~@b>", ADDRESS_OK,
	  "!#$%&'*+-/=?^_`{|}~@b", "" },
	{ "an underscore in a machine's name", "<root@my_host>", ADDRESS_OK, "root@my_host", "" },
	{ "a label of 63 octets", "<a@" L63 ">", ADDRESS_OK, "a@" L63, "" },
	{ "no empty text", "", ADDRESS_SYNTAX, "", "" },
	{ "no blank only", " ", ADDRESS_SYNTAX, "", "" },
	{ "no bracket left open", "<a@b.org", ADDRESS_SYNTAX, "", "" },
	{ "no bracket closed only", "a@b.org>", ADDRESS_OK, "a@b.org", ">" },
	{ "no two brackets", "<<a@b.org>>", ADDRESS_SYNTAX, "", "" },
	{ "no blank in the brackets", "< a@b.org>", ADDRESS_SYNTAX, "", "" },
	{ "no empty local part", "<@b.org>", ADDRESS_SYNTAX, "", "" },
	{ "no route without a mailbox", "<@b.org:>", ADDRESS_SYNTAX, "", "" },
	{ "no route with a blank", "<@b.org, @c.org:a@d>", ADDRESS_SYNTAX, "", "" },
	{ "no empty domain", "<a@>", ADDRESS_SYNTAX, "", "" },
	{ "no two at signs", "<a@b@c>", ADDRESS_SYNTAX, "", "" },
	{ "no two dots", "<a..b@c>", ADDRESS_SYNTAX, "", "" },
	{ "no dot first", "<.a@c>", ADDRESS_SYNTAX, "", "" },
	{ "no dot before the at sign", "<a.@c>", ADDRESS_SYNTAX, "", "" },
	{ "no dot at the end", "<a@c.>", ADDRESS_SYNTAX, "", "" },
	{ "no hyphen first in a label", "<a@-c>", ADDRESS_SYNTAX, "", "" },
	{ "no hyphen last in a label", "<a@c-.d>", ADDRESS_SYNTAX, "", "" },
	{ "no label of 64 octets", "<a@" L63 "x>", ADDRESS_SYNTAX, "", "" },
	{ "no quotes in the middle", "<\"a\"b@c>", ADDRESS_SYNTAX, "", "" },
	{ "no quote left open", "<\"a@c>", ADDRESS_SYNTAX, "", "" },
	{ "no backslash at the end", "<\"a\\", ADDRESS_SYNTAX, "", "" },
	{ "no control in quotes", "<\"a\tb\"@c>", ADDRESS_SYNTAX, "", "" },
	{ "no literal of a name", "<a@[localhost]>", ADDRESS_SYNTAX, "", "" },
	{ "no literal with too large a number", "<a@[192.0.2.256]>", ADDRESS_SYNTAX, "", "" },
	{ "no literal left open", "<a@[192.0.2.1>", ADDRESS_SYNTAX, "", "" },
	{ "no comma", "<a,b@c>", ADDRESS_SYNTAX, "", "" },
	{ "254 octets are taken", "<" L50 "." L50 "." L50 "." L50 "." L50 ">", ADDRESS_OK,
	  L50 "." L50 "." L50 "." L50 "." L50, "" },
	{ "255 octets are too long", "<" L50 "." L50 "." L50 "." L50 "." L50 "@>", ADDRESS_SYNTAX, "", "" },
	{ "too long", "<" L50 L50 L50 L50 L50 "@abc>", ADDRESS_OK, L50 L50 L50 L50 L50 "@abc", "" },
	{ "one octet too long", "<" L50 L50 L50 L50 L50 "@abcd>", ADDRESS_TOO_LONG, "", "" },
};

static void a_path_is_read(void **state)
{
	const struct path_row *row = *state;
	struct span rest = span_of(row->text), address;

	assert_int_equal(address_parse_path(&rest, &address), row->fault);
	if (row->fault != ADDRESS_OK)
		return;
	assert_true(span_is(address, row->address));
	assert_true(span_is(rest, row->rest));
}

struct check_row {
	const char *name, *text;
	bool bare, utf8;
	enum address_fault fault, carry;
};

static const struct check_row checks[] = {
	{ "a plain address is good and can be carried", "a.b+c@d-e.org", false, false, ADDRESS_OK, ADDRESS_OK },
	{ "an equals sign can be carried", "a=b@c.org", false, false, ADDRESS_OK, ADDRESS_OK },
	{ "a literal can be carried", "a@[192.0.2.1]", false, false, ADDRESS_OK, ADDRESS_OK },
	{ "a bare name is good where it may be", "root", true, false, ADDRESS_OK, ADDRESS_SYNTAX },
	{ "a bare name is bad elsewhere", "root", false, false, ADDRESS_SYNTAX, ADDRESS_SYNTAX },
	{ "quotes are good and cannot be carried", "\"a b\"@c", false, false, ADDRESS_OK, ADDRESS_NO_CARRY },
	{ "Unicode is bad without SMTPUTF8", "\xc3\xa4@c", false, false, ADDRESS_SYNTAX, ADDRESS_NO_CARRY },
	{ "Unicode is good with it", "\xc3\xa4@c.\xc3\xb6", false, true, ADDRESS_OK, ADDRESS_NO_CARRY },
	{ "broken UTF-8 is bad", "\xc3@c", false, true, ADDRESS_SYNTAX, ADDRESS_SYNTAX },
	{ "nothing is bad", "", true, true, ADDRESS_SYNTAX, ADDRESS_SYNTAX },
	{ "brackets do not belong to an address", "<a@b>", false, false, ADDRESS_SYNTAX, ADDRESS_SYNTAX },
	{ "a line end is bad", "a@b\r\nc", false, false, ADDRESS_SYNTAX, ADDRESS_SYNTAX },
	{ "a long one is too long", L50 L50 L50 L50 L50 "@abcd", false, false, ADDRESS_TOO_LONG, ADDRESS_TOO_LONG },
};

static void an_address_is_checked(void **state)
{
	const struct check_row *row = *state;

	assert_int_equal(address_check(span_of(row->text), row->bare, row->utf8), row->fault);
	assert_int_equal(address_check_carry(span_of(row->text)), row->carry);
}

static void a_nul_is_bad(void **state)
{
	(void)state;
	assert_int_equal(address_check(span_make("a\0b@c", 5), true, true), ADDRESS_SYNTAX);
	assert_int_equal(address_check(span_make("a@[1.2.3.4\0]", 12), true, true), ADDRESS_SYNTAX);
}

struct domain_row {
	const char *name, *text, *domain;
};

static const struct domain_row domains[] = {
	{ "the domain of an address", "a@b.org", "b.org" },
	{ "a bare name has no domain", "root", "" },
	{ "an at sign in quotes is none", "\"a@b\"@c", "c" },
	{ "quotes alone have no domain", "\"a@b\"", "" },
};

static void a_domain_is_found(void **state)
{
	const struct domain_row *row = *state;

	assert_true(span_is(address_domain(span_of(row->text)), row->domain));
}

struct equal_row {
	const char *name, *a, *b;
	bool equal;
};

static const struct equal_row equals[] = {
	{ "case does not count in the domain", "a@B.org", "a@b.ORG", true },
	{ "case counts in the local part", "A@b.org", "a@b.org", false },
	{ "another domain is another mailbox", "a@b.org", "a@c.org", false },
	{ "bare names are compared", "root", "root", true },
	{ "a bare name is not one with a domain", "root", "root@b", false },
};

static void addresses_are_compared(void **state)
{
	const struct equal_row *row = *state;

	assert_int_equal(address_equal(span_of(row->a), span_of(row->b)), row->equal);
}

struct list_row {
	const char *name, *text, *found;	/* joined by '|' */
	bool broken;
};

static const struct list_row lists[] = {
	{ "a single address", "a@b.org", "a@b.org", false },
	{ "names, brackets and a comma", "Ann <a@b.org>, \"Bo, B.\" <c@d.org>", "a@b.org|c@d.org", false },
	{ "a bare name", "root", "root", false },
	{ "folded and with comments", "Ann (the\r\n one) <a@b.org>\r\n\t, c@d.org (x, y (z))", "a@b.org|c@d.org", false },
	{ "a group", "team: a@b.org, C <c@d.org>;, e@f", "a@b.org|c@d.org|e@f", false },
	{ "an empty group", "undisclosed-recipients:;", "", false },
	{ "empty places in the list", ", a@b.org,, ,c@d.org,", "a@b.org|c@d.org", false },
	{ "an encoded word as name", "=?utf-8?B?w6Q=?= <a@b.org>", "a@b.org", false },
	{ "a dot in an unquoted name", "John Q. Public <a@b.org>", "a@b.org", false },
	{ "a route inside brackets", "<@x.org,@y.org:a@b.org>", "a@b.org", false },
	{ "blanks around the at sign", "a . b @ c . org", "a.b@c.org", false },
	{ "a quoted local part", "\"a b\"@c.org, <\"d,e\"@f>", "\"a b\"@c.org|\"d,e\"@f", false },
	{ "a literal", "<a@[192.0.2.1]>", "a@[192.0.2.1]", false },
	{ "a forgotten comma", "<a@b.org> <c@d.org>", "a@b.org|c@d.org", false },
	{ "a remark behind the brackets", "<a@b.org> (me) too", "a@b.org", false },
	{ "Unicode", "\xc3\xa4@c.org", "\xc3\xa4@c.org", false },
	{ "nothing", " \r\n\t (nobody) ", "", false },
	{ "a name without an address is passed over", "John Doe, a@b.org", "a@b.org", true },
	{ "empty brackets are passed over", "<>, a@b.org", "a@b.org", true },
	{ "an open bracket", "a@b.org, <c@d.org", "a@b.org", true },
	{ "an open comment", "a@b.org, (c@d.org", "a@b.org", true },
	{ "an open quote", "a@b.org, \"c@d.org", "a@b.org", true },
	{ "an open literal", "a@b.org, c@[1.2.3.4", "a@b.org", true },
	{ "two at signs", "a@b@c, d@e", "d@e", true },
	{ "a stray bracket", "a@b>, d@e", "d@e", true },
	{ "a control", "a\001@b, d@e", "d@e", true },
};

static void a_list_is_read(void **state)
{
	const struct list_row *row = *state;
	struct span rest = span_of(row->text);
	struct buf address = BUF_INIT(ADDRESS_MAX), all = BUF_INIT(1000);
	bool broken = false;

	while (address_next_mailbox(&rest, &address, &broken)) {
		if (all.length > 0)
			buf_byte(&all, '|');
		buf_put(&all, buf_span(&address));
	}
	assert_string_equal(buf_string(&all), row->found);
	assert_int_equal(broken, row->broken);
	assert_int_equal(rest.length, 0);
	buf_clear(&address);
	buf_clear(&all);
}

/* RFC 5322 lets comments nest without end; a stack would not. */
static void deep_comments_end(void **state)
{
	static char deep[100000];
	struct span rest = span_make(deep, sizeof(deep));
	struct buf address = BUF_INIT(ADDRESS_MAX);
	bool broken = false;

	(void)state;
	memset(deep, '(', sizeof(deep));
	assert_false(address_next_mailbox(&rest, &address, &broken));
	assert_true(broken);
	buf_clear(&address);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, paths, a_path_is_read);
	ROWS_ADD_TABLE(&rows, checks, an_address_is_checked);
	ROWS_ADD(&rows, "a NUL is bad", a_nul_is_bad);
	ROWS_ADD_TABLE(&rows, domains, a_domain_is_found);
	ROWS_ADD_TABLE(&rows, equals, addresses_are_compared);
	ROWS_ADD_TABLE(&rows, lists, a_list_is_read);
	ROWS_ADD(&rows, "comments without end are given up", deep_comments_end);
	return rows_run(&rows, "addresses");
}
