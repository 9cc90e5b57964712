/* SPDX-License-Identifier: ISC */
#include "compose/mime_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "rows.h"

struct row {
	const char *name;
	const char *file;	/* of tests/data/mails */
	const char *subject;
	const char *from;
	const char *text;	/* "" : not looked at; LF line ends */
	const char *files;	/* "name type octets" by ';', '*' in front of a rendition */
};

#define SMARTD_SUBJECT "SMART error (CurrentPendingSector) detected on host: gw1"

static const struct row mails[] = {
	{ "cron", "cron.eml",
	  "Cron <root@gw1> test -x /usr/sbin/anacron || { cd / && run-parts --report "
	  "/etc/cron.daily; }", "root (Cron Daemon)",
	  "/etc/cron.daily/backup:\nrsync: [sender] write error: Broken pipe (32)\n"
	  "rsync error: error in socket IO (code 10) at io.c(823) [sender=3.2.7]\n"
	  "run-parts: /etc/cron.daily/backup exited with return code 10\n", "" },
	{ "mdadm", "mdadm.eml", "DegradedArray event on /dev/md0:gw1",
	  "mdadm monitoring <root@gw1>", "", "" },
	{ "smartd", "smartd.eml", SMARTD_SUBJECT, "", "", "" },
	{ "s-nail, UTF-8 subject in Q and B over three lines", "s-nail.eml",
	  "\xc3\x9c" "bertemperatur im Schaltschrank: 71 \xc2\xb0" "C, L\xc3\xbc" "fter 2 steht, "
	  "bitte sofort nachsehen und R\xc3\xbc" "ckmeldung geben", "root@gw1.example.net",
	  "Gr\xc3\xbc\xc3\x9f" "e vom Gateway.\nZweite Zeile mit 50 \xe2\x82\xac.\n", "" },
	{ "s-nail with files", "s-nail-attach.eml", "log", "root@gw1.example.net",
	  "see attached\n", "log.txt text/plain 231;blob.bin application/octet-stream 300" },
	{ "bsd-mailx, raw UTF-8 in the header", "bsd-mailx.eml", "bsd t\xc3\xa9st", "",
	  "bsd body \xc3\xbc\nAT the end\n.5 is a number\n", "" },
	{ "mailutils, raw UTF-8 without MIME", "mailutils.eml", "Plattenwechsel n\xc3\xb6tig", "",
	  "mailutils body \xc3\xbc\n", "" },
	{ "mailutils with a file", "mailutils-attach.eml", "file", "", "mailutils attach\n",
	  "log.txt application/octet-stream 231" },
	{ "raw Latin-1 without MIME", "latin1-raw.eml",
	  "St\xc3\xb6rung 7 \xc3\xbc" "ber Grenzwert", "anlage@werk.example",
	  "T\xc3\xbcr 3 offen, 21 \xc2\xb0" "C\n", "" },
	{ "quoted-printable Latin-1, words of two charsets", "latin1-qp.eml",
	  "Gr\xc3\xbc\xc3\x9f" "e aus K\xc3\xb6ln", "J\xc3\xb6rg M\xc3\xbcller <jm@werk.example>",
	  "Preis: 5 \xe2\x82\xac, na ja \xe2\x80\x93 ung\xc3\xbcltig in Latin-1, aber "
	  "\xc3\xbc" "blich.\nEine Zeile, die weich umgebrochen ist.\n", "" },
	{ "base64 of Cyrillic", "base64.eml",
	  "\xd0\x90\xd0\xb2\xd0\xb0\xd1\x80\xd0\xb8\xd1\x8f "
	  "\xd0\xbf\xd0\xb8\xd1\x82\xd0\xb0\xd0\xbd\xd0\xb8\xd1\x8f", "ups@gw1.example.net",
	  "\xd0\x9f\xd0\xb8\xd1\x82\xd0\xb0\xd0\xbd\xd0\xb8\xd0\xb5 "
	  "\xd0\xbf\xd1\x80\xd0\xbe\xd0\xbf\xd0\xb0\xd0\xbb\xd0\xbe.\nUPS on battery.\n", "" },
	{ "Japanese in seven bits", "iso-2022-jp.eml", "\xe8\xad\xa6\xe5\xa0\xb1 3",
	  "root@gw1.example.net", "\xe8\xad\xa6\xe5\xa0\xb1: 71 C\n", "" },
	{ "flowed text is joined", "flowed.eml", "flowed", "root@gw1.example.net",
	  "a line that goes on\n> quoted\n", "" },
	{ "of an alternative the plain text", "alternative.eml", "alternative",
	  "monitoring@example.net", "plain form", "* text/html 16" },
	{ "HTML alone is a rendition", "html-only.eml", "html", "monitoring@example.net", "",
	  "* text/html 24" },
	{ "signed, enclosed, inline and footer", "nested.eml", "nested", "helpdesk@example.net",
	  "signed text\nfooter", "signature.asc application/pgp-signature 63;inner mail.eml message/rfc822 51;"
	  "\xc3\x9c" "bersicht 1.png image/png 8" },
	{ "a patch is text", "patch.eml", "[PATCH] fix", "git@example.net", "", "" },
};

