/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_command.h"

#include "base/utf8.h"
#include "mail/address.h"

#define NAME_MAX_OCTETS 255 /* of HELO and EHLO; RFC 5321, 4.5.3.1.2 */
#define LOCAL_PART_MAX 64	    /* RFC 5321, 4.5.3.1.1 */
#define ENVID_MAX 100	    /* RFC 3461, 4.4 */
#define ORCPT_MAX 500	    /* RFC 3461, 4.2 */
#define SIZE_DIGITS_MAX 20  /* RFC 1870, 3 */

/* What may follow a verb. */
enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_ANY,
	ARGUMENT_NEEDED, /* some text */
	ARGUMENT_NAME,	 /* how the client calls itself */
	ARGUMENT_FROM,	 /* FROM:<path> parameters */
	ARGUMENT_TO,	 /* TO:<path> parameters */
	ARGUMENT_CHUNK,	 /* size [LAST] */
};

static const struct {
	const char *word;
	enum smtp_verb verb;
	enum argument_kind argument;
} verbs[] = {
	{ "HELO", SMTP_VERB_HELO, ARGUMENT_NAME },
	{ "EHLO", SMTP_VERB_EHLO, ARGUMENT_NAME },
	{ "MAIL", SMTP_VERB_MAIL, ARGUMENT_FROM },
	{ "RCPT", SMTP_VERB_RCPT, ARGUMENT_TO },
	{ "DATA", SMTP_VERB_DATA, ARGUMENT_NONE },
	{ "RSET", SMTP_VERB_RSET, ARGUMENT_NONE },
	{ "NOOP", SMTP_VERB_NOOP, ARGUMENT_ANY },
	{ "VRFY", SMTP_VERB_VRFY, ARGUMENT_NEEDED },
	{ "EXPN", SMTP_VERB_EXPN, ARGUMENT_NEEDED },
	{ "HELP", SMTP_VERB_HELP, ARGUMENT_ANY },
	{ "QUIT", SMTP_VERB_QUIT, ARGUMENT_NONE },
	{ "BDAT", SMTP_VERB_BDAT, ARGUMENT_CHUNK },
	{ "STARTTLS", SMTP_VERB_STARTTLS, ARGUMENT_ANY },
	{ "AUTH", SMTP_VERB_AUTH, ARGUMENT_ANY },
	/* RFC 9110, 9 and RFC 5789; PRI is the preface of HTTP/2 (RFC 9113, 3.4). */
	{ "GET", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "POST", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "HEAD", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "PUT", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "DELETE", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "OPTIONS", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "CONNECT", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "TRACE", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "PATCH", SMTP_VERB_HTTP, ARGUMENT_ANY },
	{ "PRI", SMTP_VERB_HTTP, ARGUMENT_ANY },
};

typedef enum smtp_fault parameter_reader(struct span value, struct smtp_command *command);

static bool is_graphic(char octet)
{
	return octet > ' ' && octet < 0x7f;
}

/* The digit's number in upper case hexadecimal; 16: it is none. */
static unsigned hex_digit(char digit)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = memchr(digits, digit, 16);

	return at ? (unsigned)(at - digits) : 16;
}

/* xtext: "+" only before two hexadecimal digits in upper case, no "=" (RFC 3461, 4);
 * what they stand for is no control octet, and above ASCII only where `beyond`. */
static bool is_xtext_of(struct span text, bool beyond)
{
	unsigned highest = beyond ? 15 : 7;

	for (size_t i = 0; i < text.length; i++) {
		if (!is_graphic(text.at[i]) || text.at[i] == '=')
			return false;
		if (text.at[i] != '+')
			continue;
		if (text.length - i < 3 || hex_digit(text.at[i + 1]) < 2 ||
		    hex_digit(text.at[i + 1]) > highest || hex_digit(text.at[i + 2]) > 15 ||
		    (text.at[i + 1] == '7' && text.at[i + 2] == 'F'))
			return false;
		i += 2;
	}
	return text.length > 0;
}

