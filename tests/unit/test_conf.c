/* SPDX-License-Identifier: ISC */
/* The configuration as its reader sees it: a text, then what it means and what
 * is complained of, to the letter. */
#include "rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "conf/conf_options.h"
#include "conf/conf_place.h"

#define TEXT_MAX (1024 * 1024)

#define ACCOUNT "[account \"main\"]\nserver = s\nauth = no\naddress = a@b\n"
#define MODEM "[modem \"gsm0\"]\ndevice = /dev/ttyUSB0\n"
#define DURATION_UNITS " (units ms s m h d)"
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define A16 "a a a a a a a a a a a a a a a a "
#define SMTP_KEYS \
	"listen relay-listen max-message-size max-recipients max-connections " \
	"max-connections-per-client timeout trusted-networks tls-certificate tls-key users-file"
#define SECTIONS \
	"[daemon] [smtp] [recipients] [account \"main\"] [modem \"gsm0\"] [queue] [content]"

/* The value of an option as text, whatever its type. */
static void dump(struct conf *conf, const char *section_name, const char *key, struct buf *out)
{
	const struct conf_option *option = conf_options_find(section_name, span_of(key));
	const struct conf_section *section = conf_options_section(span_of(section_name));
	const char *place;

	assert_non_null(option);
	assert_true(conf_place_count(conf, section) > 0);
	place = (const char *)conf_place_at(conf, section, 0) + option->offset;
	switch (option->type) {
	case CONF_ENUM:
		buf_format(out, "%d", *(const int *)place);
		break;
	case CONF_YES_NO:
		buf_text(out, *(const bool *)place ? "true" : "false");
		break;
	case CONF_INTEGER:
	case CONF_DURATION:
	case CONF_GUARD:
	case CONF_SIZE:
		buf_format(out, "%" PRId64, *(const int64_t *)place);
		break;
	case CONF_DURATIONS:
		for (size_t i = 0; i < ((const struct conf_durations *)place)->count; i++)
			buf_format(out, "%s%" PRId64, i > 0 ? " " : "",
				   ((const struct conf_durations *)place)->ms[i]);
		break;
	case CONF_LIST:
	case CONF_LISTENS:
	case CONF_NETWORKS:
		for (size_t i = 0; i < ((const struct conf_list *)place)->count; i++)
			buf_format(out, "%s%s", i > 0 ? "|" : "",
				   ((const struct conf_list *)place)->items[i]);
		break;
	case CONF_TEXT:
	case CONF_WIRE_TEXT:
	case CONF_PATH:
	case CONF_SECRET:
	case CONF_HOST:
	case CONF_ADDRESS:
	case CONF_WORD:
	case CONF_LISTEN_ONE:
	case CONF_LISTEN_TCP_ONE:
		buf_text(out, *(char *const *)place);
		break;
	case CONF_TYPES:
		break;
	}
}

