/* SPDX-License-Identifier: ISC */
#include "mail/alias.h"

#include <stdlib.h>

#include "mail/address.h"
#include "mail/alias_table.h"

#define DEPTH_MAX 100 /* aliases behind aliases */

enum visit { VISIT_NONE, VISIT_ACTIVE, VISIT_DONE };

struct resolution {
	const struct alias_policy *policy;
	struct span original;
	struct envelope found; /* collects the final addresses */
	unsigned char *visits; /* enum visit of each alias, then of each include file */
};

static enum alias_outcome resolve_address(struct resolution *resolution, struct span address,
					  bool verbatim, unsigned depth);
static enum alias_outcome resolve_targets(struct resolution *resolution, size_t first,
					  size_t count, unsigned char *visit, unsigned depth);

bool alias_pattern_matches(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = pattern.length, retry = 0;

	/* On a mismatch only the last '*' needs to take one octet more. */
	while (t < text.length) {
		if (p < pattern.length && pattern.at[p] == '*') {
			star = p++;
			retry = t;
		} else if (p < pattern.length && span_equal_nocase(span_make(pattern.at + p, 1),
								   span_make(text.at + t, 1))) {
			p++;
			t++;
		} else if (star < pattern.length) {
			p = star + 1;
			t = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.length && pattern.at[p] == '*')
		p++;
	return p == pattern.length;
}

static bool is_hostname(const struct alias_policy *policy, struct span domain)
{
	struct span label = span_take(policy->hostname, span_index(policy->hostname, '.'));

	return span_is_nocase(domain, "localhost") ||
	       span_is_nocase(domain, "localhost.localdomain") ||
	       span_equal_nocase(domain, policy->hostname) || span_equal_nocase(domain, label);
}

/* Whether the address means this machine; then *name is its local part. */
static bool is_local(const struct alias_policy *policy, struct span address, struct span *name)
{
	struct span domain = address_domain(address);

	*name = address;
	if (domain.length == 0)
		return true;
	*name = span_take(address, address.length - domain.length - 1);
	return is_hostname(policy, domain) || span_equal_nocase(domain, policy->mailname);
}

static bool is_allowed(const struct alias_policy *policy, struct span address)
{
	for (size_t i = 0; i < policy->allow_count; i++)
		if (alias_pattern_matches(policy->allow[i], address))
			return true;
	return false;
}

static enum alias_outcome add_final(struct resolution *resolution, struct span address)
{
	if (address_check_carry(address) != ADDRESS_OK)
		return ALIAS_NO_CARRY;
	if (!is_allowed(resolution->policy, address))
		return ALIAS_NOT_ALLOWED;
	if (!envelope_add_recipient(&resolution->found, address, resolution->original))
		return ALIAS_TOO_MANY;
	return ALIAS_OK;
}

/* A name that no alias catches never goes to a stranger's mailbox: only a
 * domain that the administrator chose is added to it. */
static enum alias_outcome add_uncaught(struct resolution *resolution, struct span name)
{
	struct span domain = resolution->policy->default_domain;
	struct buf address = BUF_INIT(ADDRESS_MAX);
	enum alias_outcome outcome = ALIAS_LOCAL;

	if (domain.length > 0 && !is_hostname(resolution->policy, domain)) {
		buf_put(&address, name);
		buf_byte(&address, '@');
		buf_put(&address, domain);
		outcome =
			address.failed ? ALIAS_NO_CARRY : add_final(resolution, buf_span(&address));
	}
	buf_clear(&address);
	return outcome;
}

/* The alias of that name, else "default:", which does not catch the names that
 * it gives itself. */
static const struct alias_entry *find_alias(const struct resolution *resolution, struct span name)
{
	const struct alias_table *table = resolution->policy->table;
	const struct alias_entry *entry;

	if (table == NULL)
		return NULL;
	entry = alias_table_find(table, name);
	if (entry != NULL)
		return entry;
	entry = alias_table_find(table, span_of("default"));
	if (entry != NULL && resolution->visits[entry - table->entries] == VISIT_ACTIVE)
		return NULL;
	return entry;
}

static enum alias_outcome resolve_include(struct resolution *resolution, size_t number,
					  unsigned depth)
{
	const struct alias_table *table = resolution->policy->table;
	const struct alias_include *include = &table->includes[number];

	return resolve_targets(resolution, include->first_target, include->target_count,
			       &resolution->visits[table->entry_count + number], depth);
}

static enum alias_outcome resolve_targets(struct resolution *resolution, size_t first,
					  size_t count, unsigned char *visit, unsigned depth)
{
	const struct alias_table *table = resolution->policy->table;
	enum alias_outcome outcome = ALIAS_OK;

	if (*visit == VISIT_DONE)
		return ALIAS_OK;
	if (*visit == VISIT_ACTIVE || depth > DEPTH_MAX)
		return ALIAS_LOOP;
	*visit = VISIT_ACTIVE;
	for (size_t i = 0; i < count && outcome == ALIAS_OK; i++) {
		const struct alias_target *target = &table->targets[first + i];

		if (target->address.length > 0)
			outcome = resolve_address(resolution, target->address, target->verbatim,
						  depth + 1);
		else
			outcome = resolve_include(resolution, target->include, depth + 1);
	}
	*visit = VISIT_DONE;
	return outcome;
}

static enum alias_outcome resolve_address(struct resolution *resolution, struct span address,
					  bool verbatim, unsigned depth)
{
	const struct alias_entry *entry;
	struct span name;

	if (!is_local(resolution->policy, address, &name))
		return add_final(resolution, address);
	entry = verbatim ? NULL : find_alias(resolution, name);
	if (entry == NULL)
		return add_uncaught(resolution, name);
	return resolve_targets(resolution, entry->first_target, entry->target_count,
			       &resolution->visits[entry - resolution->policy->table->entries],
			       depth);
}

/* All or nothing: the envelope is as before when one does not fit. */
static enum alias_outcome hand_over(const struct envelope *found, struct envelope *envelope)
{
	size_t before = envelope->recipient_count;

	for (size_t i = 0; i < found->recipient_count; i++) {
		if (envelope_add_recipient(envelope, span_of(found->recipients[i].address),
					   span_of(found->recipients[i].original)))
			continue;
		envelope_drop_recipients(envelope, before);
		return ALIAS_TOO_MANY;
	}
	return ALIAS_OK;
}

enum alias_outcome alias_resolve(const struct alias_policy *policy, struct span address,
				 struct envelope *envelope)
{
	struct resolution resolution = { .policy = policy, .original = address };
	enum alias_outcome outcome;

	if (address_check(address, true, true) != ADDRESS_OK)
		return ALIAS_NO_CARRY;
	if (policy->table != NULL) {
		resolution.visits = calloc(policy->table->entry_count +
					   policy->table->include_count + 1, 1);
		if (resolution.visits == NULL)
			return ALIAS_TOO_MANY;
	}
	outcome = resolve_address(&resolution, address, false, 0);
	if (outcome == ALIAS_OK && resolution.found.recipient_count == 0)
		outcome = ALIAS_NO_TARGET;
	if (outcome == ALIAS_OK)
		outcome = hand_over(&resolution.found, envelope);
	envelope_clear(&resolution.found);
	free(resolution.visits);
	return outcome;
}
