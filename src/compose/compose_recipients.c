/* SPDX-License-Identifier: ISC */
#include "compose/compose_recipients.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/address.h"
#include "mail/address_ascii.h"

#define KEY_MAX 4096		/* octets of an address in a header; longer ones match none */

/* The addresses of one header field, in a form that equal mailboxes share
 * (address_equal()), sorted. */
struct listing {
	char **keys;
	size_t count, capacity;
};

static void clear_listing(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->keys[i]);
	free(listing->keys);
	*listing = (struct listing){ NULL, 0, 0 };
}

static char to_lower(char octet)
{
	return octet >= 'A' && octet <= 'Z' ? (char)(octet + ('a' - 'A')) : octet;
}

/* A header may name a mailbox with quotes or a Unicode domain that the envelope has
 * without, and the other way round. The domain is folded; a bare name is one of this
 * host. */
static char *make_key(struct span address, struct span hostname)
{
	struct buf plain = BUF_INIT(KEY_MAX), key = BUF_INIT(KEY_MAX);
	struct span domain;

	if (address_to_ascii(address, &plain))
		address = buf_span(&plain);
	domain = address_domain(address);
	if (domain.length == 0) {
		buf_put(&key, address);
		buf_byte(&key, '@');
		domain = hostname;
	} else {
		buf_put(&key, span_take(address, address.length - domain.length));
	}
	for (size_t i = 0; i < domain.length; i++)
		buf_byte(&key, to_lower(domain.at[i]));
	buf_clear(&plain);
	return buf_take(&key);
}

static bool add_key(struct listing *listing, char *key)
{
	if (key == NULL)
		return true;	/* too long to be a recipient of ours */
	if (listing->count == listing->capacity) {
		size_t capacity = listing->capacity ? 2 * listing->capacity : 64;
		char **grown = reallocarray(listing->keys, capacity, sizeof *grown);

		if (grown == NULL) {
			free(key);
			return false;
		}
		listing->keys = grown;
		listing->capacity = capacity;
	}
	listing->keys[listing->count++] = key;
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_listing(struct span field, struct span hostname, struct listing *listing)
{
	struct buf address = BUF_INIT(KEY_MAX);
	bool broken, fits = true;

	while (fits && address_next_mailbox(&field, &address, &broken))
		fits = add_key(listing, make_key(buf_span(&address), hostname));
	buf_clear(&address);
	if (listing->count > 0)
		qsort(listing->keys, listing->count, sizeof *listing->keys, compare_keys);
	return fits;
}

static bool is_listed(const struct listing *listing, const char *key)
{
	return listing->count > 0 && bsearch(&key, listing->keys, listing->count,
					     sizeof *listing->keys, compare_keys) != NULL;
}

/* Every recipient's type; BCC stands for hidden. False when out of memory. */
static bool decide_types(const struct envelope *envelope,
			 const struct compose_recipients_view *view,
			 enum transaction_recipient_type *types)
{
	struct listing to = { 0 }, cc = { 0 };
	bool decided = read_listing(view->to, view->hostname, &to) &&
		       read_listing(view->cc, view->hostname, &cc);

	for (size_t i = 0; decided && i < envelope->recipient_count; i++) {
		char *key = make_key(span_of(envelope->recipients[i].original), view->hostname);

		types[i] = TRANSACTION_BCC;
		if (key && is_listed(&to, key))
			types[i] = TRANSACTION_TO;
		else if (key && is_listed(&cc, key))
			types[i] = TRANSACTION_CC;
		free(key);
	}
	clear_listing(&to);
	clear_listing(&cc);
	return decided;
}

static struct compose_group *add_group(struct compose_groups *groups)
{
	struct compose_group *grown = reallocarray(groups->groups, groups->count + 1,
						   sizeof *grown);

	if (grown == NULL)
		return NULL;
	groups->groups = grown;
	grown[groups->count].count = 0;
	return &grown[groups->count++];
}

/* The recipients of one type, in groups of at most `size`; *group is the one that
 * still has room, or NULL. */
static bool add_type(const struct envelope *envelope, const bool *pending,
		     const enum transaction_recipient_type *types,
		     enum transaction_recipient_type type, size_t size,
		     struct compose_group **group, struct compose_groups *groups)
{
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		if (!pending[i] || types[i] != type)
			continue;
		if (*group == NULL || (*group)->count == size)
			*group = add_group(groups);
		if (*group == NULL)
			return false;
		(*group)->recipients[(*group)->count++] = (struct transaction_recipient){
			type, i, span_of(envelope->recipients[i].address),
		};
	}
	return true;
}

/* A hidden one alone has nobody to be hidden from, and a mail without To: looks
 * like junk to many a receiver. */
static void show_lonely(struct compose_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		if (groups->groups[i].count == 1 &&
		    groups->groups[i].recipients[0].type == TRANSACTION_BCC)
			groups->groups[i].recipients[0].type = TRANSACTION_TO;
}

bool compose_recipients_group(const struct envelope *envelope, const bool *pending,
			      const struct compose_recipients_view *view,
			      struct compose_groups *groups)
{
	size_t hidden_size = view->hidden_separate ? 1 : TRANSACTION_RECIPIENTS_MAX;
	enum transaction_recipient_type *types = calloc(envelope->recipient_count + 1,
							sizeof *types);
	struct compose_group *visible = NULL, *hidden = NULL;
	bool grouped;

	*groups = (struct compose_groups){ NULL, 0 };
	grouped = types && decide_types(envelope, view, types) &&
		  add_type(envelope, pending, types, TRANSACTION_TO, TRANSACTION_RECIPIENTS_MAX,
			   &visible, groups) &&
		  add_type(envelope, pending, types, TRANSACTION_CC, TRANSACTION_RECIPIENTS_MAX,
			   &visible, groups) &&
		  add_type(envelope, pending, types, TRANSACTION_BCC, hidden_size, &hidden, groups);
	free(types);
	if (grouped)
		show_lonely(groups);
	return grouped;
}

void compose_recipients_clear(struct compose_groups *groups)
{
	free(groups->groups);
	*groups = (struct compose_groups){ NULL, 0 };
}