static const struct value_row {
	const char *name;
	const char *text;
	const char *section, *key, *value;
} value_rows[] = {
	/* defaults */
	{ "the hostname is the machine's", "", "daemon", "hostname", "machine" },
	{ "the default domain is the hostname", "[daemon]\nhostname = gw\n", "recipients",
	  "default-domain", "gw" },
	{ "the log level is info", "", "daemon", "log-level", "6" },
	{ "the sockets are three", "", "smtp", "listen",
	  "unix:/run/gsmtpd/smtp.sock|127.0.0.1:25|[::1]:25" },
	{ "the schedule has seven steps", "", "queue", "retry",
	  "60000 120000 300000 600000 1200000 2400000 3600000" },
	{ "a modem has defaults", ACCOUNT MODEM, "modem", "send-timeout", "300000" },
	{ "a modem finds the only account", ACCOUNT MODEM, "modem", "account", "main" },
	{ "an account that is named stays", ACCOUNT MODEM "account = main\n", "modem", "account",
	  "main" },
	/* types */
	{ "a host", "[daemon]\nhostname = gw1.example.net\n", "daemon", "hostname",
	  "gw1.example.net" },
	{ "a path", "[daemon]\nspool = /srv/my spool\n", "daemon", "spool", "/srv/my spool" },
	{ "an enum", "[daemon]\nlog-level = debug\n", "daemon", "log-level", "7" },
	{ "an enum's first word", "[daemon]\nlog-level = error\n", "daemon", "log-level", "3" },
	{ "a size", "[smtp]\nmax-message-size = 10M\n", "smtp", "max-message-size", "10485760" },
	{ "a size of plain octets", "[smtp]\nmax-message-size = 2000\n", "smtp",
	  "max-message-size", "2000" },
	{ "an integer", "[smtp]\nmax-recipients = 250\n", "smtp", "max-recipients", "250" },
	{ "an integer's least", "[smtp]\nmax-recipients = 100\n", "smtp", "max-recipients", "100" },
	{ "an integer's most", "[smtp]\nmax-recipients = 1000\n", "smtp", "max-recipients",
	  "1000" },
	{ "a duration", "[smtp]\ntimeout = 90s\n", "smtp", "timeout", "90000" },
	{ "a duration of two parts", "[smtp]\ntimeout = 1m 30s\n", "smtp", "timeout", "90000" },
	{ "a zero duration where it may be", "[queue]\nwarn = 0\n", "queue", "warn", "0" },
	{ "durations", "[queue]\nretry = 1s 2m\n", "queue", "retry", "1000 120000" },
	{ "yes", "[content]\noriginal = yes\n", "content", "original", "true" },
	{ "no", ACCOUNT, "account", "auth", "false" },
	{ "a list", "[recipients]\nallow = *@a  *@b\t*@c\n", "recipients", "allow",
	  "*@a|*@b|*@c" },
	{ "networks", "[smtp]\ntrusted-networks = 10.0.0.0/8 fd00::/8 192.0.2.1\n", "smtp",
	  "trusted-networks", "10.0.0.0/8|fd00::/8|192.0.2.1" },
	{ "an empty list", "[smtp]\nlisten =\n", "smtp", "listen", "" },
	{ "an empty text turns a default off", "[recipients]\naliases =\n", "recipients",
	  "aliases", "" },
	{ "a TCP address for http", "[daemon]\nhttp = [::1]:9825\n", "daemon", "http",
	  "[::1]:9825" },
	{ "a guard time of its own", ACCOUNT MODEM "plus-guard = 1200ms\n", "modem", "plus-guard",
	  "1200" },
	{ "a guard time to be found out", ACCOUNT MODEM "plus-guard = auto\n", "modem",
	  "plus-guard", "-1" },
	{ "no guard time", ACCOUNT MODEM "plus-guard = none\n", "modem", "plus-guard", "0" },
	{ "a secret as a path", ACCOUNT "password-file = /etc/s\n", "account", "password-file",
	  "/etc/s" },
	{ "a secret as a credential", ACCOUNT "password-file = smtp-password\n", "account",
	  "password-file", "smtp-password" },
	{ "a text of the greatest length", ACCOUNT "name = " X50 "\n", "account", "name", X50 },
	/* form */
	{ "a later value of the same key wins", "[smtp]\ntimeout = 1s\ntimeout = 2s\n", "smtp",
	  "timeout", "2000" },
	{ "a section may come twice", "[smtp]\ntimeout = 1s\n[queue]\n[smtp]\ntimeout = 3s\n",
	  "smtp", "timeout", "3000" },
	{ "a list is replaced, not added to", "[recipients]\nallow = a\n[recipients]\nallow = b\n",
	  "recipients", "allow", "b" },
	{ "a titled section may come twice", ACCOUNT "port = 26\n[smtp]\n" ACCOUNT, "account",
	  "port", "26" },
	{ "a comment behind a value", "[smtp]\ntimeout = 7s ; seven\n", "smtp", "timeout", "7000" },
	{ "a comment behind an empty value", "[smtp]\nlisten =      ; e.g. this\n", "smtp",
	  "listen", "" },
	{ "a semicolon within a word is no comment", "[recipients]\nallow = a;b\n", "recipients",
	  "allow", "a;b" },
	{ "a # behind a value belongs to a text", ACCOUNT "name = Gateway # 1\n", "account",
	  "name", "Gateway # 1" },
	{ "an equals sign within a value", ACCOUNT "name = a=b\n", "account", "name", "a=b" },
	{ "a value continued on indented lines",
	  "[recipients]\nallow = a\n  b ; first\n\t[c]x\n; no part\n  d\n", "recipients", "allow",
	  "a|b|[c]x|d" },
	{ "a value that only begins on the next line", "[queue]\nretry =\n  1s\n  2s\n", "queue",
	  "retry", "1000 2000" },
	{ "indented keys are keys", "[smtp]\n  timeout = 4s\n  max-recipients = 300\n", "smtp",
	  "max-recipients", "300" },
	{ "quotes around a value are taken off", ACCOUNT "name = \"Gateway 1\"\n", "account",
	  "name", "Gateway 1" },
	{ "quotes may keep an empty text", ACCOUNT "name = \"\"\n", "account", "name", "" },
	{ "quotes within a command stay", ACCOUNT MODEM "reset-command = \"/a b\" \"c\"\n",
	  "modem", "reset-command", "\"/a b\" \"c\"" },
	{ "line ends of DOS", "[smtp]\r\ntimeout = 8s\r\n", "smtp", "timeout", "8000" },
	{ "a byte order mark", "\xef\xbb\xbf[smtp]\ntimeout = 9s\n", "smtp", "timeout", "9000" },
	{ "no line end at the end", "[smtp]\ntimeout = 9s", "smtp", "timeout", "9000" },
	{ "blanks around a section", "[ smtp ]\ntimeout = 9s", "smtp", "timeout", "9000" },
	{ "a comment behind a section", "[smtp] ; how mail comes in\ntimeout = 9s", "smtp",
	  "timeout", "9000" },
};

