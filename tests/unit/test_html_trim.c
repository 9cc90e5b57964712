/* SPDX-License-Identifier: ISC */
#include "compose/html_trim.h"

#include "rows.h"

struct row {
	const char *name;
	const char *html, *trimmed;	/* NULL: the same */
};

static const struct row pages[] = {
	{ "text stays", "a < b > c", NULL },
	{ "tags stay", "<p class='a > b' id=c>x</p><br/><!-- <p a=b> -->", NULL },
	{ "a tag that does not end stays", "a<p b='", NULL },
	{ "a comment of one program goes", "a<![if x]>b<![endif]>c", "abc" },
	{ "and one that does not end", "a<![if", "a" },
};

static void trims(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(html_trim(span_of(row->html), &out));
	assert_string_equal(buf_string(&out), row->trimmed ? row->trimmed : row->html);
	buf_clear(&out);
}

/* `unit` many times in a tag, which then is shorter, with what follows it kept. */
static void cuts(const char *unit)
{
	struct buf html = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);

	buf_text(&html, "<a");
	for (size_t i = 0; i < 20000; i++)
		buf_text(&html, unit);
	buf_text(&html, ">x");
	assert_true(html_trim(buf_span(&html), &out));
	assert_true(out.length < (HTML_TRIM_TAG_MAX + 3) * (strlen(unit) + 1));
	assert_true(span_starts(buf_span(&out), "<a"));
	assert_string_equal(out.at + out.length - 2, ">x");
	buf_clear(&html);
	buf_clear(&out);
}

static void cuts_each(void **state)
{
	(void)state;
	cuts(" a=1");
	cuts(" a");
	cuts("a='1'");
	cuts("a=\"1\"");
	cuts("a=\"'\"b='\"'");
	cuts("\ta = b ");
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, pages, trims);
	ROWS_ADD(&rows, "of a tag with too many attributes the front is kept", cuts_each);
	return rows_run(&rows, "html_trim");
}
