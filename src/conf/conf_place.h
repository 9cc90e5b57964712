/* SPDX-License-Identifier: ISC */
/* The structs behind sections: finds them, makes them, fills and frees them. Of
 * this room alone. */
#ifndef CONF_CONF_PLACE_H
#define CONF_CONF_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "conf/conf.h"
#include "conf/conf_options.h"

#define CONF_TITLED_MAX 64	/* accounts, and modems */

/* Puts the defaults into the sections that take no title, unless that was done
 * before. False when out of memory. */
bool conf_place_defaults(struct conf *conf);

/* How many structs a section has: 1 when it takes no title. */
size_t conf_place_count(struct conf *conf, const struct conf_section *section);

/* The struct of that number, below the count. */
void *conf_place_at(struct conf *conf, const struct conf_section *section, size_t number);

/* The one of that title; NULL when there is none. */
void *conf_place_find(struct conf *conf, const struct conf_section *section, struct span title);

/* The title of a titled section's struct. */
const char *conf_place_title(const void *object);

/* Adds one with defaults; the others may move. NULL when out of memory. */
void *conf_place_add(struct conf *conf, const struct conf_section *section, struct span title);

/* Notes where a section begins, the first time. False when out of memory. */
bool conf_place_note(const struct conf_section *section, void *object, const char *file,
		     unsigned line);
const struct conf_place *conf_place_of(const struct conf_section *section, const void *object);

/* Frees all that the section's structs hold, and their room. */
void conf_place_clear(struct conf *conf, const struct conf_section *section);

#endif