static void parse(struct conf *conf, const char *text, size_t length, struct buf *complaints)
{
	conf_init(conf);
	assert_true(conf_parse(conf, "f", span_make(text, length), complaints));
	assert_true(conf_finish(conf, "machine", complaints));
	assert_false(complaints->failed);
}

static void means(void **state)
{
	const struct value_row *row = *state;
	struct buf complaints = BUF_INIT(TEXT_MAX), value = BUF_INIT(TEXT_MAX);
	struct conf conf;

	parse(&conf, row->text, strlen(row->text), &complaints);
	assert_string_equal(buf_string(&complaints), "");
	dump(&conf, row->section, row->key, &value);
	assert_string_equal(buf_string(&value), row->value);
	conf_clear(&conf);
	buf_clear(&complaints);
	buf_clear(&value);
}

static const struct complaint_row {
	const char *name;
	const char *text;
	const char *complaints;
} complaint_rows[] = {
	{ "nothing is wrong with nothing", "", "" },
	{ "a misspelt key, with the nearest", "[daemon]\nhostnme = x\n",
	  "f:2: unknown key \"hostnme\" in [daemon]; did you mean \"hostname\"? allowed: "
	  "hostname spool state control http log-level\n" },
	{ "a key of another section", "[smtp]\nport = 3\n",
	  "f:2: unknown key \"port\" in [smtp]; it belongs to [account]; allowed: " SMTP_KEYS "\n" },
	{ "a key that is like no other", "[daemon]\nzzz = 3\n",
	  "f:2: unknown key \"zzz\" in [daemon]; allowed: "
	  "hostname spool state control http log-level\n" },
	{ "a misspelt section, once, with all in it", "[smpt]\ntimeout = 5s\nxx\n  yy\n",
	  "f:1: unknown section [smpt]; did you mean [smtp]? allowed: " SECTIONS "\n" },
	{ "a section that is like no other", "[http]\n",
	  "f:1: unknown section [http]; allowed: " SECTIONS "\n" },
	{ "an empty section without keys", "[]\n",
	  "f:1: unknown section []; allowed: " SECTIONS "\n" },
	{ "a section that is not closed", "[smtp\n",
	  "f:1: a section is a line of its own: [NAME] or [NAME \"TITLE\"]\n" },
	{ "a section with something behind it", "[smtp] timeout = 5s\n",
	  "f:1: a section is a line of its own: [NAME] or [NAME \"TITLE\"]\n" },
	{ "a title that is missing", "[modem]\n",
	  "f:1: [modem]: a title in quotes is missing; allowed: [modem \"gsm0\"]\n" },
	{ "a title without quotes", "[modem gsm0]\n",
	  "f:1: [modem]: a title in quotes is missing; allowed: [modem \"gsm0\"]\n" },
	{ "a title that could not stand in a path", "[modem \"a/b\"]\n",
	  "f:1: [modem]: allowed in a title: letters, digits, '.', '_' and '-'; allowed: "
	  "[modem \"gsm0\"]\n" },
	{ "a title of no characters", "[modem \"\"]\n",
	  "f:1: [modem]: a title has 1 to 63 characters; allowed: [modem \"gsm0\"]\n" },
	{ "a title where there is none", "[smtp \"x\"]\n",
	  "f:1: [smtp]: it takes no title; allowed: [smtp]\n" },
	{ "a key before any section", "timeout = 5s\n",
	  "f:1: a key before the first section; allowed: a section such as [daemon]\n" },
	{ "a line that is neither", "[smtp]\n\nfoo\n",
	  "f:3: neither a section nor a key; allowed: KEY = VALUE\n" },
	{ "a line that is neither, at the end", "[smtp]\n# x\nfoo",
	  "f:3: neither a section nor a key; allowed: KEY = VALUE\n" },
	{ "two lines that are neither", "[smtp]\nfoo\nbar\n",
	  "f:2: neither a section nor a key; allowed: KEY = VALUE\n"
	  "f:3: neither a section nor a key; allowed: KEY = VALUE\n" },
	/* values by type */
	{ "a word that is none of an enum's", "[daemon]\nlog-level = loud\n",
	  "f:2: log-level: \"loud\" is wrong; allowed: error, warning, notice, info, debug\n" },
	{ "a word in capitals", "[content]\noriginal = YES\n",
	  "f:2: original: \"YES\" is wrong; allowed: yes, no\n" },
	{ "a duration without a unit", "[smtp]\ntimeout = 5\n",
	  "f:2: timeout: \"5\" is wrong; allowed: 1s to 1h" DURATION_UNITS "\n" },
	{ "a duration that is too short", "[smtp]\ntimeout = 999ms\n",
	  "f:2: timeout: \"999ms\" is out of bounds; allowed: 1s to 1h" DURATION_UNITS "\n" },
	{ "a send-timeout that the module refuses", ACCOUNT MODEM "send-timeout = 99s\n",
	  "f:7: send-timeout: \"99s\" is out of bounds; allowed: 100s to 800m" DURATION_UNITS
	  "\n" },
	{ "a list of durations with a bad one", "[queue]\nretry = 1s x\n",
	  "f:2: retry: \"1s x\" is wrong; allowed: 1 to 32 durations from 100ms to 30d, "
	  "separated by blanks" DURATION_UNITS "\n" },
	{ "an empty list of durations", "[queue]\nlink-retry =\n",
	  "f:2: link-retry: a value is missing; allowed: 1 to 16 durations from 100ms to 1d, "
	  "separated by blanks" DURATION_UNITS "\n" },
	{ "too many durations",
	  "[queue]\nlink-retry = 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s\n",
	  "f:2: link-retry: \"1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s 1s\" is out of "
	  "bounds; allowed: 1 to 16 durations from 100ms to 1d, separated by blanks"
	  DURATION_UNITS "\n" },
	{ "a size that is none", "[queue]\nmin-free = lots\n",
	  "f:2: min-free: \"lots\" is wrong; allowed: 0 to 1024G (units K M G)\n" },
	{ "an integer that is too small", "[smtp]\nmax-recipients = 99\n",
	  "f:2: max-recipients: \"99\" is out of bounds; allowed: 100 to 1000\n" },
	{ "an integer with a unit in its help", ACCOUNT MODEM "baud = 1\n",
	  "f:7: baud: \"1\" is out of bounds; allowed: 300 to 4000000 bit/s\n" },
	{ "a number too large for any integer", ACCOUNT "port = 99999999999999999999\n",
	  "f:5: port: \"99999999999999999999\" is wrong; allowed: 1 to 65535\n" },
	{ "a relative path", "[daemon]\nspool = spool\n",
	  "f:2: spool: \"spool\" is wrong; allowed: an absolute path, at most 1000 octets\n" },
	{ "a path that must be there", "[daemon]\nspool =\n",
	  "f:2: spool: a value is missing; allowed: an absolute path, at most 1000 octets\n" },
	{ "a host with a blank", "[daemon]\nhostname = a b\n",
	  "f:2: hostname: \"a b\" is wrong; allowed: a host name or a numeric address, at most "
	  "253 octets, or nothing\n" },
	{ "an address without a domain", "[queue]\npostmaster = root\n",
	  "f:2: postmaster: \"root\" is wrong; allowed: a mail address such as gw1@example.net, "
	  "at most 254 octets, or nothing\n" },
	{ "a socket by name", "[smtp]\nlisten = localhost:25\n",
	  "f:2: listen: \"localhost:25\" is wrong; allowed: unix:/PATH, ADDRESS:PORT or "
	  "[ADDRESS]:PORT, the address numeric, separated by blanks, at most 64, or nothing\n" },
	{ "http on a path", "[daemon]\nhttp = unix:/x\n",
	  "f:2: http: \"unix:/x\" is wrong; allowed: ADDRESS:PORT or [ADDRESS]:PORT, the address "
	  "numeric, or nothing\n" },
	{ "a network with too many bits", "[smtp]\ntrusted-networks = 10.0.0.0/33\n",
	  "f:2: trusted-networks: \"10.0.0.0/33\" is wrong; allowed: numeric networks such as "
	  "127.0.0.0/8 or ::1, separated by blanks, at most 64, or nothing\n" },
	{ "a comment with # behind a list", "[recipients]\nallow = *@a # all\n",
	  "f:2: allow: \"*@a # all\" is wrong; allowed: patterns such as *@example.net, "
	  "separated by blanks, at most 64\n" },
	{ "no pattern at all", "[recipients]\nallow =\n",
	  "f:2: allow: a value is missing; allowed: patterns such as *@example.net, separated by "
	  "blanks, at most 64\n" },
	{ "a list of as many as there may be", "[recipients]\nallow = " A16 A16 A16 A16 "\n", "" },
	{ "a list of one more", "[recipients]\nallow = " A16 A16 A16 A16 "a\n",
	  "f:2: allow: \"" A16 "a a a a a a a a a a a a a a ...\" is out of bounds; allowed: patterns such as "
	  "*@example.net, separated by blanks, at most 64\n" },
	{ "a dialect that nobody speaks", ACCOUNT MODEM "dialect = klingon\n",
	  "f:7: dialect: \"klingon\" is wrong; allowed: gsm\n" },
	{ "a guard time that is neither", ACCOUNT MODEM "plus-guard = yes\n",
	  "f:7: plus-guard: \"yes\" is wrong; allowed: auto, none, or 0 to 10s" DURATION_UNITS
	  "\n" },
	{ "a name that no quoted parameter carries", ACCOUNT "name = Zürich\n",
	  "f:5: name: \"Zürich\" is wrong; allowed: printable ASCII characters without '\"', at "
	  "most 50 octets, or nothing\n" },
	{ "a name that is too long", ACCOUNT "name = " X50 "y\n",
	  "f:5: name: \"" X50 "y\" is out of bounds; allowed: printable ASCII characters without "
	  "'\"', at most 50 octets, or nothing\n" },
	{ "a password in the wrong place is not shown", ACCOUNT "password-file = h(unter2\n",
	  "f:5: password-file: the value (not shown) is wrong; allowed: an absolute path, or the "
	  "name of a systemd credential, at most 1000 octets, or nothing\n" },
	{ "a password under a key that does not exist is not shown",
	  ACCOUNT "password = hunter2\n",
	  "f:5: unknown key \"password\" in [account]; allowed: server port auth user "
	  "password-file address name\n" },
	{ "a long value is shown in part", "[daemon]\nspool = " X50 X50 "\n",
	  "f:2: spool: \"" X50 "xxxxxxxxxx...\" is wrong; allowed: an absolute path, at most 1000 "
	  "octets\n" },
	{ "a bad value keeps its line when it is continued",
	  "[queue]\nretry = 1s\n  2s\n  x\n[smtp]\n",
	  "f:2: retry: \"1s 2s x\" is wrong; allowed: 1 to 32 durations from 100ms to 30d, "
	  "separated by blanks" DURATION_UNITS "\n" },
	{ "complaints come in the order of the lines",
	  "[smtp]\ntimeout = 5\nfoo\nmax-recipients = 1\n[x y]\n",
	  "f:2: timeout: \"5\" is wrong; allowed: 1s to 1h" DURATION_UNITS "\n"
	  "f:3: neither a section nor a key; allowed: KEY = VALUE\n"
	  "f:4: max-recipients: \"1\" is out of bounds; allowed: 100 to 1000\n"
	  "f:5: unknown section [x]; allowed: " SECTIONS "\n" },
	{ "a line that is not UTF-8", "[account \"a\"]\nname = \xe4\n[account \"a\"]\nserver = s\n"
	  "auth = no\naddress = a@b\n",
	  "f:2: the line is not UTF-8; allowed: text in ASCII or UTF-8\n" },
	{ "an escape character", "[smtp]\ntimeout = \x1b[31m\n",
	  "f:2: the line holds a control character; allowed: text\n" },
	/* what concerns several options */
	{ "an account that lacks all", "[smtp]\n[account \"a\"]\n",
	  "f:2: [account \"a\"]: server is missing; allowed: a host name or a numeric address, at "
	  "most 100 octets\n"
	  "f:2: [account \"a\"]: address is missing; allowed: a mail address such as "
	  "gw1@example.net, at most 254 octets\n"
	  "f:2: [account \"a\"]: user is missing; allowed: give it, or say auth = no\n" },
	{ "an account without a password", "[account \"a\"]\nserver = s\naddress = a@b\nuser = u\n",
	  "f:1: [account \"a\"]: password-file is missing; allowed: give it, or say auth = no\n" },
	{ "a modem without a device", ACCOUNT "[modem \"g\"]\n",
	  "f:5: [modem \"g\"]: device is missing; allowed: an absolute path, at most 1000 "
	  "octets\n" },
	{ "a modem without any account", MODEM,
	  "f:1: [modem \"gsm0\"]: there is no account to send from; allowed: a section [account "
	  "\"main\"]\n" },
	{ "a modem with an account that does not exist", ACCOUNT MODEM "account = mian\n",
	  "f:5: [modem \"gsm0\"]: there is no account \"mian\"; allowed: main\n" },
	{ "a modem that must choose", ACCOUNT "[account \"b\"]\nserver = s\nauth = no\n"
	  "address = a@b\n" MODEM,
	  "f:9: [modem \"gsm0\"]: account is missing, since there are several; allowed: main, "
	  "b\n" },
	{ "two modems on one device", ACCOUNT MODEM "[modem \"b\"]\ndevice = /dev/ttyUSB0\n",
	  "f:7: [modem \"b\"]: device is that of [modem \"gsm0\"]; allowed: another one\n" },
	{ "a certificate without its key", "\n[smtp]\ntls-certificate = /x\n",
	  "f:2: [smtp]: tls-key is missing; allowed: tls-certificate and tls-key together, or "
	  "neither\n" },
	{ "a key without its certificate", "[smtp]\ntls-key = /x\n",
	  "f:1: [smtp]: tls-certificate is missing; allowed: tls-certificate and tls-key "
	  "together, or neither\n" },
	{ "users without TLS", "[smtp]\nusers-file = /x\n",
	  "f:1: [smtp]: users-file needs TLS, since passwords are only taken inside it; allowed: "
	  "tls-certificate and tls-key with it\n" },
	{ "reports for a postmaster that is not named", "[queue]\nbounce-to = postmaster\n",
	  "f:1: [queue]: postmaster is missing; allowed: a mail address, or another bounce-to\n" },
};

