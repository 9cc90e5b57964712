/* SPDX-License-Identifier: ISC */
/* The header fields that a gateway adds: Received in front (RFC 5321, 4.4), and
 * Date, Message-ID and From where a program left them out (RFC 6409, 8). Pure. */
#ifndef MAIL_TRACE_HEADER_H
#define MAIL_TRACE_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Borrowed; none of the texts holds a control character. */
struct trace {
	const char *hostname;
	const char *id;		/* of the queue */
	const char *client;	/* "[192.0.2.7]", "local user 1000"; NULL when not known */
	const char *helo;	/* what it called itself */
	const char *protocol;	/* "ESMTPS"; RFC 3848, RFC 6531 */
	const char *tls;	/* "TLSv1.3 ..."; NULL without */
	const char *sender;	/* of the envelope; "" is the null sender */
	int64_t now_s;		/* Unix time */
	int zone_offset_min;
	bool clock_trusted;	/* else no Date is added: a wrong one is worse than none */
};

/* Each appends its field with CRLF, folded; false when it does not fit. */
bool trace_header_received(const struct trace *trace, struct buf *out);
bool trace_header_date(const struct trace *trace, struct buf *out);
bool trace_header_message_id(const struct trace *trace, struct buf *out);
bool trace_header_from(const struct trace *trace, struct buf *out);

#endif
