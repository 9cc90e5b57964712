/* SPDX-License-Identifier: ISC */
/* What a person and a program see of a preview, to the letter. */
#include "rows.h"

#include <jansson.h>
#include <string.h>

#include "ctl/preview_view.h"

#define OCTETS(text) { text, sizeof(text) - 1 }

static struct envelope_recipient known[] = {
	{ .address = (char[]){ "ops@example.net" }, .original = (char[]){ "root" } },
	{ .address = (char[]){ "a@example.net" }, .original = (char[]){ "a@example.net" } },
	{ .address = (char[]){ "b@example.net" }, .original = (char[]){ "b@example.net" } },
};
static const struct envelope envelope = { .recipients = known, .recipient_count = 3 };

static struct transaction_recipient visible[] = {
	{ TRANSACTION_TO, 0, OCTETS("ops@example.net") },
	{ TRANSACTION_CC, 1, OCTETS("a@example.net") },
};
static struct transaction_recipient hidden[] = { { TRANSACTION_BCC, 2, OCTETS("b@example.net") } };
static struct transaction_attachment files[] = {
	{ OCTETS("a.txt"), OCTETS("one\n") },
	{ OCTETS("b.bin"), OCTETS("\0\xff") },
};

static const struct transaction plain = {
	.recipients = visible, .recipient_count = 2, .subject = OCTETS("Disk full"),
	.body = OCTETS("/var\tis full\r\n\r\nbye\r\n"),
};
static const struct transaction rich = {
	.recipients = hidden, .recipient_count = 1,
	.subject_charset = TRANSACTION_UTF8, .subject = OCTETS("T\xc3\xbcr"),
	.body_charset = TRANSACTION_GB2312, .body = OCTETS("\xc4\xe3\xba\xc3\r\n"),
	.attachments = files, .attachment_count = 2,
	.note = OCTETS("a.txt was packed\nb.bin was renamed"),
};
static const struct transaction hostile = {
	.recipients = visible, .recipient_count = 1,
	.subject_charset = TRANSACTION_UTF8, .subject = OCTETS("\x1b[2J\xe2\x80\xae"),
	.body_charset = TRANSACTION_UTF8, .body = OCTETS("\x1b]0;x\x07\xc2\x9b" "1m\r\n"),
	.note = OCTETS("\x1b[31m"),
};

static const struct transaction_cost costs[] = { { 500, 20, 900, 2000 }, { 700, 30, 2400, 3000 } };

struct row {
	const char *name;
	const struct transaction *transactions[2];
	const char *from, *fault, *remarks, *text;
};

static const struct row table[] = {
	{ "one transaction", { &plain, NULL }, "\"Gateway 1\" <gw1@example.net>", "", "",
	  "\n"
	  "Transaction 1 of 1\n"
	  "  From         \"Gateway 1\" <gw1@example.net>\n"
	  "  To           ops@example.net (for root)\n"
	  "  Cc           a@example.net\n"
	  "  Subject      Disk full\n"
	  "               (US-ASCII, 9 octets)\n"
	  "  Body         (US-ASCII, 21 octets)\n"
	  "  | /var\tis full\n"
	  "  |\n"
	  "  | bye\n"
	  "  Takes        500 octets and about 900 ms on the line, about 2.0K octets over the "
	  "air\n"
	  "\n"
	  "In all: 1 transaction, 500 octets and about 900 ms on the line, about 2.0K octets "
	  "over the air\n" },
	{ "two, with all that there may be", { &plain, &rich }, "", "it crashed", "no modem\n",
	  "Note: no modem\n"
	  "The mail cannot be composed (it crashed); an excerpt would be sent:\n"
	  "\n"
	  "Transaction 1 of 2\n"
	  "  To           ops@example.net (for root)\n"
	  "  Cc           a@example.net\n"
	  "  Subject      Disk full\n"
	  "               (US-ASCII, 9 octets)\n"
	  "  Body         (US-ASCII, 21 octets)\n"
	  "  | /var\tis full\n"
	  "  |\n"
	  "  | bye\n"
	  "  Takes        500 octets and about 900 ms on the line, about 2.0K octets over the "
	  "air\n"
	  "\n"
	  "Transaction 2 of 2\n"
	  "  Hidden       b@example.net\n"
	  "  Subject      T\xc3\xbcr\n"
	  "               (UTF-8, 4 octets, 8 hexadecimal digits)\n"
	  "  Body         (GB2312, 6 octets)\n"
	  "  | \xe4\xbd\xa0\xe5\xa5\xbd\n"
	  "  Attachments  a.txt, 4 octets\n"
	  "               b.bin, 2 octets\n"
	  "  Changed      a.txt was packed\n"
	  "               b.bin was renamed\n"
	  "  Takes        700 octets and about 2 s on the line, about 2.9K octets over the air\n"
	  "\n"
	  "In all: 2 transactions, 1.2K octets and about 3 s on the line, about 4.9K octets over "
	  "the air\n" },
	{ "a hostile mail", { &hostile, NULL }, "\x1b", "\x1b", "\x1b\n",
	  "Note: \\x1b\n"
	  "The mail cannot be composed (\\x1b); an excerpt would be sent:\n"
	  "\n"
	  "Transaction 1 of 1\n"
	  "  From         \\x1b\n"
	  "  To           ops@example.net (for root)\n"
	  "  Subject      \\x1b[2J\\xe2\\x80\\xae\n"
	  "               (UTF-8, 7 octets, 14 hexadecimal digits)\n"
	  "  Body         (UTF-8, 12 octets)\n"
	  "  | \\x1b]0;x\\x07\\xc2\\x9b1m\n"
	  "  Changed      \\x1b[31m\n"
	  "  Takes        500 octets and about 900 ms on the line, about 2.0K octets over the "
	  "air\n"
	  "\n"
	  "In all: 1 transaction, 500 octets and about 900 ms on the line, about 2.0K octets "
	  "over the air\n" },
};

