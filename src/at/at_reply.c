/* SPDX-License-Identifier: ISC */
#include "at/at_reply.h"

struct meaning {
	const char *text;
	enum at_reply reply;
};

/* Whole lines; blanks after ':' and ',' do not count. Boot and power lines as
 * the M-series prints them (modem.md, section 2). */
static const struct meaning whole_lines[] = {
	{ "OK", AT_REPLY_OK },
	{ "DEACT OK", AT_REPLY_OK },		/* to AT+QIDEACT */
	{ "ERROR", AT_REPLY_ERROR },
	{ "CONNECT", AT_REPLY_CONNECT },
	{ "RDY", AT_REPLY_BOOT },
	{ "+CFUN: 1", AT_REPLY_BOOT },
	{ "Call Ready", AT_REPLY_BOOT },
	{ "NORMAL POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "POWERED DOWN", AT_REPLY_POWER_DOWN },
	{ "UNDER_VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "UNDER-VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "OVER_VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "OVER-VOLTAGE POWER DOWN", AT_REPLY_POWER_DOWN },
	{ "+PDP DEACT", AT_REPLY_LINK_DOWN },
};

static const struct meaning fronts[] = {
	{ "+CME ERROR:", AT_REPLY_ERROR },
	{ "+CMS ERROR:", AT_REPLY_ERROR },
	{ "+QIURC: \"pdpdeact\"", AT_REPLY_LINK_DOWN },
};

static bool is_number(struct span text)
{
	int64_t value;

	return span_number(text, 0, INT64_MAX, &value);
}

/* "CONNECT 115200" begins data, "CONNECT OK" and "CONNECT FAIL" are of sockets. */
static bool is_connect_at_speed(struct span line)
{
	return span_starts(line, "CONNECT ") && is_number(span_trim(span_skip(line, 8)));
}

/* "0,+PDP DEACT": the number is the context. */
static bool is_context_down(struct span line)
{
	struct span context;

	return span_cut(&line, ',', &context) && is_number(span_trim(context)) &&
	       span_is(span_trim(line), "+PDP DEACT");
}

enum at_reply at_reply_classify(struct span line)
{
	line = span_trim(line);
	for (size_t i = 0; i < sizeof whole_lines / sizeof whole_lines[0]; i++)
		if (at_reply_same(line, span_of(whole_lines[i].text)))
			return whole_lines[i].reply;
	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
		if (span_starts(line, fronts[i].text))
			return fronts[i].reply;
	if (is_connect_at_speed(line))
		return AT_REPLY_CONNECT;
	if (is_context_down(line))
		return AT_REPLY_LINK_DOWN;
	return AT_REPLY_TEXT;
}

int at_reply_error_number(struct span line)
{
	struct span fields;
	int64_t number;

	if (!at_reply_fields(line, "+CME ERROR:", &fields) &&
	    !at_reply_fields(line, "+CMS ERROR:", &fields))
		return -1;
	return span_number(span_trim(fields), 0, INT32_MAX, &number) ? (int)number : -1;
}

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t';
}

static struct span skip_blanks(struct span text)
{
	while (text.length > 0 && is_blank(text.at[0]))
		text = span_skip(text, 1);
	return text;
}

bool at_reply_fields(struct span line, const char *prefix, struct span *fields)
{
	if (!span_starts(line, prefix))
		return false;
	*fields = skip_blanks(span_skip(line, strlen(prefix)));
	return true;
}

bool at_reply_next_field(struct span *fields, struct span *field)
{
	struct span rest, tail;

	*field = span_make(NULL, 0);
	if (fields->at == NULL)
		return false;
	rest = skip_blanks(*fields);
	if (rest.length == 0 || rest.at[0] != '"') {
		span_cut(fields, ',', field);
		*field = span_trim(*field);
		return true;
	}
	rest = span_skip(rest, 1);
	*field = span_take(rest, span_index(rest, '"'));
	*fields = span_skip(rest, field->length);
	span_cut(fields, ',', &tail);
	return true;
}

bool at_reply_number(struct span fields, int64_t *value)
{
	struct span field;

	return at_reply_next_field(&fields, &field) &&
	       span_number(field, INT64_MIN, INT64_MAX, value);
}

/* Walks over a line without the blanks that modules put or leave out. */
struct walk {
	struct span rest;
	bool quoted;
	char before;
};

/* The next octet that counts, or -1 at the end. */
static int walk_next(struct walk *walk)
{
	if (!walk->quoted && (walk->before == ':' || walk->before == ','))
		walk->rest = skip_blanks(walk->rest);
	if (walk->rest.length == 0)
		return -1;
	walk->before = walk->rest.at[0];
	walk->rest = span_skip(walk->rest, 1);
	if (walk->before == '"')
		walk->quoted = !walk->quoted;
	return (unsigned char)walk->before;
}

bool at_reply_same(struct span a, struct span b)
{
	struct walk left = { span_trim(a), false, '\0' }, right = { span_trim(b), false, '\0' };
	int octet;

	do {
		octet = walk_next(&left);
		if (octet != walk_next(&right))
			return false;
	} while (octet != -1);
	return true;
}
