/* SPDX-License-Identifier: ISC */
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/base64.h"
#include "ctl/preview_view.h"
#include "mail/raw_text.h"

#define TEXT_MAX (TRANSACTION_TEXT_MAX * 2)

static json_t *text_json(struct span text)
{
	struct buf utf8 = BUF_INIT(TEXT_MAX);
	json_t *json = NULL;

	if (raw_text_to_utf8(text, &utf8))
		json = json_stringn(buf_string(&utf8), utf8.length);
	buf_clear(&utf8);
	return json;
}

static json_t *charset_json(enum transaction_charset charset, struct span octets)
{
	struct buf utf8 = BUF_INIT(TEXT_MAX);
	json_t *json = NULL;

	if (preview_text(charset, octets, &utf8))
		json = text_json(buf_span(&utf8));
	buf_clear(&utf8);
	return json;
}

static json_t *base64_json(struct span octets)
{
	struct buf digits = BUF_INIT(TEXT_MAX);
	json_t *json = NULL;

	if (base64_put(octets, &digits))
		json = json_stringn(buf_string(&digits), digits.length);
	buf_clear(&digits);
	return json;
}

static json_t *lines_json(struct span text)
{
	json_t *lines = json_array();
	struct span line;

	while (span_cut(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.length > 0)
			json_array_append_new(lines, text_json(line));
	}
	return lines;
}

static json_t *recipients_json(const struct preview_view *view,
			       const struct transaction *transaction)
{
	static const char *const types[] = { "", "to", "cc", "bcc" };
	json_t *recipients = json_array();

	for (size_t i = 0; i < transaction->recipient_count; i++) {
		const struct transaction_recipient *recipient = &transaction->recipients[i];
		const char *original = view->envelope->recipients[recipient->index].original;

		json_array_append_new(recipients,
				      json_pack("{s:s, s:o, s:o}", "type", types[recipient->type],
						"address", text_json(recipient->address),
						"original", text_json(span_of(original))));
	}
	return recipients;
}

static json_t *attachments_json(const struct transaction *transaction)
{
	json_t *attachments = json_array();

	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];

		json_array_append_new(attachments,
				      json_pack("{s:o, s:I, s:o}",
						"name", text_json(attachment->name),
						"octets", (json_int_t)attachment->octets.length,
						"content", base64_json(attachment->octets)));
	}
	return attachments;
}

/* Under names that begin alike: "subject", "subject_charset", ... */
static void put_charset_text(json_t *object, const char *name, enum transaction_charset charset,
			     struct span octets)
{
	static const char *const behind[] = { "", "_charset", "_octets", "_raw" };
	json_t *values[] = {
		charset_json(charset, octets),
		json_string(preview_charset_name(charset)),
		json_integer((json_int_t)octets.length),
		base64_json(octets),
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct buf key = BUF_INIT(64);

		buf_format(&key, "%s%s", name, behind[i]);
		json_object_set_new(object, buf_string(&key), values[i]);
		buf_clear(&key);
	}
}

static void put_cost(json_t *object, const struct transaction_cost *cost)
{
	json_object_set_new(object, "line_octets", json_integer((json_int_t)cost->line_octets));
	json_object_set_new(object, "line_seconds", json_real((double)cost->line_ms / 1000));
	json_object_set_new(object, "air_octets", json_integer((json_int_t)cost->air_octets));
}

static json_t *transaction_json(const struct preview_view *view, size_t i)
{
	const struct transaction *transaction = &view->list->transactions[i];
	json_t *object = json_object();

	json_object_set_new(object, "recipients", recipients_json(view, transaction));
	put_charset_text(object, "subject", transaction->subject_charset, transaction->subject);
	put_charset_text(object, "body", transaction->body_charset, transaction->body);
	json_object_set_new(object, "attachments", attachments_json(transaction));
	json_object_set_new(object, "notes", lines_json(transaction->note));
	put_cost(object, &view->costs[i]);
	return object;
}

static json_t *view_json(const struct preview_view *view)
{
	json_t *transactions = json_array(), *totals = json_object();
	size_t recipients = 0;

	for (size_t i = 0; i < view->list->count; i++) {
		recipients += view->list->transactions[i].recipient_count;
		json_array_append_new(transactions, transaction_json(view, i));
	}
	json_object_set_new(totals, "transactions", json_integer((json_int_t)view->list->count));
	json_object_set_new(totals, "recipients", json_integer((json_int_t)recipients));
	put_cost(totals, &view->total);
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "from", view->from.length > 0 ? text_json(view->from) : json_null(),
			 "fault", view->fault[0] ? text_json(span_of(view->fault)) : json_null(),
			 "remarks", lines_json(view->remarks), "transactions", transactions,
			 "totals", totals);
}

bool preview_json(const struct preview_view *view, struct buf *out)
{
	json_t *json = view_json(view);
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII |
					     JSON_REAL_PRECISION(6)) : NULL;
	bool put = text && buf_text(out, text) && buf_byte(out, '\n');

	free(text);
	json_decref(json);
	return put;
}