static void complains(void **state)
{
	const struct complaint_row *row = *state;
	struct buf complaints = BUF_INIT(TEXT_MAX);
	struct conf conf;

	parse(&conf, row->text, strlen(row->text), &complaints);
	assert_string_equal(buf_string(&complaints), row->complaints);
	conf_clear(&conf);
	buf_clear(&complaints);
}

/* A line of `length` octets that would be a good one. */
static void parse_long_line(size_t length, struct buf *complaints)
{
	char text[1024] = "[modem \"m\"]\nreset-command = ";
	size_t start = strlen("[modem \"m\"]\n"), used = strlen(text);
	struct conf conf;

	memset(text + used, 'x', start + length - used);
	strcpy(text + start + length, "\n" ACCOUNT "[modem \"m\"]\ndevice = /d\n");
	parse(&conf, text, strlen(text), complaints);
	conf_clear(&conf);
}

static void takes_a_line_that_just_fits(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);

	(void)state;
	parse_long_line(198, &complaints);
	assert_string_equal(buf_string(&complaints), "");
	buf_clear(&complaints);
}

static void refuses_a_line_that_is_too_long(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);

	(void)state;
	parse_long_line(199, &complaints);
	assert_string_equal(buf_string(&complaints),
			    "f:2: the line is too long; allowed: 198 octets, continued on lines "
			    "that begin with a blank\n");
	buf_clear(&complaints);
}

