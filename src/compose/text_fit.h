/* SPDX-License-Identifier: ISC */
/* Texts made to fit the module: which charset, where to cut. Knows no mail; all
 * texts are valid UTF-8. */
#ifndef COMPOSE_TEXT_FIT_H
#define COMPOSE_TEXT_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/transaction.h"

/* The longest front of at most `max` octets that ends between two letters as people
 * see them (compose/text_grapheme.h), unless one is longer than any letter is. */
struct span text_fit_front(struct span text, size_t max);

/* The subject for AT+QSMTPSUB: ASCII when it is plain and safe between quotes, else
 * UTF-8, or GB2312 or BIG5 where it is whole only in that. One that is too long
 * ends in an ellipsis and *cut is set. `text` has no control characters, `out` is
 * empty and holds TRANSACTION_SUBJECT_MAX. False when out of memory. */
bool text_fit_subject(struct span text, struct buf *out, enum transaction_charset *charset,
		      bool *cut);

/* One body: what stands before the text, the text, what stands behind it; each
 * is empty or a safe body (mail/wire_text.h). */
struct text_fit_parts {
	struct span lead, text, trail;
	struct span elsewhere;	/* a phrase: where all of the text is; one line */
};

#define TEXT_FIT_AROUND_MAX 4000

/* Appends the body, at most TRANSACTION_BODY_MAX octets. When all does not fit,
 * the middle of the text is left out, on line borders where there are any, and a
 * line says how much is missing and where it is. Lead and trail are cut at
 * TEXT_FIT_AROUND_MAX each. False when `out` is full. */
bool text_fit_body(const struct text_fit_parts *parts, struct buf *out);

/* Whether text_fit_body() would leave out some of the text. */
bool text_fit_is_over(const struct text_fit_parts *parts);

/* For a text that goes in several bodies: puts a page of at most `max` octets (100
 * at least) of a safe body from offset `from` on, on line borders where there are
 * any; answers where the next one begins. A page is a safe body. */
size_t text_fit_put_page(struct span text, size_t from, size_t max, struct buf *out);

#endif
