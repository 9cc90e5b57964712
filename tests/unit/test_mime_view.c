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
	{ "flowed text stays as it is", "flowed.eml", "flowed", "root@gw1.example.net",
	  "a line that \ngoes on\n> quoted\n", "" },
	{ "of an alternative the plain text", "alternative.eml", "alternative",
	  "monitoring@example.net", "plain form", "* text/html 16" },
	{ "HTML alone is a rendition", "html-only.eml", "html", "monitoring@example.net", "",
	  "* text/html 24" },
	{ "signed, enclosed, inline and footer", "nested.eml", "nested", "helpdesk@example.net",
	  "signed text\nfooter", "signature.asc application/pgp-signature 63; message/rfc822 51;"
	  "\xc3\x9c" "bersicht 1.png image/png 8" },
	{ "a patch is text", "patch.eml", "[PATCH] fix", "git@example.net", "", "" },
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
	mime_view_clear(&view);
	buf_reset(&message);
	buf_text(&message, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 1500; i++)
		buf_text(&message, "--b\nContent-Type: image/png\n\nx\n");
	assert_true(mime_view_read(buf_span(&message), &view));
	assert_true(view.file_count < MIME_VIEW_PARTS_MAX);
	assert_string_equal(buf_string(&view.lost), "only the first 1000 parts were looked at\n");
	mime_view_clear(&view);
	buf_clear(&message);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, mails, reads);
	ROWS_ADD(&rows, "who resent a mail named its recipients", resent_recipients_win);
	ROWS_ADD(&rows, "odd messages are read", odd_messages);
	ROWS_ADD(&rows, "depth and number of parts are bounded", deep_and_many);
	return rows_run(&rows, "mime_view");
}
