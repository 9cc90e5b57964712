/* SPDX-License-Identifier: ISC */
/* The leaves of a mail become its text and its files. Within compose/ for mime_view
 * alone. */
#ifndef COMPOSE_MIME_TEXT_H
#define COMPOSE_MIME_TEXT_H

#include <stdbool.h>

#include "compose/mime_leaf.h"
#include "compose/mime_view.h"

/* Writes the texts that are shown to the view, and moves the files there. False when
 * out of memory. */
bool mime_text_sort(struct mime_leaves *leaves, struct mime_view *view);

#endif
