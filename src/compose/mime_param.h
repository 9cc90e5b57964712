/* SPDX-License-Identifier: ISC */
/* Fields that are a value with parameters, such as Content-Type, as RFC 2045 and 2231
 * have it and as programs really send it: without semicolons, with open quotes, with
 * encoded words for names, with backslashes of Windows. Pure but for iconv; linear. */
#ifndef COMPOSE_MIME_PARAM_H
#define COMPOSE_MIME_PARAM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* The value before all parameters: "text/plain", "attachment". */
struct span mime_param_value(struct span field);

/* Appends the first parameter of a name (given in small letters) as UTF-8 without
 * control characters; one as RFC 2231 has it counts more than a plain one. False when
 * there is none, or `out` is full. */
bool mime_param_find(struct span field, const char *name, struct buf *out);

#endif
