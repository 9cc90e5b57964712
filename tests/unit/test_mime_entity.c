/* SPDX-License-Identifier: ISC */
#include "compose/mime_entity.h"

#include "base/buf.h"
#include "rows.h"

struct row {
	const char *name;
	const char *octets;
	const char *header, *body;
};

static const struct row entities[] = {
	{ "a header and a body", "A: b\r\n c\r\nD: e\r\n\r\nx\r\n", "A: b\r\n c\r\nD: e\r\n", "x\r\n" },
	{ "bare line feeds", "A: b\n\nx", "A: b\n", "x" },
	{ "no body", "A: b", "A: b", "" },
	{ "no header", "\r\nx", "", "x" },
	{ "nothing", "", "", "" },
	{ "text at once", "no field\nx", "", "no field\nx" },
	{ "text without an empty line", "A: b\nno field\nx", "A: b\n", "no field\nx" },
	{ "a blank before the colon", "A : b\n\nx", "A : b\n", "x" },
	{ "a colon without a name", ": b\n\nx", "", ": b\n\nx" },
	{ "a line of a mailbox file", "From a b\nA: b\n>From c\nD: e\n\nx", "From a b\nA: b\n>From c\nD: e\n",
	  "x" },
	{ "a field that is folded without a blank", "A: b;\nname=\"c\"\nD: e\n\nx",
	  "A: b;\nname=\"c\"\nD: e\n", "x" },
	{ "a field that ends with a semicolon", "A: b;\n\nx", "A: b;\n", "x" },
	{ "an 8-bit name", "\xfc: b\n\nx", "", "\xfc: b\n\nx" },
};

static void splits(void **state)
{
	const struct row *row = *state;
	struct span header, body = mime_entity_body(span_of(row->octets), &header);

	assert_true(span_is(header, row->header));
	assert_true(span_is(body, row->body));
}

struct parts {
	const char *name;
	const char *body;
	const char *found;	/* prologue, parts and epilogue, "|" between */
	bool ended;
};

static const struct parts multiparts[] = {
	{ "two parts", "p\n--x\na\n--x\nb\n--x--\ne", "p|a|b|e", true },
	{ "CRLF", "p\r\n--x\r\na\r\n\r\n--x--\r\n", "p|a\r\n|", true },
	{ "no end", "--x\na\n", "|a\n|", false },
	{ "no parts", "p\n--x--\ne", "p|e", true },
	{ "no boundary", "p\n--y\n", "p\n--y\n|", false },
	{ "nothing", "", "|", false },
	{ "a part without octets", "--x\n--x\n\n--x--", "|||", true },
	{ "blanks behind a boundary", "--x \t\na\n--x-- \n", "|a|", true },
	{ "more behind a boundary is none", "--x\na\n--xy\n--x b\n--x--\n", "|a\n--xy\n--x b|", true },
	{ "not at the start of a line", "--x\na --x\n---x\n--x--\n", "|a --x\n---x|", true },
	{ "the last line without an end", "--x\na\n--x--", "|a|", true },
	{ "cut off behind a boundary", "--x\na\n--x", "|a|", false },
};

static void cuts(void **state)
{
	const struct parts *row = *state;
	struct buf found = BUF_INIT(1000);
	struct mime_multipart multipart;
	struct span part;

	mime_multipart_start(&multipart, span_of(row->body), span_of("x"));
	buf_put(&found, multipart.prologue);
	buf_byte(&found, '|');
	while (mime_multipart_next(&multipart, &part)) {
		buf_put(&found, part);
		buf_byte(&found, '|');
	}
	buf_put(&found, multipart.rest);
	assert_string_equal(buf_string(&found), row->found);
	assert_int_equal(multipart.ended, row->ended);
	buf_clear(&found);
}

static void empty_boundary(void **state)
{
	struct mime_multipart multipart;
	struct span part;

	(void)state;
	mime_multipart_start(&multipart, span_of("--\na\n----\n"), span_of(""));
	assert_true(span_is(multipart.prologue, "--\na\n----\n"));
	assert_false(mime_multipart_next(&multipart, &part));
}

static void finds_fields(void **state)
{
	struct span header = span_of("To: a\r\nSUBJECT : b\r\n c\r\nSubject: d\r\n\r\nCc: e\r\n");

	(void)state;
	assert_true(span_is(mime_entity_find(header, "Subject"), " b\r\n c\r\n"));
	assert_int_equal(mime_entity_find(header, "Cc").length, 0);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, entities, splits);
	ROWS_ADD_TABLE(&rows, multiparts, cuts);
	ROWS_ADD(&rows, "an empty boundary parts nothing", empty_boundary);
	ROWS_ADD(&rows, "the first field of a name counts", finds_fields);
	return rows_run(&rows, "mime_entity");
}
