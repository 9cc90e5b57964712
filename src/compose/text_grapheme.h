/* SPDX-License-Identifier: ISC */
/* Where a text may be cut so that no letter, as people see letters, is torn apart
 * (Unicode, UAX 29: the rules that matter to mail). Pure. */
#ifndef COMPOSE_TEXT_GRAPHEME_H
#define COMPOSE_TEXT_GRAPHEME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Whether valid UTF-8 may be cut at this offset: at both ends, and between two
 * letters; not within a character, CRLF, a flag, a syllable of jamo, or a sequence
 * of marks, joiners and colours of skin. */
bool text_grapheme_is_border(struct span text, size_t at);

#endif