static void refuses_a_nul(void **state)
{
	static const char text[] = "[smtp]\ntimeout = 5s\0\nmax-recipients = 200\n";
	struct buf complaints = BUF_INIT(TEXT_MAX);
	struct conf conf;

	(void)state;
	parse(&conf, text, sizeof(text) - 1, &complaints);
	assert_string_equal(buf_string(&complaints),
			    "f:2: the line holds a control character; allowed: text\n");
	assert_int_equal(conf.smtp.max_recipients, 200);
	conf_clear(&conf);
	buf_clear(&complaints);
}

static void refuses_a_file_that_is_too_long(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);
	char *text = malloc(CONF_FILE_MAX + 1);
	struct conf conf;

	(void)state;
	memset(text, '\n', CONF_FILE_MAX + 1);
	parse(&conf, text, CONF_FILE_MAX, &complaints);
	assert_string_equal(buf_string(&complaints), "");
	conf_clear(&conf);
	parse(&conf, text, CONF_FILE_MAX + 1, &complaints);
	assert_string_equal(buf_string(&complaints),
			    "f:1: the file is too long; allowed: 262144 octets\n");
	conf_clear(&conf);
	buf_clear(&complaints);
	free(text);
}

static void lets_a_later_file_override_option_by_option(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);
	struct conf conf;

	(void)state;
	conf_init(&conf);
	conf_parse(&conf, "a", span_of(ACCOUNT MODEM "apn = one\nroaming = yes\n"), &complaints);
	conf_parse(&conf, "b", span_of("[modem \"gsm0\"]\napn = two\nfoo = 1\n[account \"x\"]\n"),
		   &complaints);
	conf_finish(&conf, "machine", &complaints);
	assert_int_equal(conf.modem_count, 1);
	assert_string_equal(conf.modems[0].apn, "two");
	assert_true(conf.modems[0].roaming);
	/* A complaint names the file where the section first began. */
	assert_true(span_starts(buf_span(&complaints), "b:3: unknown key \"foo\" in [modem]"));
	assert_non_null(strstr(complaints.at, "\nb:4: [account \"x\"]: server is missing"));
	assert_non_null(strstr(complaints.at, "\na:5: [modem \"gsm0\"]: account is missing"));
	conf_clear(&conf);
	buf_clear(&complaints);
}

