/* SPDX-License-Identifier: ISC */
#include "io/smtp_peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include "rows.h"

struct row {
	const char *name, *address;	/* NULL: a local user */
	const char *text, *trace;
	bool trusted;			/* with the networks that are trusted by default */
};

static const struct row table[] = {
	{ "a local user", NULL, "local user %u", "local user %u", true },
	{ "the machine itself", "127.0.0.1", "127.0.0.1", "[127.0.0.1]", true },
	{ "the machine itself by IPv6", "::1", "::1", "[IPv6:::1]", true },
	{ "another machine", "192.0.2.7", "192.0.2.7", "[192.0.2.7]", false },
	{ "another machine by IPv6", "2001:db8::1", "2001:db8::1", "[IPv6:2001:db8::1]", false },
	{ "IPv4 in IPv6 clothes", "::ffff:192.0.2.7", "192.0.2.7", "[192.0.2.7]", false },
	{ "the longest address", "2001:db8:1111:2222:3333:4444:5555:6666",
	  "2001:db8:1111:2222:3333:4444:5555:6666",
	  "[IPv6:2001:db8:1111:2222:3333:4444:5555:6666]", false },
};

static void read_peer(const char *address, struct smtp_peer *peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
		struct sockaddr_un local;
	} from = { .any = { .sa_family = AF_UNIX } };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	if (address != NULL && inet_pton(AF_INET, address, &from.ipv4.sin_addr) == 1)
		from.any.sa_family = AF_INET;
	else if (address != NULL && inet_pton(AF_INET6, address, &from.ipv6.sin6_addr) == 1)
		from.any.sa_family = AF_INET6;
	smtp_peer_read(pair[0], &from.any, peer);
	close(pair[0]);
	close(pair[1]);
}

static void a_peer_is_known(void **state)
{
	static char networks[2][12] = { "127.0.0.0/8", "::1" };
	char *items[] = { networks[0], networks[1] };
	const struct conf_list trusted = { items, 2 };
	const struct row *row = *state;
	char out[SMTP_PEER_TEXT_SIZE], local[SMTP_PEER_TEXT_SIZE];
	struct smtp_peer peer;

	read_peer(row->address, &peer);
	snprintf(local, sizeof(local), "local user %u", (unsigned)getuid());
	assert_string_equal(smtp_peer_text(&peer, out), row->address ? row->text : local);
	assert_string_equal(smtp_peer_trace(&peer, out), row->address ? row->trace : local);
	assert_int_equal(smtp_peer_is_trusted(&peer, &trusted), row->trusted);
	assert_int_equal(smtp_peer_is_trusted(&peer, NULL), row->address == NULL);
}

static void peers_are_told_apart(void **state)
{
	struct smtp_peer one, same, other, local;

	(void)state;
	read_peer("192.0.2.7", &one);
	read_peer("::ffff:192.0.2.7", &same);
	read_peer("192.0.2.8", &other);
	read_peer(NULL, &local);
	assert_true(smtp_peer_is_same(&one, &same));
	assert_false(smtp_peer_is_same(&one, &other));
	assert_false(smtp_peer_is_same(&one, &local));
	assert_true(smtp_peer_is_same(&local, &local));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, a_peer_is_known);
	ROWS_ADD(&rows, "peers are told apart", peers_are_told_apart);
	return rows_run(&rows, "peers");
}
