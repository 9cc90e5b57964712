/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include <arpa/inet.h>

static bool parse_path(struct span path, struct conf_listen *listen)
{
	/* A relative one would depend on where the daemon was started. */
	return path.length > 1 && path.at[0] == '/' &&
	       span_copy(path, listen->path, sizeof(listen->path));
}

static bool is_numeric(int family, const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(family, host, address) == 1;
}

static bool parse_port(struct span text, struct conf_listen *listen)
{
	int64_t port;

	if (!span_number(text, 1, 65535, &port))
		return false;
	listen->port = (unsigned)port;
	return true;
}

static bool parse_ipv6(struct span text, struct conf_listen *listen)
{
	size_t end = span_index(text, ']');
	struct span host = span_skip(span_take(text, end), 1);

	text = span_skip(text, end);
	return span_starts(text, "]:") && parse_port(span_skip(text, 2), listen) &&
	       span_copy(host, listen->host, sizeof(listen->host)) &&
	       is_numeric(AF_INET6, listen->host);
}

static bool parse_ipv4(struct span text, struct conf_listen *listen)
{
	size_t colon = span_index(text, ':');

	return colon < text.length && parse_port(span_skip(text, colon + 1), listen) &&
	       span_copy(span_take(text, colon), listen->host, sizeof(listen->host)) &&
	       is_numeric(AF_INET, listen->host);
}

enum conf_listen_kind conf_parse_listen(struct span text, struct conf_listen *listen)
{
	bool path = span_starts(text, "/"), unix_socket = span_starts(text, "unix:");
	bool good;

	*listen = (struct conf_listen){ .kind = CONF_LISTEN_BAD };
	if (span_index(text, '\0') < text.length)
		return CONF_LISTEN_BAD;
	if (path || unix_socket)
		good = parse_path(span_skip(text, unix_socket ? 5 : 0), listen);
	else if (span_starts(text, "["))
		good = parse_ipv6(text, listen);
	else
		good = parse_ipv4(text, listen);
	if (!good)
		*listen = (struct conf_listen){ .kind = CONF_LISTEN_BAD };
	else
		listen->kind = path || unix_socket ? CONF_LISTEN_UNIX : CONF_LISTEN_TCP;
	return listen->kind;
}
