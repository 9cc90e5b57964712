/* SPDX-License-Identifier: ISC */
/* Names for attachments that the module can take, as near to the sender's as may
 * be. A name that begins with a store of the module (/UFS/) would attach the
 * module's own file. */
#ifndef COMPOSE_ATTACH_NAME_H
#define COMPOSE_ATTACH_NAME_H

#include <stddef.h>

#include "base/span.h"

#define ATTACH_NAME_SIZE 64	/* 63 octets and NUL */

/* Makes a safe name (wire_text_name_fault()) of the sender's (UTF-8, may be empty
 * or anything), the media type ("image/png") and the place among the parts: other
 * scripts in Latin letters; where no letter is left "file-3.pdf", "part-3.png".
 * `reserve` octets of the 63 are left free for what the caller puts behind. */
void attach_name_make(struct span name, struct span type, size_t place, size_t reserve,
		      char out[static ATTACH_NAME_SIZE]);

/* Puts "-N" before the extension. */
void attach_name_number(char name[static ATTACH_NAME_SIZE], size_t number, size_t reserve);

#endif
