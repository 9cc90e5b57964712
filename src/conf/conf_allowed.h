/* SPDX-License-Identifier: ISC */
/* What an option may be, as a phrase for complaints, sample and manual. Of this
 * room alone. */
#ifndef CONF_CONF_ALLOWED_H
#define CONF_CONF_ALLOWED_H

#include "base/buf.h"
#include "conf/conf_options.h"

/* Appends "1 to 65535", "yes, no", "a duration from 1s to 1h, ...". */
void conf_allowed_format(const struct conf_option *option, struct buf *out);

#endif
