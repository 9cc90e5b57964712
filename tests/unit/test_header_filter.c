/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdlib.h>

#include "mail/header_filter.h"

#define RECEIVED "Received: from c (local user 1000)\r\n" \
	"\tby gw1 (gsmtpd) with ESMTP id 1K0X;\r\n\tSun, 22 Nov 2026 20:55:00 +0100\r\n"
#define DATE "Date: Sun, 22 Nov 2026 20:55:00 +0100\r\n"
#define ID "Message-ID: <1K0X@gw1>\r\n"
#define FROM "From: root@example.net\r\n"
#define A100 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct trace told = {
	.hostname = "gw1", .id = "1K0X", .client = "local user 1000", .helo = "c",
	.protocol = "ESMTP", .sender = "root@example.net", .now_s = 1795377300,
	.zone_offset_min = 60, .clock_trusted = true,
};

static const struct filter_row {
	const char *name;
	const char *in, *out;	/* `out` behind Received */
} filter_rows[] = {
	{ "what is there stays, nothing is added",
	  "Date: x\r\nMessage-ID: <y>\r\nFrom: z\r\nSubject: s\r\n\r\nb\r\n",
	  "Date: x\r\nMessage-ID: <y>\r\nFrom: z\r\nSubject: s\r\n\r\nb\r\n" },
	{ "what is missing follows the other fields", "Subject: s\r\n\r\nb\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\nb\r\n" },
	{ "case does not count", "date: x\r\nMESSAGE-id: y\r\nfrom: z\r\n\r\n",
	  "date: x\r\nMESSAGE-id: y\r\nfrom: z\r\n\r\n" },
	{ "Bcc goes, with its folded lines",
	  "Bcc: a@b,\r\n c@d,\r\n\te@f\r\nDate: x\r\nMessage-ID: y\r\nFrom: z\r\n g\r\n\r\nBcc: stays\r\n",
	  "Date: x\r\nMessage-ID: y\r\nFrom: z\r\n g\r\n\r\nBcc: stays\r\n" },
	{ "Resent-Bcc too", "Resent-Bcc: a\r\nSubject: s\r\n\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\n" },
	{ "blanks before the colon", "Bcc : a\r\nDate \t: x\r\n\r\n", "Date \t: x\r\n" ID FROM "\r\n" },
	{ "a name that only begins so stays", "Bccx: a\r\n\r\n", "Bccx: a\r\n" DATE ID FROM "\r\n" },
	{ "the text at once", "the disk is full\r\nsecond line\r\n",
	  DATE ID FROM "\r\nthe disk is full\r\nsecond line\r\n" },
	{ "a text that begins with a word", "Alarm\r\n", DATE ID FROM "\r\nAlarm\r\n" },
	{ "a text that begins with a blank", " x: y\r\n", DATE ID FROM "\r\n x: y\r\n" },
	{ "a text behind fields without an empty line", "Subject: s\r\nhello there: you\r\nTo: x\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\nhello there: you\r\nTo: x\r\n" },
	{ "an empty line first: no header", "\r\nb\r\n", DATE ID FROM "\r\nb\r\n" },
	{ "nothing at all", "", DATE ID FROM },
	{ "a header alone", "Subject: s\r\n", "Subject: s\r\n" DATE ID FROM },
	{ "the line of a mailbox goes", "From root Sun Nov 22 20:55:00 2026\r\nSubject: s\r\n\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\n" },
	{ "in its escaped form too", ">From root Sun\r\nSubject: s\r\n\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\n" },
	{ "but not an old form of the field", "From : root\r\n\r\n", "From : root\r\n" DATE ID "\r\n" },
	{ "and only as the first line", "Subject: s\r\nFrom root\r\n",
	  "Subject: s\r\n" DATE ID FROM "\r\nFrom root\r\n" },
	{ "a colon alone is no field", ": x\r\n", DATE ID FROM "\r\n: x\r\n" },
	{ "a name that is too long is no field",
	  A100 A100 A100 A100 A100 "a: x\r\n",
	  DATE ID FROM "\r\n" A100 A100 A100 A100 A100 "a: x\r\n" },
	{ "behind a long name Bcc is still hidden",
	  A100 A100 A100 A100 A100 ": x\r\nBcc: a@b\r\n\r\n",
	  A100 A100 A100 A100 A100 ": x\r\n" DATE ID FROM "\r\n" },
	{ "Bcc behind the line of a mailbox", "From root Sun\r\nBcc: a\r\n b\r\nTo: c\r\n\r\n",
	  "To: c\r\n" DATE ID FROM "\r\n" },
	{ "Bcc with folded blanks", "Bcc:\r\n \r\n\t\r\n a@b\r\nTo: c\r\n\r\n",
	  "To: c\r\n" DATE ID FROM "\r\n" },
	{ "Bcc with 8 bit and without an end", "To: c\r\nBCC\t:\xff\x01", "To: c\r\n" DATE ID FROM },
	{ "Bcc folded behind another field stays with that", "To: c\r\n Bcc: d\r\n\r\n",
	  "To: c\r\n Bcc: d\r\n" DATE ID FROM "\r\n" },
	{ "what ends the header keeps all behind it as text", "To: c\r\nB\xc3\xa4: x\r\nTo: d\r\n",
	  "To: c\r\n" DATE ID FROM "\r\nB\xc3\xa4: x\r\nTo: d\r\n" },
	{ "8-bit octets in a name: text", "\xc3\xa4: x\r\n", DATE ID FROM "\r\n\xc3\xa4: x\r\n" },
};

