/* SPDX-License-Identifier: ISC */
/* What the parsers of addresses let through must be whole and harmless. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/address_ascii.h"

static bool has_control(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			return true;
	return false;
}

/* An address that is good stays good, and goes back and forth as a path. */
static void check_good(struct span address)
{
	struct span domain = address_domain(address), rest, again;
	struct buf path = BUF_INIT(ADDRESS_MAX + 2);

	assert(address.length > 0 && address.length <= ADDRESS_MAX);
	assert(!has_control(address));
	assert(address_equal(address, address));
	assert(domain.length == 0 || address.at[address.length - domain.length - 1] == '@');
	buf_format(&path, "<%.*s>", SPAN_ARG(address));
	rest = buf_span(&path);
	assert(address_parse_path(&rest, &again) == ADDRESS_OK);
	assert(span_equal(again, address) && rest.length == 0);
	buf_clear(&path);
	if (address_check_carry(address) == ADDRESS_OK) {
		assert(domain.length > 0);
		for (size_t i = 0; i < address.length; i++)
			assert(address.at[i] > ' ' && address.at[i] < 0x7f && address.at[i] != '"' &&
			       address.at[i] != '\\');
	}
}

/* In its ASCII form it is what it was, or a Unicode domain was in it, or quotes; and once
 * is enough. */
static void check_ascii(struct span address)
{
	struct buf once = BUF_INIT(ADDRESS_MAX), twice = BUF_INIT(ADDRESS_MAX);

	if (address_to_ascii(address, &once)) {
		if (utf8_is_ascii(address) && address.at[0] != '"')
			assert(span_equal(buf_span(&once), address));
		assert(utf8_is_ascii(address_domain(buf_span(&once))));
		if (address_check(buf_span(&once), true, true) == ADDRESS_OK) {
			assert(address_to_ascii(buf_span(&once), &twice));
			assert(span_equal(buf_span(&once), buf_span(&twice)));
		}
	}
	buf_clear(&once);
	buf_clear(&twice);
}

static void check_path(struct span input)
{
	struct span rest = input, address;

	if (address_parse_path(&rest, &address) != ADDRESS_OK)
		return;
	assert(rest.length < input.length);
	assert(rest.at + rest.length == input.at + input.length);
	if (address_check(address, true, true) == ADDRESS_OK) {
		check_good(address);
		check_ascii(address);
	}
}

static void check_list(struct span input)
{
	struct buf address = BUF_INIT(ADDRESS_MAX);
	bool broken = false;
	size_t left = input.length;

	while (address_next_mailbox(&input, &address, &broken)) {
		check_good(buf_span(&address));
		assert(input.length < left);
		left = input.length;
	}
	assert(input.length == 0);
	buf_clear(&address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = span_make(data, size);

	if (address_check(input, true, true) == ADDRESS_OK) {
		check_good(input);
		check_ascii(input);
	}
	check_path(input);
	check_list(input);
	return 0;
}
