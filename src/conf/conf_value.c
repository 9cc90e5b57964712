/* SPDX-License-Identifier: ISC */
#include "conf/conf_value.h"

#include <stdlib.h>

#include "base/time_text.h"
#include "conf/conf.h"
#include "conf/conf_text.h"

static enum conf_value_fault store_text(const struct conf_option *option, struct span text,
					void *place)
{
	char **owned = place, *copy;

	if (text.length == 0 ? option->min > 0 : !conf_text_is_good(option, text))
		return CONF_VALUE_BAD;
	if (option->max > 0 && (int64_t)text.length > option->max)
		return CONF_VALUE_OUT_OF_RANGE;
	copy = span_dup(text);
	if (copy == NULL)
		return CONF_VALUE_NO_MEMORY;
	free(*owned);
	*owned = copy;
	return CONF_VALUE_OK;
}

static void clear_list(struct conf_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct conf_list){ NULL, 0 };
}

static enum conf_value_fault fill_list(const struct conf_option *option, struct span text,
				       struct conf_list *list)
{
	struct span word;

	list->items = calloc(option->items, sizeof(*list->items));
	if (list->items == NULL)
		return CONF_VALUE_NO_MEMORY;
	while (span_word(&text, &word)) {
		if (!conf_text_is_good(option, word))
			return CONF_VALUE_BAD;
		if (list->count == option->items)
			return CONF_VALUE_OUT_OF_RANGE;
		list->items[list->count] = span_dup(word);
		if (list->items[list->count] == NULL)
			return CONF_VALUE_NO_MEMORY;
		list->count++;
	}
	return (int64_t)list->count < option->min ? CONF_VALUE_BAD : CONF_VALUE_OK;
}

static enum conf_value_fault store_list(const struct conf_option *option, struct span text,
					void *place)
{
	struct conf_list list = { NULL, 0 }, *owned = place;
	enum conf_value_fault fault = fill_list(option, text, &list);

	if (fault != CONF_VALUE_OK) {
		clear_list(&list);
		return fault;
	}
	clear_list(owned);
	*owned = list;
	return CONF_VALUE_OK;
}

static bool is_in_range(const struct conf_option *option, int64_t value)
{
	return value >= option->min && value <= option->max;
}

static enum conf_value_fault store_durations(const struct conf_option *option, struct span text,
					     void *place)
{
	struct conf_durations durations = { .count = 0 };
	struct span word;
	int64_t ms;

	while (span_word(&text, &word)) {
		if (!time_text_parse_duration(word, &ms))
			return CONF_VALUE_BAD;
		if (!is_in_range(option, ms) || durations.count == option->items)
			return CONF_VALUE_OUT_OF_RANGE;
		durations.ms[durations.count++] = ms;
	}
	if (durations.count == 0)
		return CONF_VALUE_BAD;
	*(struct conf_durations *)place = durations;
	return CONF_VALUE_OK;
}

static enum conf_value_fault store_number(const struct conf_option *option, int64_t value,
					  void *place)
{
	if (!is_in_range(option, value))
		return CONF_VALUE_OUT_OF_RANGE;
	*(int64_t *)place = value;
	return CONF_VALUE_OK;
}

static enum conf_value_fault store_integer(const struct conf_option *option, struct span text,
					   void *place)
{
	int64_t value;

	/* Outside of the range is told apart from "no number at all". */
	return span_number(text, INT64_MIN, INT64_MAX, &value) ?
	       store_number(option, value, place) : CONF_VALUE_BAD;
}

static enum conf_value_fault store_duration(const struct conf_option *option, struct span text,
					    void *place)
{
	int64_t ms;

	return time_text_parse_duration(text, &ms) ? store_number(option, ms, place) :
						     CONF_VALUE_BAD;
}

static enum conf_value_fault store_size(const struct conf_option *option, struct span text,
					void *place)
{
	int64_t octets;

	return time_text_parse_size(text, &octets) ? store_number(option, octets, place) :
						     CONF_VALUE_BAD;
}

static enum conf_value_fault store_guard(const struct conf_option *option, struct span text,
					 void *place)
{
	int64_t *guard_ms = place;

	if (!span_is(text, "auto") && !span_is(text, "none"))
		return store_duration(option, text, place);
	*guard_ms = span_is(text, "auto") ? CONF_PLUS_GUARD_AUTO : CONF_PLUS_GUARD_NONE;
	return CONF_VALUE_OK;
}

static enum conf_value_fault store_enum(const struct conf_option *option, struct span text,
					void *place)
{
	int word = conf_text_find_word(option, text);

	if (word < 0)
		return CONF_VALUE_BAD;
	*(int *)place = (int)option->min + word;
	return CONF_VALUE_OK;
}

static enum conf_value_fault store_yes_no(const struct conf_option *option, struct span text,
					  void *place)
{
	(void)option;
	if (!span_is(text, "yes") && !span_is(text, "no"))
		return CONF_VALUE_BAD;
	*(bool *)place = span_is(text, "yes");
	return CONF_VALUE_OK;
}

static enum conf_value_fault (*const stores[CONF_TYPES])(const struct conf_option *option,
							 struct span text, void *place) = {
	[CONF_TEXT] = store_text,
	[CONF_WIRE_TEXT] = store_text,
	[CONF_PATH] = store_text,
	[CONF_SECRET] = store_text,
	[CONF_HOST] = store_text,
	[CONF_ADDRESS] = store_text,
	[CONF_WORD] = store_text,
	[CONF_LISTEN_ONE] = store_text,
	[CONF_LISTEN_TCP_ONE] = store_text,
	[CONF_ENUM] = store_enum,
	[CONF_YES_NO] = store_yes_no,
	[CONF_INTEGER] = store_integer,
	[CONF_DURATION] = store_duration,
	[CONF_GUARD] = store_guard,
	[CONF_SIZE] = store_size,
	[CONF_DURATIONS] = store_durations,
	[CONF_LIST] = store_list,
	[CONF_LISTENS] = store_list,
	[CONF_NETWORKS] = store_list,
};

enum conf_value_fault conf_value_store(const struct conf_option *option, struct span text,
				       void *section)
{
	return stores[option->type](option, text, (char *)section + option->offset);
}

void conf_value_clear(const struct conf_option *option, void *section)
{
	void *place = (char *)section + option->offset;

	if (stores[option->type] == store_list)
		clear_list(place);
	else if (stores[option->type] == store_text)
		free(*(char **)place);
}

bool conf_value_set_default(const struct conf_option *option, void *section)
{
	void *place = (char *)section + option->offset;

	/* A text that must be given has no default; what must not be empty for
	 * a reader of the file may be so until conf_finish() has complained. */
	if (stores[option->type] == store_text && option->fallback[0] == '\0') {
		*(char **)place = span_dup(span_of(""));
		return *(char **)place != NULL;
	}
	return conf_value_store(option, span_of(option->fallback), section) == CONF_VALUE_OK;
}

bool conf_value_is_empty(const struct conf_option *option, const void *section)
{
	const void *place = (const char *)section + option->offset;

	return stores[option->type] == store_text && (*(char *const *)place)[0] == '\0';
}
