/* SPDX-License-Identifier: ISC */
#include "compose/text_grapheme.h"

#include "base/buf.h"
#include "rows.h"

struct row {
	const char *name;
	const char *letters;	/* with '|' where a cut is good */
};

#define GERMANY "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"
#define D "\xf0\x9f\x87\xa9"
#define JOINER "\xe2\x80\x8d"
#define WOMAN "\xf0\x9f\x91\xa9"
#define GIRL "\xf0\x9f\x91\xa7"

static const struct row rows_of_letters[] = {
	{ "letters stand alone", "a|b|\xc3\xbc|\xe8\xad\xa6" },
	{ "a mark belongs to its letter", "a|u\xcc\x88|b" },
	{ "several marks do", "u\xcc\x88\xcc\x81|b" },
	{ "CR and LF belong together", "a|\r\n|b" },
	{ "LF and CR do not", "a|\n|\r" },
	{ "a variation selector belongs to its picture", "\xe2\x9d\xa4\xef\xb8\x8f|b" },
	{ "a key cap does", "1\xef\xb8\x8f\xe2\x83\xa3|2" },
	{ "joined pictures are one", "x|" WOMAN JOINER GIRL "|" GIRL },
	{ "a colour of skin belongs to its picture", WOMAN "\xf0\x9f\x8f\xbd|b" },
	{ "a flag is two letters", "x|" GERMANY "|" GERMANY "|x" },
	{ "half a flag stands alone", GERMANY "|" D },
	{ "a flag of a region is one with its tags",
	  "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf|x" },
	{ "jamo are one syllable", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab|\xe1\x84\x80\xe1\x85\xb3" },
	{ "a jamo ends a syllable that is written whole", "\xed\x95\x98\xe1\x86\xab|\xea\xb8\x80" },
	{ "whole syllables stand alone", "\xed\x95\x9c|\xea\xb8\x80" },
	{ "Thai AM belongs to its letter", "\xe0\xb8\x99\xe0\xb8\xb3|x" },
	{ "a line end has no marks", "a|\r\n|\xcc\x88|x" },
	{ "a mark at the start is a border", "\xcc\x88|x" },
};

static void has_borders(void **state)
{
	const struct row *row = *state;
	struct buf text = BUF_INIT(1000);
	bool borders[1000] = { false };

	for (const char *at = row->letters; *at; at++) {
		if (*at == '|')
			borders[text.length] = true;
		else
			buf_byte(&text, *at);
	}
	borders[0] = borders[text.length] = true;
	for (size_t i = 0; i <= text.length; i++)
		assert_int_equal(text_grapheme_is_border(buf_span(&text), i), borders[i]);
	buf_clear(&text);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, rows_of_letters, has_borders);
	return rows_run(&rows, "text_grapheme");
}
