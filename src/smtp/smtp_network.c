/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_network.h"

#include <arpa/inet.h>

struct address {
	unsigned char octets[sizeof(struct in6_addr)];
	unsigned bits; /* 32 or 128 */
};

static bool parse_address(struct span text, struct address *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char numeric[INET6_ADDRSTRLEN];

	if (span_index(text, '\0') < text.length || !span_copy(text, numeric, sizeof(numeric)))
		return false;
	address->bits = 32;
	if (inet_pton(AF_INET, numeric, address->octets) == 1)
		return true;
	address->bits = 128;
	if (inet_pton(AF_INET6, numeric, address->octets) != 1)
		return false;
	if (memcmp(address->octets, mapped, sizeof(mapped)) == 0) {
		address->bits = 32;
		memmove(address->octets, address->octets + sizeof(mapped), 4);
	}
	return true;
}

bool smtp_network_matches(struct span network, struct span address)
{
	size_t slash = span_index(network, '/');
	struct address base, client;
	unsigned whole, rest;
	int64_t prefix;

	if (!parse_address(span_take(network, slash), &base) || !parse_address(address, &client) ||
	    base.bits != client.bits)
		return false;
	prefix = base.bits;
	if (slash < network.length &&
	    !span_number(span_skip(network, slash + 1), 0, base.bits, &prefix))
		return false;
	whole = (unsigned)prefix / 8;
	rest = (unsigned)prefix % 8;
	if (memcmp(base.octets, client.octets, whole) != 0)
		return false;
	return rest == 0 || (base.octets[whole] ^ client.octets[whole]) >> (8 - rest) == 0;
}
