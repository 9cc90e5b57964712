/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_mail.h"

#include <iconv.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "emulator/emulator_mime.h"
#include "emulator/emulator_record.h"

/* Attachments of the store (all of it ten times over) and a body, in base64. */
#define MESSAGE_MAX (64u * 1024 * 1024)

/* The subject in UTF-8; as it came when its charset does not fit it. */
static json_t *decoded_subject(const struct emulator_draft *draft)
{
	struct buf text = BUF_INIT(EMULATOR_SUBJECT_HEX_MAX);
	char decoded[4 * EMULATOR_SUBJECT_HEX_MAX];
	char *out = decoded;
	size_t room = sizeof(decoded);
	iconv_t converter = iconv_open("UTF-8", emulator_mime_charset(draft->subject_charset));
	json_t *subject = NULL;

	emulator_mime_subject(draft, &text);
	if (converter != (iconv_t)-1) {
		char *in = text.at;
		size_t left = text.length;

		if (iconv(converter, &in, &left, &out, &room) != (size_t)-1 && left == 0)
			subject = emulator_record_text(span_make(decoded, sizeof(decoded) - room));
		iconv_close(converter);
	}
	if (subject == NULL)
		subject = emulator_record_text(buf_span(&text));
	buf_clear(&text);
	return subject;
}

static json_t *content_record(struct span content)
{
	char sum[9];

	snprintf(sum, sizeof(sum), "%08x", checksum_crc32(0, content.at, content.length));
	return json_pack("{s:I, s:s}", "bytes", (json_int_t)content.length, "crc32", sum);
}

static json_t *recipients_record(const struct emulator_draft *draft)
{
	static const char *const types[] = { "", "to", "cc", "bcc" };
	json_t *list = json_array();

	for (size_t i = 0; i < draft->recipient_count; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:o}", "type", types[draft->recipients[i].type], "address",
			emulator_record_text(span_of(draft->recipients[i].address))));
	return list;
}

static json_t *attachments_record(const struct emulator_draft *draft,
				  const struct emulator_store *store)
{
	json_t *list = json_array();

	for (size_t i = 0; i < draft->attachment_count; i++) {
		struct span name, content;
		json_t *one;

		emulator_mime_attachment(&draft->attachments[i], store, &name, &content);
		one = content_record(content);
		json_object_set_new(one, "name", emulator_record_text(name));
		json_object_set_new(one, "stored", json_boolean(draft->attachments[i].stored));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *mail_record(const struct emulator_draft *draft, const struct emulator_store *store,
			   bool authenticate, unsigned number)
{
	json_t *body = content_record(buf_span(&draft->body));

	json_object_set_new(body, "charset", json_integer(draft->body_charset));
	return json_pack("{s:s, s:i, s:o, s:i, s:b, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:o}",
			 "event", "mail", "mail", (int)number,
			 "server", emulator_record_text(span_of(draft->server)),
			 "port", (int)draft->port, "authenticate", authenticate,
			 "user", emulator_record_text(span_of(draft->user)),
			 "address", emulator_record_text(span_of(draft->address)),
			 "name", emulator_record_text(span_of(draft->name)),
			 "recipients", recipients_record(draft),
			 "subject_charset", draft->subject_charset,
			 "subject", decoded_subject(draft), "body", body,
			 "attachments", attachments_record(draft, store));
}

struct emulator_mail *emulator_mail_new(const struct emulator_draft *draft,
					const struct emulator_store *store, bool authenticate,
					unsigned number)
{
	struct emulator_mail *mail = calloc(1, sizeof(*mail));

	if (mail == NULL)
		abort();
	mail->number = number;
	mail->authenticate = authenticate;
	buf_init(&mail->message, MESSAGE_MAX);
	if (!emulator_mime_build(draft, store, &mail->message)) {
		emulator_mail_free(mail);
		return NULL;
	}
	emulator_draft_set(&mail->sender, span_of(draft->address));
	emulator_draft_set(&mail->user, span_of(draft->user));
	emulator_draft_set(&mail->password, span_of(draft->password));
	for (size_t i = 0; i < draft->recipient_count; i++)
		emulator_draft_set(&mail->recipients[mail->recipient_count++],
				   span_of(draft->recipients[i].address));
	mail->record = mail_record(draft, store, authenticate, number);
	return mail;
}

struct emulator_mail *emulator_mail_hold(struct emulator_mail *mail)
{
	mail->holds++;
	return mail;
}

void emulator_mail_free(struct emulator_mail *mail)
{
	if (mail == NULL)
		return;
	if (mail->holds > 0) {
		mail->holds--;
		return;
	}
	for (size_t i = 0; i < mail->recipient_count; i++)
		free(mail->recipients[i]);
	free(mail->sender);
	free(mail->user);
	free(mail->password);
	buf_clear(&mail->message);
	json_decref(mail->record);
	free(mail);
}
