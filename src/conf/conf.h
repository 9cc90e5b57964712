/* SPDX-License-Identifier: ISC */
/* The configuration: text in, a struct and a list of complaints out. The
 * options are one table (conf_options.c): name, type, bounds, default, unit and
 * a sentence of help; parser, --check, sample file and man page all come from
 * it. Pure: reads no file and no credential. interface.md, "Configuration". */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define CONF_LIST_MAX 64
#define CONF_FILE_MAX (256 * 1024)	/* octets of one file */
#define CONF_COMPLAINTS_MAX (64 * 1024)

/* Words of a list option; owned. */
struct conf_list {
	char **items;
	size_t count;
};

/* Durations of a list option, in milliseconds. */
struct conf_durations {
	int64_t ms[CONF_LIST_MAX];
	size_t count;
};

enum conf_flow_control { CONF_FLOW_NONE, CONF_FLOW_RTSCTS };
enum conf_attachments { CONF_ATTACHMENTS_AUTO, CONF_ATTACHMENTS_LINE, CONF_ATTACHMENTS_STORE };
enum conf_modem_lines { CONF_MODEM_LINES_KEEP, CONF_MODEM_LINES_TOGGLE };
enum conf_bounce_to { CONF_BOUNCE_SENDER, CONF_BOUNCE_POSTMASTER, CONF_BOUNCE_NONE };
enum conf_uncertain { CONF_UNCERTAIN_RESEND, CONF_UNCERTAIN_FAIL };
enum conf_html { CONF_HTML_TEXT, CONF_HTML_ATTACH, CONF_HTML_BOTH };
enum conf_oversize { CONF_OVERSIZE_ATTACH, CONF_OVERSIZE_SPLIT, CONF_OVERSIZE_REJECT };
enum conf_hidden { CONF_HIDDEN_BCC, CONF_HIDDEN_SEPARATE };
enum conf_preamble { CONF_PREAMBLE_SHORT, CONF_PREAMBLE_NONE, CONF_PREAMBLE_FULL };
/* log-level; the values are syslog's, as in io/log.h. */
enum conf_log_level { CONF_LOG_ERROR = 3, CONF_LOG_WARNING, CONF_LOG_NOTICE, CONF_LOG_INFO, CONF_LOG_DEBUG };

/* plus-guard: a time, or one of these. */
#define CONF_PLUS_GUARD_AUTO (-1)
#define CONF_PLUS_GUARD_NONE 0

/* Where a section first begins, for complaints. */
struct conf_place {
	char *file;
	unsigned line;
};

/* Texts are owned and never NULL once conf_finish() has run ("" when unset). */
struct conf_daemon {
	struct conf_place place;
	char *hostname, *spool, *state, *control, *http;
	int log_level;				/* enum conf_log_level */
};

struct conf_smtp {
	struct conf_place place;
	struct conf_list listen, relay_listen, trusted_networks;
	int64_t max_message_octets;
	int64_t max_recipients, max_connections, max_connections_per_client;
	int64_t timeout_ms;
	char *tls_certificate, *tls_key, *users_file;
};

struct conf_recipients {
	struct conf_place place;
	char *aliases, *default_domain;
	struct conf_list allow;
};

struct conf_account {
	char *title;				/* of [account "title"] */
	char *server;
	int64_t port;
	bool auth;
	char *user, *password_file, *address, *name;
	struct conf_place place;
};

struct conf_modem {
	char *title;
	char *device, *account, *dialect;	/* account: never "" after conf_finish() */
	int64_t baud;
	int flow_control;			/* enum conf_flow_control */
	char *pin_file, *apn, *apn_user, *apn_password_file;
	bool roaming;
	int64_t command_timeout_ms, send_timeout_ms, register_timeout_ms;
	int64_t plus_guard_ms;			/* or CONF_PLUS_GUARD_* */
	int attachments;			/* enum conf_attachments */
	int modem_lines;			/* enum conf_modem_lines */
	bool verify;
	char *reset_command;
	struct conf_place place;
};

struct conf_queue {
	struct conf_place place;
	struct conf_durations retry, link_retry;
	int64_t account_retry_ms, expire_ms, warn_ms, failed_keep_ms;
	int bounce_to;				/* enum conf_bounce_to */
	char *postmaster;
	int uncertain;				/* enum conf_uncertain */
	int64_t min_free_octets;
};

struct conf_content {
	struct conf_place place;
	int html, oversize, hidden, header_preamble;	/* enums above */
	bool original;
};

struct conf {
	bool has_defaults;			/* of conf_parse() and conf_finish() */
	struct conf_daemon daemon;
	struct conf_smtp smtp;
	struct conf_recipients recipients;
	struct conf_queue queue;
	struct conf_content content;
	struct conf_account *accounts;
	size_t account_count;
	struct conf_modem *modems;
	size_t modem_count;
};

/* Every complaint is a line "FILE:LINE: what is wrong; what is allowed\n" in
 * `complaints`, in the order found; parsing goes on after each. A later file
 * overrides an earlier one option by option; a list is replaced, not added to;
 * the same [account "x"] in two files is one account. */
void conf_init(struct conf *conf);
void conf_clear(struct conf *conf);

/* False only when out of memory. */
bool conf_parse(struct conf *conf, const char *file, struct span text, struct buf *complaints);

/* After the last file: puts defaults in, checks what concerns several options
 * (a modem's account exists, retry is not empty, ...). `hostname` is the
 * machine's. False only when out of memory. */
bool conf_finish(struct conf *conf, const char *hostname, struct buf *complaints);

/* NULL when there is none of that title. */
const struct conf_account *conf_find_account(const struct conf *conf, const char *title);

/* The listen syntax: "unix:/path", "/path", "127.0.0.1:25", "[::1]:25". */
enum conf_listen_kind { CONF_LISTEN_BAD, CONF_LISTEN_UNIX, CONF_LISTEN_TCP };
struct conf_listen {
	enum conf_listen_kind kind;
	char host[64];			/* TCP: numeric address without brackets */
	unsigned port;
	char path[108];			/* UNIX; fits sun_path */
};
enum conf_listen_kind conf_parse_listen(struct span text, struct conf_listen *listen);

/* The fully commented sample configuration, made from the table. */
bool conf_format_sample(struct buf *out);

#endif
