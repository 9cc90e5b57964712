/* SPDX-License-Identifier: ISC */
/* Text of format=flowed (RFC 3676) with its paragraphs joined, since nobody on the
 * way behind the module joins them. Pure, linear. */
#ifndef COMPOSE_FLOWED_TEXT_H
#define COMPOSE_FLOWED_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the text: a line that ends with a blank goes on in the next one of the same
 * quote depth (with `delsp` without that blank), a quote is told by "> ", a blank
 * that was stuffed goes, "-- " before a signature stays alone. Lines end with CRLF as
 * far as they ended. False when `out` is full. */
bool flowed_text_join(struct span text, bool delsp, struct buf *out);

#endif