/* Mails put together of parts. In them "|" is a line end, and "(" and ")" a boundary
 * and the last boundary of the multipart "x", "[" and "]" of the one within, "y". */
struct form {
	const char *name;
	const char *message;
	const char *text, *html_text;
	const char *files;	/* as above */
	const char *lost, *note;
};

#define MULTI(kind) "Content-Type: multipart/" kind "; boundary=x||"
#define INNER(kind) "(Content-Type: multipart/" kind "; boundary=y||"
#define TYPE(type) "Content-Type: " type "||"
#define NAMED(type, name) "Content-Type: " type "|Content-Disposition: inline; filename=" name "||"
#define ATTACHED(type, name) \
	"Content-Type: " type "|Content-Disposition: attachment; filename=" name "||"

static const struct form forms[] = {
	{ "several texts in order", MULTI("mixed") "(" TYPE("text/plain") "a|(" TYPE("text/plain")
	  "b|)", "a\nb", "", "", "", "" },
	{ "HTML between texts is rendered in its place", MULTI("mixed") "(" TYPE("text/plain") "a|("
	  TYPE("text/html") "<p>b</p>|(" TYPE("text/plain") "c|)", "a\nb\nc", "",
	  "* text/html 8", "", "" },
	{ "two HTML texts", MULTI("mixed") "(" TYPE("text/html") "<p>a|(" TYPE("text/html")
	  "<p>b|)", "", "a\nb\n", "* text/html 4;* text/html 4", "", "" },
	{ "the last plain form of an alternative", MULTI("alternative") "(" TYPE("text/plain") "a|("
	  TYPE("text/html") "<p>h|(" TYPE("text/plain") "b|)", "b", "",
	  "* text/plain 1;* text/html 4", "", "" },
	{ "a plain form that is empty is none", MULTI("alternative") "(" TYPE("text/plain") " ||("
	  TYPE("text/html") "<p>h|)", "", "h\n", "* text/html 4", "", "" },
	{ "other text is better than none", MULTI("alternative") "(" TYPE("text/enriched") "e|("
	  TYPE("image/png") "p|)", "e", "", " image/png 1", "", "" },
	{ "files beside the form that is not shown are kept", MULTI("alternative") "("
	  TYPE("text/plain") "a|" INNER("mixed") "[" TYPE("text/html") "<p>a|["
	  ATTACHED("application/pdf", "a.pdf") "pdf|]|)", "a", "",
	  "* text/html 4;a.pdf application/pdf 3", "", "" },
	{ "an alternative within an alternative", MULTI("alternative") INNER("alternative") "["
	  TYPE("text/plain") "a|[" TYPE("text/html") "<p>a|]|(" TYPE("text/html") "<p>b|)", "a", "",
	  "* text/html 4;* text/html 4", "", "" },
	{ "an invitation is a file, also as an alternative", MULTI("alternative") "("
	  TYPE("text/plain") "a|(" TYPE("text/calendar; method=REQUEST") "BEGIN|)", "a", "",
	  "invite.ics text/calendar 5", "", "" },
	{ "related: its root, and the rest as files", MULTI("related") "(" TYPE("text/html") "<p>h|("
	  TYPE("image/png") "p|(" TYPE("text/plain") "t|)", "", "h\n",
	  "* text/html 4; image/png 1; text/plain 1", "", "" },
	{ "related: the root is named by start",
	  "Content-Type: multipart/related; start=\"<b@x>\"; boundary=x||"
	  "(Content-ID: <a@x>|" TYPE("text/plain") "a|(Content-ID: <b@x>|" TYPE("text/html") "<p>h|)",
	  "", "h\n", " text/plain 1;* text/html 4", "", "" },
	{ "related: a start that is nowhere", "Content-Type: multipart/related; start=\"<c>\"; "
	  "boundary=x||(" TYPE("text/html") "<p>h|)", "", "h\n", "* text/html 4", "", "" },
	{ "signed by S/MIME", MULTI("signed") "(" TYPE("text/plain") "a|("
	  TYPE("application/pkcs7-signature") "s|)", "a", "",
	  "smime.p7s application/pkcs7-signature 1", "", "" },
	{ "encrypted", MULTI("encrypted; protocol=\"application/pgp-encrypted\"") "("
	  TYPE("application/pgp-encrypted") "Version: 1|(" TYPE("application/octet-stream")
	  "-----BEGIN|)", "", "", "pgp-version.txt application/pgp-encrypted 10;"
	  "encrypted.asc application/octet-stream 10", "the mail is encrypted, its parts are attached\n",
	  "" },
	{ "nothing that is encrypted is text", MULTI("encrypted") "(" TYPE("text/plain") "hQEMA|)", "", "",
	  " text/plain 5", "the mail is encrypted, its parts are attached\n", "" },
	{ "a form of the text with a name is the text", MULTI("alternative") "("
	  NAMED("text/plain", "a.txt") "a|(" NAMED("text/html", "a.html") "<p>a|)", "a", "",
	  "*a.html text/html 4", "", "" },
	{ "the root of related with a name is the text", MULTI("related") "("
	  NAMED("text/html", "a.html") "<p>a|)", "", "a\n", "*a.html text/html 4", "", "" },
	{ "HTML with a name beside a text is a file", MULTI("mixed") "(" TYPE("text/plain") "a|("
	  NAMED("text/html", "a.html") "<p>a|)", "a", "", "a.html text/html 4", "", "" },
	{ "S/MIME around all", TYPE("application/pkcs7-mime; smime-type=enveloped-data") "MII", "", "",
	  "smime.p7m application/pkcs7-mime 3",
	  "what is in smime.p7m is encrypted or signed, and was not read\n", "" },
	{ "a delivery report", MULTI("report; report-type=delivery-status") "(" TYPE("text/plain")
	  "failed|(" TYPE("message/delivery-status") "Action: failed|(" TYPE("text/rfc822-headers")
	  "To: a|)", "failed", "", "delivery-status.txt message/delivery-status 14;"
	  "headers.txt text/rfc822-headers 5", "", "" },
	{ "an enclosed mail is named by its subject", MULTI("mixed") "(" TYPE("message/rfc822")
	  "Subject: =?utf-8?q?a=62c?=||x|(" TYPE("message/rfc822") "To: a||x|)", "", "",
	  "abc.eml message/rfc822 29;message.eml message/rfc822 8", "", "" },
	{ "a digest is of mails", MULTI("digest") "(|Subject: a||x|)", "", "",
	  "a.eml message/rfc822 13", "", "" },
	{ "a fragment keeps its header", TYPE("message/partial; number=1; total=2; id=a") "To: b||x",
	  "", "", "partial.eml message/partial 64", "", "" },
	{ "winmail.dat stays", MULTI("mixed") "(" TYPE("application/ms-tnef") "\x78\x9f|)", "", "",
	  "winmail.dat application/ms-tnef 2", "", "" },
	{ "text as an attachment is a file", MULTI("mixed") "(" TYPE("text/plain") "a|("
	  ATTACHED("text/plain", "b.txt") "b|(" NAMED("text/plain", "c.txt") "c|)", "a", "",
	  "b.txt text/plain 1;c.txt text/plain 1", "", "" },
	{ "a text with a name that is all there is, is the text", MULTI("mixed") "("
	  NAMED("text/plain", "c.txt") "c|)", "c", "", "", "", "" },
	{ "a type that is none is text", TYPE("text") "a", "a", "", "", "", "" },
	{ "a type without a meaning is a file", TYPE("x/y") "a", "", "", " x/y 1", "", "" },
	{ "a text that is binary is a file", TYPE("text/plain; charset=us-ascii") "\x01\x02\x03",
	  "", "", " application/octet-stream 3", "", "a text that is binary was taken as a file\n" },
	{ "base64 that is none stays", "Content-Transfer-Encoding: base64||Hello, this is a text, not "
	  "base64: no!", "Hello, this is a text, not base64: no!", "", "", "",
	  "a part of unknown encoding was taken as it is\n" },
	{ "an unknown encoding stays as it is", "Content-Transfer-Encoding: x-rot13||uryyb", "uryyb",
	  "", "", "", "a part of unknown encoding was taken as it is\n" },
	{ "a uuencoded text is a text", "|begin 644 a|#0V%T|`|end|", "begin 644 a\n#0V%T\n`\nend\n", "",
	  "", "", "" },
	{ "a multipart without its end", MULTI("mixed") "(" TYPE("text/plain") "cut o", "cut o", "",
	  "", "", "a multipart has no end, perhaps the mail was cut off\n" },
	{ "a multipart whose boundary is nowhere", MULTI("mixed") "all of it|", "all of it\n", "", "",
	  "", "a multipart without parts was taken as text\n" },
	{ "a multipart of nothing", MULTI("mixed") "all of it|)", "all of it\n--x--\n", "", "", "",
	  "a multipart without parts was taken as text\n" },
	{ "the same boundary within", MULTI("mixed") "(Content-Type: multipart/mixed; boundary=x||("
	  TYPE("text/plain") "a|)", "a", "", "", "", "a multipart without parts was taken as text\n" },
	{ "text around the parts is told of", MULTI("mixed") "hidden|(" TYPE("text/plain") "a|)|behind",
	  "a", "", "", "", "text before the parts of a multipart is not carried\n"
	  "text behind the parts of a multipart is not carried\n" },
	{ "what is said to old readers is not told", MULTI("mixed") "This is a multi-part message in "
	  "MIME format.|(" TYPE("text/plain") "a|)|", "a", "", "", "", "" },
	{ "a header without an empty line behind it", "Subject: a|no field here|text|",
	  "no field here\ntext\n", "", "", "", "" },
	{ "HTML of which nothing is to be read", TYPE("text/html") "<img src=a>", "", "",
	  "* text/html 11", "", "" },
	{ "a picture in HTML beside a text is kept", MULTI("mixed") "(" TYPE("text/plain") "a|("
	  TYPE("text/html") "<img src=a>|)", "a\n", "", " text/html 11", "", "" },
	{ "a charset that is named by the HTML only", TYPE("text/html")
	  "<meta charset=koi8-r><p>\xf0\xc9", "", "\xd0\x9f\xd0\xb8\n", "* text/html 26", "", "" },
};

