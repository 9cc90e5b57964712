/* SPDX-License-Identifier: ISC */
/* Reading a journal ends, answers once a line, keeps its bounds; and a record
 * that was read is written as a line that is read as the same record. */
#include <stdint.h>
#include <stdlib.h>

#include "queue/journal.h"

#define ROOM 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static bool is_same(const struct journal_record *a, const struct journal_record *b)
{
	for (size_t i = 0; i < a->recipient_count; i++)
		if (a->recipients[i] != b->recipients[i])
			return false;
	return a->kind == b->kind && a->at_s == b->at_s && a->has_code == b->has_code &&
	       a->code == b->code && span_equal(a->status, b->status);
}

static void check_record(const struct journal_record *record)
{
	struct buf line = BUF_INIT(8192);
	struct journal_record again;
	size_t indices[ROOM];
	struct span rest;

	expect(record->kind != JOURNAL_NONE && record->recipient_count <= ROOM);
	expect(record->text.length <= JOURNAL_TEXT_MAX);
	for (size_t i = 0; i < record->recipient_count; i++)
		expect(record->recipients[i] < 1000);
	expect(journal_format(record, &line));
	rest = buf_span(&line);
	expect(span_index(rest, '\n') == rest.length - 1);
	expect(journal_next(&rest, &again, indices, ROOM) == 1);
	expect(rest.length == 0 && is_same(record, &again));
	if (record->kind == JOURNAL_DEFERRED)
		expect(again.attempts == record->attempts && again.wait_ms == record->wait_ms);
	expect(record->limit_ms >= 0 && record->modem.length <= JOURNAL_MODEM_MAX);
	if (record->kind == JOURNAL_IN_FLIGHT && record->limit_ms > 0 && record->modem.length > 0)
		expect(again.limit_ms == record->limit_ms &&
		       span_equal(again.modem, record->modem));
	buf_clear(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_make(data, size);
	struct journal_record record;
	size_t indices[ROOM], lines = 0, answers = 0;
	int answer;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	while ((answer = journal_next(&rest, &record, indices, ROOM)) != 0) {
		answers++;
		if (answer > 0)
			check_record(&record);
		else
			expect(record.kind == JOURNAL_NONE);
	}
	expect(answers == lines);
	expect(span_index(rest, '\n') == rest.length);
	return 0;
}
