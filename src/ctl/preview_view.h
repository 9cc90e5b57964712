/* SPDX-License-Identifier: ISC */
/* A preview as it is shown: what would be sent for a mail, and what that takes. */
#ifndef CTL_PREVIEW_VIEW_H
#define CTL_PREVIEW_VIEW_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/envelope.h"
#include "mail/transaction.h"
#include "mail/transaction_cost.h"

struct preview_view {
	struct span from;		/* the From field that the module writes; may be empty */
	const char *fault;		/* why it is only an excerpt; "" when it is not */
	struct span remarks;		/* what the reader should know, one a line */
	const struct envelope *envelope;
	const struct transaction_list *list;
	const struct transaction_cost *costs;	/* of each transaction */
	struct transaction_cost total;
};

/* "US-ASCII", "UTF-8", "GB2312", "BIG5". */
const char *preview_charset_name(enum transaction_charset charset);

/* Appends a subject or body as valid UTF-8, whatever its charset; what is not valid
 * in it is read as raw_text_to_utf8() does. False when out of memory. */
bool preview_text(enum transaction_charset charset, struct span octets, struct buf *out);

/* Appends all of it for a terminal: nothing in it steers that. */
void preview_show(const struct preview_view *view, struct buf *out);

/* Appends all of it as one line of JSON in ASCII: docs/COMPOSE.md. False when out of
 * memory. */
bool preview_json(const struct preview_view *view, struct buf *out);

#endif
