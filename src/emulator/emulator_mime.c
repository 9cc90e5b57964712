/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_mime.h"

#include "base/utf8.h"

/* No line of base64 can begin like it. */
#define BOUNDARY "=_gsmtp_emulator_part"
#define ENCODED_WORD_OCTETS 39	/* RFC 2047, section 2: 76 characters a line, "Subject: " too */
#define LINE_OCTETS 57		/* RFC 2045, section 6.8: at most 76 characters a line */

const char *emulator_mime_charset(int charset)
{
	static const char *const names[] = { "US-ASCII", "UTF-8", "GB2312", "BIG5" };

	return names[charset];
}

static void put_base64(struct buf *out, struct span octets)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	while (octets.length > 0) {
		unsigned long three = 0;
		char four[4];

		for (size_t i = 0; i < 3; i++)
			three = three << 8 | (i < octets.length ? (unsigned char)octets.at[i] : 0);
		for (size_t i = 0; i < 4; i++)
			four[i] = i <= octets.length ? digits[three >> (18 - 6 * i) & 63] : '=';
		buf_put(out, span_make(four, sizeof(four)));
		octets = span_skip(octets, 3);
	}
}

static void put_base64_lines(struct buf *out, struct span octets)
{
	for (; octets.length > 0; octets = span_skip(octets, LINE_OCTETS)) {
		put_base64(out, span_take(octets, LINE_OCTETS));
		buf_text(out, "\r\n");
	}
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	return (unsigned)((c | 0x20) - 'a') + 10;
}

void emulator_mime_subject(const struct emulator_draft *draft, struct buf *out)
{
	struct span given = span_of(draft->subject);

	if (draft->subject_charset == 0) {
		buf_put(out, given);
		return;
	}
	for (size_t i = 0; i + 1 < given.length; i += 2)
		buf_byte(out, (char)(digit(given.at[i]) << 4 | digit(given.at[i + 1])));
}

/* As many octets as one encoded word takes, cut between two characters. */
static struct span next_piece(struct span text, int charset)
{
	size_t length = 0;

	if (charset < 2) {
		struct span piece = utf8_is_valid(text) ? utf8_take(text, ENCODED_WORD_OCTETS)
							: span_take(text, ENCODED_WORD_OCTETS);
		return piece.length ? piece : text;
	}
	while (length < text.length && length + 2 <= ENCODED_WORD_OCTETS)
		length += (unsigned char)text.at[length] >= 0x81 && length + 1 < text.length ? 2 : 1;
	return span_take(text, length);
}

static bool is_plain(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < 0x20 || text.at[i] > 0x7e)
			return false;
	if (text.length > 0 && (text.at[0] == ' ' || text.at[text.length - 1] == ' '))
		return false;
	return span_find(text, span_of("=?")) == text.length;
}

static void put_subject(struct buf *out, const struct emulator_draft *draft)
{
	struct buf text = BUF_INIT(EMULATOR_SUBJECT_HEX_MAX);
	struct span rest;
	const char *between = "";

	emulator_mime_subject(draft, &text);
	rest = buf_span(&text);
	buf_text(out, "Subject: ");
	if (draft->subject_charset == 0 && is_plain(rest)) {
		buf_put(out, rest);
		rest.length = 0;
	}
	while (rest.length > 0) {
		struct span piece = next_piece(rest, draft->subject_charset);

		buf_format(out, "%s=?%s?B?", between, emulator_mime_charset(draft->subject_charset));
		put_base64(out, piece);
		buf_text(out, "?=");
		rest = span_skip(rest, piece.length);
		between = "\r\n ";
	}
	buf_text(out, "\r\n");
	buf_clear(&text);
}

/* A quoted string of RFC 5322, section 3.2.4. */
static void put_quoted(struct buf *out, struct span text)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, text.at[i]);
	}
	buf_byte(out, '"');
}

static void put_addresses(struct buf *out, const char *field, const struct emulator_draft *draft,
			  int type)
{
	bool begun = false;

	for (size_t i = 0; i < draft->recipient_count; i++) {
		if (draft->recipients[i].type != type)
			continue;
		buf_text(out, begun ? ",\r\n " : field);
		buf_format(out, "<%s>", draft->recipients[i].address);
		begun = true;
	}
	if (begun)
		buf_text(out, "\r\n");
}

static void put_text_part(struct buf *out, const struct emulator_draft *draft)
{
	buf_format(out, "Content-Type: text/plain; charset=%s\r\n"
		   "Content-Transfer-Encoding: base64\r\n\r\n",
		   emulator_mime_charset(draft->body_charset));
	put_base64_lines(out, buf_span(&draft->body));
}

bool emulator_mime_attachment(const struct emulator_attachment *attachment,
			      const struct emulator_store *store, struct span *name,
			      struct span *content)
{
	const struct emulator_file *file;

	*name = span_of(attachment->name);
	*content = buf_span(&attachment->content);
	if (!attachment->stored)
		return true;
	*name = span_skip(*name, strlen("/UFS/"));
	file = emulator_store_find(store, *name);
	if (file == NULL)
		return false;
	*content = buf_span(&file->content);
	return true;
}

static void put_attachment(struct buf *out, struct span name, struct span content)
{
	buf_text(out, "--" BOUNDARY "\r\nContent-Type: application/octet-stream; name=");
	put_quoted(out, name);
	buf_text(out, "\r\nContent-Transfer-Encoding: base64\r\n"
		 "Content-Disposition: attachment; filename=");
	put_quoted(out, name);
	buf_text(out, "\r\n\r\n");
	put_base64_lines(out, content);
}

static void put_header(struct buf *out, const struct emulator_draft *draft)
{
	buf_text(out, "From: ");
	if (*draft->name != '\0') {
		put_quoted(out, span_of(draft->name));
		buf_byte(out, ' ');
	}
	buf_format(out, "<%s>\r\n", draft->address);
	put_addresses(out, "To: ", draft, 1);
	put_addresses(out, "Cc: ", draft, 2);
	put_subject(out, draft);
	buf_text(out, "MIME-Version: 1.0\r\n");
}

bool emulator_mime_build(const struct emulator_draft *draft, const struct emulator_store *store,
			 struct buf *out)
{
	put_header(out, draft);
	if (draft->attachment_count == 0) {
		put_text_part(out, draft);
		return !out->failed;
	}
	buf_text(out, "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n\r\n"
		 "--" BOUNDARY "\r\n");
	put_text_part(out, draft);
	for (size_t i = 0; i < draft->attachment_count; i++) {
		struct span name, content;

		if (!emulator_mime_attachment(&draft->attachments[i], store, &name, &content))
			return false;
		put_attachment(out, name, content);
	}
	buf_text(out, "--" BOUNDARY "--\r\n");
	return !out->failed;
}
