/* SPDX-License-Identifier: ISC */
#include "compose/mime_word.h"

#include "compose/mime_charset.h"
#include "compose/mime_decode.h"

#define WORD_MAX 4000		/* octets of one; 75 by RFC 2047, some hundred in real mails */
#define CHARSET_MAX 60

struct word {
	struct span charset;
	char encoding;		/* 'b' or 'q' */
	struct span text;
	size_t length;		/* of all of it */
};

/* Octets of words side by side in one charset: a character may be cut between them. */
struct pending {
	struct span charset;
	struct buf octets;
};

static bool is_blank(char octet)
{
	return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

static size_t count_blanks(struct span text)
{
	size_t count = 0;

	while (count < text.length && is_blank(text.at[count]))
		count++;
	return count;
}

/* The word at the front, "=?charset*language?q?text?=". */
static bool find_word(struct span text, struct word *word)
{
	struct span rest = span_take(span_skip(text, 2), WORD_MAX);
	size_t length;

	if (!span_starts(text, "=?"))
		return false;
	length = span_index(span_take(rest, CHARSET_MAX), '?');
	word->charset = span_take(rest, length);
	rest = span_skip(rest, length);
	word->charset = span_take(word->charset, span_index(word->charset, '*'));
	if (span_starts_nocase(rest, "?b?"))
		word->encoding = 'b';
	else if (span_starts_nocase(rest, "?q?"))
		word->encoding = 'q';
	else
		return false;
	rest = span_skip(rest, 3);
	length = span_find(rest, span_of("?="));
	if (length == rest.length)
		return false;
	word->text = span_take(rest, length);
	word->length = (size_t)(rest.at + length + 2 - text.at);
	return true;
}

static void flush(struct pending *pending, struct buf *out)
{
	char charset[CHARSET_MAX + 1];
	bool guessed;

	if (pending->octets.length == 0)
		return;
	span_copy(pending->charset, charset, sizeof charset);
	mime_charset_to_utf8(buf_span(&pending->octets), charset, out, &guessed);
	buf_reset(&pending->octets);
}

static void take_word(const struct word *word, struct pending *pending, struct buf *out)
{
	if (!span_equal_nocase(word->charset, pending->charset))
		flush(pending, out);
	pending->charset = word->charset;
	if (word->encoding == 'b')
		mime_decode_base64(word->text, &pending->octets);
	else
		mime_decode_q(word->text, &pending->octets);
}

/* Length of what stands before the next word. */
static size_t plain_length(struct span text, struct word *word)
{
	size_t length = 0;

	while (length < text.length) {
		length += span_find(span_skip(text, length), span_of("=?"));
		if (length == text.length || find_word(span_skip(text, length), word))
			break;
		length += 2;
	}
	return length;
}

static void put_plain(struct span text, struct pending *pending, bool between, struct buf *out)
{
	bool guessed;

	/* Blanks between two words belong to their form. */
	if (between && count_blanks(text) == text.length)
		return;
	flush(pending, out);
	mime_charset_to_utf8(text, NULL, out, &guessed);
}

/* Line ends of a folded value go, what else controls becomes a blank. */
static void make_one_line(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = ' ';
}

static bool put_unfolded(struct span value, struct buf *out)
{
	for (size_t i = 0; i < value.length; i++)
		if (value.at[i] != '\r' && value.at[i] != '\n')
			buf_byte(out, value.at[i]);
	return !out->failed;
}

bool mime_word_decode(struct span value, struct buf *out)
{
	struct buf unfolded = BUF_INIT(value.length);
	struct pending pending = { .octets = BUF_INIT(value.length) };
	size_t start = out->length;
	bool after_word = false, good = put_unfolded(span_trim(value), &unfolded);
	struct span rest = buf_span(&unfolded);
	struct word word = { .length = 0 };

	while (rest.length > 0) {
		size_t plain = plain_length(rest, &word);
		bool before_word = plain < rest.length;

		if (plain > 0)
			put_plain(span_take(rest, plain), &pending, after_word && before_word, out);
		rest = span_skip(rest, plain);
		if (before_word) {
			take_word(&word, &pending, out);
			rest = span_skip(rest, word.length);
		}
		after_word = before_word;
	}
	flush(&pending, out);
	good = good && !pending.octets.failed && !out->failed;
	buf_clear(&unfolded);
	buf_clear(&pending.octets);
	if (out->length > start)
		make_one_line(out->at + start, out->length - start);
	return good;
}
