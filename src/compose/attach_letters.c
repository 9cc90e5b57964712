/* SPDX-License-Identifier: ISC */
#include "compose/attach_letters.h"

#include <glib.h>

#include "base/utf8.h"

/* Small letters of one script, one after the other. */
struct alphabet {
	uint32_t first, last;
	const char *const *letters;
};

/* U+0430 to U+045F, about as passports and maps write them. */
static const char *const cyrillic[] = {
	"a",  "b",  "v",  "g",	"d",  "e",  "zh", "z",	"i",   "y", "k", "l", "m", "n", "o",  "p",
	"r",  "s",  "t",  "u",	"f",  "kh", "ts", "ch", "sh",  "shch", "", "y", "", "e", "yu", "ya",
	"e",  "yo", "dj", "g",	"ye", "dz", "i",  "yi", "j",   "lj", "nj", "c", "k", "i", "u", "dz",
};

/* U+03B1 to U+03C9 (ELOT 743). */
static const char *const greek[] = {
	"a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n",
	"x", "o", "p", "r", "s", "s", "t", "y",	 "f", "ch", "ps", "o",
};

static const struct alphabet alphabets[] = {
	{ 0x0430, 0x045f, cyrillic },
	{ 0x03b1, 0x03c9, greek },
};

/* NULL when none of our scripts has it; "" for a letter without sound. */
static const char *find_letter(uint32_t small)
{
	for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++)
		if (small >= alphabets[i].first && small <= alphabets[i].last)
			return alphabets[i].letters[small - alphabets[i].first];
	return NULL;
}

/* The letter without its accents. */
static uint32_t bare(uint32_t code)
{
	gunichar base, accent;

	while (g_unichar_decompose(code, &base, &accent) && accent != 0)
		code = base;
	return code;
}

static void put_letter(const char *letter, bool upper, struct buf *out)
{
	for (size_t i = 0; letter[i]; i++)
		buf_byte(out, upper && i == 0 ? g_ascii_toupper(letter[i]) : letter[i]);
}

static void put_other(struct span character, struct buf *out)
{
	char text[8];
	char *ascii;

	span_copy(character, text, sizeof text);
	ascii = g_str_to_ascii(text, "C");
	buf_text(out, ascii);
	g_free(ascii);
}

static void put_character(struct span character, uint32_t code, struct buf *out)
{
	const char *letter = find_letter(g_unichar_tolower(code));
	bool upper = g_unichar_isupper(code);

	if (code < 0x80) {
		buf_byte(out, (char)code);
		return;
	}
	if (g_unichar_ismark(code))	/* an accent that stands alone */
		return;
	if (letter == NULL)
		letter = find_letter(g_unichar_tolower(bare(code)));
	if (letter)
		put_letter(letter, upper, out);
	else
		put_other(character, out);
}

bool attach_letters_to_ascii(struct span text, struct buf *out)
{
	uint32_t code;
	size_t length;

	while ((length = utf8_next(text, &code)) > 0) {
		put_character(span_take(text, length), code, out);
		text = span_skip(text, length);
	}
	return !out->failed;
}