/* What it stands for is printable ASCII as well (RFC 3461, 4.2 and 4.4). */
static bool is_xtext(struct span text)
{
	return is_xtext_of(text, false);
}

/* What is too large for the type is too large for the server as well. */
static enum smtp_fault read_size(struct span value, struct smtp_command *command)
{
	uint64_t size = 0;

	if (command->has_size || value.length == 0 || value.length > SIZE_DIGITS_MAX)
		return SMTP_FAULT_PARAMETER_VALUE;
	for (size_t i = 0; i < value.length; i++) {
		unsigned digit = (unsigned char)value.at[i] - (unsigned)'0';

		if (digit > 9)
			return SMTP_FAULT_PARAMETER_VALUE;
		if (__builtin_mul_overflow(size, 10, &size) ||
		    __builtin_add_overflow(size, digit, &size))
			size = UINT64_MAX / 10;
	}
	command->has_size = true;
	command->size = size;
	return SMTP_FAULT_NONE;
}

/* "<>" or a mailbox as xtext. */
static enum smtp_fault read_auth(struct span value, struct smtp_command *command)
{
	if (command->has_auth || (!span_is(value, "<>") && !is_xtext(value)))
		return SMTP_FAULT_PARAMETER_VALUE;
	command->has_auth = true;
	return SMTP_FAULT_NONE;
}

static enum smtp_fault read_body(struct span value, struct smtp_command *command)
{
	if (command->has_body)
		return SMTP_FAULT_PARAMETER_VALUE;
	command->has_body = true;
	if (span_is_nocase(value, "8BITMIME"))
		command->body_8bit = true;
	else if (!span_is_nocase(value, "7BIT"))
		return SMTP_FAULT_PARAMETER_VALUE;
	return SMTP_FAULT_NONE;
}

static enum smtp_fault read_utf8(struct span value, struct smtp_command *command)
{
	if (command->utf8 || value.at != NULL)
		return SMTP_FAULT_PARAMETER_VALUE;
	command->utf8 = true;
	return SMTP_FAULT_NONE;
}

static enum smtp_fault read_ret(struct span value, struct smtp_command *command)
{
	if (command->ret.length > 0 ||
	    (!span_is_nocase(value, "FULL") && !span_is_nocase(value, "HDRS")))
		return SMTP_FAULT_PARAMETER_VALUE;
	command->ret = value;
	return SMTP_FAULT_NONE;
}

static enum smtp_fault read_envid(struct span value, struct smtp_command *command)
{
	if (command->envid.length > 0 || value.length > ENVID_MAX || !is_xtext(value))
		return SMTP_FAULT_PARAMETER_VALUE;
	command->envid = value;
	return SMTP_FAULT_NONE;
}

/* A bit of each word of NOTIFY; 0: it is none. */
static unsigned notify_bit(struct span word)
{
	static const char *const words[] = { "SUCCESS", "FAILURE", "DELAY" };

	for (unsigned i = 0; i < 3; i++)
		if (span_is_nocase(word, words[i]))
			return 1u << i;
	return 0;
}

/* NEVER alone, or a list of the others, each once (RFC 3461, 4.1). */
static enum smtp_fault read_notify(struct span value, struct smtp_command *command)
{
	struct span rest = value, word;
	unsigned seen = 0;

	if (command->notify.length > 0 || value.length == 0)
		return SMTP_FAULT_PARAMETER_VALUE;
	command->notify = value;
	if (span_is_nocase(value, "NEVER"))
		return SMTP_FAULT_NONE;
	while (span_cut(&rest, ',', &word)) {
		unsigned bit = notify_bit(word);

		if (bit == 0 || (seen & bit) != 0)
			return SMTP_FAULT_PARAMETER_VALUE;
		seen |= bit;
	}
	return SMTP_FAULT_NONE;
}

/* An atom (RFC 3461, 4.2): what a report's field begins with. */
static bool is_address_type(struct span type)
{
	for (size_t i = 0; i < type.length; i++)
		if (!is_graphic(type.at[i]) || strchr("()<>[]:;@\\,.\"", type.at[i]) != NULL)
			return false;
	return type.length > 0;
}

