/* SPDX-License-Identifier: ISC */
#include "compose/mime_names.h"

#include "base/utf8.h"
#include "compose/mime_entity.h"
#include "compose/mime_word.h"

#define SUBJECT_MAX 60		/* octets of a subject in a name */
#define SUBJECT_ROOM 65536

struct known {
	const char *type;
	const char *name;
};

static const struct known names[] = {
	{ "text/calendar", "invite.ics" },
	{ "text/rfc822-headers", "headers.txt" },
	{ "message/delivery-status", "delivery-status.txt" },
	{ "message/disposition-notification", "disposition-notification.txt" },
	{ "message/feedback-report", "feedback-report.txt" },
	{ "message/partial", "partial.eml" },
	{ "message/external-body", "external-body.eml" },
	{ "application/pgp-signature", "signature.asc" },
	{ "application/pgp-encrypted", "pgp-version.txt" },
	{ "application/pgp-keys", "keys.asc" },
	{ "application/pkcs7-signature", "smime.p7s" },
	{ "application/x-pkcs7-signature", "smime.p7s" },
	{ "application/pkcs7-mime", "smime.p7m" },
	{ "application/x-pkcs7-mime", "smime.p7m" },
	{ "application/ms-tnef", "winmail.dat" },
	{ "application/vnd.ms-tnef", "winmail.dat" },
};

static void put_mail_name(struct span octets, struct buf *out)
{
	struct buf subject = BUF_INIT(SUBJECT_ROOM);
	struct span header;

	mime_entity_body(octets, &header);
	if (mime_word_decode(mime_entity_find(header, "Subject"), &subject) && subject.length > 0)
		buf_put(out, utf8_take(buf_span(&subject), SUBJECT_MAX));
	else
		buf_text(out, "message");
	buf_text(out, ".eml");
	buf_clear(&subject);
}

void mime_names_put(struct span type, struct span octets, bool encrypted, struct buf *out)
{
	if (span_is(type, "message/rfc822") || span_is(type, "message/global")) {
		put_mail_name(octets, out);
		return;
	}
	if (encrypted && span_is(type, "application/octet-stream"))
		buf_text(out, "encrypted.asc");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_is(type, names[i].type))
			buf_text(out, names[i].name);
}
