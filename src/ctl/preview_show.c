/* SPDX-License-Identifier: ISC */
#include <inttypes.h>

#include "base/time_text.h"
#include "ctl/ctl_text.h"
#include "ctl/preview_view.h"

#define HEAD "  %-13s"
#define TEXT_MAX (TRANSACTION_BODY_MAX * 4)

/* A line whose head stands only before the first of several. */
static void put_head(struct buf *out, const char *head, bool first)
{
	buf_format(out, HEAD, first ? head : "");
}

static void put_size(struct buf *out, size_t octets)
{
	ctl_text_size((int64_t)octets, out);
	buf_text(out, " octets");
}

static void put_cost(struct buf *out, const struct transaction_cost *cost)
{
	char time[TIME_TEXT_SIZE];

	put_size(out, cost->line_octets);
	buf_format(out, " and about %s on the line, about ",
		   time_text_duration(cost->line_ms < 1000 ? cost->line_ms :
				      (cost->line_ms + 500) / 1000 * 1000, time));
	put_size(out, cost->air_octets);
	buf_text(out, " over the air\n");
}

/* Several lines of text, each behind the head's column. */
static void put_lines(struct buf *out, const char *head, struct span text)
{
	struct span line;
	bool first = true;

	while (span_cut(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.length == 0)
			continue;
		put_head(out, head, first);
		ctl_text_escape(line, out);
		buf_byte(out, '\n');
		first = false;
	}
}

static void put_recipients(struct buf *out, const struct preview_view *view,
			   const struct transaction *transaction,
			   enum transaction_recipient_type type, const char *head)
{
	bool first = true;

	for (size_t i = 0; i < transaction->recipient_count; i++) {
		const struct transaction_recipient *recipient = &transaction->recipients[i];
		const char *original = view->envelope->recipients[recipient->index].original;

		if (recipient->type != type)
			continue;
		put_head(out, head, first);
		ctl_text_escape(recipient->address, out);
		if (!span_is(recipient->address, original)) {
			buf_text(out, " (for ");
			ctl_text_escape(span_of(original), out);
			buf_byte(out, ')');
		}
		buf_byte(out, '\n');
		first = false;
	}
}

static void put_subject(struct buf *out, const struct transaction *transaction)
{
	size_t octets = transaction->subject.length;
	struct buf text = BUF_INIT(TEXT_MAX);

	preview_text(transaction->subject_charset, transaction->subject, &text);
	put_head(out, "Subject", true);
	ctl_text_escape(buf_span(&text), out);
	buf_byte(out, '\n');
	put_head(out, "", false);
	buf_format(out, "(%s, %zu octets", preview_charset_name(transaction->subject_charset),
		   octets);
	if (transaction->subject_charset != TRANSACTION_ASCII)
		buf_format(out, ", %zu hexadecimal digits", 2 * octets);
	buf_text(out, ")\n");
	buf_clear(&text);
}

/* Of the controls only the tab means no harm. */
static void put_body_line(struct buf *out, struct span line)
{
	struct span piece;
	const char *tab = "";

	buf_text(out, line.length > 0 ? "  | " : "  |");
	while (span_cut(&line, '\t', &piece)) {
		buf_text(out, tab);
		ctl_text_escape(piece, out);
		tab = "\t";
	}
	buf_byte(out, '\n');
}

static void put_body(struct buf *out, const struct transaction *transaction)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	struct span rest, line;

	put_head(out, "Body", true);
	buf_format(out, "(%s, %zu octets)\n", preview_charset_name(transaction->body_charset),
		   transaction->body.length);
	preview_text(transaction->body_charset, transaction->body, &text);
	rest = buf_span(&text);
	while (span_cut(&rest, '\n', &line)) {
		if (line.length > 0 && line.at[line.length - 1] == '\r')
			line.length--;
		/* Behind the last line end there is none. */
		if (line.length > 0 || rest.at != NULL)
			put_body_line(out, line);
	}
	buf_clear(&text);
}

static void put_attachments(struct buf *out, const struct transaction *transaction)
{
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];

		put_head(out, "Attachments", i == 0);
		ctl_text_escape(attachment->name, out);
		buf_format(out, ", %zu octets\n", attachment->octets.length);
	}
}

static void put_transaction(struct buf *out, const struct preview_view *view, size_t i)
{
	const struct transaction *transaction = &view->list->transactions[i];

	buf_format(out, "\nTransaction %zu of %zu\n", i + 1, view->list->count);
	if (view->from.length > 0)
		put_lines(out, "From", view->from);
	put_recipients(out, view, transaction, TRANSACTION_TO, "To");
	put_recipients(out, view, transaction, TRANSACTION_CC, "Cc");
	put_recipients(out, view, transaction, TRANSACTION_BCC, "Hidden");
	put_subject(out, transaction);
	put_body(out, transaction);
	put_attachments(out, transaction);
	put_lines(out, "Changed", transaction->note);
	put_head(out, "Takes", true);
	put_cost(out, &view->costs[i]);
}

static void put_remarks(struct buf *out, struct span remarks)
{
	struct span line;

	while (span_cut(&remarks, '\n', &line)) {
		if (line.length == 0)
			continue;
		buf_text(out, "Note: ");
		ctl_text_escape(line, out);
		buf_byte(out, '\n');
	}
}

void preview_show(const struct preview_view *view, struct buf *out)
{
	put_remarks(out, view->remarks);
	if (view->fault[0]) {
		buf_text(out, "The mail cannot be composed (");
		ctl_text_escape(span_of(view->fault), out);
		buf_text(out, "); an excerpt would be sent:\n");
	}
	for (size_t i = 0; i < view->list->count; i++)
		put_transaction(out, view, i);
	buf_format(out, "\nIn all: %zu %s, ", view->list->count,
		   view->list->count == 1 ? "transaction" : "transactions");
	put_cost(out, &view->total);
}