/* The type "utf-8" may hold letters beyond ASCII (RFC 6533, 3), where SMTPUTF8 was
 * said, which the session knows. */
static bool is_original(struct span type, struct span address)
{
	if (span_is_nocase(type, "utf-8") && !utf8_is_ascii(address))
		return utf8_is_valid(address) && span_index(address, '=') == address.length;
	/* Postfix makes "rfc822;ops@b+C3+BCcher.example" of such an address; refused,
	 * its mail would be lost. */
	return is_xtext_of(address, true);
}

static enum smtp_fault read_orcpt(struct span value, struct smtp_command *command)
{
	struct span type = span_take(value, span_index(value, ';'));

	if (command->orcpt.length > 0 || value.length > ORCPT_MAX || !is_address_type(type) ||
	    !is_original(type, span_skip(value, type.length + 1)))
		return SMTP_FAULT_PARAMETER_VALUE;
	command->orcpt = value;
	return SMTP_FAULT_NONE;
}

static const struct {
	const char *name;
	enum smtp_verb verb;
	parameter_reader *read;
} parameters[] = {
	{ "SIZE", SMTP_VERB_MAIL, read_size },	   { "BODY", SMTP_VERB_MAIL, read_body },
	{ "SMTPUTF8", SMTP_VERB_MAIL, read_utf8 }, { "RET", SMTP_VERB_MAIL, read_ret },
	{ "ENVID", SMTP_VERB_MAIL, read_envid },   { "NOTIFY", SMTP_VERB_RCPT, read_notify },
	{ "ORCPT", SMTP_VERB_RCPT, read_orcpt },   { "AUTH", SMTP_VERB_MAIL, read_auth },
};

static enum smtp_fault parse_parameter(struct span word, struct smtp_command *command)
{
	size_t equals = span_index(word, '=');
	struct span name = span_take(word, equals), value = { NULL, 0 };

	/* "FROM:Zebra <zebra@example.com>": what was read as the path is a name. */
	if (span_starts(word, "<"))
		return SMTP_FAULT_ADDRESS;
	if (equals < word.length)
		value = span_skip(word, equals + 1);
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (parameters[i].verb == command->verb && span_is_nocase(name, parameters[i].name))
			return parameters[i].read(value, command);
	return SMTP_FAULT_PARAMETER;
}

static enum smtp_fault parse_parameters(struct span rest, struct smtp_command *command)
{
	enum smtp_fault fault = SMTP_FAULT_NONE;
	struct span word;

	while (fault == SMTP_FAULT_NONE && span_word(&rest, &word))
		fault = parse_parameter(word, command);
	return fault;
}

/* The null path is a sender only. A bare name is taken in both places: cron and
 * its kind know of no domain. */
static enum smtp_fault parse_path(struct span *rest, struct smtp_command *command)
{
	enum address_fault fault = address_parse_path(rest, &command->address);

	if (fault == ADDRESS_OK && command->address.length > 0)
		fault = address_check(command->address, true, true);
	else if (fault == ADDRESS_OK && command->verb == SMTP_VERB_RCPT)
		fault = ADDRESS_SYNTAX;
	/* Senders of lists and of forwarders have longer ones, and go nowhere. */
	if (fault == ADDRESS_OK && command->verb == SMTP_VERB_RCPT &&
	    command->address.length - address_domain(command->address).length > LOCAL_PART_MAX + 1)
		fault = ADDRESS_TOO_LONG;
	if (fault == ADDRESS_TOO_LONG)
		return SMTP_FAULT_ADDRESS_TOO_LONG;
	if (fault != ADDRESS_OK || (rest->length > 0 && rest->at[0] != ' '))
		return SMTP_FAULT_ADDRESS;
	return SMTP_FAULT_NONE;
}

/* A blank behind the colon is wrong by the grammar and common all the same.
 * SMTPUTF8 stands behind the path that it allows; for RCPT it was said at MAIL,
 * which the session knows. */
static enum smtp_fault parse_transaction(struct span argument, const char *keyword,
					 struct smtp_command *command)
{
	struct span rest = span_trim(span_skip(argument, strlen(keyword)));
	enum smtp_fault fault;

