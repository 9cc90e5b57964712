/* SPDX-License-Identifier: ISC */
/* What a line of the module is, by itself, and the fields in it. Knows the AT
 * language (3GPP TS 27.007; modem.md, section 2) and no command. */
#ifndef AT_AT_REPLY_H
#define AT_AT_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum at_reply {
	AT_REPLY_TEXT,		/* anything else: an answer, an echo, an unsolicited line */
	AT_REPLY_OK,		/* OK, DEACT OK */
	AT_REPLY_ERROR,		/* ERROR, +CME ERROR: n, +CMS ERROR: n. Not NO CARRIER: we
				 * never dial, so it is never an answer to us */
	AT_REPLY_CONNECT,	/* data mode begins */
	AT_REPLY_BOOT,		/* RDY, +CFUN: 1, Call Ready: the module started anew */
	AT_REPLY_POWER_DOWN,	/* NORMAL POWER DOWN, POWERED DOWN, UNDER_VOLTAGE POWER DOWN ... */
	AT_REPLY_LINK_DOWN,	/* +PDP DEACT, n,+PDP DEACT, +QIURC: "pdpdeact": the bearer is gone */
};

enum at_reply at_reply_classify(struct span line);

/* The number of +CME ERROR or +CMS ERROR, or -1 when it has none. */
int at_reply_error_number(struct span line);

/* If the line begins with `prefix` (as "+QSMTPPUT:"), *fields is what follows,
 * blanks skipped: "+QSMTPPUT:0" and "+QSMTPPUT: 0" are the same. */
bool at_reply_fields(struct span line, const char *prefix, struct span *fields);

/* Takes the next comma-separated field off the front of *fields; blanks around
 * it and quotes are taken off, and a comma within quotes does not separate.
 * False at the end: fields->at is NULL then. */
bool at_reply_next_field(struct span *fields, struct span *field);

/* The first field as a number. */
bool at_reply_number(struct span fields, int64_t *value);

/* Whether two answer lines say the same, blanks after ':' and ',' aside. */
bool at_reply_same(struct span a, struct span b);

#endif
