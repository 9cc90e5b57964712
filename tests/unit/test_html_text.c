/* SPDX-License-Identifier: ISC */
#include "compose/html_text.h"

#include "base/utf8.h"
#include "rows.h"

struct row {
	const char *name;
	const char *html;
	const char *text;	/* "|" is a line end */
};

static const struct row pages[] = {
	{ "nothing stays nothing", "", "" },
	{ "only blanks are nothing", "<p> &nbsp;\r\n</p>", "" },
	{ "plain words", "hello", "hello|" },
	{ "blanks collapse", " a \r\n\t b&nbsp;&nbsp;c ", "a b c|" },
	{ "blanks between elements count once", "<b>a </b> <i> b</i>", "a b|" },
	{ "no blank is made up", "a<b>b</b>c", "abc|" },
	{ "paragraphs stand apart", "<p>a<p>b</p>c", "a||b||c|" },
	{ "blocks stand on their lines", "<div>a</div><div>b</div>c", "a|b|c|" },
	{ "line ends, at most an empty line", "a<br>b<br><br>c<br><br><br><br>d", "a|b||c||d|" },
	{ "an empty line as mail programs write it", "<div>a</div><div><br></div><div>b</div>", "a||b|" },
	{ "headings", "<h1>A</h1>b<h2>C</h2>d", "A||b||C||d|" },
	{ "entities", "&lt;&amp;&gt; &euro;&uuml;&#252;&#xfc; &nosuch;", "<&> \xe2\x82\xac\xc3\xbc\xc3\xbc"
	  "\xc3\xbc &nosuch;|" },
	{ "letters of UTF-8", "\xe8\xad\xa6", "\xe8\xad\xa6|" },
	{ "what has no width goes", "a\xe2\x80\x8b" "b&shy;c\xef\xbb\xbf", "abc|" },
	{ "a joiner within a word stays", "\xd9\x85\xe2\x80\x8c\xd8\xae", "\xd9\x85\xe2\x80\x8c\xd8\xae|" },
	{ "fillers of a preheader go", "a&nbsp;&zwnj;&nbsp;&zwnj;&#847; <p>b", "a||b|" },
	{ "bulleted list", "<ul><li>a<li>b<p>c</ul>d", "* a|* b||  c||d|" },
	{ "numbered list", "<ol><li>a<li value=7>b<li>c</ol>", "1. a|7. b|8. c|" },
	{ "a list begins where it says", "<ol start=10><li>a<br>b</ol>", "10. a|    b|" },
	{ "nested lists", "a<ul><li>b<ol><li>c<li>d</ol><li>e</ul>", "a||* b|  1. c|  2. d|* e|" },
	{ "definitions", "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a|  b|c|  d|" },
	{ "a quote", "a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e",
	  "a||> b|> c|>|> > d||e|" },
	{ "preformatted", "<pre>\na  b\n  c\n\nd</pre>e  f", "a  b|  c||d||e f|" },
	{ "a rule", "a<hr>b", "a||----------------------------------------|b|" },
	{ "a link", "see <a href=\"https://a.example/x?a=1&amp;b=2\">this</a>.",
	  "see this <https://a.example/x?a=1&b=2>.|" },
	{ "a link whose text is its address", "<a href=\"https://www.a.example/\">a.example</a>",
	  "a.example|" },
	{ "a mailbox", "<a href='mailto:a@b.example?subject=x'>write</a> <a href='mailto:c@d'>c@d</a>",
	  "write <a@b.example> c@d|" },
	{ "a link of a picture", "<a href=http://a.example/x><img src=y></a>", "<http://a.example/x>|" },
	{ "links of no use", "<a href='javascript:x()'>a</a> <a href='#x'>b</a> <a name=y>c</a> "
	  "<a href=data:text/html,x>d</a> <a href=foo.html>e</a>", "a b c d e|" },
	{ "a picture", "<img alt=\" Our logo \" src=x> <img alt=''> <img src=y>", "[Our logo]|" },
	{ "what is not text", "<html><head><title>t</title><style>p{}</style></head><body><!-- c -->a"
	  "<script>if (a<b) x('</p>')</script></body></html>", "a|" },
	{ "what one program alone shows", "a<!--[if mso]>b<![endif]--><![if !mso]>c<![endif]>", "ac|" },
	{ "hidden text", "<div style=\"Display : NONE\">a</div><p hidden>b</p>c<div style='max-height:0px'>"
	  "<table><tr><td>d</table></div><span style='opacity:0.5'>e</span>", "c|e|" },
	{ "a layout is paragraphs", "<table><tr><td>a</td></tr><tr><td></td><td>b<br>c</td></tr></table>",
	  "a||b|c|" },
	{ "a table has columns", "<table><tr><th>Host<th>State<tr><td>gw1<td>up<tr><td>gateway<td>down"
	  "</table>", "Host     State|gw1      up|gateway  down|" },
	{ "wide letters count twice", "<table><tr><td>\xe8\xad\xa6<td>b<tr><td>abc<td>d</table>",
	  "\xe8\xad\xa6   b|abc  d|" },
	{ "empty columns go", "<table><tr><td>a<td> <td>b<tr><td>c<td><td>d</table>", "a  b|c  d|" },
	{ "cells over columns and rows", "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td colspan=2>all of "
	  "it<tr><td>d<td>e</table>", "a  b|   c|all of it|d  e|" },
	{ "a table that is too wide has bars",
	  "<table><tr><td>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<td>b<tr><td>c<td>"
	  "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd</table>",
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | b|c | "
	  "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd|" },
	{ "cells of several lines stand below each other",
	  "<table><tr><td>a<br>b<td>c<tr><td>d<td>e</table>", "a|b|c||d | e|" },
	{ "a table within a layout", "<table><tr><td>a<table><tr><td>b<td>c<tr><td>dd<td>e</table></td></tr>"
	  "<tr><td>f</table>", "a||b   c|dd  e||f|" },
	{ "a table in a quote", "<blockquote><table><tr><td>a<td>b<tr><td>c<td>d</table></blockquote>",
	  "> a  b|> c  d|" },
	{ "a quote around a table in a cell", "<table><tr><td><blockquote>a<table><tr><td>b<td>c</table>d"
	  "</blockquote>e</table>f", "> a||> b  c|>|> d||e||f|" },
	{ "a link around a table", "<a href='http://x.example/'><table><tr><td>a</table></a>",
	  "<http://x.example/>||a|" },
	{ "a table never closed", "<table><tr><td>a<td>b<tr><td>c", "a  b|c|" },
	{ "ends of what never began", "</p>a</b></table></td>b", "ab|" },
	{ "a tag that does not end", "a<b", "a|" },
	{ "a sign that is no tag", "a < b && c > d", "a < b && c > d|" },
};