static void filter_in_pieces(const char *in, size_t piece, const struct trace *trace,
			     struct header_filter *filter, struct buf *out)
{
	struct span rest = span_of(in);

	while (rest.length > 0) {
		assert_true(header_filter_put(filter, trace, span_take(rest, piece), out));
		rest = span_skip(rest, piece);
	}
	assert_true(header_filter_end(filter, trace, out));
}

static void test_filter(void **state)
{
	const struct filter_row *row = *state;

	for (size_t piece = 1; piece <= strlen(row->in) + 1; piece++) {
		struct header_filter filter = { 0 };
		struct buf out = BUF_INIT(10000);

		filter_in_pieces(row->in, piece, &told, &filter, &out);
		assert_string_equal(span_take(buf_span(&out), strlen(RECEIVED)).at ?
				    span_skip(buf_span(&out), strlen(RECEIVED)).at : "", row->out);
		assert_memory_equal(out.at, RECEIVED, strlen(RECEIVED));
		buf_clear(&out);
	}
}

static const struct trace_row {
	const char *name;
	struct trace trace;
	const char *out;	/* for a mail without header and text */
} trace_rows[] = {
	{ "without a clock there is no Date",
	  { .hostname = "gw1", .id = "1", .helo = "c", .protocol = "SMTP", .sender = "a@b" },
	  "Received: from c\r\n\tby gw1 (gsmtpd) with SMTP id 1;\r\n\tThu, 01 Jan 1970 00:00:00 +0000\r\n"
	  "Message-ID: <1@gw1>\r\nFrom: a@b\r\n" },
	{ "TLS is told, and the null sender has a name",
	  { .hostname = "gw1", .id = "1", .helo = "c", .protocol = "ESMTPSA", .sender = "",
	    .client = "[192.0.2.7]", .tls = "TLSv1.3 X" },
	  "Received: from c ([192.0.2.7])\r\n\t(using TLSv1.3 X)\r\n\tby gw1 (gsmtpd) with ESMTPSA id 1;\r\n"
	  "\tThu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <1@gw1>\r\nFrom: MAILER-DAEMON@gw1\r\n" },
	{ "a bare sender gets the host's name",
	  { .hostname = "gw1", .id = "1", .helo = "c", .protocol = "SMTP", .sender = "root" },
	  "Received: from c\r\n\tby gw1 (gsmtpd) with SMTP id 1;\r\n\tThu, 01 Jan 1970 00:00:00 +0000\r\n"
	  "Message-ID: <1@gw1>\r\nFrom: root@gw1\r\n" },
};

static void test_trace(void **state)
{
	const struct trace_row *row = *state;
	struct header_filter filter = { 0 };
	struct buf out = BUF_INIT(10000);

	filter_in_pieces("", 1, &row->trace, &filter, &out);
	assert_string_equal(buf_string(&out), row->out);
	buf_clear(&out);
}

static void received_fields_are_counted(void **state)
{
	struct header_filter filter = { 0 };
	struct buf out = BUF_INIT(100000);

	(void)state;
	for (int i = 0; i < 150; i++)
		header_filter_put(&filter, &told, span_of("received: x\r\n"), &out);
	assert_int_equal(filter.received, 150);
	buf_clear(&out);
}

static void what_is_added_has_a_limit(void **state)
{
	static char host[256], helo[256];
	struct trace long_trace = told;
	struct header_filter filter = { 0 };
	struct buf out = BUF_INIT(100000);

	(void)state;
	memset(host, 'h', 255);
	memset(helo, 'c', 255);
	long_trace.hostname = host;
	long_trace.helo = helo;
	filter_in_pieces("", 1, &long_trace, &filter, &out);
	assert_true(out.length < HEADER_FILTER_ADDED_MAX);
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, filter_rows, test_filter);
	ROWS_ADD_TABLE(&rows, trace_rows, test_trace);
	ROWS_ADD(&rows, "Received fields are counted", received_fields_are_counted);
	ROWS_ADD(&rows, "what is added has a limit", what_is_added_has_a_limit);
	return rows_run(&rows, "header_filter");
}
