/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "compose/text_charset.h"

static const struct convert_row {
	const char *name;
	const char *utf8;
	enum transaction_charset charset;
	const char *octets;	/* NULL: it cannot */
} convert_rows[] = {
	{ "ASCII is ASCII everywhere", "alarm", TRANSACTION_BIG5, "alarm" },
	{ "UTF-8 stays", "\xc3\xa4", TRANSACTION_UTF8, "\xc3\xa4" },
	{ "ASCII has no more", "\xc3\xa4", TRANSACTION_ASCII, NULL },
	{ "simplified Chinese", "\xe8\xad\xa6\xe6\x8a\xa5", TRANSACTION_GB2312, "\xbe\xaf\xb1\xa8" },
	{ "traditional Chinese", "\xe8\xad\xa6\xe5\xa0\xb1", TRANSACTION_BIG5, "\xc4\xb5\xb3\xf8" },
	{ "simplified is not in Big5", "\xe8\xad\xa6\xe6\x8a\xa5", TRANSACTION_BIG5, NULL },
	{ "traditional is not in GB2312", "\xe5\xa0\xb1", TRANSACTION_GB2312, NULL },
	{ "Cyrillic and Greek are in GB2312", "\xd0\x96\xce\xa9", TRANSACTION_GB2312,
	  "\xa7\xa8\xa6\xb8" },
	{ "an emoji is in neither", "\xf0\x9f\x9a\xa8", TRANSACTION_GB2312, NULL },
	{ "a joiner that breaks plus signs is in neither", "++\xe2\x80\x8d+", TRANSACTION_GB2312,
	  NULL },
	{ "nothing", "", TRANSACTION_GB2312, "" },
};

static void test_convert(void **state)
{
	const struct convert_row *row = *state;
	struct buf out = BUF_INIT(100);

	buf_text(&out, "before ");
	assert_int_equal(text_charset_convert(span_of(row->utf8), row->charset, &out),
			 row->octets != NULL);
	assert_memory_equal(out.at, "before ", 7);
	assert_string_equal(buf_string(&out) + 7, row->octets ? row->octets : "");
	buf_clear(&out);
}

static const struct fit_row {
	const char *name;
	const char *utf8;
	size_t max;
	enum transaction_charset charset;
	bool fits;
} fit_rows[] = {
	{ "ASCII that fits", "abc", 3, TRANSACTION_ASCII, true },
	{ "ASCII that does not", "abcd", 3, TRANSACTION_ASCII, false },
	{ "UTF-8 that fits", "\xe8\xad\xa6", 3, TRANSACTION_UTF8, true },
	{ "GB2312 where UTF-8 is too long", "\xe8\xad\xa6\xe6\x8a\xa5", 5, TRANSACTION_GB2312, true },
	{ "GB2312 to the octet", "\xe8\xad\xa6\xe6\x8a\xa5", 4, TRANSACTION_GB2312, true },
	{ "too long in every one", "\xe8\xad\xa6\xe6\x8a\xa5", 3, TRANSACTION_BIG5, false },
	{ "Big5 where GB2312 cannot", "\xe8\xad\xa6\xe5\xa0\xb1", 4, TRANSACTION_BIG5, true },
	{ "nothing", "", 0, TRANSACTION_ASCII, true },
};

static void test_fit(void **state)
{
	const struct fit_row *row = *state;
	enum transaction_charset charset;
	struct buf out = BUF_INIT(100);

	assert_int_equal(text_charset_fit(span_of(row->utf8), row->max, &charset, &out), row->fits);
	if (row->fits) {
		assert_int_equal(charset, row->charset);
		assert_true(out.length <= row->max);
	} else {
		assert_int_equal(out.length, 0);
	}
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, convert_rows, test_convert);
	ROWS_ADD_TABLE(&rows, fit_rows, test_fit);
	return rows_run(&rows, "text_charset");
}
