/* SPDX-License-Identifier: ISC */
#include "compose/compose_recipients.h"

#include <stdio.h>

#include "base/buf.h"
#include "rows.h"

struct row {
	const char *name;
	const char *recipients;	/* "address" or "address=original", by blanks; '-' in
				 * front: not pending */
	const char *to, *cc;
	bool separate;
	const char *groups;	/* "TYPE:INDEX TYPE:INDEX | TYPE:INDEX" */
};

static const struct row rows_typed[] = {
	{ "one in To is type 1", "a@x.net", "a@x.net", "", false, "1:0" },
	{ "one in Cc is type 2", "a@x.net", "b@x.net", "a@x.net", false, "2:0" },
	{ "To comes before Cc", "a@x.net b@x.net", "b@x.net", "a@x.net", false, "1:1 2:0" },
	{ "one in To and Cc is type 1", "a@x.net", "a@x.net", "a@x.net", false, "1:0" },
	{ "a lonely hidden one is type 1", "a@x.net", "", "", false, "1:0" },
	{ "several hidden ones go together as type 3", "a@x.net b@x.net", "", "", false,
	  "3:0 3:1" },
	{ "several hidden ones go one by one when asked", "a@x.net b@x.net", "", "", true,
	  "1:0 | 1:1" },
	{ "a hidden one never goes with a visible one", "a@x.net b@x.net", "a@x.net", "", false,
	  "1:0 | 1:1" },
	{ "hidden ones never go with visible ones", "h@x.net a@x.net i@x.net", "a@x.net", "",
	  false, "1:1 | 3:0 3:2" },
	{ "the header adds nobody", "a@x.net", "a@x.net, b@x.net", "c@x.net", false, "1:0" },
	{ "who is not pending is left out", "-a@x.net b@x.net -c@x.net", "a@x.net, b@x.net",
	  "c@x.net", false, "1:1" },
	{ "of two hidden ones the last that pends goes alone", "-a@x.net b@x.net", "", "", false,
	  "1:1" },
	{ "nobody pends", "-a@x.net", "a@x.net", "", false, "" },
	{ "the address before aliases decides", "boss@corp.net=root", "root", "", false, "1:0" },
	{ "the address after aliases does not decide", "b@x.net=root c@x.net=root", "b@x.net", "",
	  false, "3:0 3:1" },
	{ "a bare name is one of this host", "b@x.net=root", "Root Of All <root@GW1>", "", false,
	  "1:0" },
	{ "a name of this host is a bare one", "b@x.net=root@gw1 c@x.net=x", "root", "", false,
	  "1:0 | 1:1" },
	{ "a Unicode domain is its ASCII form", "a@b\xc3\xbc.net b@xn--b-eha.net",
	  "a@xn--b-eha.net, b@B\xc3\x9c.net", "", false, "1:0 1:1" },
	{ "quotes that nothing needs do not count", "a@x.net b@x.net=\"b\"@x.net",
	  "\"a\"@x.net, b@x.net", "", false, "1:0 1:1" },
	{ "domains have no case", "a@X.net", "A <a@x.NET>", "", false, "1:0" },
	{ "local parts have case", "a@x.net b@x.net", "A@x.net, b@x.net", "", false,
	  "1:1 | 1:0" },
	{ "display names, comments and groups are read",
	  "a@x.net b@x.net c@x.net", "\"b@x.net, really\" <a@x.net> (c@x.net)",
	  "team: =?utf-8?q?B=C3=BC?= <b@x.net>, c@x.net;", false, "1:0 2:1 2:2" },
	{ "undisclosed recipients are nobody", "a@x.net b@x.net", "undisclosed-recipients:;", "",
	  false, "3:0 3:1" },
	{ "folded lines are read", "a@x.net b@x.net", "a@x.net,\r\n\tb@x.net\r\n", "", false,
	  "1:0 1:1" },
};

