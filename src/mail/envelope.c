/* SPDX-License-Identifier: ISC */
#include "mail/envelope.h"

#include <inttypes.h>
#include <stdlib.h>

#include "mail/address.h"

#define FIRST_LINE "gsmtpd-envelope 1"

/* The end of the year 9999: what date texts can hold. */
#define ARRIVED_MAX_S INT64_C(253402300799)

/* The array may then have more room than grow_recipients() knows of. */
void envelope_drop_recipients(struct envelope *envelope, size_t count)
{
	while (envelope->recipient_count > count) {
		struct envelope_recipient *last =
			&envelope->recipients[--envelope->recipient_count];

		free(last->address);
		free(last->original);
		free(last->notify);
		free(last->orcpt);
	}
}

void envelope_clear(struct envelope *envelope)
{
	envelope_drop_recipients(envelope, 0);
	free(envelope->recipients);
	free(envelope->sender);
	free(envelope->client);
	free(envelope->helo);
	free(envelope->ret);
	free(envelope->envid);
	*envelope = (struct envelope){ 0 };
}

static bool has_recipient(const struct envelope *envelope, struct span address)
{
	for (size_t i = 0; i < envelope->recipient_count; i++)
		if (address_equal(span_of(envelope->recipients[i].address), address))
			return true;
	return false;
}

/* The array's room is always the next power of two, so none is remembered. */
static bool grow_recipients(struct envelope *envelope)
{
	size_t count = envelope->recipient_count;
	struct envelope_recipient *grown;

	if ((count & (count - 1)) != 0)
		return true;
	grown = realloc(envelope->recipients, (count ? count * 2 : 1) * sizeof(*grown));
	if (grown == NULL)
		return false;
	envelope->recipients = grown;
	return true;
}

bool envelope_add_recipient(struct envelope *envelope, struct span address, struct span original)
{
	struct envelope_recipient recipient = { 0 };

	if (has_recipient(envelope, address))
		return true;
	if (envelope->recipient_count >= ENVELOPE_RECIPIENTS_MAX || !grow_recipients(envelope))
		return false;
	recipient.address = span_dup(address);
	recipient.original = span_dup(original.at ? original : address);
	if (recipient.address == NULL || recipient.original == NULL) {
		free(recipient.address);
		free(recipient.original);
		return false;
	}
	envelope->recipients[envelope->recipient_count++] = recipient;
	return true;
}

bool envelope_set(char **field, struct span text)
{
	char *copy = span_dup(text);

	if (copy == NULL)
		return false;
	free(*field);
	*field = copy;
	return true;
}

/* What may not stand in a value as it is: it would end the line, or hide. */
static bool is_escaped(unsigned char octet)
{
	return octet < 0x20 || octet == 0x7f || octet == '%';
}

static void format_field(struct buf *out, const char *name, const char *value)
{
	buf_text(out, name);
	if (*value)
		buf_byte(out, ' ');
	for (; *value; value++) {
		if (is_escaped((unsigned char)*value))
			buf_format(out, "%%%02X", (unsigned char)*value);
		else
			buf_byte(out, *value);
	}
	buf_byte(out, '\n');
}

static void format_recipient(struct buf *out, const struct envelope_recipient *recipient)
{
	format_field(out, "recipient", recipient->address);
	if (strcmp(recipient->address, recipient->original) != 0)
		format_field(out, "original", recipient->original);
	if (recipient->notify)
		format_field(out, "notify", recipient->notify);
	if (recipient->orcpt)
		format_field(out, "orcpt", recipient->orcpt);
}

size_t envelope_recipient_octets(const struct envelope_recipient *recipient)
{
	struct buf out = BUF_INIT(ENVELOPE_TEXT_MAX);
	size_t octets;

	format_recipient(&out, recipient);
	octets = out.failed ? ENVELOPE_TEXT_MAX : out.length;
	buf_clear(&out);
	return octets;
}

