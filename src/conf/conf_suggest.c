/* SPDX-License-Identifier: ISC */
#include "conf/conf_suggest.h"

#include "conf/conf_options.h"

#define NAME_MAX_OCTETS 48	/* a longer name is not a misspelt one */

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters must be changed, added, dropped or swapped with the next one
 * to make one of the other (Levenshtein's distance with Damerau's swaps): rows
 * of the matrix, of which only the last three are kept. */
static size_t distance(struct span a, const char *b)
{
	size_t length = strlen(b), rows[3][NAME_MAX_OCTETS + 1];

	if (a.length > NAME_MAX_OCTETS || length > NAME_MAX_OCTETS)
		return SIZE_MAX;
	for (size_t j = 0; j <= length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = smallest(above[j] + 1, row[j - 1] + 1,
					  above[j - 1] + (a.at[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a.at[i - 1] == b[j - 2] && a.at[i - 2] == b[j - 1])
				row[j] = smallest(row[j], before[j - 2] + 1, SIZE_MAX);
		}
	}
	return rows[a.length % 3][length];
}

/* The best name so far; only one of which most letters are right counts. */
struct nearest {
	const char *name;
	size_t distance;
};

static void consider(struct nearest *nearest, struct span wrong, const char *name)
{
	size_t far = distance(wrong, name);

	if (far < nearest->distance && far <= 1 + strlen(name) / 6) {
		nearest->name = name;
		nearest->distance = far;
	}
}

void conf_suggest_section(struct span name, struct buf *out)
{
	struct nearest nearest = { NULL, SIZE_MAX };

	for (size_t i = 0; i < conf_section_count; i++)
		consider(&nearest, name, conf_sections[i].name);
	if (nearest.name)
		buf_format(out, "; did you mean [%s]? allowed:", nearest.name);
	else
		buf_text(out, "; allowed:");
	for (size_t i = 0; i < conf_section_count; i++) {
		const struct conf_section *section = &conf_sections[i];

		if (section->title)
			buf_format(out, " [%s \"%s\"]", section->name, section->title);
		else
			buf_format(out, " [%s]", section->name);
	}
}

void conf_suggest_key(const char *section, struct span key, struct buf *out)
{
	struct nearest nearest = { NULL, SIZE_MAX };
	const char *home = NULL;

	for (size_t i = 0; i < conf_option_count; i++) {
		if (strcmp(conf_options[i].section, section) == 0)
			consider(&nearest, key, conf_options[i].key);
		else if (span_is(key, conf_options[i].key))
			home = conf_options[i].section;
	}
	if (home)
		buf_format(out, "; it belongs to [%s]; allowed:", home);
	else if (nearest.name)
		buf_format(out, "; did you mean \"%s\"? allowed:", nearest.name);
	else
		buf_text(out, "; allowed:");
	for (size_t i = 0; i < conf_option_count; i++)
		if (strcmp(conf_options[i].section, section) == 0)
			buf_format(out, " %s", conf_options[i].key);
}