static void takes_several_modems_in_order(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX);
	struct conf conf;

	(void)state;
	buf_text(&text, ACCOUNT);
	for (int i = 0; i < CONF_TITLED_MAX + 1; i++)
		buf_format(&text, "[modem \"m%d\"]\ndevice = /dev/tty%d\n", i, i);
	parse(&conf, text.at, text.length, &complaints);
	assert_int_equal(conf.modem_count, CONF_TITLED_MAX);
	assert_string_equal(conf.modems[0].title, "m0");
	assert_string_equal(conf.modems[63].device, "/dev/tty63");
	assert_string_equal(buf_string(&complaints),
			    "f:133: [modem]: there are too many of these; allowed: "
			    "[modem \"gsm0\"]\n");
	assert_ptr_equal(conf_find_account(&conf, "main"), &conf.accounts[0]);
	assert_null(conf_find_account(&conf, "other"));
	conf_clear(&conf);
	buf_clear(&complaints);
	buf_clear(&text);
}

static void writes_a_file_name_with_controls_safely(void **state)
{
	struct buf complaints = BUF_INIT(TEXT_MAX);
	struct conf conf;

	(void)state;
	conf_init(&conf);
	conf_parse(&conf, "a\n\x1b.conf", span_of("x"), &complaints);
	assert_string_equal(buf_string(&complaints),
			    "a??.conf:1: neither a section nor a key; allowed: KEY = VALUE\n");
	conf_clear(&conf);
	buf_clear(&complaints);
}

