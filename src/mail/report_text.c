/* SPDX-License-Identifier: ISC */
#include "mail/report_text.h"

#include "base/utf8.h"
#include "mail/header_field.h"
#include "mail/raw_text.h"

/* A line may have 998 octets (RFC 5322, 2.1.1). */
#define FIELD_MAX 900
#define NAME_MAX 70

/* What is looked at of a text, whatever its length. */
#define LOOK_MAX 8192

/* C0, DEL and C1: no text has a use for them in one line. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

/* One line; runs of blanks and controls become one blank. */
static void squeeze(struct span text, struct buf *out)
{
	bool gap = false;

	while (text.length > 0) {
		uint32_t code = 0;
		size_t octets = utf8_next(text, &code);

		if (octets == 0)
			break;
		if (is_control(code) || code == ' ') {
			gap = true;
		} else {
			if (gap && out->length > 0)
				buf_byte(out, ' ');
			gap = false;
			buf_put(out, span_take(text, octets));
		}
		text = span_skip(text, octets);
	}
}

/* Between words, so that no encoded word is cut; unless that would leave next to
 * nothing. */
static struct span cut(struct span text, size_t max)
{
	size_t end;

	if (text.length <= max)
		return text;
	text = utf8_take(text, max);
	for (end = text.length; end > max / 2 && text.at[end - 1] != ' '; end--)
		;
	return end > max / 2 ? span_trim(span_take(text, end)) : text;
}

void report_text_line(struct span text, size_t max, struct buf *out)
{
	struct buf valid = BUF_INIT(2 * LOOK_MAX), line = BUF_INIT(2 * LOOK_MAX);

	raw_text_to_utf8(span_take(text, LOOK_MAX), &valid);
	squeeze(buf_span(&valid), &line);
	buf_put(out, cut(buf_span(&line), max));
	out->failed |= valid.failed || line.failed;
	buf_clear(&valid);
	buf_clear(&line);
}

/* Letters, digits and '-', a letter first: such a line can never be taken for a
 * boundary. */
static bool is_sound(struct span name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return name.length > 0 && name.length <= NAME_MAX;
}

/* What was of use on its way only, and is long. */
static bool is_ballast(struct span name)
{
	static const char *const fronts[] = {
		"Received", "Return-Path", "Delivered-To", "DKIM-", "DomainKey-", "ARC-",
		"Authentication-Results", "X-Spam", "X-MS-", "X-Microsoft-", "X-Google-",
		"X-Gm-", "Bcc", "Resent-Bcc",
	};

	for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
		if (span_starts_nocase(name, fronts[i]))
			return true;
	return false;
}

static void put_field(const struct header_field *field, struct buf *line)
{
	buf_put(line, field->name);
	buf_text(line, ": ");
	report_text_line(field->value, FIELD_MAX, line);
	buf_text(line, "\r\n");
}

void report_text_header(struct span header, size_t max, struct buf *out)
{
	struct buf line = BUF_INIT(FIELD_MAX + NAME_MAX + 8);
	size_t before = out->length;
	struct header_field field;

	while (header_field_next(&header, &field)) {
		buf_reset(&line);
		if (!is_sound(field.name) || is_ballast(field.name))
			continue;
		put_field(&field, &line);
		if (out->length - before + line.length > max)
			break;
		buf_put(out, buf_span(&line));
		out->failed |= line.failed;
	}
	buf_clear(&line);
}

void report_text_field(struct span header, const char *name, size_t max, struct buf *out)
{
	struct header_field field;

	while (header_field_next(&header, &field))
		if (span_is_nocase(field.name, name)) {
			report_text_line(field.value, max, out);
			return;
		}
}
