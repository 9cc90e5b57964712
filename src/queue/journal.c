/* SPDX-License-Identifier: ISC */
#include "queue/journal.h"

#include <inttypes.h>
#include <limits.h>

#include "base/utf8.h"
#include "mail/envelope.h"

/* The first word of a line. JOURNAL_NONE has no line. */
static const char *const kind_words[] = {
	[JOURNAL_IN_FLIGHT] = "in-flight",
	[JOURNAL_SETTLED] = "settled",
	[JOURNAL_SENT] = "sent",
	[JOURNAL_FAILED] = "failed",
	[JOURNAL_DEFERRED] = "deferred",
	[JOURNAL_UNCERTAIN] = "uncertain",
	[JOURNAL_PAGE] = "page",
	[JOURNAL_HELD] = "held",
	[JOURNAL_RELEASED] = "released",
	[JOURNAL_REPORTED] = "reported",
	[JOURNAL_WARNED] = "warned",
};

#define KINDS (sizeof(kind_words) / sizeof(kind_words[0]))

/* RFC 3463: three numbers with dots; nothing else may stand in the field. */
static bool is_status(struct span status)
{
	for (size_t i = 0; i < status.length; i++)
		if (status.at[i] != '.' && (status.at[i] < '0' || status.at[i] > '9'))
			return false;
	return status.length > 0 && status.length < 8;
}

/* The characters that the configuration allows in a title. */
static bool is_modem(struct span name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '.' || c == '_' || c == '-'))
			return false;
	}
	return name.length > 0 && name.length <= JOURNAL_MODEM_MAX;
}

static void format_recipients(const struct journal_record *record, struct buf *out)
{
	if (record->recipient_count == 0)
		buf_byte(out, '*');
	for (size_t i = 0; i < record->recipient_count; i++)
		buf_format(out, "%s%zu", i ? "," : "", record->recipients[i]);
}

/* One line, whatever it was: cut between two characters, controls (a line end
 * among them) and octets that are no UTF-8 made visible. */
static void format_text(struct span text, struct buf *out)
{
	bool utf8 = utf8_is_valid(text);

	text = utf8 ? utf8_take(text, JOURNAL_TEXT_MAX) : span_take(text, JOURNAL_TEXT_MAX);
	for (size_t i = 0; i < text.length; i++) {
		unsigned char octet = (unsigned char)text.at[i];
		bool plain = octet >= 0x20 && octet != 0x7f && (octet < 0x80 || utf8);

		buf_byte(out, plain ? text.at[i] : '?');
	}
}

bool journal_format(const struct journal_record *record, struct buf *out)
{
	if (record->kind == JOURNAL_NONE)
		return false;
	buf_format(out, "%s %" PRId64 " ", kind_words[record->kind], record->at_s);
	format_recipients(record, out);
	if (record->has_code)
		buf_format(out, " code=%d", record->code);
	if (is_status(record->status))
		buf_format(out, " status=%.*s", SPAN_ARG(record->status));
	if (record->kind == JOURNAL_DEFERRED)
		buf_format(out, " attempts=%u wait=%" PRId64, record->attempts,
			   record->wait_ms < 0 ? 0 : record->wait_ms);
	if (record->kind == JOURNAL_DEFERRED && record->age_ms > 0)
		buf_format(out, " age=%" PRId64, record->age_ms);
	if (record->kind == JOURNAL_IN_FLIGHT && is_modem(record->modem) && record->limit_ms > 0)
		buf_format(out, " modem=%.*s limit=%" PRId64, SPAN_ARG(record->modem),
			   record->limit_ms);
	if (record->page > 0)
		buf_format(out, " page=%u pages=%u room=%zu", record->page, record->pages,
			   record->room_octets);
	if (record->text.length > 0) {
		buf_text(out, " text=");
		format_text(record->text, out);
	}
	return buf_byte(out, '\n');
}

