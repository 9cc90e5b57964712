/* SPDX-License-Identifier: ISC */
#include "mail/address.h"

#include <arpa/inet.h>

#include "base/utf8.h"

#define LABEL_MAX 63 /* letters of one label of a domain; RFC 1035, 2.3.4 */

static bool is_alphanumeric(char octet)
{
	return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= 'a' && octet <= 'z');
}

static bool is_beyond_ascii(char octet)
{
	return (unsigned char)octet >= 0x80;
}

/* RFC 5322, 3.2.3, and RFC 6532, 3.2 for what is beyond ASCII. */
static bool is_atext(char octet)
{
	return is_alphanumeric(octet) || is_beyond_ascii(octet) ||
	       (octet != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", octet) != NULL);
}

/* How many octets at the front are a dot-string (RFC 5321, 4.1.2); 0: none. */
static size_t scan_dot_string(struct span text)
{
	size_t length = 0, i = 0;

	while (i < text.length && is_atext(text.at[i])) {
		while (i < text.length && is_atext(text.at[i]))
			i++;
		length = i;
		if (i < text.length && text.at[i] == '.')
			i++;
	}
	return length;
}

/* The same for a quoted string, quotes included. */
static size_t scan_quoted_string(struct span text)
{
	if (text.length == 0 || text.at[0] != '"')
		return 0;
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] == '"')
			return i + 1;
		if (text.at[i] == '\\')
			i++;
		if (i == text.length || (unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			return 0;
	}
	return 0;
}

static size_t scan_local_part(struct span text)
{
	size_t quoted = scan_quoted_string(text);

	return quoted > 0 ? quoted : scan_dot_string(text);
}

/* "[192.0.2.1]" and "[IPv6:2001:db8::1]" (RFC 5321, 4.1.3). */
static size_t scan_address_literal(struct span text)
{
	size_t end = span_index(text, ']');
	char numeric[INET6_ADDRSTRLEN];
	unsigned char binary[sizeof(struct in6_addr)];
	struct span inside;
	int family = AF_INET;

	if (end == text.length)
		return 0;
	inside = span_skip(span_take(text, end), 1);
	if (span_starts_nocase(inside, "IPv6:")) {
		family = AF_INET6;
		inside = span_skip(inside, strlen("IPv6:"));
	}
	if (memchr(inside.at, '\0', inside.length) != NULL ||
	    !span_copy(inside, numeric, sizeof(numeric)))
		return 0;
	return inet_pton(family, numeric, binary) == 1 ? end + 1 : 0;
}

/* One label. The underscore is no letter of RFC 5321, but names of machines
 * have it, and cron makes senders of those. How long a Unicode one is in ASCII is
 * known when it is turned into that; it has no fewer letters then. */
static size_t scan_label(struct span text)
{
	size_t length = 0, letters = 0;

	while (length < text.length &&
	       (is_alphanumeric(text.at[length]) || text.at[length] == '-' ||
		text.at[length] == '_' || is_beyond_ascii(text.at[length]))) {
		letters += ((unsigned char)text.at[length] & 0xc0) != 0x80;
		length++;
	}
	if (length == 0 || letters > LABEL_MAX || text.at[0] == '-' || text.at[length - 1] == '-')
		return 0;
	return length;
}

static size_t scan_domain(struct span text)
{
	size_t length = 0, label;

	if (text.length > 0 && text.at[0] == '[')
		return scan_address_literal(text);
	while ((label = scan_label(span_skip(text, length))) > 0) {
		length += label;
		if (length == text.length || text.at[length] != '.')
			return length;
		length++;
	}
	return 0;
}

/* "local@domain" or a bare local part; *local is the length of the latter. */
static size_t scan_mailbox(struct span text, size_t *local)
{
	size_t domain;

	*local = scan_local_part(text);
	if (*local == 0 || *local == text.length || text.at[*local] != '@')
		return *local;
	domain = scan_domain(span_skip(text, *local + 1));
	return domain > 0 ? *local + 1 + domain : 0;
}

