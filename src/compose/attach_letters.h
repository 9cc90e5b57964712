/* SPDX-License-Identifier: ISC */
/* Letters of other scripts by ASCII ones, for names of files. Pure. */
#ifndef COMPOSE_ATTACH_LETTERS_H
#define COMPOSE_ATTACH_LETTERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends valid UTF-8 with accents taken off, Cyrillic and Greek written in Latin
 * letters, and '?' for what has none. False when `out` is full. */
bool attach_letters_to_ascii(struct span text, struct buf *out);

#endif
