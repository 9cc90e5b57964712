/* SPDX-License-Identifier: ISC */
/* What a text value must look like, by its type. Of this room alone. */
#ifndef CONF_CONF_TEXT_H
#define CONF_CONF_TEXT_H

#include <stdbool.h>

#include "base/span.h"
#include "conf/conf_options.h"

/* Whether a text that is not empty (of a list: one word of it) is good for the
 * option. False for types that hold no text. */
bool conf_text_is_good(const struct conf_option *option, struct span text);

/* The place of `text` among the option's words, or -1. */
int conf_text_find_word(const struct conf_option *option, struct span text);

#endif
