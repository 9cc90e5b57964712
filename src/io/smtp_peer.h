/* SPDX-License-Identifier: ISC */
/* Who is at the other end of an SMTP connection, by number: no name is looked
 * up while a client waits. */
#ifndef IO_SMTP_PEER_H
#define IO_SMTP_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "conf/conf.h"

#define SMTP_PEER_TEXT_SIZE 64

struct smtp_peer {
	bool local;			/* on a UNIX socket; then ... */
	uid_t uid;			/* ... by the kernel's word */
	char address[INET6_ADDRSTRLEN];	/* on TCP; IPv4 never in IPv6 clothes */
};

void smtp_peer_read(int fd, const struct sockaddr *address, struct smtp_peer *peer);

/* Same user, or same address. */
bool smtp_peer_is_same(const struct smtp_peer *a, const struct smtp_peer *b);

/* May hand in mail: every local user, and who is in one of the networks
 * (`networks` may be NULL). */
bool smtp_peer_is_trusted(const struct smtp_peer *peer, const struct conf_list *networks);

/* For people: "local user 1000", "127.0.0.1". */
const char *smtp_peer_text(const struct smtp_peer *peer, char out[static SMTP_PEER_TEXT_SIZE]);

/* For Received (RFC 5321, 4.1.3): "local user 1000", "[127.0.0.1]", "[IPv6:::1]". */
const char *smtp_peer_trace(const struct smtp_peer *peer, char out[static SMTP_PEER_TEXT_SIZE]);

#endif
