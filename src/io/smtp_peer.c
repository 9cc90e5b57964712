/* SPDX-License-Identifier: ISC */
#include "io/smtp_peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_network.h"

static void read_local(int fd, struct smtp_peer *peer)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);

	peer->local = true;
	peer->uid = (uid_t)-1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
		peer->uid = credentials.uid;
}

static void read_ipv6(const struct sockaddr_in6 *address, struct smtp_peer *peer)
{
	const unsigned char *octets = address->sin6_addr.s6_addr;

	if (IN6_IS_ADDR_V4MAPPED(&address->sin6_addr))
		inet_ntop(AF_INET, octets + 12, peer->address, sizeof(peer->address));
	else
		inet_ntop(AF_INET6, octets, peer->address, sizeof(peer->address));
}

void smtp_peer_read(int fd, const struct sockaddr *address, struct smtp_peer *peer)
{
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)(const void *)address;

	*peer = (struct smtp_peer){ 0 };
	if (address->sa_family == AF_INET)
		inet_ntop(AF_INET, &ipv4->sin_addr, peer->address, sizeof(peer->address));
	else if (address->sa_family == AF_INET6)
		read_ipv6((const struct sockaddr_in6 *)(const void *)address, peer);
	else
		read_local(fd, peer);
}

bool smtp_peer_is_same(const struct smtp_peer *a, const struct smtp_peer *b)
{
	return a->local == b->local && a->uid == b->uid && strcmp(a->address, b->address) == 0;
}

bool smtp_peer_is_trusted(const struct smtp_peer *peer, const struct conf_list *networks)
{
	if (peer->local)
		return true;
	for (size_t i = 0; networks != NULL && i < networks->count; i++)
		if (smtp_network_matches(span_of(networks->items[i]), span_of(peer->address)))
			return true;
	return false;
}

const char *smtp_peer_text(const struct smtp_peer *peer, char out[static SMTP_PEER_TEXT_SIZE])
{
	if (peer->local)
		snprintf(out, SMTP_PEER_TEXT_SIZE, "local user %u", (unsigned)peer->uid);
	else
		snprintf(out, SMTP_PEER_TEXT_SIZE, "%s", peer->address);
	return out;
}

const char *smtp_peer_trace(const struct smtp_peer *peer, char out[static SMTP_PEER_TEXT_SIZE])
{
	if (peer->local)
		return smtp_peer_text(peer, out);
	snprintf(out, SMTP_PEER_TEXT_SIZE, strchr(peer->address, ':') ? "[IPv6:%s]" : "[%s]",
		 peer->address);
	return out;
}
