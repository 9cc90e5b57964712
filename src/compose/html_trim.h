/* SPDX-License-Identifier: ISC */
/* Keeps HTML within bounds before the parser sees it: that compares each attribute
 * of a tag with each other one, so that 1 MB of them takes minutes. Pure, linear. */
#ifndef COMPOSE_HTML_TRIM_H
#define COMPOSE_HTML_TRIM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

#define HTML_TRIM_TAG_MAX 600	/* blanks and quotes in a tag: what may part attributes */

/* Appends the HTML, of a tag with too many attributes only its front. False when
 * `out` is full. */
bool html_trim(struct span html, struct buf *out);

#endif
