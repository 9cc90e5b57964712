/* SPDX-License-Identifier: ISC */
/* Where header, fields and parts stand in the octets of a mail: spans of the whole,
 * so that what is not understood can be carried as it came. GMime's own parser is
 * not asked: it needs memory a hundred times the header, and its stack ends at
 * "To: a:a:a:..." of 100 KB. Pure; linear in the octets for each level. */
#ifndef COMPOSE_MIME_ENTITY_H
#define COMPOSE_MIME_ENTITY_H

#include <stdbool.h>

#include "base/span.h"

/* Takes a field with the lines that continue it off the front (RFC 5322, 2.2.3).
 * False, and nothing taken, where the header ends: at an empty line, or at one that
 * is no field. A "From " line of a mailbox file is taken as an empty field. */
bool mime_entity_take_field(struct span *rest, struct span *field);

/* Name of a field, without blanks before the colon (obsolete, RFC 5322, 4.5), and
 * what stands behind the colon, line ends and all. */
struct span mime_entity_name(struct span field);
struct span mime_entity_value(struct span field);

/* The first field of a name; an empty span when there is none. */
struct span mime_entity_find(struct span header, const char *name);

/* The body behind a header that starts the octets; *header may be NULL. */
struct span mime_entity_body(struct span octets, struct span *header);

/* The parts of a multipart's body, one after the other. */
struct mime_multipart {
	struct span rest;	/* not yet looked at; behind the last part the epilogue */
	struct span boundary;
	struct span prologue;
	bool ended;		/* the last boundary was met, so nothing was cut off */
};

void mime_multipart_start(struct mime_multipart *multipart, struct span body,
			  struct span boundary);

/* False when there are no more. Without a closing boundary the last part goes to the
 * end. */
bool mime_multipart_next(struct mime_multipart *multipart, struct span *part);

#endif
