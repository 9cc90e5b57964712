/* SPDX-License-Identifier: ISC */
/* Whole reports, octet by octet, against files; GSMTPD_WRITE_GOLDEN=1 writes those anew
 * to be looked at. */
#include "mail/report.h"

#include <stdio.h>
#include <string.h>

#include "rows.h"

static const char header[] =
	"Received: from a by b; Sun, 22 Nov 2026 19:55:00 +0000\r\n"
	"DKIM-Signature: v=1; a=rsa-sha256; b=AAAA\r\n"
	"From: Alice <alice@example.net>\r\n"
	"To: ops@example.com\r\n"
	"Date: Sun, 22 Nov 2026 19:55:00 +0000\r\n"
	"Message-ID: <1@example.net>\r\n"
	"Subject: =?utf-8?Q?Pumpe_l=C3=A4uft?=\r\n =?utf-8?Q?_nicht?=\r\n"
	"Bcc: hidden@example.net\r\n"
	"\r\n"
	"Secret: content\r\n";

/* All that may go wrong with a header at once. */
static const char hostile[] =
	"Subject: x\r\n\r\n";
static const char hostile_fields[] =
	"--=_report-4REPORT: y\r\n"
	"-X: y\r\n"
	"Subject: \xff\xfe raw\x1b[31m\x00 and\r\n\t--=_report-4REPORT--\r\n\t\r\n"
	"Message-ID: <a> --=_report-4REPORT\r\n"
	"X-Long: " "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
	"Comments: \r.\r\n\xe2\x80\xa8 a\xc2\x85 b\r\n"
	"\r\n";

#define PERSON(who) { .address = (who), .original = (who), .status = "5.1.1", \
		      .text = "mailbox not available", .has_code = true, .code = -550 }

static const struct report_recipient one[] = { PERSON("ops@example.com") };
static const struct report_recipient several[] = {
	{ .address = "ops@example.com", .original = "root", .orcpt = "rfc822;root@gw1", .status = "5.1.1",
	  .text = "mailbox not available", .has_code = true, .code = -550 },
	{ .address = "\xc3\xa4@example.com", .status = "", .text = NULL, .uncertain = true },
	{ .address = "c@example.com", .original = "c@example.com", .status = "4.2.1",
	  .text = "given up after 5 d: mailbox busy", .has_code = true, .code = -450 },
};
static const struct report_recipient busy[] = {
	{ .address = "c@example.com", .original = "c@example.com", .status = "4.2.1",
	  .text = "mailbox busy", .has_code = true, .code = -450 },
};
static const struct report_recipient evil[] = {
	{ .address = "a\r\n--=_report-4REPORT--\r\n@example.com", .original = "<>\n\n.\n",
	  .orcpt = "rfc822;x\r\nAction: delivered\r\n\r\n", .status = "5.1.1\r\nAction: delivered",
	  .text = "x\r\n\r\n--=_report-4REPORT\r\nContent-Type: text/html\r\n\r\n", .has_code = true,
	  .code = -2147483647 - 1 },
};
static struct report_recipient many[45];

struct row {
	const char *name;
	const char *file;
	struct report report;
};

#define REPORT .hostname = "gw1.example.net", .id = "4REPORT", .mail_id = "4MAIL", \
	.to = "alice@example.net", .now_s = 1795478400, .arrived_s = 1795400000, \
	.zone_offset_min = 60, .header = { header, sizeof header - 1 }

static const struct row table[] = {
	{ "one recipient that failed", "failed.eml",
	  { REPORT, .kind = REPORT_FAILED, .clock_trusted = true, .kept = true, .recipients = one,
	    .recipient_count = 1 } },
	{ "several, with all that DSN has", "several.eml",
	  { REPORT, .kind = REPORT_FAILED, .clock_trusted = true, .envid = "ID+2B1", .recipients = several,
	    .recipient_count = 3 } },
	{ "a delay", "delayed.eml",
	  { REPORT, .kind = REPORT_DELAYED, .clock_trusted = true, .left_ms = INT64_C(417600000),
	    .recipients = busy, .recipient_count = 1 } },
	{ "no clock, no dates", "no-clock.eml",
	  { REPORT, .kind = REPORT_DELAYED, .recipients = one, .recipient_count = 1 } },
	{ "others were not reported", "unreported.eml",
	  { REPORT, .kind = REPORT_FAILED, .clock_trusted = true, .kept = true, .unreported = 7,
	    .recipients = one, .recipient_count = 1 } },
	{ "more recipients than are listed", "many.eml",
	  { REPORT, .kind = REPORT_FAILED, .clock_trusted = true, .recipients = many,
	    .recipient_count = 45 } },
};

