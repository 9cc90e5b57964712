/* SPDX-License-Identifier: ISC */
/* Text for a terminal: what a mail or a server said must not steer it. Pure. */
#ifndef CTL_CTL_TEXT_H
#define CTL_CTL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends the text, its controls, direction marks and bad octets as "\xNN". */
void ctl_text_escape(struct span text, struct buf *out);

/* How many characters a valid text has: what it takes of a line. */
size_t ctl_text_width(struct span text);

/* "512", "1.2K", "3.4M". */
void ctl_text_size(int64_t octets, struct buf *out);

#endif
