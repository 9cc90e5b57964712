/* SPDX-License-Identifier: ISC */
/* HTML as readable plain text. The only user of libxml2, and of that only the parser:
 * nothing is fetched, no entity but HTML's own is known, no script is run, no tree
 * is built. Time is linear in the HTML; so is the text, which is at most some ten
 * times as long (margins of quotes and lists, columns), and never more than `out`
 * may hold. */
#ifndef COMPOSE_HTML_TEXT_H
#define COMPOSE_HTML_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

#define HTML_TEXT_SOURCE_MAX (4 * 1024 * 1024)	/* octets of HTML that are looked at */

/* Appends the text of HTML in UTF-8, lines ended by CRLF, nothing when there is no
 * text in it. *whole tells whether all of it was looked at. False when out of memory
 * or `out` is full. */
bool html_text_render(struct span html, struct buf *out, bool *whole);

/* The charset that the HTML names for itself (<meta charset>), empty when none. */
struct span html_text_charset(struct span html);

#endif