/* A source route "@a,@b:" (RFC 5321, appendix C: to be ignored); 0: none. */
static size_t scan_route(struct span text)
{
	size_t length = 0, domain;

	while (length < text.length && text.at[length] == '@') {
		domain = scan_domain(span_skip(text, length + 1));
		if (domain == 0)
			return 0;
		length += 1 + domain;
		if (length == text.length)
			return 0;
		if (text.at[length] == ':')
			return length + 1;
		if (text.at[length] != ',')
			return 0;
		length++;
	}
	return 0;
}

enum address_fault address_parse_path(struct span *rest, struct span *address)
{
	struct span text = *rest;
	bool bracketed = text.length > 0 && text.at[0] == '<';
	size_t length, local;

	*address = span_make(text.at, 0);
	if (bracketed) {
		text = span_skip(text, 1);
		text = span_skip(text, scan_route(text));
		if (span_starts(text, ">") && text.at == rest->at + 1) {
			*rest = span_skip(text, 1);
			return ADDRESS_OK;
		}
	}
	length = scan_mailbox(text, &local);
	if (length == 0)
		return ADDRESS_SYNTAX;
	*address = span_take(text, length);
	text = span_skip(text, length);
	if (bracketed) {
		if (!span_starts(text, ">"))
			return ADDRESS_SYNTAX;
		text = span_skip(text, 1);
	}
	*rest = text;
	return address->length > ADDRESS_MAX ? ADDRESS_TOO_LONG : ADDRESS_OK;
}

enum address_fault address_check(struct span address, bool bare, bool utf8)
{
	size_t local;

	if (address.length == 0 || scan_mailbox(address, &local) != address.length)
		return ADDRESS_SYNTAX;
	if (local == address.length && !bare)
		return ADDRESS_SYNTAX;
	if (utf8 ? !utf8_is_valid(address) : !utf8_is_ascii(address))
		return ADDRESS_SYNTAX;
	return address.length > ADDRESS_MAX ? ADDRESS_TOO_LONG : ADDRESS_OK;
}

/* What passes the grammar without quotes is harmless between the module's quotes. */
enum address_fault address_check_carry(struct span address)
{
	enum address_fault fault = address_check(address, false, true);

	if (fault != ADDRESS_OK)
		return fault;
	if (address.at[0] == '"' || !utf8_is_ascii(address))
		return ADDRESS_NO_CARRY;
	return ADDRESS_OK;
}

struct span address_domain(struct span address)
{
	size_t local = scan_local_part(address);

	if (local < address.length && address.at[local] == '@')
		return span_skip(address, local + 1);
	return span_make(address.at, 0);
}

bool address_equal(struct span a, struct span b)
{
	struct span a_domain = address_domain(a), b_domain = address_domain(b);

	if (!span_equal_nocase(a_domain, b_domain))
		return false;
	return span_equal(span_take(a, a.length - a_domain.length),
			  span_take(b, b.length - b_domain.length));
}

/* Header fields. A mailbox is read token by token into `out`; what stands
 * before '<' or ':' turns out to be a name and is forgotten. */

struct mailbox_reader {
	struct span rest;
	struct buf *out;
	bool in_angle;	 /* between '<' and '>' */
	bool angle_done; /* behind '>': only comments and stray words may follow */
	bool after_word; /* a word stood last: another one makes it a phrase */
	bool phrase;	 /* several words, so a name and no address */
	bool empty;	 /* nothing but blanks and comments so far */
	bool faulty;
};

static void forget_name(struct mailbox_reader *reader)
{
	buf_reset(reader->out);
	reader->after_word = false;
	reader->phrase = false;
}

/* Comments nest (RFC 5322, 3.2.2). False when this one never ends. */
static bool skip_comment(struct span *rest)
{
	size_t depth = 0;

	for (size_t i = 0; i < rest->length; i++) {
		if (rest->at[i] == '\\')
			i++;
		else if (rest->at[i] == '(')
			depth++;
		else if (rest->at[i] == ')' && --depth == 0) {
			*rest = span_skip(*rest, i + 1);
			return true;
		}
	}
	return false;
}

