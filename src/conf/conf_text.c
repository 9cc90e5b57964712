/* SPDX-License-Identifier: ISC */
#include "conf/conf_text.h"

#include <arpa/inet.h>

#include "base/utf8.h"
#include "conf/conf.h"

/* Only letters, digits and `others`, and at least one of them. */
static bool is_made_of(struct span text, const char *others)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) &&
		    (c == '\0' || strchr(others, c) == NULL))
			return false;
	}
	return text.length > 0;
}

static bool is_text(const struct conf_option *option, struct span text)
{
	(void)option;
	return utf8_is_valid(text);
}

/* Printable ASCII without '"': what a quoted parameter of an AT command can
 * hold, since it knows no escape (reference, "Form of the dialogue"). */
static bool is_wire_text(const struct conf_option *option, struct span text)
{
	(void)option;
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < ' ' || text.at[i] > '~' || text.at[i] == '"')
			return false;
	return true;
}

static bool is_path(const struct conf_option *option, struct span text)
{
	(void)option;
	return text.length > 1 && text.at[0] == '/';
}

static bool is_secret(const struct conf_option *option, struct span text)
{
	return is_path(option, text) || (is_made_of(text, "._-") && text.at[0] != '.');
}

static bool is_host(const struct conf_option *option, struct span text)
{
	(void)option;
	return is_made_of(text, "._:-") && text.at[0] != '-' && text.at[0] != '.';
}

static bool is_address(const struct conf_option *option, struct span text)
{
	size_t at = span_index(text, '@');

	(void)option;
	return at < text.length && is_made_of(span_take(text, at), "!#$%&'*+-/=?^_`{|}~.") &&
	       is_made_of(span_skip(text, at + 1), "-.");
}

static bool is_listen(const struct conf_option *option, struct span text)
{
	struct conf_listen listen;

	(void)option;
	return conf_parse_listen(text, &listen) != CONF_LISTEN_BAD;
}

static bool is_listen_tcp(const struct conf_option *option, struct span text)
{
	struct conf_listen listen;

	(void)option;
	return conf_parse_listen(text, &listen) == CONF_LISTEN_TCP;
}

static bool is_network(const struct conf_option *option, struct span text)
{
	size_t slash = span_index(text, '/');
	unsigned char address[sizeof(struct in6_addr)];
	int64_t bits, most;
	char host[64];

	(void)option;
	if (!span_copy(span_take(text, slash), host, sizeof(host)))
		return false;
	if (inet_pton(AF_INET, host, address) == 1)
		most = 32;
	else if (inet_pton(AF_INET6, host, address) == 1)
		most = 128;
	else
		return false;
	return slash == text.length || span_number(span_skip(text, slash + 1), 0, most, &bits);
}

/* Behind a value only ';' begins a comment, so '#' would become a pattern; and
 * one in quotes would never match. */
static bool is_pattern(const struct conf_option *option, struct span text)
{
	(void)option;
	return text.at[0] != '#' && span_index(text, '"') == text.length &&
	       utf8_is_valid(text);
}

static bool is_word(const struct conf_option *option, struct span text)
{
	return conf_text_find_word(option, text) >= 0;
}

static bool (*const checks[CONF_TYPES])(const struct conf_option *option, struct span text) = {
	[CONF_TEXT] = is_text,
	[CONF_WIRE_TEXT] = is_wire_text,
	[CONF_PATH] = is_path,
	[CONF_SECRET] = is_secret,
	[CONF_HOST] = is_host,
	[CONF_ADDRESS] = is_address,
	[CONF_WORD] = is_word,
	[CONF_LISTEN_ONE] = is_listen,
	[CONF_LISTEN_TCP_ONE] = is_listen_tcp,
	[CONF_LISTENS] = is_listen,
	[CONF_NETWORKS] = is_network,
	[CONF_LIST] = is_pattern,
};

bool conf_text_is_good(const struct conf_option *option, struct span text)
{
	return checks[option->type] && checks[option->type](option, text);
}

int conf_text_find_word(const struct conf_option *option, struct span text)
{
	struct span rest = span_of(option->words), word;

	for (int i = 0; span_word(&rest, &word); i++)
		if (span_equal(text, word))
			return i;
	return -1;
}
