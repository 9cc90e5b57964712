/* SPDX-License-Identifier: ISC */
/* The header of a message on its way in: Received in front, Bcc and Resent-Bcc
 * out (whoever is hidden stays so), and behind the other fields Date, Message-ID
 * and From where they are missing. A mail that begins with its text at once gets a
 * header of its own, and the "From " line of a mailbox goes. Streaming: any
 * split of the input gives the same output. Pure; bounded whatever comes. */
#ifndef MAIL_HEADER_FILTER_H
#define MAIL_HEADER_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/trace_header.h"

#define HEADER_FILTER_NAME_MAX 500	/* octets of a field's name with the blanks behind it */

/* RFC 5321, 6.3: a mail that went so far goes round in a circle. */
#define HEADER_FILTER_RECEIVED_MAX 100

/* What is added at most, and so how much longer a message may come out. */
#define HEADER_FILTER_ADDED_MAX 4096

enum header_filter_state {
	HEADER_FILTER_FIRST,	/* nothing came yet */
	HEADER_FILTER_NAME,	/* at the beginning of a line, `held` is of it */
	HEADER_FILTER_KEEP,	/* within a line that goes out */
	HEADER_FILTER_DROP,	/* ... that does not */
	HEADER_FILTER_BODY,
};

/* All zero at the beginning of a message. */
struct header_filter {
	enum header_filter_state state;
	bool dropping;			/* the field that a folded line would go on with */
	bool has_field;			/* there was one */
	bool has_date, has_message_id, has_from;
	unsigned received;		/* fields of that name */
	char held[HEADER_FILTER_NAME_MAX + 3];
	size_t held_count;
};

/* Appends what the octets (CRLF line ends) become. False when it does not fit. */
bool header_filter_put(struct header_filter *filter, const struct trace *trace, struct span octets,
		       struct buf *out);

/* The message has ended. */
bool header_filter_end(struct header_filter *filter, const struct trace *trace, struct buf *out);

#endif
