/* SPDX-License-Identifier: ISC */
/* UTF-8 (RFC 3629) as octets: is it valid, where may it be cut. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Length in octets (1-4) of the well-formed character at the front of the
 * span, or 0 when there is none (overlong forms, surrogates and values above
 * U+10FFFF are not well-formed). *code may be NULL. */
size_t utf8_next(struct span span, uint32_t *code);

bool utf8_is_valid(struct span span);
bool utf8_is_ascii(struct span span);

/* The longest front of the span of at most `max` octets that ends between two
 * characters. It does not know combining sequences. The span must be valid. */
struct span utf8_take(struct span span, size_t max);

#endif
