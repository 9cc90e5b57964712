/* SPDX-License-Identifier: ISC */
#include "conf/conf_options.h"

#include "conf/conf.h"

#define MS INT64_C(1)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define KB INT64_C(1024)
#define MB (1024 * KB)
#define GB (1024 * MB)

#define FIXED(member) \
	.name = #member, .offset = offsetof(struct conf, member), \
	.place = offsetof(struct conf_##member, place)
#define TITLED(member, example) \
	.name = #member, .title = example, .offset = offsetof(struct conf, member##s), \
	.place = offsetof(struct conf_##member, place), \
	.count = offsetof(struct conf, member##_count), .size = sizeof(struct conf_##member)

const struct conf_section conf_sections[] = {
	{ FIXED(daemon), .help = "The daemon itself." },
	{ FIXED(smtp), .help = "How mail comes in." },
	{ FIXED(recipients), .help = "Where mail may go." },
	{ TITLED(account, "main"), .help = "The mailbox provider that the module logs in to." },
	{ TITLED(modem, "gsm0"), .help = "A module on a serial line; there may be several." },
	{ FIXED(queue), .help = "When a mail is tried again, and given up." },
	{ FIXED(content), .help = "What becomes of content that the module cannot carry." },
};
const size_t conf_section_count = sizeof(conf_sections) / sizeof(conf_sections[0]);

#define IN(section_name, member) \
	.section = #section_name, .offset = offsetof(struct conf_##section_name, member)

const struct conf_option conf_options[] = {
	{ IN(daemon, hostname), .key = "hostname", .type = CONF_HOST, .max = 253,
	  .fallback = "", .example = "gw1.example.net",
	  .help = "What the gateway calls itself. Default: the host's name." },
	{ IN(daemon, spool), .key = "spool", .type = CONF_PATH, .min = 1, .max = 1000,
	  .fallback = "/var/spool/gsmtpd", .help = "Where mail waits." },
	{ IN(daemon, state), .key = "state", .type = CONF_PATH, .min = 1, .max = 1000,
	  .fallback = "/var/lib/gsmtpd", .help = "What is remembered that is not mail." },
	{ IN(daemon, control), .key = "control", .type = CONF_LISTEN_ONE, .min = 1,
	  .fallback = "unix:/run/gsmtpd/control.sock", .help = "Where gsmtpctl(8) asks." },
	{ IN(daemon, http), .key = "http", .type = CONF_LISTEN_TCP_ONE, .min = 0,
	  .fallback = "", .example = "127.0.0.1:9825",
	  .help = "Answers the reading half of the control API over TCP too. Whoever can "
		  "connect can read, so keep it on an address that others do not reach." },
	{ IN(daemon, log_level), .key = "log-level", .type = CONF_ENUM, .min = CONF_LOG_ERROR,
	  .words = "error warning notice info debug", .fallback = "info",
	  .help = "The least that is logged. Content, passwords and PINs are never logged." },

	{ IN(smtp, listen), .key = "listen", .type = CONF_LISTENS, .items = CONF_LIST_MAX,
	  .fallback = "unix:/run/gsmtpd/smtp.sock 127.0.0.1:25 [::1]:25",
	  .help = "Where mail is taken. Sockets handed over by systemd replace these." },
	{ IN(smtp, relay_listen), .key = "relay-listen", .type = CONF_LISTENS,
	  .items = CONF_LIST_MAX, .fallback = "", .example = "127.0.0.1:2525",
	  .help = "Where another mail server's fallback is taken: what policy forbids is "
		  "answered by 4xx there, never by 5xx." },
	{ IN(smtp, max_message_octets), .key = "max-message-size", .type = CONF_SIZE,
	  .min = 1 * KB, .max = 1 * GB, .fallback = "2M",
	  .help = "The largest mail that is taken." },
	{ IN(smtp, max_recipients), .key = "max-recipients", .type = CONF_INTEGER, .min = 100,
	  .max = 1000, .fallback = "100", .help = "Recipients of one mail." },
	{ IN(smtp, max_connections), .key = "max-connections", .type = CONF_INTEGER, .min = 1,
	  .max = 10000, .fallback = "100", .help = "Clients at the same time." },
	{ IN(smtp, max_connections_per_client), .key = "max-connections-per-client",
	  .type = CONF_INTEGER, .min = 1, .max = 10000, .fallback = "20",
	  .help = "The same, of one address or local user." },
	{ IN(smtp, timeout_ms), .key = "timeout", .type = CONF_DURATION, .min = 1 * SECOND,
	  .max = 1 * HOUR, .fallback = "5m",
	  .help = "How long a client may take for one command." },
	{ IN(smtp, trusted_networks), .key = "trusted-networks", .type = CONF_NETWORKS,
	  .items = CONF_LIST_MAX, .fallback = "127.0.0.0/8 ::1",
	  .help = "Clients that may hand in mail without authentication." },
	{ IN(smtp, tls_certificate), .key = "tls-certificate", .type = CONF_SECRET, .max = 1000,
	  .fallback = "", .example = "/etc/gsmtpd/tls.pem",
	  .help = "PEM file of the certificate and, behind it, its chain. With tls-key, offers "
		  "STARTTLS over TCP. Read again at a reload." },
	{ IN(smtp, tls_key), .key = "tls-key", .type = CONF_SECRET, .max = 1000, .fallback = "",
	  .example = "tls-key",
	  .help = "PEM file of its key, without a passphrase; at most its group may read it." },
	{ IN(smtp, users_file), .key = "users-file", .type = CONF_SECRET, .max = 1000,
	  .fallback = "", .example = "smtp-users",
	  .help = "A line name:hash a user, as mkpasswd -m yescrypt or -m sha-512 makes it; at "
		  "most its group may read it. Offers AUTH inside TLS. Read again at a reload." },

	{ IN(recipients, aliases), .key = "aliases", .type = CONF_PATH, .max = 1000,
	  .fallback = "/etc/aliases",
	  .help = "An aliases(5) file. A missing one is no error." },
	{ IN(recipients, default_domain), .key = "default-domain", .type = CONF_HOST, .max = 253,
	  .fallback = "", .example = "example.net",
	  .help = "Added to names without a domain. Default: hostname." },
	{ IN(recipients, allow), .key = "allow", .type = CONF_LIST, .min = 1,
	  .items = CONF_LIST_MAX, .fallback = "*",
	  .help = "Patterns, '*' for any run of characters, that an address must match "
		  "after aliases. All others are refused." },

	{ IN(account, server), .key = "server", .type = CONF_HOST, .min = 1, .max = 100,
	  .fallback = "", .example = "smtp.example.net", .help = "The provider's SMTP server." },
	{ IN(account, port), .key = "port", .type = CONF_INTEGER, .min = 1, .max = 65535,
	  .fallback = "25", .help = "Its port; the module speaks no TLS." },
	{ IN(account, auth), .key = "auth", .type = CONF_YES_NO, .fallback = "yes",
	  .help = "Whether the module logs in with user and password." },
	{ IN(account, user), .key = "user", .type = CONF_WIRE_TEXT, .max = 50, .fallback = "",
	  .example = "gw1", .help = "Needed with auth = yes." },
	{ IN(account, password_file), .key = "password-file", .type = CONF_SECRET, .max = 1000,
	  .fallback = "", .example = "smtp-password",
	  .help = "Needed with auth = yes. The password has at most 50 characters." },
	{ IN(account, address), .key = "address", .type = CONF_ADDRESS, .min = 1, .max = 254,
	  .fallback = "", .example = "gw1@example.net",
	  .help = "The sender of all mail that the module sends." },
	{ IN(account, name), .key = "name", .type = CONF_WIRE_TEXT, .max = 50, .fallback = "",
	  .example = "Gateway 1", .help = "The name shown with it." },

	{ IN(modem, device), .key = "device", .type = CONF_PATH, .min = 1, .max = 1000,
	  .fallback = "", .example = "/dev/serial/by-id/usb-Quectel-if00",
	  .help = "Any terminal device; a link is looked up each time." },
	{ IN(modem, account), .key = "account", .type = CONF_TEXT, .max = 63, .fallback = "",
	  .example = "main", .help = "Title of an account section. Default: the only one." },
	{ IN(modem, dialect), .key = "dialect", .type = CONF_WORD, .words = "gsm",
	  .fallback = "gsm", .help = "The module's family of commands." },
	{ IN(modem, baud), .key = "baud", .type = CONF_INTEGER, .min = 300, .max = 4000000,
	  .unit = "bit/s", .fallback = "115200", .help = "Speed of the line." },
	{ IN(modem, flow_control), .key = "flow-control", .type = CONF_ENUM,
	  .words = "none rtscts", .fallback = "rtscts",
	  .help = "Use none only where RTS and CTS are not wired." },
	{ IN(modem, pin_file), .key = "pin-file", .type = CONF_SECRET, .max = 1000,
	  .fallback = "", .example = "sim-pin",
	  .help = "The SIM's PIN. Never tried with fewer than 3 tries left, nor again after "
		  "one refusal." },
	{ IN(modem, apn), .key = "apn", .type = CONF_WIRE_TEXT, .max = 100,
	  .fallback = "internet", .help = "The network operator's access point." },
	{ IN(modem, apn_user), .key = "apn-user", .type = CONF_WIRE_TEXT, .max = 50,
	  .fallback = "", .example = "guest", .help = "When the access point wants one." },
	{ IN(modem, apn_password_file), .key = "apn-password-file", .type = CONF_SECRET,
	  .max = 1000, .fallback = "", .example = "apn-password",
	  .help = "When the access point wants one." },
	{ IN(modem, roaming), .key = "roaming", .type = CONF_YES_NO, .fallback = "no",
	  .help = "Whether mail is sent through foreign networks, which may cost more." },
	{ IN(modem, command_timeout_ms), .key = "command-timeout", .type = CONF_DURATION,
	  .min = 100 * MS, .max = 10 * MINUTE, .fallback = "10s",
	  .help = "How long the module may take for a short command." },
	{ IN(modem, send_timeout_ms), .key = "send-timeout", .type = CONF_DURATION,
	  .min = 100 * SECOND, .max = 48000 * SECOND, .fallback = "300s",
	  .help = "How long it may take to hand a mail to the server; given to it with "
		  "AT+QSMTPPUT, in whole seconds." },
	{ IN(modem, register_timeout_ms), .key = "register-timeout", .type = CONF_DURATION,
	  .min = 1 * SECOND, .max = 1 * HOUR, .fallback = "2m",
	  .help = "How long it may look for a network before it is reset." },
	{ IN(modem, plus_guard_ms), .key = "plus-guard", .type = CONF_GUARD, .max = 10 * SECOND,
	  .fallback = "auto",
	  .help = "The silence before and behind the +++ that ends data: auto finds out at the "
		  "start, without sending anything, whether this firmware wants any, and "
		  "remembers it; none keeps none, where any +++ ends data; else a time such "
		  "as 1200ms." },
	{ IN(modem, attachments), .key = "attachments", .type = CONF_ENUM,
	  .words = "auto line store", .fallback = "auto",
	  .help = "How attachments reach the module: line gives them with the mail, at most "
		  "100 KB; store puts them into the module's file store first and checks the "
		  "sum, as much as it has room for; auto takes the store when they fit, else "
		  "the line." },
	{ IN(modem, modem_lines), .key = "modem-lines", .type = CONF_ENUM,
	  .words = "keep toggle", .fallback = "keep",
	  .help = "What DTR and RTS may do: toggle where they are wired to reset or power." },
	{ IN(modem, verify), .key = "verify", .type = CONF_YES_NO, .fallback = "yes",
	  .help = "Read recipients and attachments back before a mail is sent." },
	{ IN(modem, reset_command), .key = "reset-command", .type = CONF_TEXT, .max = 1000,
	  .fallback = "", .example = "/usr/local/sbin/modem-power-cycle",
	  .help = "Run when AT+CFUN=1,1 does not bring the module back." },

	{ IN(queue, retry), .key = "retry", .type = CONF_DURATIONS, .min = 100 * MS,
	  .max = 30 * DAY, .items = 32, .fallback = "1m 2m 5m 10m 20m 40m 1h",
	  .help = "The waits between the attempts for a mail; the last repeats." },
	{ IN(queue, link_retry), .key = "link-retry", .type = CONF_DURATIONS, .min = 100 * MS,
	  .max = 1 * DAY, .items = 16, .fallback = "5s 15s 30s 1m 5m",
	  .help = "How soon a modem whose link failed is tried again; the last repeats." },
	{ IN(queue, account_retry_ms), .key = "account-retry", .type = CONF_DURATION,
	  .min = 100 * MS, .max = 7 * DAY, .fallback = "15m",
	  .help = "How often an account that the server refused is tried with one mail." },
	{ IN(queue, expire_ms), .key = "expire", .type = CONF_DURATION, .min = 0,
	  .max = 3650 * DAY, .fallback = "5d", .help = "When a mail that was tried is given up;"
		  " 0: never. Not while the clock cannot be right." },
	{ IN(queue, warn_ms), .key = "warn", .type = CONF_DURATION, .min = 0, .max = 3650 * DAY,
	  .fallback = "4h", .help = "When its sender is told, once, that it is late; 0: never. While the"
		  " link is down nobody is: the notice would have to go by it." },
	{ IN(queue, bounce_to), .key = "bounce-to", .type = CONF_ENUM,
	  .words = "sender postmaster none", .fallback = "sender",
	  .help = "Who is told of a mail that failed or is late, by a short report that is"
		  " sent as all mail is. Never of automatic mail, of mail without a sender, or"
		  " of a report; of a storm of them only a few times an hour." },
	{ IN(queue, postmaster), .key = "postmaster", .type = CONF_ADDRESS, .max = 254,
	  .fallback = "", .example = "postmaster@example.net",
	  .help = "Needed with bounce-to = postmaster. Else told where mail for the sender"
		  " goes nowhere." },
	{ IN(queue, failed_keep_ms), .key = "failed-keep", .type = CONF_DURATION, .min = 0,
	  .max = 3650 * DAY, .fallback = "30d",
	  .help = "How long a mail that failed stays in the spool to look at; 0: not at all." },
	{ IN(queue, uncertain), .key = "uncertain", .type = CONF_ENUM, .words = "resend fail",
	  .fallback = "resend",
	  .help = "When the module was told to send and the outcome never came: send again, "
		  "marked as a possible duplicate, or give up." },
	{ IN(queue, min_free_octets), .key = "min-free", .type = CONF_SIZE, .min = 0,
	  .max = 1024 * GB, .fallback = "16M",
	  .help = "With less room than this in the spool new mail is put off with 452." },

	{ IN(content, html), .key = "html", .type = CONF_ENUM, .words = "text attach both",
	  .fallback = "text",
	  .help = "A mail that is HTML only: as text, as an attachment, or both." },
	{ IN(content, oversize), .key = "oversize", .type = CONF_ENUM,
	  .words = "attach split reject", .fallback = "attach",
	  .help = "A text over 10 KB: head and tail as the text and all of it attached, in "
		  "several mails, or refused." },
	{ IN(content, hidden), .key = "hidden", .type = CONF_ENUM, .words = "bcc separate",
	  .fallback = "bcc",
	  .help = "Several hidden recipients: together as blind copies, or a mail each." },
	{ IN(content, header_preamble), .key = "header-preamble", .type = CONF_ENUM,
	  .words = "short none full", .fallback = "short",
	  .help = "What of the original header opens the text." },
	{ IN(content, original), .key = "original", .type = CONF_YES_NO, .fallback = "no",
	  .help = "Attach the original as message.eml." },
};
const size_t conf_option_count = sizeof(conf_options) / sizeof(conf_options[0]);

const struct conf_section *conf_options_section(struct span name)
{
	for (size_t i = 0; i < conf_section_count; i++)
		if (span_is(name, conf_sections[i].name))
			return &conf_sections[i];
	return NULL;
}

const struct conf_option *conf_options_find(const char *section, struct span key)
{
	for (size_t i = 0; i < conf_option_count; i++)
		if (strcmp(conf_options[i].section, section) == 0 &&
		    span_is(key, conf_options[i].key))
			return &conf_options[i];
	return NULL;
}
