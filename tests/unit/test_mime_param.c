/* SPDX-License-Identifier: ISC */
#include "compose/mime_param.h"

#include "rows.h"

#define UE "\xc3\xbc"

struct row {
	const char *name;
	const char *field;
	const char *value;
	const char *filename;	/* NULL when there is none */
};

static const struct row fields[] = {
	{ "nothing", "", "", NULL },
	{ "no parameter", " attachment\r\n", "attachment", NULL },
	{ "a token", "attachment; filename=a.txt", "attachment", "a.txt" },
	{ "quoted", "attachment;\r\n filename=\"a;b.txt\"; x=y", "attachment", "a;b.txt" },
	{ "blanks around", "attachment ; FileName = \"a\" ;", "attachment", "a" },
	{ "no semicolon", "attachment filename=a.txt", "attachment", "a.txt" },
	{ "no semicolon between", "a; name=\"x\" filename=\"y\"", "a", "y" },
	{ "no value", "; filename=a", "filename=a", NULL },
	{ "the first of two", "a; filename=x; filename=y", "a", "x" },
	{ "another name", "a; filenames=x; xfilename=y", "a", NULL },
	{ "a comment", "text/plain (hello); (x) filename=a", "text/plain", "a" },
	{ "blanks in a bare name", "a; filename=b c.txt; x=y", "a", "b c.txt" },
	{ "a quote that does not end", "a; filename=\"b.txt", "a", "b.txt" },
	{ "an escaped quote", "a; filename=\"b\\\"c\\\\d\"", "a", "b\"c\\d" },
	{ "a Windows path", "a; filename=\"C:\\dir\\b.txt\"", "a", "C:\\dir\\b.txt" },
	{ "raw Latin-1", "a; filename=\"\xfc.txt\"", "a", UE ".txt" },
	{ "raw UTF-8", "a; filename=" UE ".txt", "a", UE ".txt" },
	{ "an encoded word", "a; filename=\"=?utf-8?q?=C3=BC?=.txt\"", "a", UE ".txt" },
	{ "a bare encoded word", "a; filename==?utf-8?q?=C3=BC?=.txt", "a", UE ".txt" },
	{ "two encoded words", "a; filename=\"=?utf-8?q?=C3=BC?=\r\n =?utf-8?q?=C3=BC?=\"", "a", UE UE },
	{ "extended", "a; filename*=utf-8'de'%c3%bc%20.txt", "a", UE " .txt" },
	{ "extended wins over plain", "a; filename=u.txt; filename*=utf-8''%c3%bc.txt", "a", UE ".txt" },
	{ "extended Latin-1", "a; filename*=iso-8859-1''%fc", "a", UE },
	{ "extended without charset", "a; filename*=%c3%bc.txt", "a", UE ".txt" },
	{ "extended, quoted", "a; filename*=\"utf-8''%c3%bc\"", "a", UE },
	{ "a lying charset", "a; filename*=utf-8''%fc", "a", UE },
	{ "continued", "a; filename*0=b; filename*1=\"c d\"", "a", "bc d" },
	{ "continued in any order", "a; filename*1=c; filename*0=b; filename*10=e; filename*2=d", "a", "bcde" },
	{ "continued and extended", "a; filename*0*=utf-8''%c3; filename*1*=%bc%2e; filename*2=\"%41\"", "a",
	  UE ".%41" },
	{ "continued without its first", "a; filename*2=c; filename*1=b", "a", "bc" },
	{ "an encoded word that is continued", "a; filename*0=\"=?utf-8?q?=C3=\"; filename*1=\"BC?=\"", "a", UE },
	{ "an index that is none", "a; filename*x*=b", "a", "b" },
	{ "a code that is none", "a; filename*=utf-8''%zz%4", "a", "%zz%4" },
	{ "line ends are no part of a name", "a; filename=\"a=0D\r\n b\"", "a", "a=0D b" },
};

static void finds(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(1000);
	bool found = mime_param_find(span_of(row->field), "filename", &out);

	assert_true(span_is(mime_param_value(span_of(row->field)), row->value));
	assert_int_equal(found, row->filename != NULL);
	assert_string_equal(buf_string(&out), row->filename ? row->filename : "");
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, fields, finds);
	return rows_run(&rows, "mime_param");
}
