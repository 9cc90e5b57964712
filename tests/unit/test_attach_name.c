/* SPDX-License-Identifier: ISC */
#include "compose/attach_name.h"

#include "mail/wire_text.h"
#include "rows.h"

struct row {
	const char *name;
	const char *given;
	const char *type;
	const char *made;
};

#define TEN "abcdefghij"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct row names[] = {
	{ "a safe name stays", "log-2026_11.tar.gz", "", "log-2026_11.tar.gz" },
	{ "a blank becomes an underline", "my log.txt", "", "my_log.txt" },
	{ "a run of odd octets becomes one underline", "a (1) \t[b].txt", "", "a_1_b_.txt" },
	{ "umlauts become letters", "\xc3\x9c" "bersicht.pdf", "", "Ubersicht.pdf" },
	{ "the module's store is out of reach", "/UFS/secret.txt", "", "secret.txt" },
	{ "no folder stays", "../../etc/passwd", "", "passwd" },
	{ "no folder of Windows stays", "C:\\TEMP\\a.txt", "", "a.txt" },
	{ "no dot stays in front", "..profile", "", "profile" },
	{ "a quotation mark goes", "a\"b.txt", "", "a_b.txt" },
	{ "line ends go", "a\r\nAT+CMGS=1.txt", "", "a_AT_CMGS_1.txt" },
	{ "a name without a letter is replaced", "\xe8\xad\xa6", "image/png", "part-3.png" },
	{ "a name of such letters keeps its extension", "\xe8\xad\xa6\xe5\xa0\xb1.pdf", "", "file-3.pdf" },
	{ "what is left of such a name stays", "\xe8\xad\xa6 2026.pdf", "", "2026.pdf" },
	{ "Cyrillic is written in Latin letters", "\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82 \xd0\xb7\xd0\xb0 \xd0\xb8\xd1\x8e\xd0\xbb\xd1\x8c.doc", "",
	  "Otchyot_za_iyul.doc" },
	{ "Ukrainian is, too", "\xd0\x87\xd0\xb6\xd0\xb0\xd0\xba.txt", "", "Yizhak.txt" },
	{ "a short i of two characters is one", "\xd0\xb8\xcc\x86.txt", "", "i.txt" },
	{ "Greek is written in Latin letters", "\xce\x91\xcf\x81\xcf\x87\xce\xb5\xce\xaf\xce\xbf \xce\x98.txt", "", "Archeio_Th.txt" },
	{ "Polish and Vietnamese lose their accents", "\xc5\x81\xc3\xb3" "d\xc5\xba-Vi\xe1\xbb\x87t.txt", "", "Lodz-Viet.txt" },
	{ "no minus stays in front", "--help.txt", "", "help.txt" },
	{ "a hidden file is shown", ".profile", "", "profile" },
	{ "a name of dots is replaced", "...", "", "part-3.bin" },
	{ "a missing name is made of the type", "", "text/html", "part-3.html" },
	{ "the type has no case", "", "IMAGE/JPEG", "part-3.jpg" },
	{ "an unknown text is text", "", "text/x-log", "part-3.txt" },
	{ "an unknown type is octets", "", "x/y", "part-3.bin" },
	{ "a folder alone is replaced", "a/", "", "part-3.bin" },
	{ "a name that is not UTF-8 is replaced", "\xff\xfe", "", "part-3.bin" },
	{ "a long name keeps its extension", SEVENTY ".jpeg", "",
	  TEN TEN TEN TEN TEN "abcde" ".jpeg" },
	{ "a long name without extension is cut", SEVENTY, "", TEN TEN TEN TEN TEN TEN },
	{ "a long extension is none", "a." SEVENTY, "", "a." TEN TEN TEN TEN TEN "abcdefgh" },
};

static void makes(void **state)
{
	const struct row *row = *state;
	char name[ATTACH_NAME_SIZE];

	attach_name_make(span_of(row->given), span_of(row->type), 3, 3, name);
	assert_string_equal(name, row->made);
	assert_null(wire_text_name_fault(span_of(name)));
	assert_true(strlen(name) <= 60);
}

static void numbers(void **state)
{
	char name[ATTACH_NAME_SIZE] = "log.txt", bare[ATTACH_NAME_SIZE] = "log";
	char longest[ATTACH_NAME_SIZE] = TEN TEN TEN TEN TEN TEN;

	(void)state;
	attach_name_number(name, 2, 0);
	assert_string_equal(name, "log-2.txt");
	attach_name_number(bare, 1000, 0);
	assert_string_equal(bare, "log-1000");
	attach_name_number(longest, 12, 3);
	assert_string_equal(longest, TEN TEN TEN TEN TEN "abcdefg-12");
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, names, makes);
	ROWS_ADD(&rows, "a number goes before the extension", numbers);
	return rows_run(&rows, "attach_name");
}
