/* SPDX-License-Identifier: ISC */
/* Reads the configuration from disk: the file, then conf.d/ beside it in order;
 * and secrets, which are files: a path, or a bare name that is looked up in
 * $CREDENTIALS_DIRECTORY. */
#ifndef IO_CONF_FILE_H
#define IO_CONF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "conf/conf.h"

#define CONF_SECRET_MAX 256	/* octets of a secret */

/* Reads FILE and FILE's folder's conf.d/ *.conf into an initialised conf and
 * finishes it. True when there is no complaint. */
bool conf_file_load(const char *path, struct conf *conf, struct buf *complaints);

/* Reads a secret into `out` (NUL-ended, one line end at its end taken off).
 * `name` "" gives "". 0, or a negative errno with a sentence in `why` that
 * never holds any of it. A file that others can read is refused with -EPERM. */
int conf_file_read_secret(const char *name, char *out, size_t size, char *why, size_t why_size);

/* Reads a file of several lines that is named like a secret, whole, without a NUL behind
 * it; one that does not leave an octet of `out` free is -EFBIG. One to which somebody has
 * a `forbidden` right is refused with -EPERM. 0, or a negative errno with a sentence in
 * `why`. The caller wipes `out`. */
int conf_file_read_text(const char *name, mode_t forbidden, char *out, size_t size, size_t *length,
			char *why, size_t why_size);

#endif
