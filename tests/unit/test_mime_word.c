/* SPDX-License-Identifier: ISC */
#include "compose/mime_word.h"

#include "rows.h"

#define UE "\xc3\xbc"
#define EURO "\xe2\x82\xac"

struct row {
	const char *name;
	const char *value, *text;
};

static const struct row values[] = {
	{ "plain text stays", "a b  c", "a b  c" },
	{ "nothing stays nothing", " \r\n ", "" },
	{ "a folded line", "a\r\n b\r\n\tc", "a b c" },
	{ "Q", "=?utf-8?q?=C3=BC_a?=", UE " a" },
	{ "B", "=?UTF-8?B?w7w=?=", UE },
	{ "with text around", "x =?utf-8?q?=C3=BC?= y", "x " UE " y" },
	{ "blanks between words go", "=?utf-8?q?a?=\r\n =?utf-8?q?b?= =?iso-8859-1?q?=FC?=", "ab" UE },
	{ "no blanks between words", "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
	{ "no blanks around a word", "x=?utf-8?q?=C3=BC?=y", "x" UE "y" },
	{ "within quotes", "\"=?utf-8?q?=C3=BC?=\" <a@b>", "\"" UE "\" <a@b>" },
	{ "a character over two words", "=?UTF-8?Q?=E2=82?= =?UTF-8?Q?=AC?=", EURO },
	{ "a character over words of both encodings", "=?UTF-8?Q?=E2=82?= =?utf-8?B?rA==?=", EURO },
	{ "B without padding", "=?utf-8?b?w7w?=", UE },
	{ "B with padding within", "=?utf-8?b?w7w=w7w=?=", UE UE },
	{ "B with an odd letter", "=?utf-8?b?w7w=!?=", UE },
	{ "blanks within a word", "=?utf-8?q?a b?= =?utf-8?b?w7 w=?=", "a b" UE },
	{ "a word broken over lines", "=?utf-8?q?a=\r\n b?=", "a= b" },
	{ "a language", "=?utf-8*de?q?=C3=BC?=", UE },
	{ "UTF-8 that says it is Latin-1", "=?iso-8859-1?q?=C3=BC?=", UE },
	{ "Latin-1 that says it is UTF-8", "=?utf-8?q?=FC?=", UE },
	{ "an unknown charset", "=?x-foo?q?=FC?= =?unknown-8bit?q?=C3=BC?=", UE UE },
	{ "7-bit Japanese", "=?iso-2022-jp?B?GyRCN1lKcxsoQg==?=", "\xe8\xad\xa6\xe5\xa0\xb1" },
	{ "raw UTF-8", "a " UE, "a " UE },
	{ "raw Latin-1", "a \xfc", "a " UE },
	{ "raw Latin-1 beside a word", "\xfc =?utf-8?q?=C3=BC?=", UE " " UE },
	{ "raw UTF-8 beside a word", UE "=?iso-8859-1?q?=FC?=", UE UE },
	{ "raw 7-bit Japanese", "\x1b$B7Y\x1b(B", "\xe8\xad\xa6" },
	{ "a word that does not end", "=?utf-8?q?abc", "=?utf-8?q?abc" },
	{ "an unknown encoding", "=?utf-8?x?abc?=", "=?utf-8?x?abc?=" },
	{ "no word at all", "=? =?= ?= =?a?b", "=? =?= ?= =?a?b" },
	{ "an empty word", "a =?utf-8?q?" "?= b", "a  b" },
	{ "a code that is none", "=?utf-8?q?a=zz=4?=", "a=zz=4" },
	{ "control characters become blanks", "=?utf-8?q?a=0D=0ABcc:_b=00c?=", "a  Bcc: b?c" },
};

static void decodes(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(mime_word_decode(span_of(row->value), &out));
	assert_string_equal(buf_string(&out), row->text);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, values, decodes);
	return rows_run(&rows, "mime_word");
}
