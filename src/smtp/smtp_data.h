/* SPDX-License-Identifier: ISC */
/* The content behind DATA (RFC 5321, 4.1.1.4 and 4.5.2): finds its end, which
 * is CRLF.CRLF and nothing that looks like it, takes the stuffed dots out, and
 * makes every bare CR or LF a CRLF. NULs are dropped and told. */
#ifndef SMTP_SMTP_DATA_H
#define SMTP_SMTP_DATA_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum smtp_data_state {
	SMTP_DATA_LINE_START,	/* behind a real CRLF: a dot may end it all */
	SMTP_DATA_LOOSE_START,	/* behind a bare CR or LF */
	SMTP_DATA_IN_LINE,
	SMTP_DATA_CR,		/* a CR that may be bare */
	SMTP_DATA_DOT,		/* a dot at a line start, held back */
	SMTP_DATA_DOT_CR,
	SMTP_DATA_LOOSE_DOT,	/* a dot behind a bare CR or LF, held back: never the end */
	SMTP_DATA_END,
};

/* All zero at the start of a message. */
struct smtp_data {
	enum smtp_data_state state;
	bool has_nul;
};

/* Decodes from the front of *input until it is used up, the end was found, or
 * `out` holds at least `enough` octets; *input moves on. What was decoded is
 * appended to `out`, which must have room for `enough` + 4 octets. */
void smtp_data_decode(struct smtp_data *data, struct span *input, struct buf *out, size_t enough);

#endif
