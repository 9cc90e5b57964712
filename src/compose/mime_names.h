/* SPDX-License-Identifier: ISC */
/* Names for parts whose sender gave them none, by which programs know what they are. */
#ifndef COMPOSE_MIME_NAMES_H
#define COMPOSE_MIME_NAMES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends a name for a part of a type (in small letters): for an enclosed mail its
 * subject; nothing for types whose name says nothing. */
void mime_names_put(struct span type, struct span octets, bool encrypted, struct buf *out);

#endif
