/* SPDX-License-Identifier: ISC */
/* Mails made at random of all that hurts a module or its daemon. A seed is a run. */
#ifndef TESTS_UNIT_RANDOM_MAIL_H
#define TESTS_UNIT_RANDOM_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/checksum.h"
#include "mail/spool_file.h"

#define RANDOM_MAIL_RECIPIENTS 3
#define RANDOM_MAIL_FILES_MAX 13
#define RANDOM_MAIL_MAX (1 << 24)

static uint64_t chance_state = 1;

/* xorshift64*, so that a seed is a run. */
static inline uint32_t chance(uint32_t below)
{
	chance_state ^= chance_state >> 12;
	chance_state ^= chance_state << 25;
	chance_state ^= chance_state >> 27;
	return (uint32_t)(chance_state * 2685821657736338717u >> 32) % below;
}

static const char *const tokens[] = {
	"+++", "+", "++", "++++++", "AT", "at", "aT", "A/", "a/", ".", "..", "\n", "\n", "\n",
	"\r\n", "\n+++\n", "\nATD112;\n", "\n.\n", "\"", "\\", "\x1b", "\x1a", "\x7f", "\t", " ",
	"word", "two words", "\xc3\xbc", "\xe2\x82\xac", "\xe4\xb8\xad\xe6\x96\x87",
	"\xe8\xad\xa6", "u\xcc\x88", "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "\xe2\x80\x8d",
	"OK\r\n", "+QSMTPPUT: 0\n", "CONNECT\n", "/UFS/",
};

static inline void put_token(struct buf *out)
{
	buf_text(out, tokens[chance(sizeof tokens / sizeof tokens[0])]);
}

static inline void put_tokens(struct buf *out, size_t length)
{
	size_t start = out->length;

	while (out->length - start < length)
		put_token(out);
}

static inline void put_noise(struct buf *out, size_t length)
{
	for (size_t i = 0; i < length; i++)
		buf_byte(out, (char)chance(256));
}

/* A length that matters now and then, else a short one. */
static inline size_t choose_length(void)
{
	switch (chance(12)) {
	case 0:
		return 9700 + chance(700);	/* about what a body holds */
	case 1:
		return 11000 + chance(20000);
	default:
		return chance(400);
	}
}

/* A text that needs no change, but may be as long as a body. */
static inline void put_plain(struct buf *out, size_t length)
{
	while (length > 0) {
		size_t line = length > 60 ? 1 + chance(60) : length;

		for (size_t i = 1; i < line; i++)
			buf_byte(out, (char)('b' + i % 20));
		buf_text(out, line > 1 ? "\r\n" : "x");
		length -= line;
	}
}

static inline void put_octets(struct buf *out)
{
	size_t length = chance(200) == 0 ? 90000 + chance(50000) : choose_length();

	switch (chance(4)) {
	case 0:
		put_noise(out, length);
		break;
	case 1:
		for (size_t i = 0; i < length; i++)
			buf_byte(out, "+\rATat/\n.x"[chance(10)]);
		break;
	default:
		put_tokens(out, length);
		break;
	}
}

struct random_mail {
	struct buf text;
	struct buf files[RANDOM_MAIL_FILES_MAX];	/* octets */
	size_t file_count;
	struct buf content;
	struct buf file;	/* of the spool */
};

static inline void put_coded(const char *before, struct span value, struct buf *out)
{
	buf_text(out, before);
	base64_put(value, out);
}

static inline void put_header(struct random_mail *mail, const char *name, size_t length)
{
	struct buf value = BUF_INIT(2000);

	put_tokens(&value, length);
	buf_text(&mail->content, name);
	put_coded("=?utf-8?b?", buf_span(&value), &mail->content);
	buf_text(&mail->content, "?=\r\n");
	buf_clear(&value);
}

static inline void put_part(struct random_mail *mail, const char *header, struct span octets)
{
	buf_text(&mail->content, "--b0und\r\n");
	buf_text(&mail->content, header);
	put_coded("Content-Transfer-Encoding: base64\r\n\r\n", octets, &mail->content);
	buf_text(&mail->content, "\r\n");
}

static inline void add_file(struct random_mail *mail)
{
	struct buf *octets = &mail->files[mail->file_count++];
	struct buf name = BUF_INIT(200), header = BUF_INIT(1000);

	buf_init(octets, 1 << 20);
	put_octets(octets);
	put_tokens(&name, 1 + chance(30));
	buf_text(&header, "Content-Type: application/octet-stream\r\n"
		 "Content-Disposition: attachment; filename*=utf-8''");
	for (size_t i = 0; i < name.length; i++)
		buf_format(&header, "%%%02X", (unsigned)(unsigned char)name.at[i]);
	buf_text(&header, "\r\n");
	put_part(mail, buf_string(&header), buf_span(octets));
	buf_clear(&name);
	buf_clear(&header);
}

static inline void put_spool_file(struct random_mail *mail)
{
	static const char envelope[] = "gsmtpd-envelope 1\narrived 1795377300\nsender r@gw1\n"
				       "recipient ops@example.net\nrecipient b@example.net\n"
				       "recipient h@example.net\n";
	struct span content = buf_span(&mail->content), text = span_of(envelope);
	struct spool_file_head head = {
		content.length, checksum_crc32(0, content.at, content.length),
		text.length, checksum_crc32(0, text.at, text.length),
	};
	char line[SPOOL_FILE_HEAD_SIZE];

	spool_file_format_head(&head, line);
	buf_put(&mail->file, span_make(line, sizeof line));
	buf_put(&mail->file, content);
	buf_put(&mail->file, text);
}

static inline void random_mail_make(struct random_mail *mail)
{
	size_t files = chance(8) == 0 ? chance(RANDOM_MAIL_FILES_MAX + 1) : chance(3);
	bool plain = chance(3) == 0;

	*mail = (struct random_mail){ .text = BUF_INIT(1 << 20),
				      .content = BUF_INIT(RANDOM_MAIL_MAX),
				      .file = BUF_INIT(RANDOM_MAIL_MAX) };
	put_header(mail, "Subject: ", plain ? 0 : chance(200));
	put_header(mail, "From: ", chance(40));
	buf_text(&mail->content, "To: ops@example.net\r\n"
		 "Content-Type: multipart/mixed; boundary=b0und\r\n\r\n");
	if (plain)
		put_plain(&mail->text, chance(2) ? 9700 + chance(700) : choose_length());
	else
		put_tokens(&mail->text, choose_length());
	put_part(mail, "Content-Type: text/plain; charset=utf-8\r\n", buf_span(&mail->text));
	for (size_t i = 0; i < files; i++)
		add_file(mail);
	buf_text(&mail->content, "--b0und--\r\n");
	put_spool_file(mail);
}

static inline void random_mail_clear(struct random_mail *mail)
{
	for (size_t i = 0; i < mail->file_count; i++)
		buf_clear(&mail->files[i]);
	buf_clear(&mail->text);
	buf_clear(&mail->content);
	buf_clear(&mail->file);
}

#endif
