/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_record.h"

#include "base/buf.h"
#include "base/utf8.h"

#define TEXT_MAX 16384

json_t *emulator_record_text(struct span octets)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	json_t *string;

	while (octets.length > 0) {
		size_t length = utf8_next(octets, NULL);
		unsigned char first = (unsigned char)octets.at[0];

		if (length == 0 || (first < 0x20 && first != '\t') || first == 0x7f) {
			buf_format(&text, "\\x%02x", first);
			length = 1;
		} else {
			buf_put(&text, span_take(octets, length));
		}
		octets = span_skip(octets, length);
	}
	string = json_stringn(buf_string(&text), text.length);
	buf_clear(&text);
	return string;
}

/* Where the secret part of a line begins: behind the name of a command that
 * carries one, wherever the name stands, so that a damaged line shows nothing
 * either. */
static size_t secret_start(struct span line)
{
	static const char *const names[] = { "QSMTPPWD", "CPIN", "QICSGP", "CPWD", "CLCK" };

	for (size_t at = 0; at < line.length; at++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (span_starts_nocase(span_skip(line, at), names[i]))
				return at + strlen(names[i]);
	return line.length;
}

json_t *emulator_record_line(const char *event, const char *from, struct span line)
{
	size_t start = secret_start(line);
	struct span rest = span_skip(line, start);
	struct buf shown = BUF_INIT(TEXT_MAX);
	json_t *record;

	buf_put(&shown, span_take(line, start));
	if (strcmp(from, "module") == 0 || span_is(rest, "?") || span_is(rest, "=?"))
		buf_put(&shown, rest);
	else if (rest.length > 0)
		buf_text(&shown, "=***");
	record = json_pack("{s:s, s:s, s:o}", "event", event, "from", from, "text",
			   emulator_record_text(buf_span(&shown)));
	buf_clear(&shown);
	return record;
}