/* Calls `made` with the view of a row. */
static void with_view(const struct row *row,
		      void (*made)(const struct preview_view *, const void *), const void *context)
{
	struct transaction transactions[2];
	struct transaction_list list = { transactions, 0 };
	struct preview_view view = {
		.from = span_of(row->from), .fault = row->fault, .remarks = span_of(row->remarks),
		.envelope = &envelope, .list = &list, .costs = costs,
	};

	for (; list.count < 2 && row->transactions[list.count]; list.count++) {
		transactions[list.count] = *row->transactions[list.count];
		transaction_cost_add(&view.total, &costs[list.count]);
	}
	made(&view, context);
}

static void check_text(const struct preview_view *view, const void *expected)
{
	struct buf out = BUF_INIT(65536);

	preview_show(view, &out);
	assert_string_equal(buf_string(&out), expected);
	buf_clear(&out);
}

static void shows(void **state)
{
	const struct row *row = *state;

	with_view(row, check_text, row->text);
}

/* The JSON of a view; what is printed is one line of ASCII without a control. */
static json_t *parse_json(const struct preview_view *view)
{
	struct buf out = BUF_INIT(65536);
	json_t *json;

	assert_true(preview_json(view, &out));
	for (size_t i = 0; i + 1 < out.length; i++)
		assert_in_range(out.at[i], 0x20, 0x7e);
	assert_int_equal(out.at[out.length - 1], '\n');
	json = json_loadb(out.at, out.length, 0, NULL);
	assert_non_null(json);
	buf_clear(&out);
	return json;
}

static void check_json(const struct preview_view *view, const void *expected_text)
{
	json_t *json = parse_json(view), *expected = json_loads(expected_text, 0, NULL);

	assert_non_null(expected);
	if (!json_equal(json, expected))
		fail_msg("%s", json_dumps(json, JSON_COMPACT));
	json_decref(json);
	json_decref(expected);
}

