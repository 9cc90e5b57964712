/* SPDX-License-Identifier: ISC */
#include "compose/text_grapheme.h"

#include <glib.h>

#include "base/utf8.h"

#define ZERO_WIDTH_JOINER 0x200d
#define FLAGS_MAX 4000		/* octets that are looked back for the start of a row of flags */

struct range {
	uint32_t first, last;
};

/* What belongs to the character before it and is no mark by its category. */
static const struct range extenders[] = {
	{ 0x200c, 0x200d },	/* joiners */
	{ 0x0e33, 0x0e33 },	/* Thai and Lao AM */
	{ 0x0eb3, 0x0eb3 },
	{ 0xff9e, 0xff9f },	/* voicing of half-width katakana */
	{ 0x1f3fb, 0x1f3ff },	/* colours of skin */
	{ 0xe0020, 0xe007f },	/* tags: flags of regions */
};

static const struct range leading_jamo[] = { { 0x1100, 0x115f }, { 0xa960, 0xa97c } };
static const struct range later_jamo[] = { { 0x1160, 0x11ff }, { 0xd7b0, 0xd7fb } };
static const struct range hangul[] = {
	{ 0x1100, 0x11ff }, { 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xd7b0, 0xd7fb },
};

#define IS_IN(code, ranges) is_in(code, ranges, sizeof(ranges) / sizeof((ranges)[0]))

static bool is_in(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

static bool is_inside(struct span text, size_t at)
{
	return ((unsigned char)text.at[at] & 0xc0) == 0x80;
}

static size_t step_back(struct span text, size_t at)
{
	do
		at--;
	while (at > 0 && is_inside(text, at));
	return at;
}

static uint32_t code_at(struct span text, size_t at)
{
	uint32_t code = 0;

	utf8_next(span_skip(text, at), &code);
	return code;
}

/* Two of them are a flag. */
static bool is_regional(uint32_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/* Whether the letter before `at` is the first half of a flag. */
static bool is_half_a_flag(struct span text, size_t at)
{
	size_t start = at, count = 0;

	while (start > 0 && at - start < FLAGS_MAX &&
	       is_regional(code_at(text, step_back(text, start)))) {
		start = step_back(text, start);
		count++;
	}
	return count % 2 == 1;
}

static bool is_syllable(uint32_t before, uint32_t code)
{
	if (IS_IN(code, later_jamo))
		return IS_IN(before, hangul);
	return IS_IN(before, leading_jamo) && IS_IN(code, hangul);
}

bool text_grapheme_is_border(struct span text, size_t at)
{
	uint32_t before, code;

	if (at == 0 || at >= text.length)
		return true;
	if (is_inside(text, at))
		return false;
	before = code_at(text, step_back(text, at));
	code = code_at(text, at);
	if (before < ' ')	/* controls and line ends have no marks */
		return !(before == '\r' && code == '\n');
	if (g_unichar_ismark(code) || IS_IN(code, extenders) || before == ZERO_WIDTH_JOINER ||
	    is_syllable(before, code))
		return false;
	return !(is_regional(code) && is_regional(before) && is_half_a_flag(text, at));
}