/* How long the quoted string at the front is, folded or not; 0: never ends. */
static size_t quoted_length(struct span text)
{
	for (size_t i = 1; i < text.length; i++) {
		if (text.at[i] == '\\')
			i++;
		else if (text.at[i] == '"')
			return i + 1;
	}
	return 0;
}

/* A word, a literal or a quoted string: text of the address if it is one. */
static void take_word(struct mailbox_reader *reader, size_t length)
{
	struct span word = span_take(reader->rest, length);

	reader->rest = span_skip(reader->rest, length);
	reader->empty = false;
	if (reader->angle_done)
		return;
	if (reader->after_word)
		reader->phrase = true;
	reader->after_word = true;
	for (size_t i = 0; i < word.length; i++)
		if (word.at[i] != '\r' && word.at[i] != '\n')
			buf_byte(reader->out, word.at[i]);
}

static size_t atom_length(struct span text)
{
	size_t length = 0;

	while (length < text.length && is_atext(text.at[length]))
		length++;
	return length;
}

static void take_quoted_or_literal(struct mailbox_reader *reader)
{
	size_t length = reader->rest.at[0] == '"' ? quoted_length(reader->rest)
						  : span_index(reader->rest, ']') + 1;

	if (length == 0 || length > reader->rest.length) {
		reader->faulty = true;
		length = reader->rest.length;
	}
	take_word(reader, length);
}

/* '.' and '@' join words; a route inside <> ends with ':' as a group's name does. */
static void take_special(struct mailbox_reader *reader, char octet)
{
	reader->rest = span_skip(reader->rest, 1);
	if (octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n')
		return;
	if (octet == ':') {
		forget_name(reader);
		reader->empty = !reader->in_angle;
		return;
	}
	reader->empty = false;
	if (octet == '<' && !reader->in_angle) {
		forget_name(reader);
		reader->in_angle = true;
	} else if (octet == '>' && reader->in_angle) {
		reader->in_angle = false;
		reader->angle_done = true;
	} else if (octet == '.' || octet == '@' || (octet == ',' && reader->in_angle)) {
		if (!reader->angle_done)
			buf_byte(reader->out, octet);
		reader->after_word = false;
	} else {
		reader->faulty = true;
	}
}

/* Whether the mailbox ends here: at ',' or ';', or where the next begins with
 * '<' although the comma was forgotten. */
static bool at_end(const struct mailbox_reader *reader, char octet)
{
	return (octet == ',' && !reader->in_angle) || octet == ';' ||
	       (octet == '<' && reader->angle_done);
}

static void read_mailbox(struct mailbox_reader *reader)
{
	size_t atom;

	while (reader->rest.length > 0) {
		char octet = reader->rest.at[0];

		if (at_end(reader, octet)) {
			if (octet != '<')
				reader->rest = span_skip(reader->rest, 1);
			break;
		}
		atom = atom_length(reader->rest);
		if (atom > 0)
			take_word(reader, atom);
		else if (octet == '"' || octet == '[')
			take_quoted_or_literal(reader);
		else if (octet == '(' && !skip_comment(&reader->rest)) {
			reader->faulty = true;
			reader->rest = span_skip(reader->rest, reader->rest.length);
		} else if (octet != '(')
			take_special(reader, octet);
	}
	if (reader->in_angle)
		reader->faulty = true;
}

bool address_next_mailbox(struct span *rest, struct buf *out, bool *broken)
{
	while (rest->length > 0) {
		struct mailbox_reader reader = { .rest = *rest, .out = out, .empty = true };

		buf_reset(out);
		read_mailbox(&reader);
		*rest = reader.rest;
		if (reader.empty && !reader.faulty)
			continue;
		if (!reader.faulty && !reader.phrase && !out->failed &&
		    address_check(buf_span(out), true, true) == ADDRESS_OK)
			return true;
		*broken = true;
	}
	buf_reset(out);
	return false;
}