static void load(const char *name, bool crlf, struct buf *out)
{
	char path[500];
	int octet;
	FILE *file;

	snprintf(path, sizeof path, "%s/mails/%s", TEST_DATA, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	while ((octet = fgetc(file)) != EOF) {
		if (octet == '\n' && crlf)
			buf_byte(out, '\r');
		buf_byte(out, (char)octet);
	}
	fclose(file);
}

static void drop_cr(const struct buf *text, struct buf *out)
{
	for (size_t i = 0; i < text->length; i++)
		if (text->at[i] != '\r')
			buf_byte(out, text->at[i]);
}

/* The octets of a part that was not encoded grow with its line ends. */
static size_t count_octets(const struct mime_file *file, bool crlf)
{
	bool is_binary = span_is(buf_span(&file->type), "application/octet-stream") ||
			 span_starts(buf_span(&file->type), "image/");
	size_t count = 0;

	for (size_t i = 0; i < file->octets.length; i++)
		count += is_binary || !crlf || file->octets.at[i] != '\r';
	return count;
}

static void format_files(const struct mime_view *view, bool crlf, struct buf *out)
{
	for (size_t i = 0; i < view->file_count; i++) {
		const struct mime_file *file = &view->files[i];

		buf_format(out, "%s%s%s %s %zu", i ? ";" : "", file->rendition ? "*" : "",
			   buf_string(&file->name), buf_string(&file->type),
			   count_octets(file, crlf));
	}
}

static void reads_with(const struct row *row, bool crlf)
{
	struct buf message = BUF_INIT(100000), text = BUF_INIT(100000), files = BUF_INIT(1000);
	struct mime_view view;

	load(row->file, crlf, &message);
	assert_true(mime_view_read(buf_span(&message), &view));
	assert_string_equal(buf_string(&view.subject), row->subject);
	assert_string_equal(buf_string(&view.from), row->from);
	drop_cr(&view.text, &text);
	if (*row->text)
		assert_string_equal(buf_string(&text), row->text);
	format_files(&view, crlf, &files);
	assert_string_equal(buf_string(&files), row->files);
	mime_view_clear(&view);
	buf_clear(&message);
	buf_clear(&text);
	buf_clear(&files);
}

static void reads(void **state)
{
	reads_with(*state, false);
	reads_with(*state, true);
}

static void put_form(const char *form, struct buf *out)
{
	static const char *const borders[128] = { ['|'] = "\n", ['('] = "--x\n", [')'] = "--x--\n",
						  ['['] = "--y\n", [']'] = "--y--\n" };

	for (; *form; form++)
		if ((unsigned char)*form < 128 && borders[(unsigned char)*form])
			buf_text(out, borders[(unsigned char)*form]);
		else
			buf_byte(out, *form);
}

static void reads_form(void **state)
{
	const struct form *form = *state;
	struct buf message = BUF_INIT(10000), files = BUF_INIT(1000), text = BUF_INIT(1000);
	struct mime_view view;

	put_form(form->message, &message);
	assert_true(mime_view_read(buf_span(&message), &view));
	drop_cr(&view.text, &text);
	assert_string_equal(buf_string(&text), form->text);
	buf_reset(&text);
	drop_cr(&view.html_text, &text);
	assert_string_equal(buf_string(&text), form->html_text);
	format_files(&view, false, &files);
	assert_string_equal(buf_string(&files), form->files);
	assert_string_equal(buf_string(&view.lost), form->lost);
	assert_string_equal(buf_string(&view.note), form->note);
	mime_view_clear(&view);
	buf_clear(&message);
	buf_clear(&files);
	buf_clear(&text);
}

static void view_of(const char *message, struct mime_view *view)
{
	assert_true(mime_view_read(span_of(message), view));
}

static void resent_recipients_win(void **state)
{
	struct mime_view view;

	(void)state;
	view_of("To: a@x\r\nCc: b@x\r\nTo: c@x\r\n\r\n", &view);
	assert_string_equal(buf_string(&view.raw_to), " a@x\r\n, c@x\r\n");
	assert_string_equal(buf_string(&view.raw_cc), " b@x\r\n");
	assert_string_equal(buf_string(&view.to), "a@x");
	mime_view_clear(&view);
	view_of("To: a@x\r\nCc: b@x\r\nResent-Cc: c@x\r\n\r\n", &view);
	assert_string_equal(buf_string(&view.raw_to), "");
	assert_string_equal(buf_string(&view.raw_cc), " c@x\r\n");
	mime_view_clear(&view);
}

static void odd_messages(void **state)
{
	struct mime_view view;

	(void)state;
	view_of("", &view);
	assert_string_equal(buf_string(&view.subject), "");
	assert_string_equal(buf_string(&view.text), "");
	mime_view_clear(&view);
	view_of("\r\njust text\r\n", &view);
	assert_string_equal(buf_string(&view.text), "just text\r\n");
	mime_view_clear(&view);
	view_of("Subject: =?utf-8?q?a=0D=0ABcc:_x=00y?=\r\nDate: Sun, 22 Nov 2026 20:55:00 +0100\r\n\r\n",
		&view);
	assert_null(strpbrk(buf_string(&view.subject), "\r\n"));
	assert_true(view.dated);
	assert_int_equal(view.date_s, 1795377300);
	assert_int_equal(view.date_offset_min, 60);
	mime_view_clear(&view);
	view_of("Content-Type: multipart/mixed; boundary=x\r\n\r\nnot a boundary", &view);
	assert_string_equal(buf_string(&view.text), "not a boundary");
	assert_string_equal(buf_string(&view.note), "a multipart without parts was taken as text\n");
	mime_view_clear(&view);
	view_of("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ncut off", &view);
	assert_string_equal(buf_string(&view.text), "cut off");
	mime_view_clear(&view);
}

/* A part inside a part, and so on: what is too deep to look into is a file. */
static void deep_and_many(void **state)
{
	struct buf message = BUF_INIT(1 << 20);
	struct mime_view view;

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_format(&message, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	buf_text(&message, "\ndeep");
	assert_true(mime_view_read(buf_span(&message), &view));
	assert_int_equal(view.file_count, 1);
	assert_string_equal(buf_string(&view.files[0].type), "multipart/mixed");
	assert_true(span_starts(buf_span(&view.files[0].octets), "Content-Type: multipart/mixed; "
								   "boundary=b100\n"));
	assert_string_equal(view.files[0].octets.at + view.files[0].octets.length - 4, "deep");
	mime_view_clear(&view);
	buf_reset(&message);
	buf_text(&message, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 1500; i++)
		buf_text(&message, "--b\nContent-Type: image/png\n\nx\n");
	assert_true(mime_view_read(buf_span(&message), &view));
	assert_true(view.file_count < MIME_VIEW_PARTS_MAX);
	assert_true(span_starts(buf_span(&view.files[view.file_count - 1].octets),
				"Content-Type: image/png\n\nx\n--b\n"));
	assert_string_equal(buf_string(&view.lost), "only the first 999 parts were looked at\n");
	mime_view_clear(&view);
	buf_clear(&message);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, mails, reads);
	ROWS_ADD_TABLE(&rows, forms, reads_form);
	ROWS_ADD(&rows, "who resent a mail named its recipients", resent_recipients_win);
	ROWS_ADD(&rows, "odd messages are read", odd_messages);
	ROWS_ADD(&rows, "depth and number of parts are bounded", deep_and_many);
	return rows_run(&rows, "mime_view");
}
