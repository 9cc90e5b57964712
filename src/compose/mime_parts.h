/* SPDX-License-Identifier: ISC */
/* The body of a mail, part by part: what is its text, what are files. Within
 * compose/ for mime_view alone. */
#ifndef COMPOSE_MIME_PARTS_H
#define COMPOSE_MIME_PARTS_H

#include <stdbool.h>

#include "compose/mime_view.h"

struct _GMimeObject;

/* Adds text and files of an object to the view. False when it does not fit in
 * memory. */
bool mime_parts_take(struct _GMimeObject *object, struct mime_view *view);

#endif