static void says_that_the_list_of_complaints_is_full(void **state)
{
	struct buf complaints = BUF_INIT(100);
	struct conf conf;

	(void)state;
	conf_init(&conf);
	conf_parse(&conf, "f", span_of("a\nb\nc\n"), &complaints);
	assert_true(complaints.failed);
	assert_string_equal(buf_string(&complaints),
			    "f:1: neither a section nor a key; allowed: KEY = VALUE\n");
	conf_clear(&conf);
	buf_clear(&complaints);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, value_rows, means);
	ROWS_ADD_TABLE(rows, complaint_rows, complains);
	ROWS_ADD(rows, "a line of 198 octets is taken", takes_a_line_that_just_fits);
	ROWS_ADD(rows, "a line of 199 octets is refused", refuses_a_line_that_is_too_long);
	ROWS_ADD(rows, "a NUL is refused with its line", refuses_a_nul);
	ROWS_ADD(rows, "a file that is too long is refused", refuses_a_file_that_is_too_long);
	ROWS_ADD(rows, "a later file overrides option by option",
		 lets_a_later_file_override_option_by_option);
	ROWS_ADD(rows, "several modems keep their order, up to a limit",
		 takes_several_modems_in_order);
	ROWS_ADD(rows, "a file's name cannot break a complaint",
		 writes_a_file_name_with_controls_safely);
	ROWS_ADD(rows, "complaints that do not fit are not lost in silence",
		 says_that_the_list_of_complaints_is_full);
	return rows_run(rows, "conf");
}
