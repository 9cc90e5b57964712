/* SPDX-License-Identifier: ISC */
/* The body of a mail, part by part: what is its text, what are files. Within
 * compose/ for mime_view alone. */
#ifndef COMPOSE_MIME_PARTS_H
#define COMPOSE_MIME_PARTS_H

#include <stdbool.h>

#include "base/span.h"
#include "compose/mime_view.h"

/* Adds text and files of a message to the view. False when it does not fit in
 * memory. */
bool mime_parts_take(struct span message, struct mime_view *view);

#endif
