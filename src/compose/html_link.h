/* SPDX-License-Identifier: ISC */
/* How a link of HTML is told in plain text. Pure. */
#ifndef COMPOSE_HTML_LINK_H
#define COMPOSE_HTML_LINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

#define HTML_LINK_MAX 2000	/* octets of an address; a longer one is of no use to a reader */

/* Appends the address that a reader can use, of mailto: the mailbox alone; nothing
 * for scripts, data, places within the mail and addresses without a scheme. */
void html_link_put(struct span href, struct buf *out);

/* Whether the text of a link is its address already. */
bool html_link_is_text(struct span link, struct span text);

#endif
