/* SPDX-License-Identifier: ISC */
/* The table of all options, and how to find a row of it. Facts only: what a
 * value's text means is conf_value's business. Of this room alone. */
#ifndef CONF_CONF_OPTIONS_H
#define CONF_CONF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum conf_type {
	CONF_TEXT,		/* char *: UTF-8, [min, max] octets */
	CONF_WIRE_TEXT,		/* char *: what a quoted AT parameter carries, [min, max] octets */
	CONF_PATH,		/* char *: absolute */
	CONF_SECRET,		/* char *: where a secret lies: a path or a credential's name */
	CONF_HOST,		/* char *: a domain name or a numeric address */
	CONF_ADDRESS,		/* char *: a mail address */
	CONF_WORD,		/* char *: one of `words` */
	CONF_LISTEN_ONE,	/* char *: see conf_parse_listen() */
	CONF_LISTEN_TCP_ONE,	/* char *: the same, TCP only */
	CONF_ENUM,		/* int: min + the place in `words` */
	CONF_YES_NO,		/* bool */
	CONF_INTEGER,		/* int64_t in [min, max] */
	CONF_DURATION,		/* int64_t, ms in [min, max] */
	CONF_GUARD,		/* int64_t: a duration, CONF_PLUS_GUARD_AUTO or _NONE */
	CONF_SIZE,		/* int64_t, octets in [min, max] */
	CONF_DURATIONS,		/* struct conf_durations: 1 to `items`, each in [min, max] */
	CONF_LIST,		/* struct conf_list: [min, items] words */
	CONF_LISTENS,		/* struct conf_list: up to `items` */
	CONF_NETWORKS,		/* struct conf_list: up to `items` */
	CONF_TYPES,		/* how many there are */
};

/* One option. A text or list whose `min` is 0 may be empty, which means "not
 * used"; for one whose min is above 0 and whose fallback is "" the reader of
 * the configuration must give a value. */
struct conf_option {
	const char *section, *key;
	enum conf_type type;
	int64_t min, max;
	size_t items;
	const char *words;	/* separated by blanks */
	const char *fallback;	/* the default, as one would write it */
	const char *example;	/* shown in the sample where there is no default */
	const char *unit;	/* of a bare number; "" none */
	const char *help;	/* sentences for the sample and the manual */
	size_t offset;		/* of the member in its section's struct */
};

struct conf_section {
	const char *name;
	const char *title;	/* for the sample when it takes one: [modem "gsm0"]; else NULL */
	size_t offset;		/* in struct conf: of its struct, or of the pointer to them all */
	size_t place;		/* of the struct conf_place in its struct */
	size_t count, size;	/* titled: offset of how many there are, and size of one;
				 * its first member is its title */
	const char *help;
};

extern const struct conf_option conf_options[];
extern const size_t conf_option_count;
extern const struct conf_section conf_sections[];
extern const size_t conf_section_count;

/* NULL when there is none. */
const struct conf_section *conf_options_section(struct span name);
const struct conf_option *conf_options_find(const char *section, struct span key);

#endif
