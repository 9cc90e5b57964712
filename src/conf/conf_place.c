/* SPDX-License-Identifier: ISC */
#include "conf/conf_place.h"

#include <stdlib.h>

#include "conf/conf_value.h"

/* Every member that is reached by an offset is read and written as what it is:
 * a pointer to structs by memcpy(), since its type differs from row to row. */
static char *get_array(struct conf *conf, const struct conf_section *section)
{
	char *array;

	memcpy(&array, (char *)conf + section->offset, sizeof(array));
	return array;
}

static size_t *count_of(struct conf *conf, const struct conf_section *section)
{
	return (void *)((char *)conf + section->count);
}

static char **title_of(void *object)
{
	return object;
}

const char *conf_place_title(const void *object)
{
	return *(char *const *)object;
}

size_t conf_place_count(struct conf *conf, const struct conf_section *section)
{
	return section->title ? *count_of(conf, section) : 1;
}

void *conf_place_at(struct conf *conf, const struct conf_section *section, size_t number)
{
	if (section->title)
		return get_array(conf, section) + number * section->size;
	return (char *)conf + section->offset;
}

void *conf_place_find(struct conf *conf, const struct conf_section *section, struct span title)
{
	for (size_t i = 0; i < conf_place_count(conf, section); i++)
		if (span_is(title, conf_place_title(conf_place_at(conf, section, i))))
			return conf_place_at(conf, section, i);
	return NULL;
}

static bool set_defaults(const struct conf_section *section, void *object)
{
	for (size_t i = 0; i < conf_option_count; i++)
		if (strcmp(conf_options[i].section, section->name) == 0 &&
		    !conf_value_set_default(&conf_options[i], object))
			return false;
	return true;
}

void *conf_place_add(struct conf *conf, const struct conf_section *section, struct span title)
{
	size_t count = conf_place_count(conf, section);
	char *grown = realloc(get_array(conf, section), (count + 1) * section->size);
	void *added;

	if (grown == NULL)
		return NULL;
	memcpy((char *)conf + section->offset, &grown, sizeof(grown));
	added = grown + count * section->size;
	memset(added, 0, section->size);
	*count_of(conf, section) = count + 1;
	*title_of(added) = span_dup(title);
	return *title_of(added) && set_defaults(section, added) ? added : NULL;
}

bool conf_place_defaults(struct conf *conf)
{
	if (conf->has_defaults)
		return true;
	conf->has_defaults = true;
	for (size_t i = 0; i < conf_section_count; i++)
		if (conf_sections[i].title == NULL &&
		    !set_defaults(&conf_sections[i], conf_place_at(conf, &conf_sections[i], 0)))
			return false;
	return true;
}

bool conf_place_note(const struct conf_section *section, void *object, const char *file,
		     unsigned line)
{
	struct conf_place *place = (void *)((char *)object + section->place);

	if (place->file)
		return true;
	place->line = line;
	place->file = span_dup(span_of(file));
	return place->file != NULL;
}

const struct conf_place *conf_place_of(const struct conf_section *section, const void *object)
{
	return (const void *)((const char *)object + section->place);
}

static void clear_one(const struct conf_section *section, void *object)
{
	for (size_t i = 0; i < conf_option_count; i++)
		if (strcmp(conf_options[i].section, section->name) == 0)
			conf_value_clear(&conf_options[i], object);
	free(conf_place_of(section, object)->file);
	if (section->title)
		free(*title_of(object));
}

void conf_place_clear(struct conf *conf, const struct conf_section *section)
{
	for (size_t i = 0; i < conf_place_count(conf, section); i++)
		clear_one(section, conf_place_at(conf, section, i));
	if (section->title)
		free(get_array(conf, section));
}
