/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "sendmail/sendmail_header.h"

struct header_row {
	const char *name, *text, *fields, *body;	/* fields: "name[whole]" each */
};

static const struct header_row headers[] = {
	{ "two fields and a body", "A: 1\nB: 2\n\nbody\n", "A[A: 1\n]B[B: 2\n]", "body\n" },
	{ "CRLF as line end", "A: 1\r\n\r\nbody\r\n", "A[A: 1\r\n]", "body\r\n" },
	{ "a folded field", "A: 1\n 2\n\t3\nB: 4\n\n", "A[A: 1\n 2\n\t3\n]B[B: 4\n]", "" },
	{ "a blank before the colon", "A : 1\n\nx", "A[A : 1\n]", "x" },
	{ "no line end at the end", "A: 1", "A[A: 1]", "" },
	{ "a line that is no field begins the body", "A: 1\nhello\n", "A[A: 1\n]", "hello\n" },
	{ "no header at all", "hello: is\n", "hello[hello: is\n]", "" },
	{ "text only", "hello\n\nworld\n", "", "hello\n\nworld\n" },
	{ "an empty line first", "\nhello\n", "", "hello\n" },
	{ "a blank line ends it too", " \nhello\n", "", "hello\n" },
	{ "a folded line first is text", " x: y\n", "", " x: y\n" },
	{ "no name before the colon", ": x\n", "", ": x\n" },
	{ "nothing", "", "", "" },
};

static void a_header_is_read(void **state)
{
	const struct header_row *row = *state;
	struct span rest = span_of(row->text);
	struct sendmail_field field;
	struct buf fields = BUF_INIT(1000);

	while (sendmail_header_next(&rest, &field))
		buf_format(&fields, "%.*s[%.*s]", SPAN_ARG(field.name), SPAN_ARG(field.whole));
	assert_string_equal(buf_string(&fields), row->fields);
	assert_true(span_is(rest, row->body));
	buf_clear(&fields);
}

struct from_row {
	const char *name, *full_name, *from;
};

static const struct from_row froms[] = {
	{ "no name", NULL, "From: a@b\n" },
	{ "an empty name", "", "From: a@b\n" },
	{ "a plain name", "Cron Daemon", "From: \"Cron Daemon\" <a@b>\n" },
	{ "quotes and backslashes", "a\"b\\c", "From: \"a\\\"b\\\\c\" <a@b>\n" },
	{ "no second field by a line end", "a\r\nBcc: x", "From: \"aBcc: x\" <a@b>\n" },
	{ "Unicode is encoded", "J\xc3\xb6rg", "From: =?utf-8?B?SsO2cmc=?= <a@b>\n" },
	{ "one octet left over", "\xc3\xb6""ab", "From: =?utf-8?B?w7ZhYg==?= <a@b>\n" },
	{ "none left over", "\xc3\xb6""a", "From: =?utf-8?B?w7Zh?= <a@b>\n" },
	{ "a long one is folded", "\xc3\xb6" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "From: =?utf-8?B?w7ZhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh?=\n"
	  " =?utf-8?B?YWFhYWFhYQ==?= <a@b>\n" },
	{ "what is no UTF-8 is told so", "J\xf6rg", "From: \"J?rg\" <a@b>\n" },
};

static void a_from_is_made(void **state)
{
	const struct from_row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(sendmail_header_put_from(&out, row->full_name, span_of("a@b")));
	assert_string_equal(buf_string(&out), row->from);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, headers, a_header_is_read);
	ROWS_ADD_TABLE(&rows, froms, a_from_is_made);
	return rows_run(&rows, "the header of a message for sendmail");
}