static const char two_as_json[] =
	"{\"from\":null,\"fault\":\"it crashed\",\"remarks\":[\"no modem\"],\"transactions\":["
	"{\"recipients\":[{\"type\":\"to\",\"address\":\"ops@example.net\",\"original\":\"root\"},"
	"{\"type\":\"cc\",\"address\":\"a@example.net\",\"original\":\"a@example.net\"}],"
	"\"subject\":\"Disk full\",\"subject_charset\":\"US-ASCII\",\"subject_octets\":9,"
	"\"subject_raw\":\"RGlzayBmdWxs\",\"body\":\"/var\\tis full\\r\\n\\r\\nbye\\r\\n\","
	"\"body_charset\":\"US-ASCII\",\"body_octets\":21,"
	"\"body_raw\":\"L3ZhcglpcyBmdWxsDQoNCmJ5ZQ0K\",\"attachments\":[],\"notes\":[],"
	"\"line_octets\":500,\"line_seconds\":0.9,\"air_octets\":2000},"
	"{\"recipients\":[{\"type\":\"bcc\",\"address\":\"b@example.net\","
	"\"original\":\"b@example.net\"}],\"subject\":\"T\\u00fcr\",\"subject_charset\":\"UTF-8\","
	"\"subject_octets\":4,\"subject_raw\":\"VMO8cg==\",\"body\":\"\\u4f60\\u597d\\r\\n\","
	"\"body_charset\":\"GB2312\",\"body_octets\":6,\"body_raw\":\"xOO6ww0K\",\"attachments\":["
	"{\"name\":\"a.txt\",\"octets\":4,\"content\":\"b25lCg==\"},"
	"{\"name\":\"b.bin\",\"octets\":2,\"content\":\"AP8=\"}],"
	"\"notes\":[\"a.txt was packed\",\"b.bin was renamed\"],"
	"\"line_octets\":700,\"line_seconds\":2.4,\"air_octets\":3000}],"
	"\"totals\":{\"transactions\":2,\"recipients\":3,\"line_octets\":1200,"
	"\"line_seconds\":3.3,\"air_octets\":5000}}";

static void json_says_the_same(void **state)
{
	(void)state;
	with_view(&table[1], check_json, two_as_json);
}

static void check_hostile(const struct preview_view *view, const void *nothing)
{
	json_t *json = parse_json(view);

	(void)nothing;
	assert_string_equal(json_string_value(json_object_get(json, "fault")), "\x1b");
	json_decref(json);
}

static void json_steers_no_terminal(void **state)
{
	(void)state;
	with_view(&table[2], check_hostile, NULL);
}

struct text_row {
	const char *name;
	enum transaction_charset charset;
	struct span octets;
	const char *text;
};

static const struct text_row texts[] = {
	{ "ASCII", TRANSACTION_ASCII, OCTETS("abc"), "abc" },
	{ "UTF-8", TRANSACTION_UTF8, OCTETS("\xc3\xbc"), "\xc3\xbc" },
	{ "GB2312", TRANSACTION_GB2312, OCTETS("a\xc4\xe3"), "a\xe4\xbd\xa0" },
	{ "BIG5", TRANSACTION_BIG5, OCTETS("\xa7\x41z"), "\xe4\xbd\xa0z" },
	{ "what no GB2312 is, is read as it can be", TRANSACTION_GB2312, OCTETS("a\xff"),
	  "a\xc3\xbf" },
	{ "what only a wider set has", TRANSACTION_GB2312, OCTETS("\x81\x40"), "\xc2\x81@" },
	{ "half a character", TRANSACTION_BIG5, OCTETS("\xa7"), "\xc2\xa7" },
	{ "what is no UTF-8", TRANSACTION_UTF8, OCTETS("\xfc"), "\xc3\xbc" },
	{ "nothing", TRANSACTION_GB2312, OCTETS(""), "" },
};

static void text_becomes_utf8(void **state)
{
	const struct text_row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(preview_text(row->charset, row->octets, &out));
	assert_string_equal(buf_string(&out), row->text);
	buf_clear(&out);
}

/* More than one piece of the converter, with a character across its border. */
static void a_long_text_becomes_utf8(void **state)
{
	struct buf text = BUF_INIT(20000), out = BUF_INIT(40000);

	(void)state;
	buf_byte(&text, 'a');
	for (size_t i = 0; i < 5000; i++)
		buf_text(&text, "\xc4\xe3");
	assert_true(preview_text(TRANSACTION_GB2312, buf_span(&text), &out));
	assert_int_equal(out.length, 1 + 3 * 5000);
	for (size_t i = 1; i < out.length; i += 3)
		assert_memory_equal(out.at + i, "\xe4\xbd\xa0", 3);
	buf_clear(&text);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, shows);
	ROWS_ADD(&rows, "JSON says the same", json_says_the_same);
	ROWS_ADD(&rows, "JSON steers no terminal", json_steers_no_terminal);
	ROWS_ADD_TABLE(&rows, texts, text_becomes_utf8);
	ROWS_ADD(&rows, "a text longer than a piece", a_long_text_becomes_utf8);
	return rows_run(&rows, "what is shown of a preview");
}
