/* SPDX-License-Identifier: ISC */
/* A mail from a file becomes what the spool would hold of it. */
#include "rows.h"

#include "ctl/preview_mail.h"
#include "mail/spool_file.h"

#define OCTETS(text) { text, sizeof(text) - 1 }

struct content_row {
	const char *name;
	struct span input, content;
};

static const struct content_row contents[] = {
	{ "LF becomes CRLF", OCTETS("To: a@b\n\nhello\n"), OCTETS("To: a@b\r\n\r\nhello\r\n") },
	{ "CRLF stays", OCTETS("A: b\r\n\r\nx\r\n"), OCTETS("A: b\r\n\r\nx\r\n") },
	{ "a bare CR is a line end", OCTETS("a\rb\r\n"), OCTETS("a\r\nb\r\n") },
	{ "two CRs are two line ends", OCTETS("a\r\r\n"), OCTETS("a\r\n\r\n") },
	{ "the last line is ended", OCTETS("x"), OCTETS("x\r\n") },
	{ "NULs are left out", OCTETS("a\0b\0\n\0"), OCTETS("ab\r\n") },
	{ "the last line is ended behind a NUL", OCTETS("a\0"), OCTETS("a\r\n") },
	{ "the From line of a mailbox is left out", OCTETS("From a@b Sun Nov 22\nTo: c@d\n"),
	  OCTETS("To: c@d\r\n") },
	{ "lone dots and long lines are text", OCTETS(".\n..\n"), OCTETS(".\r\n..\r\n") },
	{ "nothing", OCTETS(""), OCTETS("") },
};

static void content_is_made(void **state)
{
	const struct content_row *row = *state;
	struct buf out = BUF_INIT(1000);

	assert_true(preview_mail_content(row->input, &out));
	assert_int_equal(out.length, row->content.length);
	assert_memory_equal(buf_string(&out), row->content.at, row->content.length);
	buf_clear(&out);
}

struct recipients_row {
	const char *name, *content;
	const char *recipients;		/* "address<original" each, ended by a blank */
	const char *remarks;
};

static const struct recipients_row headers[] = {
	{ "To, Cc and Bcc in order", "Cc: b@x.net\r\nTo: Ann <a@x.net>,\r\n c@x.net\r\nBcc: d@x.net\r\n",
	  "b@x.net<b@x.net a@x.net<a@x.net c@x.net<c@x.net d@x.net<d@x.net ", "" },
	{ "one twice is one", "To: a@x.net\r\nCc: a@X.NET\r\n", "a@x.net<a@x.net ", "" },
	{ "of a resent one the others", "To: a@x.net\r\nResent-To: b@x.net\r\n",
	  "b@x.net<b@x.net ", "" },
	{ "an alias gives the address behind it", "To: root\r\n", "ops@x.net<root ", "" },
	{ "a bare name gets the default domain", "To: joe\r\n", "joe@x.net<joe ", "" },
	{ "the body names nobody", "Subject: x\r\n\r\nTo: a@x.net\r\n", "", "" },
	{ "one that is not allowed is told", "To: a@other.net, b@x.net\r\n", "b@x.net<b@x.net ",
	  "a@other.net would be refused: no pattern of allow = matches it\n" },
	{ "aliases in a loop are told", "To: loop\r\n", "",
	  "loop would be refused: its aliases name each other\n" },
	{ "what is no address is told", "To: b@x.net, @@@\r\n", "b@x.net<b@x.net ",
	  "part of what the header says of recipients is no address\n" },
	{ "no header at all", "", "", "" },
};

static void check_recipients(const struct envelope *envelope, const char *expected)
{
	struct buf text = BUF_INIT(1000);

	for (size_t i = 0; i < envelope->recipient_count; i++)
		buf_format(&text, "%s<%s ", envelope->recipients[i].address,
			   envelope->recipients[i].original);
	assert_string_equal(buf_string(&text), expected);
	buf_clear(&text);
}

static void recipients_are_found(void **state)
{
	const struct recipients_row *row = *state;
	struct buf complaints = BUF_INIT(1000), remarks = BUF_INIT(1000);
	struct alias_table *table = alias_table_parse(
		span_of("root: ops\nloop: pool\npool: loop\n"), &complaints);
	const struct span allow[] = { span_of("*@x.net") };
	struct alias_policy policy = {
		.table = table, .hostname = span_of("gw1.example.net"),
		.default_domain = span_of("x.net"), .allow = allow, .allow_count = 1,
	};
	struct envelope envelope = { 0 };

	assert_non_null(table);
	assert_true(preview_mail_add_header_recipients(&policy, span_of(row->content), &envelope,
						       &remarks));
	check_recipients(&envelope, row->recipients);
	assert_string_equal(buf_string(&remarks), row->remarks);
	envelope_clear(&envelope);
	alias_table_free(table);
	buf_clear(&complaints);
	buf_clear(&remarks);
}

static void a_word_that_is_no_address_is_told(void **state)
{
	struct alias_policy policy = { .hostname = span_of("gw1") };
	struct envelope envelope = { 0 };
	struct buf remarks = BUF_INIT(1000);

	(void)state;
	assert_true(preview_mail_add_recipient(&policy, span_of("a b@c"), &envelope, &remarks));
	assert_int_equal(envelope.recipient_count, 0);
	assert_string_equal(buf_string(&remarks), "a b@c would be refused: it is no address\n");
	buf_clear(&remarks);
}

struct author_row {
	const char *name, *content, *author;
};

static const struct author_row authors[] = {
	{ "the first mailbox of From", "To: x@y\r\nfrom: Ann <a@b.net>, c@d.net\r\n", "a@b.net" },
	{ "none", "To: x@y\r\n\r\nFrom: a@b\r\n", "" },
};

static void the_author_is_found(void **state)
{
	const struct author_row *row = *state;
	struct buf out = BUF_INIT(1000);

	preview_mail_author(span_of(row->content), &out);
	assert_string_equal(buf_string(&out), row->author);
	buf_clear(&out);
}

static void the_spool_can_read_it(void **state)
{
	struct envelope envelope = { .arrived_s = 1795377300 }, read = { 0 };
	struct span content = span_of("To: a@b.net\r\n\r\nhello\r\n"), text, got;
	struct buf file = BUF_INIT(10000);

	(void)state;
	assert_true(envelope_set(&envelope.sender, span_of("root@gw1")));
	assert_true(envelope_add_recipient(&envelope, span_of("a@b.net"), span_of("root")));
	assert_true(preview_mail_spool_file(&envelope, content, &file));
	assert_null(spool_file_split(buf_span(&file), &text, &got));
	assert_true(span_equal(got, content));
	assert_null(envelope_parse(text, &read));
	assert_string_equal(read.sender, "root@gw1");
	check_recipients(&read, "a@b.net<root ");
	assert_int_equal(read.arrived_s, 1795377300);
	envelope_clear(&envelope);
	envelope_clear(&read);
	buf_clear(&file);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, contents, content_is_made);
	ROWS_ADD_TABLE(&rows, headers, recipients_are_found);
	ROWS_ADD(&rows, "a word that is no address is told", a_word_that_is_no_address_is_told);
	ROWS_ADD_TABLE(&rows, authors, the_author_is_found);
	ROWS_ADD(&rows, "the spool can read what is made", the_spool_can_read_it);
	return rows_run(&rows, "a mail to be previewed");
}