static void put_lines(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (*text == '|' && (text[1] != ' ' || text[-1] != ' '))
			buf_text(out, "\r\n");
		else
			buf_byte(out, *text);
}

static void renders(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(10000), wanted = BUF_INIT(10000);
	bool whole;

	put_lines(row->text, &wanted);
	assert_true(html_text_render(span_of(row->html), &out, &whole));
	assert_string_equal(buf_string(&out), buf_string(&wanted));
	assert_true(whole);
	buf_clear(&out);
	buf_clear(&wanted);
}

struct charset {
	const char *name;
	const char *html;
	const char *charset;
};

static const struct charset charsets[] = {
	{ "none", "<p>charset=x", "" },
	{ "as HTML 5 has it", "<head><META Charset='koi8-r'>", "koi8-r" },
	{ "as HTML 4 has it",
	  "<meta name=a content=b><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">",
	  "UTF-8" },
	{ "cut off", "<meta charset", "" },
	{ "empty", "<meta charset=\"\"><p>", "" },
};

static void finds_charset(void **state)
{
	const struct charset *row = *state;

	assert_true(span_is(html_text_charset(span_of(row->html)), row->charset));
}

/* More open elements than the parser may have: nothing of the text is lost, whatever
 * is below them. */
static void deep(void **state)
{
	struct buf html = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	size_t words = 0;
	bool whole;

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		buf_format(&html, "<%s>w%zu ", i % 3 ? "div" : i % 2 ? "b title='<a>'" : "blockquote", i);
	buf_text(&html, "<style>no</style><p>end");
	assert_true(html_text_render(buf_span(&html), &out, &whole));
	for (const char *at = buf_string(&out); (at = strchr(at, 'w')); at++)
		words++;
	assert_int_equal(words, 2000);
	assert_null(strstr(buf_string(&out), "no"));
	assert_string_equal(out.at + out.length - 6, " end\r\n");
	buf_clear(&html);
	buf_clear(&out);
}

/* As many cells as are kept at most, and more: the table goes on as a layout. */
static void large_table(void **state)
{
	struct buf html = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	size_t lines = 0;
	bool whole;

	(void)state;
	buf_text(&html, "<table>");
	for (size_t i = 0; i < 10000; i++)
		buf_format(&html, "<tr><td>w%zu", i);
	assert_true(html_text_render(buf_span(&html), &out, &whole));
	for (const char *at = buf_string(&out); (at = strchr(at, 'w')); at++)
		lines++;
	assert_int_equal(lines, 10000);
	buf_clear(&html);
	buf_clear(&out);
}

static void too_large(void **state)
{
	struct buf html = BUF_INIT(HTML_TEXT_SOURCE_MAX + 10), out = BUF_INIT(1 << 23);
	bool whole;

	(void)state;
	while (html.length < HTML_TEXT_SOURCE_MAX)
		buf_text(&html, "abcdefg ");
	assert_true(html_text_render(buf_span(&html), &out, &whole));
	assert_true(whole);
	buf_byte(&html, 'x');
	buf_reset(&out);
	assert_true(html_text_render(buf_span(&html), &out, &whole));
	assert_false(whole);
	out.max = out.length;
	assert_false(html_text_render(buf_span(&html), &out, &whole));
	buf_clear(&html);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, pages, renders);
	ROWS_ADD_TABLE(&rows, charsets, finds_charset);
	ROWS_ADD(&rows, "more elements open than the parser bears", deep);
	ROWS_ADD(&rows, "a table of more cells than are kept", large_table);
	ROWS_ADD(&rows, "more HTML than is looked at, more text than fits", too_large);
	return rows_run(&rows, "html_text");
}