/* Tests run in the folder of the build. */
static void write_golden(const char *path, struct span text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fwrite(text.at, 1, text.length, file);
	fclose(file);
}

static size_t read_golden(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length;

	assert_non_null(file);
	length = fread(out, 1, size, file);
	fclose(file);
	return length;
}

static void test_row(void **state)
{
	static char golden[REPORT_TEXT_MAX];
	const struct row *row = *state;
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);
	char path[1024];
	size_t length;

	for (size_t i = 0; i < 45; i++)
		many[i] = (struct report_recipient)PERSON("someone@example.com");
	snprintf(path, sizeof path, "%s/report/%s", TEST_DATA, row->file);
	assert_true(report_build(&row->report, &text));
	if (getenv("GSMTPD_WRITE_GOLDEN"))
		write_golden(path, buf_span(&text));
	length = read_golden(path, golden, sizeof golden);
	assert_int_equal(length, text.length);
	assert_memory_equal(golden, text.at, length);
	buf_clear(&text);
}

static size_t count(struct span text, const char *what)
{
	size_t found = 0, at;

	while ((at = span_find(text, span_of(what))) < text.length) {
		found++;
		text = span_skip(text, at + 1);
	}
	return found;
}

static void test_hostile(void **state)
{
	struct report report = { REPORT, .kind = REPORT_FAILED, .recipients = evil, .recipient_count = 1 };
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);
	struct span all;

	(void)state;
	report.header = span_make(hostile_fields, sizeof hostile_fields - 1);
	report.to = "x\r\nBcc: y@example.net";
	report.envid = "x\r\nAction: delivered";
	assert_true(report_build(&report, &text));
	all = buf_span(&text);
	/* Three parts and an end, each at the beginning of a line; no other line of that kind. */
	assert_int_equal(count(all, "\r\n--"), 4);
	assert_int_equal(count(all, "\r\n--=_report-4REPORT\r\n"), 3);
	assert_int_equal(count(all, "\r\n--=_report-4REPORT--\r\n"), 1);
	assert_int_equal(count(all, "\r\nBcc:"), 0);
	assert_int_equal(count(all, "\r\nAction: "), 1);
	assert_int_equal(count(all, "\r\nContent-Type: text/html"), 0);
	assert_int_equal(count(all, "References:"), 0);
	assert_int_equal(count(all, "\x1b"), 0);
	assert_int_equal(count(all, "\r"), count(all, "\r\n"));
	assert_int_equal(count(all, "\n"), count(all, "\r\n"));
	assert_int_equal(strlen(buf_string(&text)), text.length);
	buf_clear(&text);
}

static void test_small(void **state)
{
	static char large[64 * 1024];
	struct report report = { REPORT, .kind = REPORT_FAILED, .recipients = one, .recipient_count = 1 };
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);

	(void)state;
	for (size_t i = 0; i + 10 < sizeof large; i += 10)
		memcpy(large + i, "X-A: bcd\r\n", 10);
	report.header = span_make(large, sizeof large);
	assert_true(report_build(&report, &text));
	assert_in_range(text.length, REPORT_HEADER_MAX, REPORT_HEADER_MAX + 2048);
	buf_clear(&text);
}

static void test_no_subject(void **state)
{
	struct report report = { REPORT, .kind = REPORT_FAILED, .recipients = one, .recipient_count = 1 };
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);

	(void)state;
	report.header = span_of("From: a@example.net\r\n\r\n");
	assert_true(report_build(&report, &text));
	assert_int_equal(count(buf_span(&text), "\r\nSubject: Undelivered: (no subject)\r\n"), 1);
	buf_reset(&text);
	report.header = span_of(hostile);
	assert_true(report_build(&report, &text));
	assert_int_equal(count(buf_span(&text), "\r\nSubject: Undelivered: x\r\n"), 1);
	buf_clear(&text);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "nothing in a mail can add a field, a part or a line", test_hostile);
	ROWS_ADD(&rows, "a long header makes no long report", test_small);
	ROWS_ADD(&rows, "a mail without subject has a report with one", test_no_subject);
	return rows_run(&rows, "report");
}
