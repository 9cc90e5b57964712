/* SPDX-License-Identifier: ISC */
/* The first line is an address, what follows an aliases file, and what follows an
 * octet 0x01 is the text of each list that it includes. What comes out can be
 * carried, is allowed, and is all or nothing. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "mail/address.h"
#include "mail/alias.h"

static void resolve(const struct alias_policy *policy, struct span address)
{
	struct envelope envelope = { 0 };
	enum alias_outcome outcome;

	assert(envelope_add_recipient(&envelope, span_of("first@example.com"), span_of("first")));
	outcome = alias_resolve(policy, address, &envelope);
	assert(outcome == ALIAS_OK || envelope.recipient_count == 1);
	for (size_t i = 1; i < envelope.recipient_count; i++) {
		struct span final = span_of(envelope.recipients[i].address);

		assert(address_check_carry(final) == ADDRESS_OK);
		assert(alias_pattern_matches(policy->allow[0], final));
		assert(span_equal(span_of(envelope.recipients[i].original), address));
	}
	envelope_clear(&envelope);
}

static void read_lists(struct alias_table *table, struct span text, struct buf *complaints)
{
	unsigned line;

	for (size_t i = 0; i < alias_table_include_count(table); i++) {
		assert(alias_table_include_path(table, i)[0] == '/');
		assert(alias_table_include_namer(table, i, &line) <= i && line > 0);
		if (!alias_table_include(table, i, text, complaints))
			return;
	}
	assert(alias_table_include_count(table) <= ALIAS_INCLUDES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size), address, line;
	struct span patterns[] = { { "*", 1 }, { "*@example.com", 13 } };
	struct buf complaints = BUF_INIT(65536);
	struct alias_policy policy = { .hostname = span_of("gw1.example.net"),
				       .mailname = span_of("example.net"), .allow_count = 1 };
	struct alias_table *table;
	size_t end = span_index(text, '\n'), list;

	address = span_take(text, end);
	text = span_skip(text, end + 1);
	list = span_index(text, 1);
	table = alias_table_parse(span_take(text, list), &complaints);
	if (table == NULL)
		return 0;
	read_lists(table, span_skip(text, list + 1), &complaints);
	policy.table = table;
	for (size_t i = 0; i < 2; i++) {
		policy.allow = &patterns[i];
		policy.default_domain = i ? span_of("example.com") : span_of("");
		resolve(&policy, address);
		resolve(&policy, span_of("root"));
	}
	for (text = buf_span(&complaints); text.length > 0 && span_cut(&text, '\n', &line);)
		assert(line.length == 0 || (line.at[0] >= '1' && line.at[0] <= '9'));
	alias_pattern_matches(address, span_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
	alias_table_free(table);
	buf_clear(&complaints);
	return 0;
}
