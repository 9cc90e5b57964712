/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "sendmail/sendmail_header.h"

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

	ROWS_ADD_TABLE(&rows, froms, a_from_is_made);
	return rows_run(&rows, "the header field that sendmail adds");
}
