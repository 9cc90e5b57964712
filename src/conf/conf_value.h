/* SPDX-License-Identifier: ISC */
/* One option's value: text to member, and back to nothing. Of this room alone. */
#ifndef CONF_CONF_VALUE_H
#define CONF_CONF_VALUE_H

#include <stdbool.h>

#include "base/span.h"
#include "conf/conf_options.h"

enum conf_value_fault {
	CONF_VALUE_OK,
	CONF_VALUE_BAD,			/* not of the option's type */
	CONF_VALUE_OUT_OF_RANGE,	/* of its type, but too small, large, long or many */
	CONF_VALUE_NO_MEMORY,
};

/* Reads `text` into the option's member of `section` (its section's struct).
 * What is no value leaves the member as it was. */
enum conf_value_fault conf_value_store(const struct conf_option *option, struct span text,
				       void *section);

/* Frees what the member holds. */
void conf_value_clear(const struct conf_option *option, void *section);

/* Sets the member to its fallback; the section is zero before. False when out
 * of memory. */
bool conf_value_set_default(const struct conf_option *option, void *section);

/* Whether a text member of the section is "". */
bool conf_value_is_empty(const struct conf_option *option, const void *section);

#endif
