/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "conf/conf.h"

#define P50 "/2345678901234567890123456789012345678901234567890"
#define P107 P50 P50 "/234567"

static const struct row {
	const char *name;
	const char *text;
	enum conf_listen_kind kind;
	const char *host;
	unsigned port;
	const char *path;
} table[] = {
	{ "a UNIX socket", "unix:/run/x.sock", CONF_LISTEN_UNIX, "", 0, "/run/x.sock" },
	{ "a bare path", "/run/x.sock", CONF_LISTEN_UNIX, "", 0, "/run/x.sock" },
	{ "an IPv4 address", "127.0.0.1:25", CONF_LISTEN_TCP, "127.0.0.1", 25, "" },
	{ "all IPv4 addresses", "0.0.0.0:65535", CONF_LISTEN_TCP, "0.0.0.0", 65535, "" },
	{ "an IPv6 address", "[::1]:2525", CONF_LISTEN_TCP, "::1", 2525, "" },
	{ "a longer IPv6 address", "[fd00:1:2:3:4:5:6:7]:1", CONF_LISTEN_TCP,
	  "fd00:1:2:3:4:5:6:7", 1, "" },
	{ "a path that just fits", "unix:" P107, CONF_LISTEN_UNIX, "", 0, P107 },
	{ "a path that is too long", "unix:" P107 "x", CONF_LISTEN_BAD, "", 0, "" },
	{ "nothing", "", CONF_LISTEN_BAD, "", 0, "" },
	{ "a relative path", "unix:x.sock", CONF_LISTEN_BAD, "", 0, "" },
	{ "a path of nothing", "unix:", CONF_LISTEN_BAD, "", 0, "" },
	{ "the root", "/", CONF_LISTEN_BAD, "", 0, "" },
	{ "a name", "localhost:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "a port alone", "25", CONF_LISTEN_BAD, "", 0, "" },
	{ "a port without an address", ":25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an address without a port", "127.0.0.1", CONF_LISTEN_BAD, "", 0, "" },
	{ "an address with an empty port", "127.0.0.1:", CONF_LISTEN_BAD, "", 0, "" },
	{ "port 0", "127.0.0.1:0", CONF_LISTEN_BAD, "", 0, "" },
	{ "port 65536", "127.0.0.1:65536", CONF_LISTEN_BAD, "", 0, "" },
	{ "a port with letters", "127.0.0.1:2x", CONF_LISTEN_BAD, "", 0, "" },
	{ "a negative port", "127.0.0.1:-25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv4 address of three parts", "127.0.1:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv4 address in brackets", "[127.0.0.1]:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv6 address without brackets", "::1:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv6 address without a port", "[::1]", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv6 address that is not closed", "[::1:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "an IPv6 address with a zone", "[fe80::1%eth0]:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "empty brackets", "[]:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "a blank in front", " 127.0.0.1:25", CONF_LISTEN_BAD, "", 0, "" },
	{ "a host that is too long for anything",
	  "1111111111111111111111111111111111111111111111111111111111111111111111:25",
	  CONF_LISTEN_BAD, "", 0, "" },
};

static void reads(void **state)
{
	const struct row *row = *state;
	struct conf_listen listen = { .port = 7 };

	assert_int_equal(conf_parse_listen(span_of(row->text), &listen), row->kind);
	assert_int_equal(listen.kind, row->kind);
	assert_string_equal(listen.host, row->host);
	assert_int_equal(listen.port, row->port);
	assert_string_equal(listen.path, row->path);
}

static void refuses_a_nul(void **state)
{
	struct conf_listen listen;

	(void)state;
	assert_int_equal(conf_parse_listen(span_make("/run/x\0y", 8), &listen), CONF_LISTEN_BAD);
	assert_int_equal(conf_parse_listen(span_make("127.0.0.1\0x:25", 14), &listen),
			 CONF_LISTEN_BAD);
	assert_int_equal(conf_parse_listen(span_make("[::1\0]:25", 9), &listen), CONF_LISTEN_BAD);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, table, reads);
	ROWS_ADD(rows, "a NUL never ends a name early", refuses_a_nul);
	return rows_run(rows, "conf_listen");
}