bool envelope_format(const struct envelope *envelope, struct buf *out)
{
	size_t before = out->length;

	buf_text(out, FIRST_LINE "\n");
	buf_format(out, "arrived %" PRId64 "\n", envelope->arrived_s);
	if (envelope->client)
		format_field(out, "client", envelope->client);
	if (envelope->helo)
		format_field(out, "helo", envelope->helo);
	if (envelope->utf8)
		format_field(out, "utf8", "yes");
	if (envelope->ret)
		format_field(out, "ret", envelope->ret);
	if (envelope->envid)
		format_field(out, "envid", envelope->envid);
	format_field(out, "sender", envelope->sender ? envelope->sender : "");
	for (size_t i = 0; i < envelope->recipient_count; i++)
		format_recipient(out, &envelope->recipients[i]);
	return !out->failed && out->length - before <= ENVELOPE_TEXT_MAX;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The octet of "%XX" at the front of the span, or -1. */
static int unescape_octet(struct span text)
{
	int high = text.length >= 3 ? hex_digit(text.at[1]) : -1;
	int low = text.length >= 3 ? hex_digit(text.at[2]) : -1;

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Appends the value itself. NUL is refused, since texts here end with one. */
static const char *unescape(struct span value, struct buf *out)
{
	buf_reset(out);
	while (value.length > 0) {
		int octet = (unsigned char)value.at[0];

		if (octet != '%') {
			if (is_escaped((unsigned char)octet))
				return "a control character in a value";
			buf_byte(out, value.at[0]);
			value = span_skip(value, 1);
			continue;
		}
		octet = unescape_octet(value);
		if (octet <= 0)
			return "a wrong % escape in a value";
		buf_byte(out, (char)octet);
		value = span_skip(value, 3);
	}
	return out->failed ? "no memory" : NULL;
}

/* What reading has come to; `seen` keeps fields from coming twice. */
struct reading {
	struct envelope *envelope;
	struct buf value;
	bool seen_arrived, seen_utf8;
	bool may_take_original;		/* the line before named a recipient */
	struct envelope_recipient *last;	/* whose DSN fields may follow; NULL: nobody's */
};

static const char *read_text(struct reading *reading, char **field)
{
	if (*field)
		return "a field that stands there twice";
	return envelope_set(field, span_of(buf_string(&reading->value))) ? NULL : "no memory";
}

static const char *read_arrived(struct reading *reading)
{
	if (reading->seen_arrived)
		return "a field that stands there twice";
	reading->seen_arrived = true;
	return span_number(buf_span(&reading->value), 0, ARRIVED_MAX_S,
			   &reading->envelope->arrived_s) ? NULL : "a wrong time of arrival";
}

static const char *read_utf8(struct reading *reading)
{
	if (reading->seen_utf8 || !span_is(buf_span(&reading->value), "yes"))
		return "a wrong utf8 field";
	reading->seen_utf8 = true;
	reading->envelope->utf8 = true;
	return NULL;
}

static const char *read_recipient(struct reading *reading)
{
	struct envelope *envelope = reading->envelope;
	size_t before = envelope->recipient_count;

	if (reading->value.length == 0)
		return "an empty recipient";
	if (before == ENVELOPE_RECIPIENTS_MAX)
		return "too many recipients";
	if (!envelope_add_recipient(envelope, buf_span(&reading->value), span_of(NULL)))
		return "no memory";
	/* The journal names recipients by their number: none may be folded away. */
	if (envelope->recipient_count == before)
		return "a recipient that stands there twice";
	reading->may_take_original = true;
	reading->last = &envelope->recipients[before];
	return NULL;
}

static const char *read_original(struct reading *reading)
{
	struct envelope *envelope = reading->envelope;
	struct envelope_recipient *last;

	if (!reading->may_take_original)
		return "an original address without its recipient";
	reading->may_take_original = false;
	last = &envelope->recipients[envelope->recipient_count - 1];
	return envelope_set(&last->original, span_of(buf_string(&reading->value))) ? NULL : "no memory";
}

/* Of the recipient just named; NULL when there is no such field. */
static char **recipient_field(struct reading *reading, struct span name)
{
	if (reading->last && span_is(name, "notify"))
		return &reading->last->notify;
	if (reading->last && span_is(name, "orcpt"))
		return &reading->last->orcpt;
	return NULL;
}

/* Of the mail; NULL when there is no such text field. */
static char **text_field(struct envelope *envelope, struct span name)
{
	if (span_is(name, "sender"))
		return &envelope->sender;
	if (span_is(name, "client"))
		return &envelope->client;
	if (span_is(name, "helo"))
		return &envelope->helo;
	if (span_is(name, "ret"))
		return &envelope->ret;
	return span_is(name, "envid") ? &envelope->envid : NULL;
}

static const char *read_line(struct reading *reading, struct span line)
{
	struct envelope *envelope = reading->envelope;
	struct span name = span_take(line, span_index(line, ' '));
	const char *fault = unescape(span_skip(line, name.length + 1), &reading->value);

	if (fault)
		return fault;
	if (span_is(name, "recipient"))
		return read_recipient(reading);
	if (span_is(name, "original"))
		return read_original(reading);
	reading->may_take_original = false;
	if (recipient_field(reading, name))
		return read_text(reading, recipient_field(reading, name));
	reading->last = NULL;
	if (text_field(envelope, name))
		return read_text(reading, text_field(envelope, name));
	if (span_is(name, "arrived"))
		return read_arrived(reading);
	if (span_is(name, "utf8"))
		return read_utf8(reading);
	return "an unknown field";
}

static const char *read_lines(struct reading *reading, struct span text)
{
	struct span line;
	const char *fault = NULL;

	if (text.length > ENVELOPE_TEXT_MAX)
		return "an envelope that is too long";
	if (text.length == 0 || text.at[text.length - 1] != '\n')
		return "an envelope that was cut";
	text.length--;
	span_cut(&text, '\n', &line);
	if (!span_is(line, FIRST_LINE))
		return "an envelope of another version";
	while (fault == NULL && span_cut(&text, '\n', &line))
		fault = read_line(reading, line);
	if (fault)
		return fault;
	if (reading->envelope->sender == NULL)
		return "an envelope without sender";
	if (!reading->seen_arrived)
		return "an envelope without time of arrival";
	return reading->envelope->recipient_count == 0 ? "an envelope without recipient" : NULL;
}

const char *envelope_parse(struct span text, struct envelope *envelope)
{
	struct reading reading = {
		.envelope = envelope,
		.value = BUF_INIT(ENVELOPE_TEXT_MAX),
	};
	const char *fault = read_lines(&reading, text);

	buf_clear(&reading.value);
	if (fault)
		envelope_clear(envelope);
	return fault;
}
