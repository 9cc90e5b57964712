/* SPDX-License-Identifier: ISC */
#include "mail/report.h"

#include "base/time_text.h"
#include "base/utf8.h"
#include "mail/report_text.h"

#define SUBJECT_MAX 160		/* of the mail's own; the module carries 100 or 200 */
#define ADDRESS_LINE_MAX 400
#define PHRASE_MAX 300

static void put_line(struct buf *out, const char *name, const char *value, size_t max)
{
	buf_text(out, name);
	report_text_line(span_of(value), max, out);
	buf_text(out, "\r\n");
}

/* No line of a report can begin so: they are field names, words, or begin with "<"
 * and blanks (mail/report_text.h). */
static void put_boundary(const struct report *report, const char *end, struct buf *out)
{
	buf_format(out, "--=_report-%s%s\r\n", report->id, end);
}

static const char *subject_word(enum report_kind kind)
{
	switch (kind) {
	case REPORT_FAILED:
		return "Undelivered: ";
	case REPORT_DELAYED:
		return "Delayed: ";
	}
	return "";
}

static void put_subject(const struct report *report, struct buf *out)
{
	size_t before;

	buf_text(out, "Subject: ");
	buf_text(out, subject_word(report->kind));
	before = out->length;
	report_text_field(report->header, "Subject", SUBJECT_MAX, out);
	if (out->length == before)
		buf_text(out, "(no subject)");
	buf_text(out, "\r\n");
}

/* Only what is a msg-id may stand in References (RFC 5322, 3.6.4). */
static void put_references(const struct report *report, struct buf *out)
{
	struct buf id = BUF_INIT(512);
	struct span text;

	report_text_field(report->header, "Message-ID", 250, &id);
	text = buf_span(&id);
	if (!id.failed && text.length > 2 && text.at[0] == '<' &&
	    span_index(text, '>') == text.length - 1 && span_index(text, ' ') == text.length &&
	    utf8_is_ascii(text))
		buf_format(out, "References: %.*s\r\n", SPAN_ARG(text));
	buf_clear(&id);
}

/* RFC 3834, 5: whoever answers mails by program answers none that says so. */
static void put_header(const struct report *report, struct buf *out)
{
	char date[TIME_TEXT_SIZE];

	buf_format(out, "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n", report->hostname);
	put_line(out, "To: ", report->to, ADDRESS_LINE_MAX);
	put_subject(report, out);
	if (report->clock_trusted)
		buf_format(out, "Date: %s\r\n", time_text_rfc5322(report->now_s,
								  report->zone_offset_min, date));
	buf_format(out, "Message-ID: <%s@%s>\r\n", report->id, report->hostname);
	put_references(report, out);
	buf_format(out,
		   "Auto-Submitted: auto-replied\r\n"
		   "MIME-Version: 1.0\r\n"
		   "Content-Type: multipart/report; report-type=delivery-status;\r\n"
		   "\tboundary=\"=_report-%s\"\r\n\r\n",
		   report->id);
}

static void put_part(const struct report *report, const char *type, struct buf *out)
{
	put_boundary(report, "", out);
	buf_format(out, "Content-Type: %s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", type);
}

static void put_person(const struct report_recipient *recipient, struct buf *out)
{
	buf_byte(out, '<');
	report_text_line(span_of(recipient->address), ADDRESS_LINE_MAX, out);
	buf_byte(out, '>');
	if (recipient->original && strcmp(recipient->original, recipient->address) != 0) {
		buf_text(out, ", which stands for <");
		report_text_line(span_of(recipient->original), ADDRESS_LINE_MAX, out);
		buf_byte(out, '>');
	}
	buf_text(out, "\r\n    ");
	report_text_line(span_of(recipient->text ? recipient->text : "no reason known"), PHRASE_MAX,
			 out);
	if (recipient->has_code)
		buf_format(out, " (%d)", recipient->code);
	if (recipient->uncertain)
		buf_text(out, "\r\n    It may have been delivered all the same.");
	buf_text(out, "\r\n");
}

static size_t listed(const struct report *report)
{
	return report->recipient_count < REPORT_RECIPIENTS_MAX ? report->recipient_count
							       : REPORT_RECIPIENTS_MAX;
}

static void put_people(const struct report *report, struct buf *out)
{
	size_t count = listed(report);

	for (size_t i = 0; i < count; i++)
		put_person(&report->recipients[i], out);
	if (count < report->recipient_count)
		buf_format(out, "and %zu more.\r\n", report->recipient_count - count);
	buf_text(out, "\r\n");
}