static void add(struct envelope *envelope, bool *pending, struct span word)
{
	struct span address;

	pending[envelope->recipient_count] = !span_starts(word, "-");
	if (span_starts(word, "-"))
		word = span_skip(word, 1);
	span_cut(&word, '=', &address);
	assert_true(envelope_add_recipient(envelope, address, word.at ? word : address));
}

static void format_groups(const struct compose_groups *groups, struct buf *out)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (i > 0)
			buf_text(out, " |");
		for (size_t j = 0; j < groups->groups[i].count; j++) {
			const struct transaction_recipient *one = &groups->groups[i].recipients[j];

			buf_format(out, "%s%d:%zu", out->length ? " " : "", (int)one->type,
				   one->index);
		}
	}
}

static void types(void **state)
{
	const struct row *row = *state;
	struct span rest = span_of(row->recipients), word;
	struct compose_recipients_view view = { span_of(row->to), span_of(row->cc),
						span_of("gw1"), row->separate };
	struct envelope envelope = { 0 };
	struct compose_groups groups;
	struct buf text = BUF_INIT(1000);
	bool pending[10];

	while (span_word(&rest, &word))
		add(&envelope, pending, word);
	assert_true(compose_recipients_group(&envelope, pending, &view, &groups));
	format_groups(&groups, &text);
	assert_string_equal(buf_string(&text), row->groups);
	for (size_t i = 0; i < groups.count; i++)
		for (size_t j = 0; j < groups.groups[i].count; j++) {
			const struct transaction_recipient *one = &groups.groups[i].recipients[j];

			assert_true(span_is(one->address, envelope.recipients[one->index].address));
		}
	compose_recipients_clear(&groups);
	envelope_clear(&envelope);
	buf_clear(&text);
}

struct many {
	const char *name;
	size_t count;
	bool visible, separate;
	size_t groups, last;
	enum transaction_recipient_type last_type;
};

static const struct many manies[] = {
	{ "20 visible ones are one transaction", 20, true, false, 1, 20, TRANSACTION_TO },
	{ "21 visible ones are two transactions", 21, true, false, 2, 1, TRANSACTION_TO },
	{ "20 hidden ones are one transaction", 20, false, false, 1, 20, TRANSACTION_BCC },
	{ "of 21 hidden ones the last goes alone", 21, false, false, 2, 1, TRANSACTION_TO },
	{ "42 hidden ones are three transactions", 42, false, false, 3, 2, TRANSACTION_BCC },
	{ "1000 hidden ones one by one are 1000", 1000, false, true, 1000, 1, TRANSACTION_TO },
	{ "1000 visible ones are 50", 1000, true, false, 50, 20, TRANSACTION_TO },
};

static void groups_many(void **state)
{
	const struct many *many = *state;
	static bool pending[ENVELOPE_RECIPIENTS_MAX];
	struct envelope envelope = { 0 };
	struct compose_groups groups;
	struct buf to = BUF_INIT(100000);
	const struct compose_group *last;

	for (size_t i = 0; i < many->count; i++) {
		char address[40];

		snprintf(address, sizeof address, "user%zu@x.net", i);
		assert_true(envelope_add_recipient(&envelope, span_of(address), span_of(address)));
		pending[i] = true;
		buf_format(&to, "%s, ", address);
	}
	assert_true(compose_recipients_group(
		&envelope, pending,
		&(struct compose_recipients_view){ many->visible ? buf_span(&to) : span_of(""),
						   span_of(""), span_of("gw1"), many->separate },
		&groups));
	assert_int_equal(groups.count, many->groups);
	last = &groups.groups[groups.count - 1];
	assert_int_equal(last->count, many->last);
	assert_int_equal(last->recipients[0].type, many->last_type);
	assert_int_equal(last->recipients[last->count - 1].index, many->count - 1);
	compose_recipients_clear(&groups);
	envelope_clear(&envelope);
	buf_clear(&to);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, rows_typed, types);
	ROWS_ADD_TABLE(&rows, manies, groups_many);
	return rows_run(&rows, "compose_recipients");
}
