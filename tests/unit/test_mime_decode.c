/* SPDX-License-Identifier: ISC */
#include "compose/mime_decode.h"

#include "rows.h"

struct row {
	const char *name;
	const char *encoding;
	const char *octets, *decoded;
	bool odd;
};

static const struct row parts[] = {
	{ "no encoding", "", "a=41\r\n", "a=41\r\n", false },
	{ "7bit", "7bit", "a", "a", false },
	{ "8BIT with blanks", " 8BIT\r\n", "\xfc", "\xfc", false },
	{ "nothing in base64", "base64", "", "", false },
	{ "base64", "BASE64", "YWJj\r\nZGU=\r\n", "abcde", false },
	{ "base64 without padding", "base64", "YWJjZGU", "abcde", false },
	{ "base64 in pieces", "base64", "YQ==\r\nYmM=\r\n", "abc", false },
	{ "base64 with a foreign letter", "base64", "YWJj*ZGVm", "abcdef", false },
	{ "base64 that is none", "base64", "This is a text, it is not encoded.", "This is a text, it is not "
	  "encoded.", true },
	{ "a text behind base64", "base64", "YQ==\r\n_____\r\nThis is a footer of a list, said the list\r\n",
	  "a", true },
	{ "a text of words only", "base64", "ploozdect  nispplul swunkglap fruftsist\r\n",
	  "ploozdect  nispplul swunkglap fruftsist\r\n", true },
	{ "quoted-printable", "quoted-printable", "a=3Db=\r\nc=FC\r\n", "a=bc\xfc\r\n", false },
	{ "quoted-printable with codes that are none", "quoted-printable", "a=zz b=", "a=zz b", false },
	{ "uuencode", "x-uuencode", "begin 644 a\r\n#86)C\r\n`\r\nend\r\n", "abc", false },
	{ "an unknown encoding", "x-rot13", "a", "a", true },
};

static void decodes(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);
	const char *odd;

	assert_true(mime_decode(span_of(row->octets), span_of(row->encoding), &out, &odd));
	assert_string_equal(buf_string(&out), row->decoded);
	assert_int_equal(odd != NULL, row->odd);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, parts, decodes);
	return rows_run(&rows, "mime_decode");
}
