/* SPDX-License-Identifier: ISC */
/* Small texts of the state folder, one file a modem and a matter, read whole and
 * replaced whole. Storing waits for the disk, in the loop: it is a matter of a few
 * hundred octets, a few times in a modem's day at most. */
#ifndef IO_STATE_FILE_H
#define IO_STATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* Names the file FOLDER/MATTER-MODEM; what a modem's name holds besides letters and
 * digits becomes '_'. `matter` is static, of letters. */
void state_file_path(const char *folder, const char *matter, const char *modem, char *path,
		     size_t size);

/* Appends the text. -ENOENT when there is none, -EFBIG when `text` is full, or
 * another negative errno. */
int state_file_load(const char *folder, const char *matter, const char *modem, struct buf *text);

/* Durable when it returns 0; else a negative errno, and the old text stays. */
int state_file_store(const char *folder, const char *matter, const char *modem,
		     struct span text);

/* Writes a file, whole or not at all, for its owner only, and does not wait for the
 * disk: after a power failure it may be the old one, or none. 0 or a negative errno. */
int state_file_write(const char *path, struct span text);

#endif