static void put_unreported(const struct report *report, struct buf *out)
{
	if (report->unreported > 0)
		buf_format(out,
			   "\r\nThere were other mails like this of which no report was sent, as\r\n"
			   "there would have been too many reports: %u in the last time.\r\n"
			   "\"gsmtpctl queue\" on %s lists them.\r\n",
			   report->unreported, report->hostname);
}

static void put_failed(const struct report *report, struct buf *out)
{
	buf_format(out, "This is gsmtpd on %s. Your mail could not be delivered to\r\n\r\n",
		   report->hostname);
	put_people(report, out);
	buf_text(out, "It will not be tried again.");
	if (report->kept)
		buf_format(out, " It is kept there for a while as %s:\r\n"
			   "\"gsmtpctl show %s\" tells what happened to it.", report->mail_id,
			   report->mail_id);
	buf_text(out, "\r\n");
}

static void put_delayed(const struct report *report, struct buf *out)
{
	char left[TIME_TEXT_SIZE];

	buf_format(out, "This is gsmtpd on %s. Your mail has not been delivered yet to\r\n\r\n",
		   report->hostname);
	put_people(report, out);
	if (report->left_ms > 0)
		buf_format(out, "It is tried for another %s. ",
			   time_text_duration(report->left_ms, left));
	else
		buf_text(out, "It is tried again. ");
	buf_format(out, "There is nothing you need to do.\r\nIts number there is %s.\r\n",
		   report->mail_id);
}

static void put_text(const struct report *report, struct buf *out)
{
	put_part(report, "text/plain; charset=utf-8", out);
	switch (report->kind) {
	case REPORT_FAILED:
		put_failed(report, out);
		break;
	case REPORT_DELAYED:
		put_delayed(report, out);
		break;
	}
	put_unreported(report, out);
	buf_text(out, "\r\n");
}

/* "rfc822;" is for ASCII; RFC 6533, 3 has the other. */
static const char *address_type(const char *address)
{
	return utf8_is_ascii(span_of(address)) ? "rfc822; " : "utf-8; ";
}

/* RFC 3464, 2.3. The number is the module's, not a server's: so its own type. */
static void put_fate(const struct report *report, const struct report_recipient *recipient,
		     struct buf *out)
{
	bool failed = report->kind == REPORT_FAILED;

	buf_text(out, "\r\n");
	if (recipient->orcpt)
		put_line(out, "Original-Recipient: ", recipient->orcpt, ADDRESS_LINE_MAX);
	buf_text(out, "Final-Recipient: ");
	put_line(out, address_type(recipient->address), recipient->address, ADDRESS_LINE_MAX);
	buf_format(out, "Action: %s\r\n", failed ? "failed" : "delayed");
	put_line(out, "Status: ", recipient->status && recipient->status[0] ? recipient->status :
		 failed ? "5.0.0" : "4.0.0", 16);
	if (recipient->has_code || recipient->text) {
		buf_text(out, "Diagnostic-Code: x-quectel-qsmtp; ");
		if (recipient->has_code)
			buf_format(out, "%d ", recipient->code);
		put_line(out, "", recipient->text ? recipient->text : "", PHRASE_MAX);
	}
}

static void put_status(const struct report *report, struct buf *out)
{
	size_t count = listed(report);
	char date[TIME_TEXT_SIZE];

	put_part(report, "message/delivery-status", out);
	buf_format(out, "Reporting-MTA: dns; %s\r\n", report->hostname);
	if (report->envid)
		put_line(out, "Original-Envelope-Id: ", report->envid, ADDRESS_LINE_MAX);
	put_line(out, "X-Gsmtpd-Queue-Id: ", report->mail_id, 32);
	if (report->clock_trusted)
		buf_format(out, "Arrival-Date: %s\r\n",
			   time_text_rfc5322(report->arrived_s, report->zone_offset_min, date));
	for (size_t i = 0; i < count; i++)
		put_fate(report, &report->recipients[i], out);
	buf_text(out, "\r\n");
}

bool report_build(const struct report *report, struct buf *out)
{
	size_t before = out->length;

	put_header(report, out);
	put_text(report, out);
	put_status(report, out);
	put_part(report, "text/rfc822-headers; charset=utf-8", out);
	report_text_header(report->header, REPORT_HEADER_MAX, out);
	buf_text(out, "\r\n");
	put_boundary(report, "--", out);
	return !out->failed && out->length - before <= REPORT_TEXT_MAX;
}