static bool read_kind(struct span word, enum journal_kind *kind)
{
	for (size_t i = JOURNAL_NONE + 1; i < KINDS; i++) {
		if (!span_is(word, kind_words[i]))
			continue;
		*kind = (enum journal_kind)i;
		return true;
	}
	return false;
}

static bool read_recipients(struct span list, struct journal_record *record, size_t *indices,
			    size_t room)
{
	struct span word;
	int64_t index;

	if (span_is(list, "*"))
		return true;
	record->recipients = indices;
	while (span_cut(&list, ',', &word)) {
		if (record->recipient_count == room ||
		    !span_number(word, 0, ENVELOPE_RECIPIENTS_MAX - 1, &index))
			return false;
		indices[record->recipient_count++] = (size_t)index;
	}
	return true;
}

/* Of the names that have a number and nothing else. */
static bool read_number_field(struct span name, struct span value, struct journal_record *record)
{
	int64_t number;

	if (!span_number(value, 0, UINT_MAX, &number))
		return false;
	if (span_is(name, "attempts"))
		record->attempts = (unsigned)number;
	else if (span_is(name, "page"))
		record->page = (unsigned)number;
	else if (span_is(name, "pages"))
		record->pages = (unsigned)number;
	else if (span_is(name, "room"))
		record->room_octets = (size_t)number;
	else
		return false;
	return true;
}

/* One "name=value" of a record; the text comes last and takes the rest. */
static bool read_field(struct span word, struct journal_record *record)
{
	struct span name = span_take(word, span_index(word, '='));
	struct span value = span_skip(word, name.length + 1);
	int64_t number;

	if (span_is(name, "code") && span_number(value, INT_MIN, INT_MAX, &number)) {
		record->has_code = true;
		record->code = (int)number;
		return true;
	}
	if (read_number_field(name, value, record))
		return true;
	if (span_is(name, "wait"))
		return span_number(value, 0, INT64_MAX, &record->wait_ms);
	if (span_is(name, "age"))
		return span_number(value, 0, INT64_MAX, &record->age_ms);
	if (span_is(name, "limit"))
		return span_number(value, 1, INT64_MAX, &record->limit_ms);
	if (span_is(name, "modem")) {
		record->modem = value;
		return is_modem(value);
	}
	record->status = value;
	return span_is(name, "status") && is_status(value);
}

static bool read_fields(struct span rest, struct journal_record *record)
{
	struct span word;

	while (rest.length > 0) {
		if (span_starts(rest, "text=")) {
			record->text = span_skip(rest, strlen("text="));
			return record->text.length <= JOURNAL_TEXT_MAX;
		}
		if (!span_cut(&rest, ' ', &word) || !read_field(word, record))
			return false;
	}
	return true;
}

static bool has_control(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if ((unsigned char)line.at[i] < 0x20 || line.at[i] == 0x7f)
			return true;
	return false;
}

static bool read_line(struct span line, struct journal_record *record, size_t *indices, size_t room)
{
	struct span kind, time, list;

	return !has_control(line) &&
	       span_cut(&line, ' ', &kind) && read_kind(kind, &record->kind) &&
	       span_cut(&line, ' ', &time) &&
	       span_number(time, INT64_MIN, INT64_MAX, &record->at_s) &&
	       span_cut(&line, ' ', &list) && read_recipients(list, record, indices, room) &&
	       read_fields(line, record) &&
	       (record->kind != JOURNAL_PAGE || (record->page > 0 && record->page < record->pages));
}

int journal_next(struct span *rest, struct journal_record *record, size_t *indices, size_t room)
{
	size_t end = span_index(*rest, '\n');
	struct span line = span_take(*rest, end);

	*record = (struct journal_record){ 0 };
	if (end == rest->length)
		return 0;
	*rest = span_skip(*rest, end + 1);
	if (read_line(line, record, indices, room))
		return 1;
	*record = (struct journal_record){ 0 };
	return -1;
}
