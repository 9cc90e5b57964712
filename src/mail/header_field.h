/* SPDX-License-Identifier: ISC */
/* The header of a message as a program gave it: its fields, with LF or CRLF as
 * line ends, and which of them name those it is for. Pure. */
#ifndef MAIL_HEADER_FIELD_H
#define MAIL_HEADER_FIELD_H

#include <stdbool.h>

#include "base/span.h"

struct header_field {
	struct span name;	/* without the colon */
	struct span value;	/* folded as it came */
	struct span whole;	/* with its last line end */
};

/* Takes the next field off the front of *rest. False at the end of the header:
 * *rest is then the body, the empty line before it taken off. */
bool header_field_next(struct span *rest, struct header_field *field);

/* The message of an input, without the "From " line of a mailbox in front. */
struct span header_field_skip_mailbox_line(struct span input);

/* Whether it has Resent- fields: a resent message goes to whom it is resent to
 * (RFC 5322, 3.6.6), not to its first readers again. */
bool header_field_is_resent(struct span header);

/* Whether a field of this name lists recipients of a message that is resent, or
 * is not; and whether it hides them. */
bool header_field_is_recipients(struct span name, bool resent);
bool header_field_is_hidden(struct span name);

#endif
