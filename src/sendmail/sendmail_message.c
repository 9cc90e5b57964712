/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_message.h"

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/header_field.h"
#include "sendmail/sendmail_header.h"

static struct span next_line(struct span text)
{
	return span_take(text, span_index(text, '\n') + 1);
}

struct span sendmail_message_cut(struct span input, bool dots_are_text)
{
	struct span rest, line;

	input = header_field_skip_mailbox_line(input);
	for (rest = input; !dots_are_text && rest.length > 0; rest = span_skip(rest, line.length)) {
		line = next_line(rest);
		if (span_is(line, ".\n") || span_is(line, ".\r\n") || span_is(line, "."))
			return span_take(input, input.length - rest.length);
	}
	return input;
}

bool sendmail_message_add_recipients(struct span list, struct envelope *envelope, bool *broken)
{
	struct buf address = BUF_INIT(ADDRESS_MAX);
	struct span none = { NULL, 0 };
	bool fits = true;

	while (fits && address_next_mailbox(&list, &address, broken))
		fits = envelope_add_recipient(envelope, buf_span(&address), none);
	buf_clear(&address);
	return fits;
}

/* Appends text with its line ends as CRLF and, in front of a line, a second
 * dot. A CR that ends no line would be a line end to the far side: it is made
 * one here, so that the size and the dots are right. */
static void put_wire(struct sendmail_message *message, struct span text)
{
	struct buf *wire = &message->wire;

	while (text.length > 0) {
		size_t length = 0;

		while (length < text.length && text.at[length] != '\n' && text.at[length] != '\r')
			length++;
		if (text.at[0] == '.')
			buf_byte(wire, '.');
		buf_put(wire, span_take(text, length));
		buf_text(wire, "\r\n");
		message->octets += length + 2;
		text = span_skip(text, length);
		text = span_skip(text, span_starts(text, "\r\n") ? 2 : 1);
	}
}

/* Copies the header less what is hidden, and takes recipients out of it. */
static bool put_header(struct span *rest, const struct sendmail_rewrite *rewrite,
		       struct sendmail_message *message, struct envelope *envelope, bool *broken)
{
	bool resent = rewrite->take_recipients && header_field_is_resent(*rest);
	bool has_from = false, fits = true;
	struct header_field field;
	struct buf from = BUF_INIT(4000);

	while (fits && header_field_next(rest, &field)) {
		has_from = has_from || span_is_nocase(field.name, "From");
		if (rewrite->take_recipients && header_field_is_recipients(field.name, resent))
			fits = sendmail_message_add_recipients(field.value, envelope, broken);
		if (!rewrite->take_recipients || !header_field_is_hidden(field.name))
			put_wire(message, field.whole);
	}
	if (!has_from) {
		fits = sendmail_header_put_from(&from, rewrite->full_name, rewrite->author) && fits;
		put_wire(message, buf_span(&from));
	}
	buf_clear(&from);
	return fits;
}

bool sendmail_message_build(struct span input, const struct sendmail_rewrite *rewrite,
			    struct sendmail_message *message, struct envelope *envelope,
			    bool *broken)
{
	bool fits = put_header(&input, rewrite, message, envelope, broken);

	put_wire(message, span_of("\n"));
	put_wire(message, input);
	message->eight_bit = !utf8_is_ascii(buf_span(&message->wire));
	return fits && !message->wire.failed;
}
