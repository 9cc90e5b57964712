/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "smtp/smtp_network.h"

struct network_row {
	const char *name, *network, *address;
	bool matches;
};

static const struct network_row networks[] = {
	{ "loopback", "127.0.0.0/8", "127.0.0.1", true },
	{ "the last of loopback", "127.0.0.0/8", "127.255.255.255", true },
	{ "the first behind loopback", "127.0.0.0/8", "128.0.0.0", false },
	{ "a single address", "192.0.2.1", "192.0.2.1", true },
	{ "another one", "192.0.2.1", "192.0.2.2", false },
	{ "within an octet", "192.0.2.64/26", "192.0.2.127", true },
	{ "beyond it within the octet", "192.0.2.64/26", "192.0.2.128", false },
	{ "bits behind the prefix do not count", "192.0.2.99/24", "192.0.2.1", true },
	{ "everything", "0.0.0.0/0", "203.0.113.9", true },
	{ "everything of IPv6 is nothing of IPv4", "::/0", "203.0.113.9", false },
	{ "everything of IPv4 is nothing of IPv6", "0.0.0.0/0", "::1", false },
	{ "IPv6 loopback", "::1", "::1", true },
	{ "an IPv6 network", "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "beside an IPv6 network", "2001:db8::/33", "2001:db8:8000::1", false },
	{ "IPv4 in IPv6 clothes", "127.0.0.0/8", "::ffff:127.0.0.1", true },
	{ "a prefix that is too long", "127.0.0.0/33", "127.0.0.1", false },
	{ "a prefix that is none", "127.0.0.0/", "127.0.0.1", false },
	{ "a negative prefix", "127.0.0.0/-1", "127.0.0.1", false },
	{ "a name", "localhost", "127.0.0.1", false },
	{ "nothing", "", "127.0.0.1", false },
	{ "a client without an address", "127.0.0.0/8", "", false },
};

static void a_network_is_matched(void **state)
{
	const struct network_row *row = *state;

	assert_int_equal(smtp_network_matches(span_of(row->network), span_of(row->address)),
			 row->matches);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, networks, a_network_is_matched);
	return rows_run(&rows, "networks");
}