	if (!span_starts_nocase(argument, keyword))
		return SMTP_FAULT_SYNTAX;
	fault = parse_path(&rest, command);
	if (fault == SMTP_FAULT_NONE)
		fault = parse_parameters(rest, command);
	if (fault == SMTP_FAULT_NONE && command->verb == SMTP_VERB_MAIL && !command->utf8 &&
	    !utf8_is_ascii(command->address))
		fault = SMTP_FAULT_ADDRESS;
	return fault;
}

/* Not compared with anything (RFC 5321, 4.1.4), but it is shown to people. */
static enum smtp_fault parse_name(struct span argument)
{
	if (argument.length == 0 || argument.length > NAME_MAX_OCTETS)
		return SMTP_FAULT_SYNTAX;
	for (size_t i = 0; i < argument.length; i++)
		if (!is_graphic(argument.at[i]) || strchr("<>()\"\\,;", argument.at[i]) != NULL)
			return SMTP_FAULT_SYNTAX;
	return SMTP_FAULT_NONE;
}

static enum smtp_fault parse_chunk(struct span argument, struct smtp_command *command)
{
	struct span size, word;
	int64_t octets;

	if (!span_word(&argument, &size) || size.at[0] == '-' ||
	    !span_number(size, 0, INT64_MAX, &octets))
		return SMTP_FAULT_SYNTAX;
	command->chunk_octets = (uint64_t)octets;
	if (!span_word(&argument, &word))
		return SMTP_FAULT_NONE;
	command->chunk_last = span_is_nocase(word, "LAST");
	return command->chunk_last && argument.length == 0 ? SMTP_FAULT_NONE : SMTP_FAULT_SYNTAX;
}

static enum smtp_fault parse_argument(enum argument_kind kind, struct smtp_command *command)
{
	switch (kind) {
	case ARGUMENT_NONE:
		return command->argument.length == 0 ? SMTP_FAULT_NONE : SMTP_FAULT_SYNTAX;
	case ARGUMENT_NEEDED:
		return command->argument.length > 0 ? SMTP_FAULT_NONE : SMTP_FAULT_SYNTAX;
	case ARGUMENT_NAME:
		return parse_name(command->argument);
	case ARGUMENT_FROM:
		return parse_transaction(command->argument, "FROM:", command);
	case ARGUMENT_TO:
		return parse_transaction(command->argument, "TO:", command);
	case ARGUMENT_CHUNK:
		return parse_chunk(command->argument, command);
	case ARGUMENT_ANY:
		break;
	}
	return SMTP_FAULT_NONE;
}

static bool has_control(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if ((unsigned char)line.at[i] < ' ' || line.at[i] == 0x7f)
			return true;
	return false;
}

/* "BDAT<tab>5" is no command, but content follows it all the same; and HTTP has more
 * verbs than the table. */
static void parse_unknown(struct span line, struct smtp_command *command)
{
	if (span_starts_nocase(line, "BDAT") && !is_graphic(line.at[strlen("BDAT")])) {
		command->verb = SMTP_VERB_BDAT;
		command->fault = SMTP_FAULT_SYNTAX;
	} else if (span_find(line, span_of(" HTTP/")) < line.length) {
		command->verb = SMTP_VERB_HTTP;
		command->fault = has_control(line) ? SMTP_FAULT_CONTROL : SMTP_FAULT_NONE;
	}
}

struct smtp_command smtp_command_parse(struct span line)
{
	struct smtp_command command = { .verb = SMTP_VERB_UNKNOWN };
	struct span word = span_take(line, span_index(line, ' '));

	command.argument = span_trim(span_skip(line, word.length));
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!span_is_nocase(word, verbs[i].word))
			continue;
		command.verb = verbs[i].verb;
		command.fault = has_control(line) ? SMTP_FAULT_CONTROL
						  : parse_argument(verbs[i].argument, &command);
		break;
	}
	if (command.verb == SMTP_VERB_UNKNOWN)
		parse_unknown(line, &command);
	return command;
}
