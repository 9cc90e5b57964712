/* SPDX-License-Identifier: ISC */
#include "mail/wire_text.h"

#define NAME_MAX_OCTETS 63	/* of a file in the module's store (QFUPL) */
#define LINE_MAX_OCTETS 998	/* RFC 5321, 4.5.3.1.6, without CRLF */
#define ZERO_WIDTH_JOINER "\xe2\x80\x8d"

/* What the command interpreter would take for the start of a command, should
 * the module leave data mode on its own (A/ repeats the last one). */
static bool begins_command(struct span line)
{
	return span_starts_nocase(line, "AT") || span_starts_nocase(line, "A/");
}

/* A dot is what SMTP would take for its end of data, should the module not stuff
 * dots. */
static bool begins_badly(struct span line)
{
	return begins_command(line) || span_starts(line, ".");
}

/* TAB is the one control character that is text. */
static bool is_control(char octet)
{
	return ((unsigned char)octet < 0x20 && octet != '\t') || octet == 0x7f;
}

static bool has_escape(struct span octets)
{
	return span_find(octets, span_of("+++")) < octets.length;
}

/* `line` without its LF. */
static const char *line_fault(struct span line)
{
	if (line.length == 0 || line.at[line.length - 1] != '\r')
		return "a LF without CR";
	line.length--;
	if (begins_badly(line))
		return "a line begins with AT, A/ or a dot";
	for (size_t i = 0; i < line.length; i++) {
		if (line.at[i] == '\r')
			return "a CR without LF";
		if (is_control(line.at[i]))
			return "a control character";
	}
	return NULL;
}

const char *wire_text_body_fault(struct span body)
{
	const char *fault = NULL;

	if (body.length == 0)
		return "empty";
	if (body.at[body.length - 1] != '\n')
		return "the last line does not end with CRLF";
	if (has_escape(body))
		return "+++ would end data mode";
	while (body.length > 0 && fault == NULL) {
		size_t end = span_index(body, '\n');

		fault = line_fault(span_take(body, end));
		body = span_skip(body, end + 1);
	}
	return fault;
}

static bool ends_line(char octet)
{
	return octet == '\r' || octet == '\n';
}

size_t wire_text_find_break(struct span octets)
{
	for (size_t i = 0; i < octets.length; i++) {
		struct span rest = span_skip(octets, i);

		if (octets.at[i] == '+' && span_starts(rest, "+++"))
			return i + 2;
		if ((i == 0 || ends_line(octets.at[i - 1])) && begins_command(rest))
			return i + 1;
	}
	return octets.length;
}

const char *wire_text_octets_fault(struct span octets)
{
	size_t at = wire_text_find_break(octets);

	if (at < octets.length)
		return octets.at[at] == '+' ? "+++ would end data mode" :
					      "a line begins with AT or A/";
	if (octets.length > 0 && octets.at[octets.length - 1] == '+')
		return "a plus sign before the terminator would end data mode too early";
	return NULL;
}

const char *wire_text_parameter_fault(struct span text, size_t max)
{
	if (text.length > max)
		return "too long";
	for (size_t i = 0; i < text.length; i++) {
		unsigned char octet = (unsigned char)text.at[i];

		if (octet == '"')
			return "a quotation mark";
		if (octet < 0x20 || octet == 0x7f)
			return "a control character";
		if (octet > 0x7e)
			return "an octet that is not ASCII";
	}
	return NULL;
}

static bool is_name_octet(char octet)
{
	return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z') ||
	       (octet >= '0' && octet <= '9') || octet == '.' || octet == '_' || octet == '-';
}

const char *wire_text_name_fault(struct span name)
{
	if (name.length == 0)
		return "empty";
	if (name.length > NAME_MAX_OCTETS)
		return "longer than 63 octets";
	if (name.at[0] == '.')
		return "begins with a dot";
	for (size_t i = 0; i < name.length; i++)
		if (!is_name_octet(name.at[i]))
			return "an octet other than A-Z a-z 0-9 . _ -";
	return NULL;
}

/* Takes a line off the front, whatever ends it: CRLF, LF, CR or the text. */
static struct span take_line(struct span *rest)
{
	size_t end = 0;
	struct span line;

	while (end < rest->length && rest->at[end] != '\r' && rest->at[end] != '\n')
		end++;
	line = span_take(*rest, end);
	*rest = span_skip(*rest, end);
	*rest = span_skip(*rest, span_starts(*rest, "\r\n") ? 2 : 1);
	return line;
}

static size_t run_of_plus(struct span text)
{
	size_t length = 0;

	while (length < text.length && text.at[length] == '+')
		length++;
	return length;
}

static void put_run_of_plus(size_t count, const char *breaker, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && i % 2 == 0)
			buf_text(out, breaker);
		buf_byte(out, '+');
	}
}

static bool is_in_character(char octet)
{
	return ((unsigned char)octet & 0xc0) == 0x80;
}

/* How much of a line goes into one line of the body: all of it, or up to behind a
 * blank, or else up to a character. */
static size_t fold_length(struct span line, const char *breaker)
{
	size_t room = LINE_MAX_OCTETS - begins_badly(line), used = 0, run = 0, blank = 0, at = 0;

	for (; at < line.length; at++) {
		bool plus = line.at[at] == '+';

		used += 1 + (plus && run > 0 && run % 2 == 0 ? strlen(breaker) : 0);
		if (used > room)
			break;
		run = plus ? run + 1 : 0;
		if (line.at[at] == ' ')
			blank = at + 1;
	}
	if (at == line.length)
		return at;
	if (blank > at / 2)
		return blank;
	for (size_t back = 0; back < 3 && is_in_character(line.at[at]); back++)
		at--;
	return at;
}

/* Puts what is one line of the body, without its end; true when it had to be
 * altered. */
static bool put_line(struct span line, const char *breaker, struct buf *out)
{
	bool altered = begins_badly(line);

	if (altered)
		buf_byte(out, ' ');
	while (line.length > 0) {
		size_t pluses = run_of_plus(line);

		if (pluses > 0) {
			put_run_of_plus(pluses, breaker, out);
			altered |= pluses > 2;
			line = span_skip(line, pluses);
			continue;
		}
		altered |= is_control(line.at[0]);
		buf_byte(out, is_control(line.at[0]) ? '?' : line.at[0]);
		line = span_skip(line, 1);
	}
	return altered;
}

static bool put_folded(struct span line, const char *breaker, struct buf *out)
{
	size_t length = fold_length(line, breaker);
	bool folded = length < line.length;
	bool altered = put_line(span_take(line, length), breaker, out);

	while (length < line.length) {
		buf_text(out, "\r\n");
		line = span_skip(line, length);
		length = fold_length(line, breaker);
		put_line(span_take(line, length), breaker, out);
	}
	return altered || folded;
}

bool wire_text_make_body(struct span text, bool utf8, struct buf *out, bool *changed)
{
	const char *breaker = utf8 ? ZERO_WIDTH_JOINER : " ";

	*changed = false;
	do {
		*changed |= put_folded(take_line(&text), breaker, out);
		buf_text(out, "\r\n");
	} while (text.length > 0);
	return !out->failed;
}
